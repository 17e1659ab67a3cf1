internal import Experience
internal import Foundation
internal import GRDB

/// A store of rollouts opened to be looked at: nothing is created, changed or brought up to date, and a run may write to it
/// meanwhile.
public struct ReplayReader: Sendable {
  public let path: String
  /// Whether the store knows work items, updates and checkpoints: it was last written by an apus that does.
  public let knowsUpdates: Bool
  /// Whether it knows how tasks have fared.
  let knowsStatistics: Bool
  private let queue: DatabaseQueue

  /// Opens a store that is there.
  public init(path: String) throws(ReplayError) {
    do {
      queue = try Self.open(path)
    } catch {
      throw ReplayError(path: path, error)
    }
    self.path = path
    do {
      (knowsUpdates, knowsStatistics) = try queue.read { db in
        guard try Int32.fetchOne(db, sql: "pragma application_id") == Schema.applicationID else {
          throw ReplayError(path: path, reason: .foreignDatabase)
        }
        let applied = try Schema.migrator.appliedIdentifiers(db)
        let unknown = applied.subtracting(Schema.migrator.migrations)
        if !unknown.isEmpty { throw ReplayError(path: path, reason: .newerSchema(unknown: unknown.sorted())) }
        let knowsUpdates = applied.contains(Schema.workItemsName)
        if !applied.contains(Schema.lengthBudgetsName) {
          try db.execute(sql: knowsUpdates ? Schema.viewsWithoutBudgets : Schema.viewsOfOldStore)
        }
        return (knowsUpdates, applied.contains(Schema.taskStatisticsName))
      }
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  /// - Throws: Where SQLite finds a page or an index of the file damaged.
  func checkIntegrity() throws(ReplayError) {
    do {
      let isSound = try queue.read { db in try String.fetchOne(db, sql: "pragma quick_check(1)") == "ok" }
      guard isSound else { throw ReplayError(path: path, reason: .notADatabase) }
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  /// SQLite needs to write beside a store to read it while others write to it. Where it cannot and nobody has written to the store since it
  /// was last closed, there is nothing to heed.
  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    func open(_ path: String) throws -> DatabaseQueue {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in _ = try Int.fetchOne(db, sql: "select count(*) from sqlite_schema") }
      return queue
    }
    do {
      return try open(path)
    } catch let error as DatabaseError {
      let files = FileManager.default
      guard error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY,
        files.fileExists(atPath: path), !files.fileExists(atPath: path + "-wal")
      else { throw error }
      return try open(URL(filePath: path).absoluteString + "?immutable=1")
    }
  }

  /// First and last step that asked for rollouts of a kind; a kind without any is not there.
  public func steps() throws(ReplayError) -> [RolloutKind: ClosedRange<Int>] {
    try read { stored in
      let rows = try Row.fetchAll(
        stored.db,
        sql: """
          select kind, min(step) as first, max(step) as last
            from groups where id in (select group_id from rollouts) group by kind
          """)
      var steps: [RolloutKind: ClosedRange<Int>] = [:]
      for row in rows {
        let first: Int = try stored.value(row, "first", of: "groups")
        steps[try kind(row, stored)] = first...max(first, try stored.value(row, "last", of: "groups"))
      }
      return steps
    }
  }

  /// The rollouts that a selection names, by step, group, sample and attempt.
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
      let (condition, arguments) = selection.condition(knowsBuckets: knowsStatistics)
      let count =
        try Int.fetchOne(
          stored.db, sql: "select count(*) \(Self.tables) where \(condition)", arguments: arguments) ?? 0
      let rows = try Row.fetchAll(
        stored.db,
        sql: """
          select \(Self.columns) \(Self.tables) where \(condition)
            order by step, group_index, groups.id, sample, attempt limit \(limit ?? -1)
          """, arguments: arguments)
      return (try rows.map { try summary($0, stored) }, count)
    }
  }

  /// Everything about one rollout; nil if there is none of this number.
  public func rollout(id: Int) throws(ReplayError) -> StoredRollout? {
    try read { stored in
      try Row.fetchOne(stored.db, sql: Self.whole + " where rollouts.id = ?", arguments: [id])
        .map { try whole($0, stored) }
    }
  }

  /// Hands over the rollouts that a selection names one by one, with all that is known of them.
  ///
  /// - Parameters:
  ///   - selection: Which ones, by step, group, sample and attempt.
  ///   - body: Takes one; what it throws ends it.
  /// - Returns: How many there were.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write; what `body` throws.
  @discardableResult
  public func forEach(
    _ selection: RolloutSelection, _ body: (StoredRollout) throws -> Void
  ) throws -> Int {
    let (condition, arguments) = selection.condition(knowsBuckets: knowsStatistics)
    return try queue.read { db in
      let stored = StoredRows(db: db, path: path)
      let rows = try Row.fetchCursor(
        db,
        sql: Self.whole + " where \(condition) order by step, group_index, groups.id, sample, attempt",
        arguments: arguments)
      var count = 0
      while let row = try rows.next() {
        try body(whole(row, stored))
        count += 1
      }
      return count
    }
  }

  /// What became of the rollouts that each step asked for, oldest first.
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
        let step: Int = try stored.value(row, "step", of: "groups")
        let stage: String = try stored.value(row, "stage", of: "groups")
        var place = lines.lastIndex { ($0.step, $0.stage) == (step, stage) }
        if place == nil {
          lines.append(LedgerLine(step: step, stage: stage))
          place = lines.count - 1
        }
        lines[place ?? 0].tokens += try stored.value(row, "tokens", of: "rollouts", as: Int.self)
        lines[place ?? 0].add(
          try stored.value(row, "count", of: "rollouts"),
          fate: try stored.optional(row, "fate", of: "ledger"))
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
    rollouts.id as rollout_key, runs.name as run_name, kind, step, stage, group_index, sample, attempt, tasks.task as task,
      budget_mode, budget, completion_length, finish_reason, correctness, reward, advantage, fate
    """

  private static let whole = "select rollouts.*, tasks.*, \(columns) \(tables)"

  private func whole(_ row: Row, _ stored: StoredRows) throws -> StoredRollout {
    let summary = try summary(row, stored)
    do {
      return StoredRollout(summary: summary, scored: try stored.scoredRollout(row), isVacuumed: false)
    } catch let error as ReplayError {
      guard case .vacuumedTokens = error.reason else { throw error }
      return StoredRollout(
        summary: summary, scored: try stored.scoredRollout(row, withSegments: false), isVacuumed: true)
    }
  }

  private func summary(_ row: Row, _ stored: StoredRows) throws -> RolloutSummary {
    let id: Int64 = try stored.value(row, "rollout_key", of: "rollouts")
    return RolloutSummary(
      id: Int(id), run: try stored.value(row, "run_name", of: "runs"), kind: try kind(row, stored),
      step: try stored.value(row, "step", of: "groups"), stage: try stored.value(row, "stage", of: "groups"),
      group: try stored.value(row, "group_index", of: "groups"),
      sample: try stored.value(row, "sample", of: "rollouts"),
      attempt: try stored.value(row, "attempt", of: "rollouts"),
      task: try stored.value(row, "task", of: "tasks"), budget: try stored.budget(row),
      completionLength: try stored.value(row, "completion_length", of: "rollouts"),
      finishReason: try stored.finishReason(row),
      correctness: try stored.optional(row, "correctness", of: "rollouts"),
      components: try stored.terms(id).map(\.component),
      total: try stored.optional(row, "reward", of: "rollouts"),
      advantage: try stored.optional(row, "advantage", of: "rollouts"),
      fate: try stored.optional(row, "fate", of: "ledger"))
  }

  private func kind(_ row: Row, _ stored: StoredRows) throws -> RolloutKind {
    let text: String = try stored.value(row, "kind", of: "groups")
    guard let kind = RolloutKind(rawValue: text) else { throw stored.unreadable("groups", "`kind` \(text)") }
    return kind
  }

  func read<Result>(_ body: (StoredRows) throws -> Result) throws(ReplayError) -> Result {
    do { return try queue.read { try body(StoredRows(db: $0, path: path)) } } catch {
      throw ReplayError(path: path, error)
    }
  }
}

extension RolloutSelection {
  fileprivate func condition(knowsBuckets: Bool) -> (sql: String, arguments: StatementArguments) {
    var (sql, arguments): (String, StatementArguments) = ("kind = ?", [kind.rawValue])
    for (column, value) in [("step", step), ("group_index", group), ("sample", sample)] {
      guard let value else { continue }
      sql += " and \(column) = ?"
      arguments += [value]
    }
    if let task {
      sql += knowsBuckets ? " and ? in (tasks.task, tasks.bucket)" : " and tasks.task = ?"
      arguments += [task]
    }
    if let fate {
      sql += " and (fate = ? or substr(fate, 1, ?) = ?)"
      arguments += [fate, fate.count + 1, fate + "("]
    }
    return (sql, arguments)
  }
}
