internal import Objectives
internal import Rollouts
internal import Training

extension CompatibilityRule {
  static let surrogateRules = [
    CompatibilityRule(
      "pois+epsilon_high", ["algorithm.surrogate", "algorithm.epsilon_high"], .warning,
      "with one update per batch POIS takes every ratio as 1, so no clip is ever active",
      remedy: "leave `epsilon_high` out"
    ) { $0.algorithm.asTrained.surrogate == .pois && $0.algorithm.epsilonHigh != nil },
    CompatibilityRule(
      "no_trust_region+updates",
      ["algorithm.surrogate", "algorithm.num_iterations", "algorithm.num_minibatches"], .warning,
      "nothing stops tokens whose ratio has run away, and each update moves further from the policy that sampled",
      remedy: "take one update per batch, or a surrogate that clips"
    ) { $0.algorithm.asTrained.surrogate.hasNoTrustRegion && $0.algorithm.updatesPerBatch > 1 },
    CompatibilityRule(
      "pois+rollout_logprobs", ["algorithm.surrogate", "rollout.logprobs"], .warning,
      "POIS ignores who sampled a token, SAIS divides by it: they are two answers to one question, and POIS wins here",
      remedy: "take `logprobs: recompute`, or `surrogate: ppo_clip` for SAIS"
    ) { $0.algorithm.surrogate == .pois && $0.rollout.logprobs == .rollout },
    CompatibilityRule(
      "pois+rollout_correction", ["algorithm.surrogate", "algorithm.rollout_correction"], .warning,
      "POIS ignores who sampled a token by design, and the correction brings it back in",
      remedy: "take one of them"
    ) { $0.algorithm.surrogate == .pois && $0.algorithm.rolloutCorrection != nil },
    CompatibilityRule(
      "rollout_logprobs+epsilon_high", ["rollout.logprobs", "algorithm.epsilon_high"], .warning,
      "with the sampler's own logprobs under the ratio (SAIS) an upper bound of .28 is reported to make entropy explode "
        + "(UloRL, arXiv:2507.19766)", remedy: "take `epsilon_high: 0.2`"
    ) {
      $0.rollout.logprobs == .rollout && $0.algorithm.clipHigh >= 0.28
        && $0.algorithm.surrogate.clipsTokenRatios
    },
    CompatibilityRule(
      "gspo+epsilon", ["algorithm.surrogate", "algorithm.epsilon", "algorithm.epsilon_high"], .warning,
      "GSPO's ratio is a mean over the response and stays near 1; bounds this wide are for tokens and never clip",
      remedy: "take `epsilon: 3.0e-4` and `epsilon_high: 4.0e-4` (arXiv:2507.18071, §5.1)"
    ) {
      [.gspo, .gspoToken].contains($0.algorithm.surrogate)
        && ($0.algorithm.epsilon >= 0.05 || $0.algorithm.clipHigh >= 0.05)
    },
    CompatibilityRule(
      "ppo_clip+epsilon", ["algorithm.surrogate", "algorithm.epsilon", "algorithm.epsilon_high"], .warning,
      "bounds this narrow are for GSPO's sequence ratio; of single tokens they clip nearly every one",
      remedy: "take `epsilon: 0.2`, or `surrogate: gspo`"
    ) {
      $0.algorithm.surrogate.clipsTokenRatios
        && ($0.algorithm.epsilon < 0.005 || $0.algorithm.clipHigh < 0.005)
    },
    CompatibilityRule(
      "delta+epsilon_high", ["algorithm.delta", "algorithm.epsilon_high"], .warning,
      "the two-sided bound lies inside the clip range and takes the place of its upper end",
      remedy: "take `delta` above 1 + `epsilon_high`"
    ) { run in
      run.algorithm.delta.map { $0 <= 1 + run.algorithm.clipHigh } ?? false
        && run.algorithm.surrogate == .ppoClip
    },
    CompatibilityRule(
      "sequence_ratio+loss_aggregation", ["algorithm.surrogate", "algorithm.loss_aggregation"], .warning,
      "a loss with one ratio per response is published as a mean over responses; counted per token, long responses weigh "
        + "more", remedy: "take `loss_aggregation: seq-mean-token-mean`"
    ) {
      [.gspo, .gspoToken, .gmpo].contains($0.algorithm.surrogate)
        && $0.algorithm.lossAggregation != .seqMeanTokenMean
    },
    CompatibilityRule(
      "sapo+loss_aggregation", ["algorithm.surrogate", "algorithm.loss_aggregation"], .fine,
      "SAPO is published with `seq-mean-token-mean`; its gate looks at single tokens and takes any aggregation"
    ) { $0.algorithm.surrogate == .sapo && $0.algorithm.lossAggregation != .seqMeanTokenMean },
    CompatibilityRule(
      "sequence_ratio+kl_in", ["algorithm.surrogate", "algorithm.kl_in", "algorithm.advantage_baseline"],
      .error,
      "without a baseline a KL in the reward gives each token an advantage of its own, and this loss has one ratio for all of "
        + "them", remedy: "take `surrogate: gspo_token`, `kl_in: loss`, or a baseline"
    ) {
      [.gspo, .gmpo].contains($0.algorithm.surrogate) && $0.algorithm.klIn == .reward && $0.algorithm.beta > 0
        && $0.algorithm.advantageBaseline == .none
    },
    CompatibilityRule(
      "gmpo+token_masks",
      [
        "algorithm.surrogate", "algorithm.top_entropy_quantile", "algorithm.mastered_tokens",
        "algorithm.rollout_correction",
      ], .error,
      "GMPO has one number per response, a geometric mean, which a single token of weight 0 takes to 0 as a whole",
      remedy: "take a surrogate of tokens, or leave masks of single tokens out"
    ) { run in
      let algorithm = run.algorithm
      let masksTokens = algorithm.rolloutCorrection.map {
        $0.weighting == .mask && $0.level == .token || $0.tokenMin != nil || $0.tokenMax != nil
      }
      return algorithm.surrogate == .gmpo
        && (algorithm.topEntropyQuantile < 1 || algorithm.masteredTokens != nil || masksTokens == true)
    },
    CompatibilityRule(
      "kl_cov+updates",
      ["algorithm.surrogate", "algorithm.num_iterations", "algorithm.num_minibatches"], .warning,
      "with one update per batch every log ratio is 0 and has no direction: KL-Cov is REINFORCE, at the price of another pass",
      remedy: "take several updates, as the paper (arXiv:2505.22617) does"
    ) {
      $0.algorithm.surrogate == .klCov && $0.algorithm.updatesPerBatch == 1
        && $0.rollout.logprobs == .recompute
    },
    CompatibilityRule(
      "covariance+updates", ["algorithm.surrogate"], .fine,
      "the tokens are chosen by their covariance over all tokens of an update, which takes a forward pass before it"
    ) { $0.algorithm.surrogate.choosesByCovariance },
    CompatibilityRule(
      "gspo+updates", ["algorithm.surrogate", "algorithm.num_iterations", "algorithm.num_minibatches"], .fine,
      "with one update per batch every ratio is 1 and GSPO is GRPO; the paper takes 4 mini-batches"
    ) {
      [.gspo, .gspoToken].contains($0.algorithm.surrogate) && $0.algorithm.updatesPerBatch == 1
        && $0.rollout.logprobs == .recompute
    },
    CompatibilityRule(
      "ratio+updates", ["algorithm.surrogate", "algorithm.num_iterations", "algorithm.num_minibatches"],
      .fine,
      "with one update per batch every ratio is 1, and what this surrogate does to ratios cannot show"
    ) {
      [.sapo, .gmpo, .dppoTV, .dppoKL, .cispo].contains($0.algorithm.surrogate)
        && $0.algorithm.updatesPerBatch == 1
        && $0.rollout.logprobs == .recompute
    },
  ]
}

extension Surrogate {
  /// Whether single tokens' ratios are held between 1 − ε_low and 1 + ε_high.
  fileprivate var clipsTokenRatios: Bool { [.ppoClip, .clipCov].contains(self) }

  /// Whether a token keeps its gradient however far its ratio has gone.
  fileprivate var hasNoTrustRegion: Bool { [.cispo, .pois, .reinforce].contains(self) }
}
