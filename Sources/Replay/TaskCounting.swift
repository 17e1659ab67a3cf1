internal import Experience
internal import GRDB

/// Keeps `task_statistics` inside a transaction.
struct TaskCounting {
  let db: Database
  /// Of the database, for errors.
  let path: String

  /// Counts groups that a step consumed, whose fates are settled.
  ///
  /// - Parameters:
  ///   - groups: Their rows, in the order in which they were consumed.
  ///   - run: Whose.
  ///   - step: The step.
  ///   - since: The step after which counting began.
  /// - Throws: Where a row is not what apus writes.
  func count(_ groups: [Int64], run: Int64, step: Int, since: Int) throws {
    var order: [String] = []
    var counted: [String: TaskStatistics] = [:]
    let select = try db.cachedStatement(
      sql: "select coalesce(bucket, task) from groups join tasks on tasks.id = task_id where groups.id = ?")
    for group in groups {
      guard let key = try String.fetchOne(select, arguments: [group]) else { continue }
      if counted[key] == nil { order.append(key) }
      var statistics = try counted[key] ?? newest(key, run: run, since: since) ?? TaskStatistics()
      statistics.add(try outcome(of: group), step: step)
      counted[key] = statistics
    }
    for key in order {
      if let statistics = counted[key] { try insert(statistics, of: key, run: run, since: since) }
    }
  }

  private func newest(_ key: String, run: Int64, since: Int) throws -> TaskStatistics? {
    let select = try db.cachedStatement(
      sql: """
        select * from task_statistics where run_id = ? and task = ? and since = ? order by step desc limit 1
        """)
    return try Row.fetchOne(select, arguments: [run, key, since])
      .map { try StoredRows(db: db, path: path).taskStatistics($0) }
  }

  private func outcome(of group: Int64) throws -> GroupOutcome {
    let stored = StoredRows(db: db, path: path)
    let select = try db.cachedStatement(
      sql: """
        select accuracy, completion_length, fate from rollouts join ledger on rollout_id = rollouts.id
          where group_id = ? and fate != 'orphaned' order by sample, attempt
        """)
    let rows = try Row.fetchAll(select, arguments: [group])
    return GroupOutcome(
      answers: try rows.map {
        .init(
          accuracy: try stored.optional($0, "accuracy", of: "rollouts"),
          length: try stored.count($0, "completion_length", of: "rollouts"))
      },
      isFiltered: try rows.allSatisfy {
        try stored.value($0, "fate", of: "ledger", as: String.self).hasPrefix("filtered(")
      })
  }

  private func insert(_ statistics: TaskStatistics, of key: String, run: Int64, since: Int) throws {
    try db.cachedStatement(
      sql: """
        insert into task_statistics
          (run_id, task, since, step, groups, attempts, correct, tokens, recent_accuracy, wrong_groups, right_groups, filtered_groups,
           wrong_in_a_row)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      run, key, since, statistics.lastStep, statistics.groups, statistics.attempts, statistics.correct,
      statistics.tokens, statistics.recentAccuracy, statistics.wrongGroups, statistics.rightGroups,
      statistics.filteredGroups, statistics.wrongInARow,
    ])
  }
}

extension StoredRows {
  /// A row of `task_statistics`.
  func taskStatistics(_ row: Row) throws -> TaskStatistics {
    let table = "task_statistics"
    var statistics = TaskStatistics()
    statistics.groups = try count(row, "groups", of: table)
    statistics.attempts = try count(row, "attempts", of: table)
    statistics.correct = try finite(row, "correct", of: table) ?? 0
    statistics.tokens = try count(row, "tokens", of: table)
    statistics.recentAccuracy = try finite(row, "recent_accuracy", of: table)
    statistics.wrongGroups = try count(row, "wrong_groups", of: table)
    statistics.rightGroups = try count(row, "right_groups", of: table)
    statistics.filteredGroups = try count(row, "filtered_groups", of: table)
    statistics.wrongInARow = try count(row, "wrong_in_a_row", of: table)
    statistics.lastStep = try count(row, "step", of: table)
    return statistics
  }

  /// A number of things: an edited store may hold one that no sum can take.
  func count(_ row: Row, _ column: String, of table: String) throws -> Int {
    let count: Int = try value(row, column, of: table)
    guard (0...(1 << 42)).contains(count) else { throw unreadable(table, "`\(column)` is \(count)") }
    return count
  }

  private func finite(_ row: Row, _ column: String, of table: String) throws -> Double? {
    let number: Double? = try optional(row, column, of: table)
    guard number?.isFinite ?? true else { throw unreadable(table, "`\(column)` is no finite number") }
    return number
  }
}
