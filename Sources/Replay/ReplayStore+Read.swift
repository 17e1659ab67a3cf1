public import Experience
internal import GRDB

/// What a run has stored, by kind.
public struct ReplayCounts: Sendable, Hashable {
  public var groups = 0
  public var rollouts = 0
  /// Generated tokens, end tokens included.
  public var tokens = 0
  /// Rollouts by fate: `trained`, `filtered(zero_variance)`, …
  public var fates: [String: Int] = [:]

  public init() {}
}

extension ReplayStore {
  /// How much is stored, and what became of it. Every rollout has exactly one fate, so the fates add up to
  /// the rollouts.
  public func counts(_ run: ReplayRun.ID, kind: RolloutKind = .train) throws(ReplayError) -> ReplayCounts {
    try read { db in
      var counts = ReplayCounts()
      counts.groups =
        try Int.fetchOne(
          db, sql: "select count(*) from groups where run_id = ? and kind = ?",
          arguments: [run.rawValue, kind.rawValue]) ?? 0
      let rows = try Row.fetchAll(
        db,
        sql: """
          select fate, count(*) as rollouts, sum(completion_length) as tokens
            from rollouts join groups on groups.id = group_id left join ledger on rollout_id = rollouts.id
            where run_id = ? and kind = ? group by fate
          """, arguments: [run.rawValue, kind.rawValue])
      for row in rows {
        counts.fates[row["fate"] ?? "none", default: 0] += row["rollouts"]
        counts.rollouts += row["rollouts"]
        counts.tokens += row["tokens"]
      }
      return counts
    }
  }

  /// The groups of one step, by group index and sample, as they were recorded.
  public func rollouts(
    _ run: ReplayRun.ID, step: Int, kind: RolloutKind = .train
  ) throws(ReplayError) -> [[ScoredRollout]] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          select rollouts.*, groups.id as group_key, groups.group_index, tasks.*, rollouts.id as rollout_key, ledger.fate
            from groups join tasks on tasks.id = groups.task_id
            join rollouts on rollouts.group_id = groups.id
            join ledger on ledger.rollout_id = rollouts.id
            where groups.run_id = ? and groups.step = ? and groups.kind = ?
            order by groups.id, rollouts.sample
          """, arguments: [run.rawValue, step, kind.rawValue])
      let stored = StoredRows(db: db, path: path)
      var groups: [[ScoredRollout]] = []
      var current: Int64?
      for row in rows {
        if row["group_key"] != current {
          groups.append([])
          current = row["group_key"]
        }
        groups[groups.count - 1].append(try stored.scoredRollout(row))
      }
      return groups.sorted { $0[0].rollout.item.group < $1[0].rollout.item.group }
    }
  }
}

extension Fate {
  /// Reads what ``description`` gives.
  init?(stored: String) {
    switch stored {
    case "pending": self = .pending
    case "trained": self = .trained
    case "surplus": self = .surplus
    default:
      guard stored.hasPrefix("filtered("), stored.hasSuffix(")") else { return nil }
      self = .filtered(reason: String(stored.dropFirst("filtered(".count).dropLast()))
    }
  }
}
