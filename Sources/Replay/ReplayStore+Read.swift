public import Experience
internal import Foundation
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
      var groups: [[ScoredRollout]] = []
      var current: Int64?
      for row in rows {
        if row["group_key"] != current {
          groups.append([])
          current = row["group_key"]
        }
        groups[groups.count - 1].append(try scoredRollout(row, db))
      }
      return groups.sorted { $0[0].rollout.item.group < $1[0].rollout.item.group }
    }
  }

  private func scoredRollout(_ row: Row, _ db: Database) throws -> ScoredRollout {
    let id: Int64 = row["rollout_key"]
    guard let promptTokens = LittleEndian.integers(row["prompt_tokens"]) else {
      throw unreadable("rollouts", "`prompt_tokens` of \(id) are not whole numbers")
    }
    guard let finishReason = FinishReason(rawValue: row["finish_reason"]) else {
      throw unreadable("rollouts", "`finish_reason` of \(id)")
    }
    guard let fate = Fate(stored: row["fate"]) else { throw unreadable("ledger", "`fate` of \(id)") }
    let rollout = Rollout(
      item: WorkItem(step: row["work_step"], group: row["group_index"], sample: row["sample"]),
      task: try task(row), promptTokens: promptTokens, segments: try segments(id, db),
      finishReason: finishReason,
      text: row["text"])
    let components = try Row.fetchAll(
      db, sql: "select name, value, weight from rewards where rollout_id = ? order by position",
      arguments: [id]
    ).map { RewardComponent(name: $0["name"], value: $0["value"], weight: $0["weight"]) }
    let reward = RewardBreakdown(
      correctness: row["correctness"], components: components, total: row["reward"],
      extracted: row["extracted"],
      reason: row["reason"])
    return ScoredRollout(rollout: rollout, reward: reward, advantage: row["advantage"], fate: fate)
  }

  private func task(_ row: Row) throws -> ReasoningTask {
    let json: String = row["columns"]
    guard let columns = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8)) else {
      throw unreadable("tasks", "`columns` is not a JSON object of texts")
    }
    return ReasoningTask(
      id: row["task"], source: row["source"], prompt: row["prompt"], groundTruth: row["ground_truth"],
      verifier: row["verifier"], difficulty: row["difficulty"], solution: row["solution"], columns: columns)
  }

  private func segments(_ rollout: Int64, _ db: Database) throws -> [Segment] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        select tokens, logprobs, sampled, number, digest
          from segments join policy_versions on policy_versions.id = policy_version_id
          where rollout_id = ? order by position
        """, arguments: [rollout])
    return try rows.map { row in
      guard let tokens = LittleEndian.integers(row["tokens"]),
        let logprobs = LittleEndian.floats(row["logprobs"])
      else {
        throw unreadable("segments", "`tokens` or `logprobs` of rollout \(rollout) are not whole numbers")
      }
      return Segment(
        tokens: tokens, logprobs: logprobs, sampled: LittleEndian.booleans(row["sampled"]),
        version: PolicyVersion(number: row["number"], digest: row["digest"]))
    }
  }

  private func unreadable(_ table: String, _ detail: String) -> ReplayError {
    ReplayError(path: path, reason: .unreadableRow(table: table, detail: detail))
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
