public import Experience
internal import Foundation
internal import GRDB

/// Why rollouts were made.
public enum RolloutKind: String, Sendable, CaseIterable {
  case train
  /// Sampled answers to held-out tasks (pass@k).
  case evaluation
  /// The most probable answers to held-out tasks.
  case greedyEvaluation = "greedy_evaluation"
}

extension ReplayStore {
  /// Stores the groups of one step, or of one evaluation, all of them or none.
  ///
  /// Recording the same again changes nothing: a rollout is known by (kind, step, stage, group, sample). A
  /// training rollout that is stored with other tokens is an error, since then a rollback was forgotten; an
  /// evaluation that is done again with another outcome (on another CPU, say) takes the place of the one
  /// before.
  ///
  /// Texts are stored with U+2400 in place of NUL, which ends a text in SQLite; the tokens are exact.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - step: The training step after which a checkpoint would have these groups behind it.
  ///   - stage: Name of the stage.
  ///   - kind: Training, or which kind of evaluation.
  ///   - version: The trainer's policy at that time. Segments carry the versions that sampled them.
  ///   - groups: Members of a group share task and group index; empty groups are passed over.
  /// - Returns: How many rollouts were new.
  /// - Throws: ``ReplayError``; then nothing of this call was stored.
  @discardableResult
  public func record(
    _ run: ReplayRun.ID, step: Int, stage: String, kind: RolloutKind = .train, version: PolicyVersion,
    groups: [[ScoredRollout]]
  ) throws(ReplayError) -> Int {
    try write { db in
      let recorder = try Recorder(
        db: db, path: path, run: run, step: step, stage: stage, kind: kind, version: version)
      return try groups.reduce(0) { try $0 + recorder.record(group: $1) }
    }
  }
}

/// The statements of one recording, inside its transaction.
private struct Recorder {
  let db: Database
  let path: String
  let run: ReplayRun.ID
  let step: Int
  let stage: String
  let kind: RolloutKind
  let trainerVersion: Int64

  init(
    db: Database, path: String, run: ReplayRun.ID, step: Int, stage: String, kind: RolloutKind,
    version: PolicyVersion
  ) throws {
    self.db = db
    self.path = path
    self.run = run
    self.step = step
    self.stage = stage
    self.kind = kind
    trainerVersion = try Self.id(of: version, run, db)
  }

  /// Rollouts of the group that were new.
  func record(group: [ScoredRollout]) throws -> Int {
    guard let first = group.first else { return 0 }
    let (task, index) = (first.rollout.task, first.rollout.item.group)
    precondition(
      group.allSatisfy { $0.rollout.task.id == task.id && $0.rollout.item.group == index },
      "group \(index) of step \(step) mixes tasks or group indices")
    let groupID = try insertGroup(index: index, task: insert(task))
    return try group.reduce(0) { try $0 + (insert($1, group: groupID) ? 1 : 0) }
  }

  private static func id(of version: PolicyVersion, _ run: ReplayRun.ID, _ db: Database) throws -> Int64 {
    let insert = try db.cachedStatement(
      sql: "insert or ignore into policy_versions (run_id, number, digest) values (?, ?, ?)")
    try insert.execute(arguments: [run.rawValue, version.number, version.digest])
    let select = try db.cachedStatement(
      sql: "select id from policy_versions where run_id = ? and number = ? and digest = ?")
    return try Int64.fetchOne(select, arguments: [run.rawValue, version.number, version.digest]).found(
      "policy_versions")
  }

  private func insert(_ task: ReasoningTask) throws -> Int64 {
    let columns = try JSONEncoder.sorted.encode(task.columns)
    let insert = try db.cachedStatement(
      sql: """
        insert or ignore into tasks
          (run_id, task, source, prompt, ground_truth, verifier, difficulty, solution, columns)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [
      run.rawValue, task.id, task.source, storable(task.prompt), storable(task.groundTruth), task.verifier,
      task.difficulty, task.solution.map(storable), String(decoding: columns, as: UTF8.self),
    ])
    let select = try db.cachedStatement(
      sql: "select id, prompt, ground_truth from tasks where run_id = ? and task = ?")
    let row = try Row.fetchOne(select, arguments: [run.rawValue, task.id]).found("tasks")
    guard row["prompt"] == storable(task.prompt), row["ground_truth"] == storable(task.groundTruth) else {
      throw ReplayError(path: path, reason: .taskChanged(id: task.id))
    }
    return row["id"]
  }

  private func insertGroup(index: Int, task: Int64) throws -> Int64 {
    let insert = try db.cachedStatement(
      sql: """
        insert or ignore into groups (run_id, kind, step, stage, group_index, task_id, policy_version_id)
          values (?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [run.rawValue, kind.rawValue, step, stage, index, task, trainerVersion])
    let select = try db.cachedStatement(
      sql:
        "select id from groups where run_id = ? and kind = ? and step = ? and stage = ? and group_index = ?")
    return try Int64.fetchOne(select, arguments: [run.rawValue, kind.rawValue, step, stage, index]).found(
      "groups")
  }

  /// Whether the rollout was new.
  private func insert(_ scored: ScoredRollout, group: Int64) throws -> Bool {
    try refuseNaN(scored)
    if let other = try stored(scored.rollout.item.sample, group: group) {
      if other.tokens == scored.rollout.segments.map({ LittleEndian.data($0.tokens) }) { return false }
      if kind == .train {
        let item = scored.rollout.item
        throw ReplayError(
          path: path, reason: .conflictingRollout(step: step, group: item.group, sample: item.sample))
      }
      try db.execute(sql: "delete from rollouts where id = ?", arguments: [other.id])
    }

    let (rollout, reward) = (scored.rollout, scored.reward)
    let insert = try db.cachedStatement(
      sql: """
        insert into rollouts
          (group_id, sample, work_step, prompt_tokens, finish_reason, completion_length, text, correctness, reward,
           extracted, reason, advantage)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [
      group, rollout.item.sample, rollout.item.step, LittleEndian.data(rollout.promptTokens),
      rollout.finishReason.rawValue, rollout.completionLength, storable(rollout.text), reward.correctness,
      reward.total,
      reward.extracted.map(storable), storable(reward.reason), scored.advantage,
    ])
    let id = db.lastInsertedRowID
    let segments = try db.cachedStatement(
      sql: """
        insert into segments (rollout_id, position, policy_version_id, tokens, logprobs, sampled)
          values (?, ?, ?, ?, ?, ?)
        """)
    for (position, segment) in rollout.segments.enumerated() {
      try segments.execute(arguments: [
        id, position, Self.id(of: segment.version, run, db), LittleEndian.data(segment.tokens),
        LittleEndian.data(segment.logprobs), LittleEndian.data(segment.sampled),
      ])
    }
    let rewards = try db.cachedStatement(
      sql: "insert into rewards (rollout_id, position, name, value, weight) values (?, ?, ?, ?, ?)")
    for (position, component) in (reward.components + reward.references).enumerated() {
      try rewards.execute(arguments: [id, position, component.name, component.value, component.weight])
    }
    try db.cachedStatement(sql: "insert into ledger (rollout_id, fate) values (?, ?)")
      .execute(arguments: [id, scored.fate.description])
    return true
  }

  /// The rollout that has a place in the group already, and its tokens by segment.
  private func stored(_ sample: Int, group: Int64) throws -> (id: Int64, tokens: [Data])? {
    let rollout = try db.cachedStatement(sql: "select id from rollouts where group_id = ? and sample = ?")
    guard let id = try Int64.fetchOne(rollout, arguments: [group, sample]) else { return nil }
    let segments = try db.cachedStatement(
      sql: "select tokens from segments where rollout_id = ? order by position")
    return (id, try Data.fetchAll(segments, arguments: [id]))
  }

  private func refuseNaN(_ scored: ScoredRollout) throws {
    let reward = scored.reward
    var numbers: [(String, Double?)] = [
      ("the correctness", reward.correctness), ("the reward", reward.total),
      ("the advantage", scored.advantage),
    ]
    for component in reward.components + reward.references {
      numbers += [
        ("reward term `\(component.name)`", component.value),
        ("the weight of `\(component.name)`", component.weight),
      ]
    }
    if let nan = numbers.first(where: { $0.1?.isNaN == true }) {
      let item = scored.rollout.item
      throw ReplayError(
        path: path, reason: .notANumber(what: nan.0, step: step, group: item.group, sample: item.sample))
    }
  }

  private func storable(_ text: String) -> String {
    text.utf8.contains(0)
      ? String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : $0 })) : text
  }
}

extension JSONEncoder {
  /// The same text for the same dictionary.
  fileprivate static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension Optional {
  /// A row that this transaction has just written.
  fileprivate func found(_ table: String) -> Wrapped {
    guard let self else { preconditionFailure("a row of `\(table)` is not there after it was inserted") }
    return self
  }
}
