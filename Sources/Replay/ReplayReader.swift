internal import GRDB

/// A store of rollouts opened to be looked at: nothing is created, changed or brought up to date, and a run may write to it
/// meanwhile.
public struct ReplayReader: Sendable {
  public let path: String
  private let queue: DatabaseQueue

  /// Opens a store that is there.
  public init(path: String) throws(ReplayError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in
        guard try Int32.fetchOne(db, sql: "pragma application_id") == Schema.applicationID else {
          throw ReplayError(path: path, reason: .foreignDatabase)
        }
        let unknown = try Schema.migrator.appliedIdentifiers(db).subtracting(Schema.migrator.migrations)
        if !unknown.isEmpty { throw ReplayError(path: path, reason: .newerSchema(unknown: unknown.sorted())) }
      }
      self.queue = queue
      self.path = path
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  /// First and last step that has rollouts of a kind; a kind without any is not there.
  public func steps() throws(ReplayError) -> [RolloutKind: ClosedRange<Int>] {
    try read { stored in
      let rows = try Row.fetchAll(
        stored.db,
        sql: """
          select kind, min(step) as first, max(step) as last
            from groups where id in (select group_id from rollouts) group by kind
          """)
      var steps: [RolloutKind: ClosedRange<Int>] = [:]
      for row in rows { steps[try kind(row, stored)] = row["first"]...row["last"] }
      return steps
    }
  }

  /// The rollouts that a selection names, by step, group and sample.
  ///
  /// - Parameters:
  ///   - selection: Which ones.
  ///   - limit: Gives at most so many; nil = all.
  /// - Returns: The first of them, and how many there are in all.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write.
  public func rollouts(
    _ selection: RolloutSelection, limit: Int? = nil
  ) throws(ReplayError) -> (first: [RolloutSummary], count: Int) {
    try read { stored in
      let (condition, arguments) = selection.condition
      let count =
        try Int.fetchOne(
          stored.db,
          sql: "select count(*) from rollouts join groups on groups.id = group_id where \(condition)",
          arguments: arguments) ?? 0
      let rows = try Row.fetchAll(
        stored.db,
        sql: """
          select \(Self.columns) \(Self.tables) where \(condition)
            order by step, group_index, groups.id, sample limit \(limit ?? -1)
          """, arguments: arguments)
      return (try rows.map { try summary($0, stored) }, count)
    }
  }

  /// Everything about one rollout; nil if there is none of this number.
  public func rollout(id: Int) throws(ReplayError) -> StoredRollout? {
    try read { stored in
      let row = try Row.fetchOne(
        stored.db,
        sql: "select rollouts.*, tasks.*, \(Self.columns) \(Self.tables) where rollouts.id = ?",
        arguments: [id])
      return try row.map {
        StoredRollout(summary: try summary($0, stored), scored: try stored.scoredRollout($0))
      }
    }
  }

  /// What became of the rollouts of each step, oldest first.
  public func ledger(kind: RolloutKind = .train) throws(ReplayError) -> [LedgerLine] {
    try read { stored in
      let rows = try Row.fetchAll(
        stored.db,
        sql: """
          select step, stage, fate, count(*) as count, sum(completion_length) as tokens
            from groups join rollouts on group_id = groups.id left join ledger on rollout_id = rollouts.id
            where kind = ? group by step, stage, fate order by step, min(groups.id)
          """, arguments: [kind.rawValue])
      var lines: [LedgerLine] = []
      for row in rows {
        let (step, stage): (Int, String) = (row["step"], row["stage"])
        if lines.last.map({ ($0.step, $0.stage) == (step, stage) }) != true {
          lines.append(LedgerLine(step: step, stage: stage))
        }
        let fate: String? = row["fate"]
        lines[lines.count - 1].tokens += row["tokens"]
        lines[lines.count - 1].add(row["count"], fate: fate)
      }
      return lines
    }
  }

  // MARK: Rows

  private static let tables = """
    from rollouts join groups on groups.id = group_id join tasks on tasks.id = groups.task_id
      join runs on runs.id = groups.run_id left join ledger on ledger.rollout_id = rollouts.id
    """

  private static let columns = """
    rollouts.id as rollout_key, runs.name as run_name, kind, step, stage, group_index, sample, tasks.task as task,
      completion_length, finish_reason, correctness, reward, advantage, fate
    """

  private func summary(_ row: Row, _ stored: StoredRows) throws -> RolloutSummary {
    RolloutSummary(
      id: row["rollout_key"], run: row["run_name"], kind: try kind(row, stored), step: row["step"],
      stage: row["stage"], group: row["group_index"], sample: row["sample"], task: row["task"],
      completionLength: row["completion_length"], finishReason: try stored.finishReason(row),
      correctness: row["correctness"], components: try stored.components(row["rollout_key"]),
      total: row["reward"], advantage: row["advantage"], fate: row["fate"])
  }

  private func kind(_ row: Row, _ stored: StoredRows) throws -> RolloutKind {
    let text: String = row["kind"]
    guard let kind = RolloutKind(rawValue: text) else { throw stored.unreadable("groups", "`kind` \(text)") }
    return kind
  }

  private func read<Result>(_ body: (StoredRows) throws -> Result) throws(ReplayError) -> Result {
    do { return try queue.read { try body(StoredRows(db: $0, path: path)) } } catch {
      throw ReplayError(path: path, error)
    }
  }
}

extension RolloutSelection {
  fileprivate var condition: (sql: String, arguments: StatementArguments) {
    var (sql, arguments): (String, StatementArguments) = ("kind = ?", [kind.rawValue])
    for (column, value) in [("step", step), ("group_index", group), ("sample", sample)] {
      guard let value else { continue }
      sql += " and \(column) = ?"
      arguments += [value]
    }
    return (sql, arguments)
  }
}
