internal import Objectives
internal import Rollouts
internal import Training

// Answers that are generated in pieces, over several steps.
extension CompatibilityRule {
  static let segmentRules = [
    CompatibilityRule(
      "segment_length+max_completion_length", ["rollout.segment_length", "rollout.max_completion_length"],
      .warning, "a segment has room for a whole response, so none goes on in a later step",
      remedy: "take a part of the limit, such as a quarter (`max_segments: 4`), or leave it out"
    ) { $0.rollout.segmentLength ?? 0 >= $0.rollout.maxCompletionLength },
    CompatibilityRule(
      "segment_length+rollout_correction",
      [
        "rollout.segment_length", "algorithm.rollout_correction", "rollout.logprobs", "algorithm.surrogate",
      ], .warning,
      "several policies sample a response in turn, and the ratio is anchored at the trainer's own logprobs as if the newest had sampled "
        + "all of it",
      remedy:
        "take `surrogate: pois` or `logprobs: rollout` (SAIS) as UloRL does (arXiv:2507.19766), or `rollout_correction: true`"
    ) { $0.rollout.isSegmentedInStep && $0.isUncorrected },
    CompatibilityRule(
      "min_groups_per_step+num_prompts", ["rollout.min_groups_per_step", "rollout.num_prompts"], .error,
      canBeForced: false,
      "no more groups than `num_prompts` are at work at a time, so a step would never have enough",
      remedy: "take at most `num_prompts`"
    ) { $0.rollout.isSegmentedInStep && $0.rollout.minGroupsPerStep > $0.rollout.numPrompts },
    CompatibilityRule(
      "segment_length+max_segment_staleness",
      ["rollout.segment_length", "rollout.max_completion_length", "rollout.max_segment_staleness"], .warning,
      "a response that needs all of the limit takes more steps than its first segment may be old: long responses are generated and "
        + "never trained, and the policy learns from short ones",
      remedy: "take at least the number of segments − 1, or null, and `max_token_staleness` for single tokens"
    ) { run in
      run.rollout.isSegmentedInStep
        && run.rollout.maxSegmentStaleness.map { $0 < run.rollout.segmentCount - 1 } ?? false
    },
    CompatibilityRule(
      "segment_length+batch_statistics",
      [
        "rollout.segment_length", "rollout.min_groups_per_step", "algorithm.whiten_advantages",
        "algorithm.scale_rewards",
      ], .warning,
      "a step trains the groups that are complete, maybe few, and below 8 the batch's standard deviation is noise",
      remedy: "take `min_groups_per_step: 8` or more, or statistics of the group (`scale_rewards: group`)"
    ) {
      $0.rollout.isSegmentedInStep && $0.rollout.minGroupsPerStep < 8
        && ($0.algorithm.whitenAdvantages != .none || $0.algorithm.scaleRewards == .batch)
    },
    CompatibilityRule(
      "segment_length+dynamic_sampling",
      ["rollout.segment_length", "algorithm.dynamic_sampling.keep_accuracy"], .fine,
      "groups outside the band are left out as they complete, and further segments follow until `min_groups_per_step` groups inside it "
        + "are there, for at most `max_num_gen_batches` times as many as the longest response takes"
    ) {
      $0.rollout.isSegmentedInStep && $0.algorithm.dynamicSampling != nil
    },
    CompatibilityRule(
      "segment_length+expansion",
      ["rollout.segment_length", "algorithm.dynamic_sampling.expansion.max_ratio"], .error,
      canBeForced: false,
      "in pieces a step trains whichever groups are complete, of requests of several steps, so there is none to make larger and to "
        + "choose the most balanced groups of",
      remedy: "take `expansion: false`, or leave `segment_length` out"
    ) { $0.rollout.segmentLength != nil && $0.algorithm.dynamicSampling?.expansion != nil },
    CompatibilityRule(
      "segment_length+async", ["rollout.segment_length", "rollout.mode"], .fine,
      "a response that is not done after a segment goes to whichever worker is free, and counts as old as its oldest token"
    ) { $0.rollout.isSegmented && $0.rollout.mode == .async },
  ]
}

extension RolloutConfiguration {
  /// Whether a response may take several steps.
  var isSegmented: Bool { segmentLength.map { $0 < maxCompletionLength } ?? false }

  /// The same, with the trainer deciding when the next segment is made.
  var isSegmentedInStep: Bool { isSegmented && mode == .sequential }

  /// Segments of a response that needs all of the limit.
  fileprivate var segmentCount: Int {
    segmentLength.map { (maxCompletionLength + $0 - 1) / $0 } ?? 1
  }
}
