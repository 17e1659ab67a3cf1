internal import GRDB

extension Schema {
  /// How each task had fared after each step that counted a group of it: sums from the first step on, so that the newest row says all, and
  /// going back to a checkpoint is to forget what comes after it.
  static let taskStatistics = """
    alter table tasks add column bucket text;                   -- what it is counted under; NULL = itself

    create table task_statistics (
      run_id integer not null references runs (id) on delete cascade,
      task text not null,                    -- a task's identity, or a bucket
      since integer not null,                -- step after which counting began: a stage that begins from other weights counts anew
      step integer not null,                 -- whose groups were the last to count
      groups integer not null,
      attempts integer not null,             -- answers with a verdict
      correct real not null,                 -- sum of their accuracies
      tokens integer not null,               -- sum of their lengths
      recent_accuracy real,                  -- mean over groups, each of half the weight of the next; NULL = no verdict
      wrong_groups integer not null,         -- all wrong, of two verdicts or more
      right_groups integer not null,         -- all right
      filtered_groups integer not null,      -- left out whole by a rule
      wrong_in_a_row integer not null,       -- the newest of them
      primary key (run_id, task, since, step)
    ) without rowid;
    """

  /// Counts what a store from before statistics has consumed.
  static func countConsumed(_ db: Database) throws {
    let counting = TaskCounting(db: db, path: "")
    let rows = try Row.fetchAll(
      db,
      sql: """
        select id, run_id, consumed_step from groups where kind = 'train' and state = 'consumed' and consumed_step is not null
          order by run_id, consumed_step, consumed_order, id
        """)
    var first = 0
    while first < rows.count {
      let (run, step): (Int64, Int) = (rows[first]["run_id"], rows[first]["consumed_step"])
      var end = first
      while end < rows.count, rows[end]["run_id"] == run, rows[end]["consumed_step"] == step { end += 1 }
      try counting.count(rows[first..<end].map { $0["id"] }, run: run, step: step, since: 0)
      first = end
    }
  }
}
