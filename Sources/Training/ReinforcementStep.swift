internal import Experience
internal import Metrics
internal import Objectives
internal import Rollouts
internal import Tensors
internal import Transformer

/// One step of reinforcement learning: sample, score, compare within groups, update.
struct ReinforcementStep {
  let context: TrainingContext

  struct Outcome {
    var record: MetricRecord
    /// Everything sampled, with fates and advantages, for the store.
    var groups: [[ScoredRollout]]
    /// The version that sampled it.
    var version: PolicyVersion
  }

  func run(learningRate: Double) throws -> Outcome {
    let version = context.policyVersion
    var batch = try RolloutCollector(context: context).collect()
    let algorithm = context.configuration.algorithm
    let advantages = groupAdvantages(
      rewards: batch.kept.map { $0.map(\.reward.total) }, scaling: algorithm.scaleRewards,
      stdDdof: algorithm.stdDdof)
    var responses = UpdateBatch()
    for group in batch.kept.indices {
      for member in batch.kept[group].indices {
        let scored = batch.kept[group][member]
        guard let advantage = advantages[group][member] else {
          batch.kept[group][member] = scored.with(.filtered(reason: "no_verdict"))
          continue
        }
        let isOverlong = algorithm.maskTruncatedCompletions && scored.rollout.isTruncated
        batch.kept[group][member] = scored.with(
          isOverlong ? .filtered(reason: "overlong") : .trained, advantage: advantage)
        responses.append(
          scored, advantage: advantage, masksTruncated: algorithm.maskTruncatedCompletions)
      }
    }
    let (outcome, seconds) = try context.timed {
      responses.isEmpty
        ? PolicyUpdate.Outcome()
        : try PolicyUpdate(context: context).run(responses, learningRate: learningRate)
    }
    try selfCheck(outcome)
    refreshReference()
    warnWithoutSignal(advantages, batch)
    let generated = batch.all.joined().reduce(0) { $0 + $1.rollout.completionLength }
    let prompts = batch.all.joined().reduce(0) { $0 + $1.rollout.promptTokens.count }
    context.state.tokens += generated + prompts
    var record = RolloutMetrics(batch, configuration: context.configuration).record
    record["loss"] = .number(outcome.loss)
    if let norm = outcome.gradNorm { record["grad_norm"] = .number(norm) }
    record["learning_rate"] = .number(learningRate)
    let tokens = Double(max(1, outcome.firstPassTokens))
    record["entropy"] = .number(outcome.entropySum / tokens)
    if context.reference != nil { record["kl"] = .number(outcome.sums.klToReference) }
    record["clip_ratio/low_mean"] = .number(outcome.sums.clipFractionLow)
    record["clip_ratio/high_mean"] = .number(outcome.sums.clipFractionHigh)
    record["clip_ratio/region_mean"] = .number(outcome.sums.clipFractionLow + outcome.sums.clipFractionHigh)
    if outcome.sums.tokens > 0 {
      record["ratio/mean"] = .number(outcome.sums.ratioMean)
      record["ratio/min"] = .number(outcome.sums.ratioMin)
      record["ratio/max"] = .number(outcome.sums.ratioMax)
    }
    record["sampling/logp_difference_mean"] = .number(outcome.gapSum / Double(max(1, outcome.gapTokens)))
    record["sampling/logp_difference_max"] = .number(outcome.gapMax)
    // The update starts from `version`; in this process nothing is ever older, and the record shows it.
    let segments = batch.kept.joined().flatMap(\.rollout.segments)
    record["staleness"] = .number(
      RolloutMetrics.mean(segments.map { Double(version.number - $0.version.number) }))
    record["train/forward_tokens"] = .integer(outcome.forwardTokens)
    record["time/generate_seconds"] = .number(batch.generateSeconds)
    record["time/train_seconds"] = .number(seconds)
    record["time/reward_seconds"] = .number(batch.rewardSeconds)
    record["tokens_per_second/generate"] = .number(Double(generated) / max(batch.generateSeconds, 1e-9))
    record["tokens_per_second/train"] = .number(Double(outcome.tokens) / max(seconds, 1e-9))
    return Outcome(record: record, groups: batch.all, version: version)
  }

  private func selfCheck(_ outcome: PolicyUpdate.Outcome) throws {
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

  private func warnWithoutSignal(_ advantages: [[Double?]], _ batch: RolloutBatch) {
    guard advantages.joined().allSatisfy({ ($0 ?? 0) == 0 }) else { return }
    context.state.stepsWithoutSignal += 1
    // Said at 1, 2, 4, 8, …: plainly, without drowning everything else.
    let count = context.state.stepsWithoutSignal
    guard count & (count - 1) == 0 else { return }
    let scores = batch.kept.joined().compactMap(\.reward.correctness)
    let what =
      scores.isEmpty
      ? "no answer could be judged"
      : scores.allSatisfy { $0 == 0 }
        ? "every answer is wrong"
        : scores.allSatisfy { $0 == 1 } ? "every answer is right" : "all answers of a group score alike"
    let truncated = batch.kept.joined().count { $0.rollout.isTruncated }
    context.emit(
      .warning(
        "step \(context.state.step + 1): all \(batch.kept.count) groups have zero reward variance (\(what)), so nothing can "
          + "be learned from this step; \(count) such step\(count == 1 ? "" : "s") so far. "
          + (truncated > scores.count / 2
            ? "\(truncated) of \(scores.count) answers were cut at `rollout.max_completion_length` "
              + "(\(context.configuration.rollout.maxCompletionLength)). " : "")
          + "Easier tasks, a model that is sometimes right (an sft stage first), or a larger `rollout.num_generations` give it something to compare"
      ))
  }
}
