internal import Objectives
internal import Training

extension CompatibilityRule {
  static let referenceRules = [
    CompatibilityRule(
      "k1+loss", ["algorithm.kl_estimator", "algorithm.kl_in"], .warning,
      "k1 as a loss has an expected gradient of 0: it adds noise and holds nothing",
      remedy: "take `kl_estimator: k2` or `k3`, or `kl_in: reward`"
    ) { $0.algorithm.beta > 0 && $0.algorithm.klEstimator == .k1 && $0.algorithm.klIn == .loss },
    CompatibilityRule(
      "kl_in+beta", ["algorithm.kl_in", "algorithm.beta"], .error,
      "there is no KL to take off the reward", remedy: "take `beta` above 0, or leave `kl_in` out"
    ) { $0.algorithm.klIn == .reward && $0.algorithm.beta == 0 },
    CompatibilityRule(
      "use_bias_correction_kl+kl_in",
      ["algorithm.use_bias_correction_kl", "algorithm.kl_in", "algorithm.beta"], .error,
      "the correction multiplies the KL term of the loss, and there is none",
      remedy: "take `beta` above 0 with `kl_in: loss`, or leave it out"
    ) { $0.algorithm.useBiasCorrectionKL && ($0.algorithm.beta == 0 || $0.algorithm.klIn == .reward) },
    CompatibilityRule(
      "kl_in+advantage_baseline", ["algorithm.kl_in", "algorithm.advantage_baseline"], .fine,
      "the KL of a response, summed over its tokens, comes off its reward before that is compared in the group; token by token it "
        + "counts only without a baseline, as in REINFORCE++"
    ) {
      $0.algorithm.klIn == .reward && $0.algorithm.beta > 0 && $0.algorithm.advantageBaseline != .none
    },
  ]

  static let rewardKLRules = [
    CompatibilityRule(
      "normalize_then_sum+kl_in", ["algorithm.multi_objective_aggregation", "algorithm.kl_in"], .error,
      canBeForced: false,
      "each term is compared by itself, and a KL in the reward is part of none of them",
      remedy: "take `kl_in: loss`, or `multi_objective_aggregation: sum_then_normalize`"
    ) {
      $0.algorithm.multiObjectiveAggregation == .normalizeThenSum && $0.algorithm.klIn == .reward
        && $0.algorithm.beta > 0
    }
  ]

  static let entropyRules = [
    CompatibilityRule(
      "mastered_tokens+entropic", ["algorithm.mastered_tokens", "algorithm.entropic"], .error,
      "both act on confident right tokens: one takes their loss away, the other turns it up and down",
      remedy: "take one of them"
    ) { $0.algorithm.masteredTokens != nil && $0.algorithm.entropic?.targetEntropy != nil },
    CompatibilityRule(
      "entropic+entropy_coef",
      ["algorithm.entropic.target_entropy", "algorithm.entropy_coef", "algorithm.adaptive_entropy"], .warning,
      "two controls of one quantity pull at each other", remedy: "leave the entropy bonus out"
    ) {
      $0.algorithm.entropic?.targetEntropy != nil
        && ($0.algorithm.entropyCoef > 0 || $0.algorithm.adaptiveEntropy != nil)
    },
    CompatibilityRule(
      "entropic+top_entropy_quantile",
      ["algorithm.entropic.target_entropy", "algorithm.top_entropy_quantile"], .warning,
      "the tokens that the controller steers by, confident ones, have no other loss left to be weighed against",
      remedy: "take `top_entropy_quantile: 1`"
    ) { $0.algorithm.entropic?.targetEntropy != nil && $0.algorithm.topEntropyQuantile < 1 },
    CompatibilityRule(
      "mastered_tokens+top_entropy_quantile",
      ["algorithm.mastered_tokens", "algorithm.top_entropy_quantile"],
      .warning, "mastered tokens have low entropy and are left out already", remedy: "take one of them"
    ) { $0.algorithm.masteredTokens != nil && $0.algorithm.topEntropyQuantile < 1 },
    CompatibilityRule(
      "adaptive_entropy+entropy_coef_max",
      ["algorithm.adaptive_entropy.entropy_coef_min", "algorithm.adaptive_entropy.entropy_coef_max"],
      .warning,
      "the weight of the bonus has no room to move",
      remedy: "take `entropy_coef_max` above `entropy_coef_min`"
    ) { $0.algorithm.adaptiveEntropy.map { $0.entropyCoefMax <= $0.entropyCoefMin } ?? false },
    CompatibilityRule(
      "adaptive_entropy+entropy_coef",
      [
        "algorithm.entropy_coef", "algorithm.adaptive_entropy.entropy_coef_min",
        "algorithm.adaptive_entropy.entropy_coef_max",
      ], .warning, "the weight starts outside its bounds and is moved to the nearer one at the first step",
      remedy: "take `entropy_coef` between them"
    ) { run in
      run.algorithm.adaptiveEntropy.map {
        run.algorithm.entropyCoef < $0.entropyCoefMin || run.algorithm.entropyCoef > $0.entropyCoefMax
      } ?? false
    },
    CompatibilityRule(
      "entropic+updates",
      ["algorithm.entropic.exact_entropy", "algorithm.num_iterations", "algorithm.num_minibatches"],
      .fine,
      "the first update steers by the entropy of the batch, each later one by what the update before it saw, one late"
    ) {
      $0.algorithm.entropic.map { $0.targetEntropy != nil && !$0.exactEntropy } ?? false
        && $0.algorithm.updatesPerBatch > 1
    },
  ]
}
