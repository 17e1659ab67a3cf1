internal import Evaluation
internal import Experience
internal import Generation
internal import Objectives
internal import Rewards
internal import Rollouts

/// The groups that one RL step sampled: rolled out, scored, filtered.
struct RolloutBatch {
  /// Groups the update is made of.
  var kept: [[ScoredRollout]] = []
  /// Groups left out, each with its fate.
  var others: [[ScoredRollout]] = []
  var generateSeconds = 0.0
  var generation = GenerationStatistics()
  /// On the scorer's thread, beside generation.
  var rewardSeconds = 0.0
  var filter: GroupFilter

  var all: [[ScoredRollout]] { kept + others }
}

/// Samples until a step has its groups.
struct RolloutCollector {
  let context: TrainingContext

  func collect() throws -> RolloutBatch {
    let rollout = context.configuration.rollout
    var batch = RolloutBatch(
      filter: GroupFilter(target: rollout.numPrompts, rule: context.configuration.algorithm.dynamicSampling))
    let before = context.source.statistics
    var groupIndex = 0
    while batch.filter.progress.needsMore {
      batch.filter.beginBatch()
      var requests: [RolloutRequest] = []
      for _ in 0..<rollout.numPrompts {
        let (task, prompt) = try context.nextTask()
        for sample in 0..<rollout.numGenerations {
          let item = WorkItem(step: context.state.step + 1, group: groupIndex, sample: sample)
          requests.append(RolloutRequest(item: item, task: task, promptTokens: prompt))
        }
        groupIndex += 1
      }
      let version = context.policyVersion
      let scorer = RolloutScorer(
        context.reward, maximumLength: rollout.maxCompletionLength)
      let (rollouts, seconds) = try context.timed {
        try context.source.rollouts(
          requests, purpose: "train", sampling: rollout.sampling, version: version, onFinished: scorer.add)
          ?? []
      }
      batch.generateSeconds += seconds
      let (groups, rewardSeconds) = try scorer.finish(rollouts, groupSize: rollout.numGenerations)
      batch.rewardSeconds += rewardSeconds
      for group in groups { sort(group, into: &batch) }
    }
    batch.generation = context.source.statistics.since(before)
    if case .exhausted(let missing) = batch.filter.progress,
      context.configuration.algorithm.dynamicSampling != nil
    {
      let error = TrainingError(
        .run(
          step: context.state.step + 1,
          "dynamic sampling found \(rollout.numPrompts - missing) of \(rollout.numPrompts) groups in "
            + "\(batch.filter.batchesUsed) generation batches (\(batch.filter.ledger)) — the tasks are too easy or too hard "
            + "for this policy; change `data.train.difficulty`, raise `algorithm.dynamic_sampling.max_num_gen_batches`, or "
            + "turn `algorithm.dynamic_sampling` off"))
      let abandoned = batch.kept.map { $0.map { $0.with(.filtered(reason: "step_abandoned")) } }
      throw AbandonedStep(groups: abandoned + batch.others, version: context.policyVersion, error: error)
    }
    return batch
  }

  private func sort(_ group: [ScoredRollout], into batch: inout RolloutBatch) {
    switch batch.filter.decide(correctness: group.map(\.reward.accuracy)) {
    case .keep: batch.kept.append(group)
    case .filtered(let reason): batch.others.append(group.map { $0.with(.filtered(reason: reason.rawValue)) })
    case .surplus: batch.others.append(group.map { $0.with(.surplus) })
    }
  }
}

/// A step that could not be made: what was sampled for it, for the store, and why.
struct AbandonedStep: Error {
  var groups: [[ScoredRollout]]
  var version: PolicyVersion
  var error: TrainingError
}

extension ScoredRollout {
  func with(_ fate: Fate, advantage: Double? = nil) -> ScoredRollout {
    var copy = self
    copy.fate = fate
    copy.advantage = advantage
    return copy
  }
}
