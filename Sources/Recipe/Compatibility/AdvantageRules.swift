internal import Objectives
internal import Rewards
internal import Rollouts
internal import Training

extension CompatibilityRule {
  static let advantageRules = [
    CompatibilityRule(
      "dr_grpo+scale_rewards", ["algorithm.name", "algorithm.scale_rewards"], .error,
      "Dr. GRPO is GRPO without the division by the standard deviation (arXiv:2503.20783, §3.2)",
      remedy: "take `scale_rewards: none`, or `name: grpo`"
    ) { $0.algorithm.name == .drGRPO && $0.algorithm.scaleRewards != .none },
    CompatibilityRule(
      "leave_one_out+num_generations", ["algorithm.advantage_baseline", "rollout.num_generations"], .error,
      canBeForced: false, "there are no others in a group of one",
      remedy: "take at least 2 answers per prompt"
    ) { $0.algorithm.advantageBaseline == .leaveOneOut && $0.rollout.numGenerations < 2 },
    CompatibilityRule(
      "leave_one_out+scale_rewards", ["algorithm.advantage_baseline", "algorithm.scale_rewards"], .warning,
      "RLOO does not scale; divided by the group's standard deviation it is GRPO times G/(G − 1)",
      remedy: "take `scale_rewards: none`"
    ) { $0.algorithm.advantageBaseline == .leaveOneOut && $0.algorithm.scaleRewards != .none },
    CompatibilityRule(
      "scale_rewards+whiten_advantages", ["algorithm.scale_rewards", "algorithm.whiten_advantages"], .warning,
      "advantages are divided by a standard deviation twice, within the group and over the batch",
      remedy: "take `scale_rewards: none` as DLER and REINFORCE++ do"
    ) { $0.algorithm.scaleRewards != .none && $0.algorithm.whitenAdvantages != .none },
    CompatibilityRule(
      "whiten_advantages+num_prompts", ["algorithm.whiten_advantages", "rollout.num_prompts"], .warning,
      "below 8 groups the batch's standard deviation is noise", remedy: "take at least 8 prompts per step"
    ) { $0.algorithm.whitenAdvantages != .none && $0.rollout.numPrompts < 8 },
    CompatibilityRule(
      "scale_rewards+num_prompts", ["algorithm.scale_rewards", "rollout.num_prompts"], .warning,
      "below 8 groups the batch's standard deviation is noise",
      remedy: "take at least 8 prompts per step, or `scale_rewards: group`"
    ) { $0.algorithm.scaleRewards == .batch && $0.rollout.numPrompts < 8 },
    CompatibilityRule(
      "advantage_baseline+whiten_advantages",
      ["algorithm.advantage_baseline", "algorithm.whiten_advantages"],
      .warning,
      "without any baseline an answer is reinforced for what its prompt is worth, not for what it is",
      remedy: "take `whiten_advantages: token` as REINFORCE++ does, or a baseline"
    ) { $0.algorithm.advantageBaseline == .none && $0.algorithm.whitenAdvantages == .none },
    CompatibilityRule(
      "normalize_then_sum+reward.terms", ["algorithm.multi_objective_aggregation", "reward.terms"], .warning,
      "with one term there is nothing to add, and both ways are the same",
      remedy: "leave it out, or give `reward.terms` a second term"
    ) {
      $0.algorithm.multiObjectiveAggregation == .normalizeThenSum && $0.reward.terms.count == 1
    },
    CompatibilityRule(
      "normalize_then_sum+scale_rewards",
      ["algorithm.multi_objective_aggregation", "algorithm.scale_rewards"],
      .warning, "terms that are only centred add up to the centred sum, so both ways are the same",
      remedy: "take `scale_rewards: group`"
    ) {
      $0.algorithm.multiObjectiveAggregation == .normalizeThenSum && $0.algorithm.scaleRewards == .none
        && $0.reward.terms.count > 1
    },
    CompatibilityRule(
      "group_filtering+num_generations", ["algorithm.group_filtering.keep", "rollout.num_generations"],
      .error,
      canBeForced: false, "a filter that keeps as many as there are keeps all",
      remedy: "sample more than are kept, or take `group_filtering: false`"
    ) { ($0.algorithm.groupFiltering?.keep ?? 0) >= $0.rollout.numGenerations },
    CompatibilityRule(
      "group_filtering+reward.terms", ["algorithm.group_filtering.metric", "reward.terms"], .warning,
      "reward per token keeps right answers before wrong ones, and where all that are kept are right all advantages "
        + "are 0: easy prompts teach nothing, not even to be short",
      remedy: "take `metric: shortest`, or a reward that depends on length"
    ) { $0.algorithm.groupFiltering?.metric == .rewardPerToken && !$0.rewardsLength },
    CompatibilityRule(
      "dynamic_sampling+group_filtering",
      ["algorithm.dynamic_sampling.keep_accuracy", "algorithm.group_filtering.keep"],
      .fine, "groups are kept by the accuracy of all their members, and members chosen after that"
    ) { $0.algorithm.dynamicSampling != nil && $0.algorithm.groupFiltering != nil },
  ]
}
