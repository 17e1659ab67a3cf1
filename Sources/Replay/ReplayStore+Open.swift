public import Experience
internal import GRDB

extension ReplayStore {
  /// The groups under way, in the order in which they were issued.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - step: Leaves out segments that were committed in later steps, and so what they finished: a sequential run makes them again.
  ///     nil = everything counts, as it always does in an asynchronous run.
  /// - Returns: Groups that no update took or dropped, with what was made of them.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write.
  public func open(_ run: ReplayRun.ID, asOf step: Int? = nil) throws(ReplayError) -> [StoredGroup] {
    try read { db in
      let stored = StoredRows(db: db, path: path)
      let mode = try String.fetchOne(db, sql: "select mode from runs where id = ?", arguments: [run.rawValue])
      let rows = try Row.fetchAll(
        db,
        sql: """
          select groups.*, groups.id as group_key, tasks.* from groups join tasks on tasks.id = task_id
            where groups.run_id = ? and kind = 'train' and state in ('open', 'ready') order by step, group_index
          """, arguments: [run.rawValue])
      return try rows.map { try stored.group($0, asOf: mode == "async" ? nil : step) }
    }
  }

  /// Segments of work items that the very same weights have made before: what a run that was killed need not generate again.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - items: Work items of issued groups.
  ///   - version: The weights; number and digest must agree.
  /// - Returns: For each item that has any, its segments in order, each by itself.
  /// - Throws: ``ReplayError`` where the store cannot be read, or holds what apus does not write.
  public func found(
    _ run: ReplayRun.ID, items: [WorkItem], version: PolicyVersion
  ) throws(ReplayError) -> [WorkItem: [SegmentEntry]] {
    try read { db in
      let select = try db.cachedStatement(
        sql: """
          select rollouts.*, rollouts.id as rollout_key, start, token_count, tokens, logprobs, sampled, worker, number, digest
            from groups join rollouts on group_id = groups.id join ledger on ledger.rollout_id = rollouts.id
              join segments on segments.rollout_id = rollouts.id
              join policy_versions on policy_versions.id = segments.policy_version_id
            where groups.run_id = ? and kind = 'train' and groups.step = ? and group_index = ? and sample = ?
              and fate != 'orphaned' and number = ? and digest = ? order by position
          """)
      let stored = StoredRows(db: db, path: path)
      var found: [WorkItem: [SegmentEntry]] = [:]
      for item in items {
        let rows = try Row.fetchAll(
          select,
          arguments: [run.rawValue, item.step, item.group, item.sample, version.number, version.digest])
        if !rows.isEmpty { found[item] = try rows.map { try stored.entry($0, of: item) } }
      }
      return found
    }
  }
}
