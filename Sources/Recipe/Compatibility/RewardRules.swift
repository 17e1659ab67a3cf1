internal import Curriculum
internal import Objectives
internal import Rewards
internal import Training

extension CompatibilityRule {
  static let rewardRules = [
    CompatibilityRule(
      "dler+soft_overlong", ["reward.terms"], .warning,
      "an answer that is cut is worth nothing already, and the soft punishment takes off right answers that are whole",
      remedy: "leave `soft_overlong` out"
    ) { $0.hasTerm("dler", "da_dler") && $0.hasTerm("soft_overlong") },
    CompatibilityRule(
      "dler+da_dler", ["reward.terms"], .warning, "two limits on one length: correctness counts twice",
      remedy: "take `da_dler` alone, whose `limit` is DLER's"
    ) { $0.hasTerm("dler") && $0.hasTerm("da_dler") },
    CompatibilityRule(
      "dler+dynamic_sampling", ["reward.terms", "algorithm.dynamic_sampling.keep_accuracy"], .fine,
      "groups are kept by answers that are right *within the limit*, never by the shaped reward"
    ) { $0.hasTerm("dler", "da_dler") && $0.algorithm.dynamicSampling != nil },
    CompatibilityRule(
      "lcpo+dynamic_sampling", ["reward.terms", "algorithm.dynamic_sampling.keep_accuracy"], .warning,
      "groups are kept by plain correctness, so those that are all wrong or all right never teach length; the paper "
        + "(arXiv:2503.04697) filters nothing", remedy: "take `dynamic_sampling: false`"
    ) { $0.hasTerm("lcpo") && $0.algorithm.dynamicSampling != nil },
    CompatibilityRule(
      "lcpo+dler", ["reward.terms"], .warning,
      "a budget above DLER's limit cannot be met, and budgets that come with the data are seen only there",
      remedy: "keep the limit at or above the largest budget"
    ) { run in
      run.data.budgets == nil && run.hasTerm("dler", "da_dler")
        && run.reward.terms.leaves.contains {
          if case .lcpo(let term) = $0.kind { term.budget == .column } else { false }
        }
    },
    CompatibilityRule(
      "mask_truncated_completions+dler", ["algorithm.mask_truncated_completions", "reward.terms"], .error,
      "contradictory: the reward punishes answers that are cut, and the mask takes them out of the loss",
      remedy: "take one of them"
    ) { $0.algorithm.maskTruncatedCompletions && $0.hasTerm("dler", "da_dler") },
    CompatibilityRule(
      "mask_truncated_completions+soft_overlong", ["algorithm.mask_truncated_completions", "reward.terms"],
      .warning,
      "answers that are cut have no loss, so that the punishment is felt only just below the limit",
      remedy: "take one of them; most runs of DAPO take the punishment"
    ) { $0.algorithm.maskTruncatedCompletions && $0.hasTerm("soft_overlong") },
    CompatibilityRule(
      "length_term+scale_rewards", ["reward.terms", "algorithm.scale_rewards", "algorithm.dynamic_sampling"],
      .warning,
      "where all answers of a group are wrong only their lengths differ, and dividing by the group's standard deviation "
        + "blows that up to full size", remedy: "take `dynamic_sampling: true`, or `scale_rewards: none`"
    ) {
      $0.algorithm.scaleRewards == .group && $0.algorithm.dynamicSampling == nil
        && $0.hasTerm("soft_overlong", "cosine", "kimi", "shorter_better", "o1_pruner")
    },
  ]
}

extension TrainingConfiguration {
  /// Whether a term of one of these kinds stands anywhere in the reward.
  func hasTerm(_ kinds: String...) -> Bool {
    reward.terms.leaves.contains { kinds.contains($0.kind.name) }
  }

  /// Whether the reward depends on how long an answer is.
  var rewardsLength: Bool {
    reward.terms.leaves.contains { !["correctness", "verify", "repetition"].contains($0.kind.name) }
  }
}
