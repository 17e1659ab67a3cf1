internal import Foundation
internal import GRDB

/// Makes a store smaller: gives the disk back what deleted rows had, and drops what its owner no longer wants. Nothing is ever dropped
/// unasked.
public struct ReplayVacuum: Sendable {
  /// What may be dropped.
  public enum Part: String, Sendable, CaseIterable {
    /// Rollouts of evaluations.
    case evaluations
    /// Groups without any member that was trained, and attempts that a restart orphaned.
    case untrained
    /// Tokens, logprobs and masks of rollouts that are settled; what they were worth and what became of them stays.
    case tokens
  }

  public struct Summary: Sendable, Hashable {
    /// Rollouts that are dropped.
    public var rollouts = 0
    /// Tokens whose numbers are dropped.
    public var tokens = 0
    /// Of the store and its write-ahead log.
    public var bytesBefore = 0
    public var bytesAfter = 0
    public var bytesFreed: Int { max(0, bytesBefore - bytesAfter) }
  }

  public var parts: Set<Part>
  /// Steps from this one on keep everything; nil = drops at all steps, which is for evaluations alone.
  public var before: Int?

  public init(_ parts: Set<Part> = [], before: Int? = nil) {
    self.parts = parts
    self.before = before
  }

  /// Drops and shrinks, with the store to itself.
  ///
  /// - Parameters:
  ///   - path: Of the store.
  ///   - oldestCheckpoint: Step of the oldest checkpoint that the run might go on from; what later steps took is kept for it. nil = the
  ///     newest that the store has a record of.
  /// - Returns: What was dropped.
  /// - Throws: ``ReplayError`` where a run or another program has the store open, or what was asked for is still needed.
  public func callAsFunction(path: String, oldestCheckpoint: Int? = nil) throws(ReplayError) -> Summary {
    let bytesBefore = Self.bytes(path)
    // A damaged one stays as it is, to the byte.
    try ReplayReader(path: path).checkIntegrity()
    // Brings the tables up to date.
    _ = try ReplayStore(path: path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(1)
    configuration.prepareDatabase { db in try db.execute(sql: "pragma locking_mode = exclusive") }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let summary = try queue.writeWithoutTransaction { db in
        var summary = Summary(bytesBefore: bytesBefore)
        try db.inTransaction(.exclusive) {
          try refuse(db, path, oldestCheckpoint)
          // What is counted apart from the rows learns how many of them go.
          try addRows(db, 1)
          try drop(db, &summary)
          try addRows(db, -1)
          return .commit
        }
        try db.execute(sql: "vacuum")
        _ = try Row.fetchAll(db, sql: "pragma wal_checkpoint(truncate)")
        return summary
      }
      try queue.close()
      var whole = summary
      whole.bytesAfter = Self.bytes(path)
      return whole
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      throw ReplayError(path: path, reason: .held)
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  private static func bytes(_ path: String) -> Int {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + ((attributes?[.size] as? Int) ?? 0)
    }
  }

  private func refuse(_ db: Database, _ path: String, _ oldestCheckpoint: Int?) throws {
    guard !parts.subtracting([.evaluations]).isEmpty else { return }
    let newest = try Int.fetchOne(db, sql: "select max(step) from checkpoints")
    guard let before, let newest else {
      throw ReplayError(
        path: path,
        reason: .needed(
          what: before == nil
            ? "without a step, what the run might still go on from would be dropped — name one with `--before STEP`"
            : "no checkpoint is recorded, so a run might still go on from any of its rollouts — only `--drop evaluations` is possible"
        ))
    }
    let limit = min(newest, oldestCheckpoint ?? newest)
    guard before <= limit + 1 else {
      throw ReplayError(
        path: path,
        reason: .needed(
          what:
            "the run can go on from its checkpoint of step \(limit), and needs what later steps took — at most "
            + "`--before \(limit + 1)`, not \(before)"))
    }
  }

  /// Adds the rows that are there, or takes them off, from what is known to be dropped.
  private func addRows(_ db: Database, _ sign: Int) throws {
    let groups = "kind = 'train' and data_position is not null and groups.run_id"
    let rollouts = """
      from rollouts join groups on groups.id = group_id
        where \(groups) = issues.run_id and groups.step = issues.step and groups.stage = issues.stage
      """
    try db.execute(
      sql: """
        update issues set
          vacuumed_items = vacuumed_items + \(sign) * (select count(distinct group_id || '/' || sample) \(rollouts)),
          vacuumed_attempts = vacuumed_attempts + \(sign) * (select count(*) \(rollouts));
        update updates set vacuumed_groups = vacuumed_groups + \(sign) * (
          select count(*) from groups where \(groups) = updates.run_id and state = 'consumed' and consumed_step = updates.step);
        """)
  }

  private func drop(_ db: Database, _ summary: inout Summary) throws {
    let before = before ?? .max
    func delete(_ table: String, _ condition: String) throws {
      let rollouts =
        table == "rollouts"
        ? condition : "group_id in (select id from groups where \(condition))"
      summary.rollouts +=
        try Int.fetchOne(
          db, sql: "select count(*) from rollouts where \(rollouts)", arguments: [before]) ?? 0
      try db.execute(sql: "delete from \(table) where \(condition)", arguments: [before])
    }
    if parts.contains(.evaluations) { try delete("groups", "kind != 'train' and step < ?") }
    let settled = "kind = 'train' and state in ('consumed', 'dropped') and coalesce(consumed_step, step) < ?"
    if parts.contains(.untrained) {
      try delete(
        "groups",
        """
        \(settled) and id not in (
          select group_id from rollouts join ledger on rollout_id = rollouts.id where fate = 'trained')
        """)
      try delete(
        "rollouts",
        """
        group_id in (select id from groups where \(settled))
          and id in (select rollout_id from ledger where fate = 'orphaned')
        """)
    }
    if parts.contains(.tokens) {
      let rollouts = """
        tokens is not null and rollout_id in (select rollouts.id from rollouts join groups on groups.id = group_id
          where \(settled.replacing(" state", with: " groups.state")) or (kind != 'train' and step < ?))
        """
      summary.tokens =
        try Int.fetchOne(
          db, sql: "select coalesce(sum(token_count), 0) from segments where \(rollouts)",
          arguments: [before, before]) ?? 0
      try db.execute(
        sql: "update segments set tokens = null, logprobs = null, sampled = null where \(rollouts)",
        arguments: [before, before])
    }
    try db.execute(sql: "delete from tasks where id not in (select task_id from groups)")
  }
}
