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

  /// The groups of one step, by group index and sample; members that are not finished are left out.
  public func rollouts(
    _ run: ReplayRun.ID, step: Int, kind: RolloutKind = .train
  ) throws(ReplayError) -> [[ScoredRollout]] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          select rollouts.*, groups.id as group_key, groups.group_index, budget_mode, budget, tasks.*,
              rollouts.id as rollout_key, ledger.fate
            from groups join tasks on tasks.id = groups.task_id
            join rollouts on rollouts.group_id = groups.id
            join ledger on ledger.rollout_id = rollouts.id
            where groups.run_id = ? and groups.step = ? and groups.kind = ? and rollouts.state = 'finished'
              and fate != 'orphaned' order by groups.id, rollouts.sample
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
    func inside(_ name: String) -> String? {
      guard stored.hasPrefix(name + "("), stored.hasSuffix(")") else { return nil }
      return String(stored.dropFirst(name.count + 1).dropLast())
    }
    switch stored {
    case "pending": self = .pending
    case "trained": self = .trained
    case "surplus": self = .surplus
    case "orphaned": self = .orphaned
    default:
      if let reason = inside("filtered") {
        self = .filtered(reason: reason)
      } else if let reason = inside("failed") {
        self = .failed(reason: reason)
      } else if let versions = inside("stale").flatMap(Int.init) {
        self = .stale(by: versions)
      } else {
        return nil
      }
    }
  }
}
