internal import GRDB

extension ReplayStore {
  /// The last training step that there are metrics of; 0 = none.
  public func lastStep(_ run: ReplayRun.ID) throws(ReplayError) -> Int {
    try read { db in
      try Int.fetchOne(
        db, sql: "select max(step) from metrics where run_id = ? and kind in ('sft', 'rl')",
        arguments: [run.rawValue]) ?? 0
    }
  }
}
