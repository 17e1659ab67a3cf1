public import Experience
internal import GRDB

extension ReplayStore {
  /// Goes back to a checkpoint: what was done after it is undone, and what was generated is kept as far as it can be used. Forced to the
  /// disk.
  ///
  /// Undone are updates, metrics, evaluations and checkpoints after the step; groups that later steps took or dropped are under way again.
  /// What was generated ahead of the checkpoint depends on how the run goes on:
  ///
  /// - The run does the same steps again (`keepsAhead`, sequential mode). Groups and segments of later steps stay, set aside: ``open(_:asOf:)``
  ///   leaves them out, ``issue(_:groups:step:stage:version:)`` takes the groups up again, and ``found(_:items:version:)`` gives the segments
  ///   back once the very same weights ask for them.
  /// - The run goes on from what there is (asynchronous mode). Attempts of which a part was made by weights that are undone are `orphaned`,
  ///   and new attempts wait in their places; all others stay.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - step: That of the checkpoint; 0 = the beginning.
  ///   - version: The weights it goes on from. Besides them, those that updates up to the step started from or made survive.
  ///   - keepsAhead: Whether the run does the same steps again.
  /// - Returns: What was undone.
  /// - Throws: ``ReplayError``; then nothing was undone.
  @discardableResult
  public func rollBack(
    _ run: ReplayRun.ID, toStep step: Int, version: PolicyVersion, keepsAhead: Bool
  ) throws(ReplayError) -> RollBackSummary {
    try commit(durably: true) { transaction in
      let rollBack = RollBack(db: transaction.db, run: run.rawValue, step: step)
      transaction.memory = StoreMemory()
      var summary = try rollBack.release()
      if keepsAhead {
        summary.ahead = try rollBack.setAside()
      } else {
        summary.orphaned = try rollBack.orphan(survivor: transaction.id(of: version, run))
      }
      summary.updates = try rollBack.forget()
      // Of the rows that were deleted, what nothing else names.
      transaction.memory = StoreMemory()
      return summary
    }
  }
}

/// The statements of one rollback, inside its transaction.
private struct RollBack {
  let db: Database
  let run: Int64
  let step: Int

  private static let members = "select rollouts.id from rollouts join groups on groups.id = group_id"

  /// Drops evaluations, and takes back what later steps took.
  func release() throws -> RollBackSummary {
    var summary = RollBackSummary()
    summary.evaluations = try count(
      "\(Self.members) where run_id = ? and kind != 'train' and step > ?", [run, step])
    try execute("delete from groups where run_id = ? and kind != 'train' and step > ?", [run, step])
    let undone = "\(Self.members) where run_id = ? and kind = 'train' and (consumed_step > ? or step > ?)"
    try execute("update rollouts set advantage = null where id in (\(undone))", [run, step, step])
    summary.released = try execute(
      """
      update ledger set fate = 'pending' where fate not in ('pending', 'orphaned') and rollout_id in (\(undone))
      """, [run, step, step])
    try execute(
      """
      update groups set state = 'ready', consumed_step = null, consumed_order = null
        where run_id = ? and kind = 'train' and consumed_step > ?
      """, [run, step])
    return summary
  }

  /// Groups of later steps wait until they are issued again; those before them are as they were.
  ///
  /// - Returns: Steps behind the checkpoint from which there are segments to be used again.
  func setAside() throws -> ClosedRange<Int>? {
    try execute(
      """
      update groups set state = 'ahead', ready_order = null
        where run_id = ? and kind = 'train' and step > ? and group_index >= 0
      """, [run, step])
    try reopen(
      """
      exists (select * from rollouts where group_id = groups.id and (state != 'finished'
        or exists (select * from segments where rollout_id = rollouts.id and segments.step > \(step)))
        and id not in (select rollout_id from ledger where fate = 'orphaned'))
      """)
    let row = try Row.fetchOne(
      db,
      sql: """
        select min(segments.step) as first, max(segments.step) as last from groups
          join rollouts on group_id = groups.id join ledger on ledger.rollout_id = rollouts.id
          join segments on segments.rollout_id = rollouts.id
          where run_id = ? and kind = 'train' and groups.state in ('open', 'ready', 'ahead') and fate = 'pending'
            and segments.step > ?
        """, arguments: [run, step])
    guard let row, let first: Int = row["first"], let last: Int = row["last"] else { return nil }
    return first...last
  }

  /// New attempts in place of those that have a segment of undone weights.
  ///
  /// - Returns: How many.
  func orphan(survivor: Int64) throws -> Int {
    // Work that a sequential attempt of the run had set aside is under way like all other.
    try execute(
      "update groups set state = 'open' where run_id = ? and kind = 'train' and state = 'ahead'", [run])
    let attempts = try Row.fetchAll(
      db,
      sql: """
        select rollouts.id, group_id, sample, attempt, work_step from rollouts
          join groups on groups.id = group_id join ledger on ledger.rollout_id = rollouts.id
          where run_id = ? and kind = 'train' and groups.state in ('open', 'ready') and fate = 'pending'
            and exists (select * from segments where rollout_id = rollouts.id and policy_version_id not in (
              select ? union select version_before from updates where run_id = ? and step <= ?
                union select version_after from updates where run_id = ? and step <= ?))
          order by rollouts.id
        """, arguments: [run, survivor, run, step, run, step])
    for attempt in attempts {
      let id: Int64 = attempt["id"]
      try execute("update ledger set fate = 'orphaned' where rollout_id = ?", [id])
      try execute(
        """
        insert into rollouts (group_id, sample, attempt, state, work_step, prompt_tokens, completion_length)
          select group_id, sample, attempt + 1, 'waiting', work_step, prompt_tokens, 0 from rollouts where id = ?
        """, [id])
      try execute("insert into ledger (rollout_id, fate) values (?, 'pending')", [db.lastInsertedRowID])
      try execute(
        """
        update issues set retries = retries + 1
          where (run_id, step, stage) = (select run_id, step, stage from groups where id = ?)
        """, [attempt["group_id"] as Int64])
    }
    try reopen(
      """
      exists (select * from rollouts where group_id = groups.id and state != 'finished'
        and id not in (select rollout_id from ledger where fate = 'orphaned'))
      """)
    return attempts.count
  }

  /// Groups that are not complete, or were never said to be, are open.
  private func reopen(_ isIncomplete: String) throws {
    try execute(
      """
      update groups set state = 'open', ready_order = null
        where run_id = ? and kind = 'train' and state = 'ready' and (ready_order is null or \(isIncomplete))
      """, [run])
  }

  /// Deletes records of later steps, and rows that nothing names any more.
  ///
  /// - Returns: Updates that are undone.
  func forget() throws -> Int {
    let updates = try execute("delete from updates where run_id = ? and step > ?", [run, step])
    for table in ["checkpoints", "metrics", "task_statistics"] {
      try execute("delete from \(table) where run_id = ? and step > ?", [run, step])
    }
    try execute("delete from tasks where run_id = ? and id not in (select task_id from groups)", [run])
    try execute(
      """
      delete from policy_versions where run_id = ? and id not in (
        select policy_version_id from groups union select policy_version_id from segments
          union select policy_version_id from checkpoints union select version_before from updates
          union select version_after from updates)
      """, [run])
    return updates
  }

  /// - Returns: Rows that changed.
  @discardableResult
  private func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try db.execute(sql: sql, arguments: arguments)
    return db.changesCount
  }

  private func count(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try Int.fetchOne(db, sql: "select count(*) from (\(sql))", arguments: arguments) ?? 0
  }
}
