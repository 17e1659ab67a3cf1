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
    try commit(durably: true) { transaction in
      try transaction.record(run, step: step, stage: stage, kind: kind, version: version, groups: groups)
    }
  }
}

extension StoreTransaction {
  /// Rollouts that were new.
  fileprivate mutating func record(
    _ run: ReplayRun.ID, step: Int, stage: String, kind: RolloutKind, version: PolicyVersion,
    groups: [[ScoredRollout]]
  ) throws -> Int {
    let trainer = try id(of: version, run)
    var count = 0
    for (order, group) in groups.enumerated() {
      guard let first = group.first else { continue }
      let (task, index) = (first.rollout.task, first.rollout.item.group)
      precondition(
        group.allSatisfy { $0.rollout.task.id == task.id && $0.rollout.item.group == index },
        "group \(index) of step \(step) mixes tasks or group indices")
      try execute(
        """
        insert or ignore into groups
          (run_id, kind, step, stage, group_index, task_id, policy_version_id, state, consumed_step, consumed_order,
           budget_mode, budget, max_completion_length, segment_length)
          select id, ?, ?, ?, ?, ?, ?, 'consumed', ?, ?, ?, ?, max_completion_length, segment_length from runs where id = ?
        """,
        [
          kind.rawValue, step, stage, index, id(of: task, run), trainer, kind == .train ? step : nil,
          kind == .train ? order : nil, task.budget?.kind.rawValue, task.budget?.tokens, run.rawValue,
        ])
      let select = try db.cachedStatement(
        sql: """
          select id from groups where run_id = ? and kind = ? and step = ? and stage = ? and group_index = ?
          """)
      let row = try Int64.fetchOne(select, arguments: [run.rawValue, kind.rawValue, step, stage, index])
        .found("groups")
      for scored in group where try insert(scored, run, group: row, step: step, kind: kind) { count += 1 }
    }
    return count
  }

  /// Whether the rollout was new.
  private mutating func insert(
    _ scored: ScoredRollout, _ run: ReplayRun.ID, group: Int64, step: Int, kind: RolloutKind
  ) throws -> Bool {
    let (rollout, reward) = (scored.rollout, scored.reward)
    let item = rollout.item
    try refuseNaN(reward, advantage: scored.advantage, of: item, step: step)
    if let other = try stored(item.sample, group: group) {
      if other.tokens == rollout.segments.map({ LittleEndian.data($0.tokens) }) { return false }
      if kind == .train {
        throw ReplayError(
          path: path, reason: .conflictingRollout(step: step, group: item.group, sample: item.sample))
      }
      try execute("delete from rollouts where id = ?", [other.id])
    }
    try execute(
      """
      insert into rollouts
        (group_id, sample, state, work_step, prompt_tokens, finish_reason, completion_length, text, correctness, accuracy,
         reward, extracted, reason, advantage)
        values (?, ?, 'finished', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        group, item.sample, item.step, LittleEndian.data(rollout.promptTokens), rollout.finishReason.rawValue,
        rollout.completionLength, storable(rollout.text), reward.correctness, reward.accuracy, reward.total,
        reward.extracted.map(storable), storable(reward.reason), scored.advantage,
      ])
    let id = db.lastInsertedRowID
    var start = 0
    for (position, segment) in rollout.segments.enumerated() {
      _ = try insert(segment, of: id, position: position, start: start, step: step, run)
      start += segment.tokens.count
    }
    try insert(reward, of: id)
    try execute("insert into ledger (rollout_id, fate) values (?, ?)", [id, scored.fate.description])
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
}
