internal import Experience
internal import Foundation
internal import GRDB

/// Rows of the store as values, inside one read.
struct StoredRows {
  let db: Database
  /// Of the database, for errors.
  let path: String

  /// What a rollout was made of, from a row that joins `rollouts`, `groups` and `tasks`; with
  /// `rollouts.id` as `rollout_key`, and `fate`.
  func scoredRollout(_ row: Row) throws -> ScoredRollout {
    let id: Int64 = row["rollout_key"]
    guard let promptTokens = LittleEndian.integers(row["prompt_tokens"]) else {
      throw unreadable("rollouts", "`prompt_tokens` of \(id) are not whole numbers")
    }
    let stored: String? = row["fate"]
    guard let fate = stored.flatMap(Fate.init(stored:)) else { throw unreadable("ledger", "`fate` of \(id)") }
    let rollout = Rollout(
      item: WorkItem(step: row["work_step"], group: row["group_index"], sample: row["sample"]),
      task: try task(row), promptTokens: promptTokens, segments: try segments(id),
      finishReason: try finishReason(row), text: row["text"])
    let reward = RewardBreakdown(
      correctness: row["correctness"], components: try components(id), total: row["reward"],
      extracted: row["extracted"], reason: row["reason"])
    return ScoredRollout(rollout: rollout, reward: reward, advantage: row["advantage"], fate: fate)
  }

  func finishReason(_ row: Row) throws -> FinishReason {
    guard let reason = FinishReason(rawValue: row["finish_reason"]) else {
      throw unreadable("rollouts", "`finish_reason` of \(row["rollout_key"] as Int64)")
    }
    return reason
  }

  /// The terms of a rollout's reward, in the order they were computed in.
  func components(_ rollout: Int64) throws -> [RewardComponent] {
    let select = try db.cachedStatement(
      sql: "select name, value, weight from rewards where rollout_id = ? order by position")
    return try Row.fetchAll(select, arguments: [rollout]).map {
      RewardComponent(name: $0["name"], value: $0["value"], weight: $0["weight"])
    }
  }

  func unreadable(_ table: String, _ detail: String) -> ReplayError {
    ReplayError(path: path, reason: .unreadableRow(table: table, detail: detail))
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

  private func segments(_ rollout: Int64) throws -> [Segment] {
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
}
