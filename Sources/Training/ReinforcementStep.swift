internal import Experience
internal import Metrics
internal import Objectives
internal import Rollouts
internal import Tensors
internal import Transformer

/// One step of reinforcement learning: take groups, compare within them, update.
struct ReinforcementStep {
  let context: TrainingContext
  /// Where its groups come from.
  let supply: any GroupSupply
  /// What is under way beside them; nil where nothing is.
  let pipeline: RolloutPipeline?

  struct Outcome {
    var record: MetricRecord
    /// Everything it took, in order, with fates and advantages, for the store.
    var groups: [[ScoredRollout]]
    /// The version that the update starts from.
    var version: PolicyVersion
  }

  func run(learningRate: Double) throws -> Outcome {
    let version = context.policyVersion
    var batch = try supply.collect()
    let expansion = followExpansion(batch)
    var kept = batch.kept
    let algorithm = context.configuration.algorithm
    let stage = AdvantageStage(algorithm: algorithm, reward: context.reward)
    let selection = stage.select(kept)
    var responses = UpdateBatch()
    for (group, members) in kept.enumerated() {
      for (member, scored) in members.enumerated() where selection.takesPart(group, member) {
        responses.append(scored, version: version.number, algorithm: algorithm)
      }
    }
    var outcome = UpdateOutcome()
    var advantages: [[Double?]] = []
    let (_, seconds) = try context.timed {
      let update = PolicyUpdate(context: context, batch: responses)
      let passes = update.prepare(into: &outcome)
      (advantages, responses.advantages) = stage.advantages(
        kept, selection, responses, kl: klInReward(passes, responses))
      guard !responses.isEmpty else { return }
      try PolicyUpdate(context: context, batch: responses).run(
        passes, learningRate: learningRate, into: &outcome)
    }
    for (group, members) in kept.enumerated() {
      for (member, scored) in members.enumerated() {
        kept[group][member] = scored.with(
          fate(of: scored, selection.reasons[group][member]), advantage: advantages[group][member])
      }
    }
    batch.settle(kept)
    try selfCheck(outcome)
    refreshReference()
    warnWithoutSignal(advantages, kept)
    let generated = batch.all.joined().reduce(0) { $0 + $1.rollout.completionLength }
    let prompts = batch.all.joined().reduce(0) { $0 + $1.rollout.promptTokens.count }
    context.state.tokens += generated + prompts
    var record = RolloutMetrics(batch, configuration: context.configuration).record
    for field in expansion.fields { record[field.name] = field.value }
    record["learning_rate"] = .number(learningRate)
    let metrics = UpdateMetrics(
      configuration: context.configuration, outcome: outcome, batch: responses, selection: selection,
      hasReference: context.reference != nil)
    for field in metrics.record.fields { record[field.name] = field.value }
    warnOfSilence(metrics.longestQuartile)
    for field in ProvenanceMetrics(kept, version: version).record.fields { record[field.name] = field.value }
    if let pipeline {
      let metrics = PipelineMetrics(pipeline, batch, trainSeconds: seconds)
      for field in metrics.record.fields { record[field.name] = field.value }
      for field in context.difficulty.record.fields { record[field.name] = field.value }
      warnOfEmptyBand()
    }
    let isWaiting = context.configuration.rollout.mode == .async
    record[isWaiting ? "time/wait_seconds" : "time/generate_seconds"] = .number(batch.generateSeconds)
    record["time/train_seconds"] = .number(seconds)
    record["time/reward_seconds"] = .number(batch.rewardSeconds)
    if !isWaiting {
      let made = pipeline?.counts.tokens ?? generated
      record["tokens_per_second/generate"] = .number(Double(made) / max(batch.generateSeconds, 1e-9))
    }
    record["tokens_per_second/train"] = .number(Double(outcome.tokens) / max(seconds, 1e-9))
    return Outcome(record: record, groups: batch.all, version: version)
  }

  /// KL of each token from the reference, where it comes off the rewards: between the policy that anchors the ratio and the
  /// reference, as both were before the update.
  private func klInReward(_ passes: PolicyUpdate.Passes, _ batch: UpdateBatch) -> [Double]? {
    let algorithm = context.configuration.algorithm
    guard algorithm.countsKLInReward, let references = passes.references,
      let old = passes.before?.logprobs ?? passes.anchor
    else { return nil }
    return zip(old, references).map {
      klEstimate(
        logprob: $0, referenceLogprob: $1, estimator: algorithm.klEstimator, cap: algorithm.klClamp
      ).value
    }
  }

  private func fate(of scored: ScoredRollout, _ reason: String?) -> Fate {
    if let reason { return .filtered(reason: reason) }
    let isOverlong =
      context.configuration.algorithm.maskTruncatedCompletions && scored.rollout.isTruncated
    return isOverlong ? .filtered(reason: "overlong") : .trained
  }

  private func selfCheck(_ outcome: UpdateOutcome) throws {
    guard !context.state.selfCheckDone, outcome.firstPassTokens > 0 else { return }
    context.state.selfCheckDone = true
    let rollout = context.configuration.rollout
    guard rollout.topP == 1, rollout.topK == 0 else {
      context.emit(
        .warning(
          "self-check left out: with `top_p` or `top_k` the sampled distribution is not the trained one, and ratios are "
            + "biased"))
      return
    }
    let isSingleUpdate = context.configuration.algorithm.updatesPerBatch == 1
    let check = SelfCheck(
      meanGap: outcome.gapSum / Double(max(1, outcome.gapTokens)), maxGap: outcome.gapMax,
      ratioMin: outcome.sums.ratioMin == .infinity ? 1 : outcome.sums.ratioMin,
      ratioMax: outcome.sums.ratioMax == -.infinity ? 1 : outcome.sums.ratioMax,
      kl: outcome.klBefore.map { $0 / Double(max(1, outcome.gapTokens)) }, isSingleUpdate: isSingleUpdate,
      isRounded: context.configuration.isRounded, isOverSampler: rollout.logprobs == .rollout)
    if let failure = check.failure {
      throw TrainingError(.run(step: context.state.step + 1, "self-check failed: " + failure))
    }
    context.emit(.note(check.words))
  }

  private func refreshReference() {
    guard let reference = context.reference,
      let every = context.configuration.algorithm.referenceRefreshEvery,
      (context.state.stageStep + 1) % every == 0
    else { return }
    reference.parameters.flat.copy(from: context.model.parameters.flat)
    context.emit(.note("step \(context.state.step + 1): the reference policy is now a copy of the policy"))
  }

  /// Says once in a while that the correction takes the loss of long answers away: weights of whole responses shrink with every
  /// token, and nothing but the share of the signal that long ones carry shows it.
  private func warnOfSilence(_ longestQuartile: (weighted: Double, unweighted: Double)?) {
    guard let rule = context.configuration.algorithm.rolloutCorrection,
      let (share, without) = longestQuartile, without > 0, share < without / 4
    else { return }
    guard share > 0 else {
      context.emit(
        .warning(
          "step \(context.state.step + 1): `algorithm.rollout_correction` takes the loss of every token of the longest answers away, "
            + "and nothing is learned from them (`correction/dropped_share`); widen its bounds and filters"))
      return
    }
    let count = (context.state.silencedSteps ?? 0) + 1
    context.state.silencedSteps = count
    guard count & (count - 1) == 0 else { return }
    context.emit(
      .warning(
        "step \(context.state.step + 1): `algorithm.rollout_correction` (level \(rule.level.rawValue)) leaves the longest "
          + "quarter of the answers \(percent(share)) of the signal, where they would carry \(percent(without)) without it — "
          + "weights of whole responses shrink with their length; `level: token` does not, and `geometric_min` and `geometric_max` "
          + "filter without regard to length"))
  }

  /// Said once in an attempt of the run: as long as the band is empty it stays so, and the metrics have it at every step.
  private func warnOfEmptyBand() {
    guard context.difficulty.tellsOfEmptyBand() else { return }
    context.emit(
      .warning(
        "step \(context.state.step + 1): nothing is left inside `data.keep_accuracy` in a source of tasks, so its tasks are asked as if "
          + "there were no band (`sampler/outside_band`) — widen it, or add tasks that are harder or easier"))
  }

  private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

  private func warnWithoutSignal(_ advantages: [[Double?]], _ kept: [[ScoredRollout]]) {
    guard advantages.joined().allSatisfy({ ($0 ?? 0) == 0 }) else { return }
    context.state.stepsWithoutSignal += 1
    // Said at 1, 2, 4, 8, …: plainly, without drowning everything else.
    let count = context.state.stepsWithoutSignal
    guard count & (count - 1) == 0 else { return }
    let scores = kept.joined().compactMap(\.reward.correctness)
    let what =
      scores.isEmpty
      ? "no answer could be judged"
      : scores.allSatisfy { $0 == 0 }
        ? "every answer is wrong"
        : scores.allSatisfy { $0 == 1 } ? "every answer is right" : "all answers of a group score alike"
    let truncated = kept.joined().count { $0.rollout.isTruncated }
    context.emit(
      .warning(
        "step \(context.state.step + 1): all \(kept.count) groups have zero reward variance (\(what)), so nothing can "
          + "be learned from this step; \(count) such step\(count == 1 ? "" : "s") so far. "
          + (truncated > scores.count / 2
            ? "\(truncated) of \(scores.count) answers were cut at `rollout.max_completion_length` "
              + "(\(context.configuration.rollout.maxCompletionLength)). " : "")
          + "Easier tasks, a model that is sometimes right (an sft stage first), or a larger `rollout.num_generations` give it something to compare"
      ))
  }
}
