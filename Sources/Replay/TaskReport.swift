public import Experience
internal import GRDB

/// How the tasks of a run have fared, for people.
public struct TaskReport: Sendable, Hashable {
  /// A task, or what tasks made on the fly are counted under.
  public struct Entry: Sendable, Hashable {
    public var key: String
    public var statistics: TaskStatistics

    public init(key: String, statistics: TaskStatistics) {
      self.key = key
      self.statistics = statistics
    }

    /// Why nothing was learned from it.
    public var outcome: String {
      statistics.wrongGroups == statistics.groups
        ? "always wrong" : statistics.rightGroups == statistics.groups ? "always right" : "left out"
    }
  }

  /// By key.
  public var entries: [Entry]

  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// Tasks that nothing was ever learned from: each of their groups was all wrong or all right, or left out whole. Most groups first.
  public var neverTaught: [Entry] {
    entries.filter(\.statistics.neverTaught).sorted {
      ($1.statistics.groups, $0.key) < ($0.statistics.groups, $1.key)
    }
  }

  /// What there is to say about these; nil = nothing.
  public var neverTaughtWords: String? {
    let never = neverTaught
    guard !never.isEmpty else { return nil }
    let kinds = [
      ("always wrong", never.count { $0.statistics.wrongGroups == $0.statistics.groups }),
      ("always right", never.count { $0.statistics.rightGroups == $0.statistics.groups }),
    ]
    let other = never.count - kinds.reduce(0) { $0 + $1.1 }
    let words = (kinds + [("now one, now the other, or left out", other)]).filter { $0.1 > 0 }.map {
      "\($0.1) \($0.0)"
    }
    let often = never.filter { $0.statistics.groups > 1 }
    let examples = often.prefix(3).map { "\($0.key) (\($0.outcome), \($0.statistics.groups) groups)" }
    return "\(never.count) of \(entries.count) tasks taught nothing in any of their groups: "
      + words.joined(separator: ", ")
      + (often.isEmpty
        ? "; each was asked once"
        : "; \(often.count) of them were asked more than once: " + examples.joined(separator: ", ")
          + (often.count > 3 ? ", …" : ""))
  }

  /// Tasks by accuracy: all wrong, up to a quarter, up to three quarters, up to but not all right, all right, no verdict.
  public enum Level: Int, Sendable, CaseIterable {
    case never, seldom, sometimes, mostly, always, unjudged

    init(_ statistics: TaskStatistics) {
      guard let accuracy = statistics.accuracy else {
        self = .unjudged
        return
      }
      self =
        accuracy <= 0
        ? .never
        : accuracy < 0.25 ? .seldom : accuracy <= 0.75 ? .sometimes : accuracy < 1 ? .mostly : .always
    }
  }

  /// The tasks of each level that has any.
  public var levels: [(level: Level, entries: [Entry])] {
    Level.allCases.compactMap { level in
      let some = entries.filter { Level($0.statistics) == level }
      return some.isEmpty ? nil : (level, some)
    }
  }
}

extension ReplayStore {
  /// How tasks have fared, by ``ReasoningTask/statisticsKey``, for samplers.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - since: The step after which counting began: what other weights made of the tasks is left out.
  /// - Returns: The newest numbers of each.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write.
  public func taskStatistics(
    _ run: ReplayRun.ID, since: Int = 0
  ) throws(ReplayError) -> [String: TaskStatistics] {
    try read { db in
      let stored = StoredRows(db: db, path: path)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          select *, max(step) from task_statistics where run_id = ? and since = ? group by task
          """, arguments: [run.rawValue, since])
      var statistics: [String: TaskStatistics] = [:]
      while let row = try rows.next() {
        statistics[try stored.value(row, "task", of: "task_statistics")] = try stored.taskStatistics(row)
      }
      return statistics
    }
  }
}

extension ReplayStore {
  /// How tasks have fared in training, by key; those of all stages together.
  public func taskReport(_ run: ReplayRun.ID) throws(ReplayError) -> TaskReport {
    try read { db in try StoredRows(db: db, path: path).taskReport("run_id = ?", [run.rawValue]) }
  }
}

extension ReplayReader {
  /// How tasks have fared in training, by key; those of all stages together. nil = the store was written by an apus that did not count.
  public func taskReport() throws(ReplayError) -> TaskReport? {
    try read { stored in knowsStatistics ? try stored.taskReport() : nil }
  }

  /// How one task, or bucket, had fared after each step that counted it, oldest first; those of all stages.
  ///
  /// - Parameter key: A task's id, or the bucket of tasks made on the fly.
  /// - Returns: One entry per step.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write.
  public func history(of key: String) throws(ReplayError) -> [TaskStatistics] {
    try read { stored in
      guard knowsStatistics else { return [] }
      return try Row.fetchAll(
        stored.db, sql: "select * from task_statistics where task = ? order by run_id, step, since",
        arguments: [key]
      ).map { try stored.taskStatistics($0) }
    }
  }
}

extension StoredRows {
  fileprivate func taskReport(
    _ condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> TaskReport {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        select *, max(step) from task_statistics where \(condition)
          group by run_id, task, since order by task, since, run_id
        """, arguments: arguments)
    var entries: [TaskReport.Entry] = []
    while let row = try rows.next() {
      let key: String = try value(row, "task", of: "task_statistics")
      let statistics = try taskStatistics(row)
      if let last = entries.indices.last, entries[last].key == key {
        entries[last].statistics.merge(statistics)
      } else {
        entries.append(.init(key: key, statistics: statistics))
      }
    }
    return TaskReport(entries)
  }
}
