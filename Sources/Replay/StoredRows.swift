internal import Experience
internal import Foundation
internal import GRDB

/// Rows of the store as values, inside one read. A store may have been edited: what is not as apus writes it is an error.
struct StoredRows {
  let db: Database
  /// Of the database, for errors.
  let path: String

  /// A column's value.
  func value<Value: DatabaseValueConvertible>(
    _ row: Row, _ column: String, of table: String, as type: Value.Type = Value.self
  ) throws -> Value {
    let stored: DatabaseValue = row[column]
    guard let value = Value.fromDatabaseValue(stored) else {
      throw unreadable(table, "`\(column)` is \(stored)")
    }
    return value
  }

  /// A column's value; nil = NULL.
  func optional<Value: DatabaseValueConvertible>(
    _ row: Row, _ column: String, of table: String, as type: Value.Type = Value.self
  ) throws -> Value? {
    let stored: DatabaseValue = row[column]
    return stored.isNull ? nil : try value(row, column, of: table)
  }

  /// What a rollout was made of, from a row that joins `rollouts`, `groups` and `tasks`; with
  /// `rollouts.id` as `rollout_key`, and `fate`.
  func scoredRollout(_ row: Row, withSegments: Bool = true) throws -> ScoredRollout {
    let id: Int64 = try value(row, "rollout_key", of: "rollouts")
    let stored: String? = try optional(row, "fate", of: "ledger")
    guard let fate = stored.flatMap(Fate.init(stored:)) else { throw unreadable("ledger", "`fate` of \(id)") }
    let rollout = Rollout(
      item: WorkItem(
        step: try value(row, "work_step", of: "rollouts"), group: try value(row, "group_index", of: "groups"),
        sample: try value(row, "sample", of: "rollouts")),
      task: try task(row), promptTokens: try promptTokens(row, id),
      segments: withSegments ? try segments(id) : [],
      finishReason: try finishReason(row) ?? .length, text: try optional(row, "text", of: "rollouts") ?? "")
    return ScoredRollout(
      rollout: rollout, reward: try reward(row, id),
      advantage: try optional(row, "advantage", of: "rollouts"), fate: fate)
  }

  /// nil = the rollout goes on.
  func finishReason(_ row: Row) throws -> FinishReason? {
    guard let text: String = try optional(row, "finish_reason", of: "rollouts") else { return nil }
    guard let reason = FinishReason(rawValue: text) else {
      throw unreadable("rollouts", "`finish_reason` is \(text)")
    }
    return reason
  }

  /// What a rollout is worth, from its row.
  func reward(_ row: Row, _ id: Int64) throws -> RewardBreakdown {
    let terms = try terms(id)
    return RewardBreakdown(
      correctness: try optional(row, "correctness", of: "rollouts"),
      accuracy: try optional(row, "accuracy", of: "rollouts"),
      components: terms.filter { !$0.isReference }.map(\.component),
      references: terms.filter(\.isReference).map(\.component),
      total: try optional(row, "reward", of: "rollouts"),
      extracted: try optional(row, "extracted", of: "rollouts"),
      reason: try optional(row, "reason", of: "rollouts") ?? "")
  }

  /// What a rollout is worth; nil if it has not been judged.
  func reward(_ id: Int64) throws -> RewardBreakdown? {
    let select = try db.cachedStatement(
      sql: "select correctness, accuracy, reward, extracted, reason from rollouts where id = ?")
    guard let row = try Row.fetchOne(select, arguments: [id]) else { return nil }
    let reason: String? = try optional(row, "reason", of: "rollouts")
    return reason == nil ? nil : try reward(row, id)
  }

  /// The nodes of a rollout's reward, in the order they were computed in.
  func terms(_ rollout: Int64) throws -> [(component: RewardComponent, isReference: Bool)] {
    let select = try db.cachedStatement(
      sql: "select name, value, weight, is_reference from rewards where rollout_id = ? order by position")
    return try Row.fetchAll(select, arguments: [rollout]).map { row in
      (
        RewardComponent(
          name: try value(row, "name", of: "rewards"), value: try optional(row, "value", of: "rewards"),
          weight: try value(row, "weight", of: "rewards")),
        try value(row, "is_reference", of: "rewards")
      )
    }
  }

  /// What was asked, from a row that joins `tasks` and the group's budget.
  func task(_ row: Row) throws -> ReasoningTask {
    let json: String = try value(row, "columns", of: "tasks")
    guard let columns = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8)) else {
      throw unreadable("tasks", "`columns` is not a JSON object of texts")
    }
    return ReasoningTask(
      id: try value(row, "task", of: "tasks"), source: try value(row, "source", of: "tasks"),
      prompt: try value(row, "prompt", of: "tasks"),
      groundTruth: try value(row, "ground_truth", of: "tasks"),
      verifier: try value(row, "verifier", of: "tasks"),
      difficulty: try optional(row, "difficulty", of: "tasks"),
      solution: try optional(row, "solution", of: "tasks"), columns: columns, budget: try budget(row),
      bucket: row.hasColumn("bucket") ? try optional(row, "bucket", of: "tasks") : nil)
  }

  /// What the prompt of a group asked for, from a row with its `budget_mode` and `budget`.
  func budget(_ row: Row) throws -> LengthBudget? {
    let mode: String? = try optional(row, "budget_mode", of: "groups")
    let tokens: Int? = try optional(row, "budget", of: "groups")
    if mode == nil, tokens == nil { return nil }
    guard let kind = mode.flatMap(LengthBudget.Kind.init(rawValue:)), let tokens else {
      throw unreadable(
        "groups", "`budget_mode` is \(mode ?? "NULL") and `budget` \(tokens.map(String.init) ?? "NULL")")
    }
    return LengthBudget(kind, tokens: tokens)
  }

  func promptTokens(_ row: Row, _ id: Int64) throws -> [Int32] {
    guard let tokens = LittleEndian.integers(try value(row, "prompt_tokens", of: "rollouts")) else {
      throw unreadable("rollouts", "`prompt_tokens` of \(id) are not whole numbers")
    }
    return tokens
  }

  /// The segments of a rollout, in order; those that were committed after a step are left out.
  func segments(_ rollout: Int64, asOf step: Int? = nil) throws -> [Segment] {
    let select = try db.cachedStatement(
      sql: """
        select tokens, logprobs, sampled, worker, number, digest
          from segments join policy_versions on policy_versions.id = policy_version_id
          where rollout_id = ? and step <= ? order by position
        """)
    return try Row.fetchAll(select, arguments: [rollout, step ?? .max]).map { try segment($0, of: rollout) }
  }

  func segment(_ row: Row, of rollout: Int64) throws -> Segment {
    guard let tokens: Data = try optional(row, "tokens", of: "segments"),
      let logprobs: Data = try optional(row, "logprobs", of: "segments"),
      let sampled: Data = try optional(row, "sampled", of: "segments")
    else { throw ReplayError(path: path, reason: .vacuumedTokens(rollout: rollout)) }
    guard let tokens = LittleEndian.integers(tokens), let logprobs = LittleEndian.floats(logprobs),
      tokens.count == logprobs.count, tokens.count == sampled.count
    else { throw unreadable("segments", "the arrays of rollout \(rollout) are not of one length") }
    return Segment(
      tokens: tokens, logprobs: logprobs, sampled: LittleEndian.booleans(sampled),
      version: try version(row), worker: try optional(row, "worker", of: "segments"))
  }

  func version(_ row: Row, _ prefix: String = "") throws -> PolicyVersion {
    PolicyVersion(
      number: try value(row, prefix + "number", of: "policy_versions"),
      digest: try value(row, prefix + "digest", of: "policy_versions"))
  }

  func unreadable(_ table: String, _ detail: String) -> ReplayError {
    ReplayError(path: path, reason: .unreadableRow(table: table, detail: detail))
  }
}
