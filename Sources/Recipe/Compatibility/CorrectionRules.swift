internal import Objectives
internal import Rollouts
internal import Training

extension CompatibilityRule {
  static let correctionRules = [
    CompatibilityRule(
      "rollout_logprobs+rollout_correction", ["rollout.logprobs", "algorithm.rollout_correction"], .error,
      canBeForced: false,
      "the ratio of the loss divides by the sampler's logprobs already, and the correction would do so once more",
      remedy: "take `logprobs: recompute` with the correction, or no correction"
    ) { $0.rollout.logprobs == .rollout && $0.algorithm.rolloutCorrection != nil },
    CompatibilityRule(
      "sequence+length",
      [
        "algorithm.rollout_correction.level", "algorithm.rollout_correction.ratio_min",
        "algorithm.rollout_correction.sequence_min", "algorithm.rollout_correction.sequence_max",
      ], .warning,
      "silences long sequences: the product of token ratios drifts to 0 with length. Where the mean ratio is exactly 1 and "
        + "log ratios spread by .01, the median weight is .95 at 1,000 tokens, .66 at 8,192 and .20 at 32,768, and an "
        + "upper bound does not see it. A lower bound that masks drops them instead: at .5, 38 % of those of 8,192 tokens",
      remedy:
        "take `level: token`, and `geometric_min` and `geometric_max` as filters, which do not look at length"
    ) {
      $0.correction {
        $0.weighting != .none && $0.level == .sequence || $0.sequenceMin ?? 0 > 0 || $0.sequenceMax != nil
      }
    },
    CompatibilityRule(
      "geometric+ratio_max",
      [
        "algorithm.rollout_correction.level", "algorithm.rollout_correction.ratio_min",
        "algorithm.rollout_correction.ratio_max",
      ], .warning,
      "a geometric mean over a response stays within a percent or so of 1, and bounds made for tokens never bind",
      remedy: "take bounds such as 0.99 and 1.01"
    ) {
      $0.correction {
        $0.weighting != .none && $0.level == .geometric && $0.ratioMin ?? 0 < 0.8
          && $0.ratioMax ?? .infinity > 1.25
      }
    },
    CompatibilityRule(
      "geometric_max+level",
      ["algorithm.rollout_correction.geometric_min", "algorithm.rollout_correction.geometric_max"], .warning,
      "a geometric mean over a response stays within a percent or so of 1, and bounds made for tokens never filter",
      remedy: "take bounds such as 0.99 and 1.01"
    ) {
      $0.correction {
        ($0.geometricMin != nil || $0.geometricMax != nil) && $0.geometricMin ?? 0 < 0.8
          && $0.geometricMax ?? .infinity > 1.25
      }
    },
    CompatibilityRule(
      "weighting+ratio_max",
      ["algorithm.rollout_correction.weighting", "algorithm.rollout_correction.ratio_max"], .warning,
      "weights without an upper bound explode: one unlikely token can outweigh the batch",
      remedy: "take `ratio_max: 2`"
    ) { $0.correction { $0.weighting != .none && $0.ratioMax == nil } },
    CompatibilityRule(
      "weighting+filters", ["algorithm.rollout_correction.weighting"], .warning,
      "neither a weight nor a filter: the correction corrects nothing",
      remedy:
        "take `weighting: truncate`, a filter such as `veto_min: 1.0e-4`, or `rollout_correction: false`"
    ) { $0.correction { $0.weighting == .none && !$0.hasFilter } },
    CompatibilityRule(
      "rollout_correction+rounding", ["algorithm.rollout_correction"], .fine,
      "generator and trainer compute alike and the sampler is never behind, so every weight is 1 to rounding"
    ) {
      $0.algorithm.rolloutCorrection != nil && !$0.isRounded && $0.rollout.mode == .sequential
        && !$0.rollout.isSegmented
    },
  ]
}

extension TrainingConfiguration {
  fileprivate func correction(_ holds: (RolloutCorrection) -> Bool) -> Bool {
    algorithm.rolloutCorrection.map(holds) ?? false
  }
}

extension RolloutCorrection {
  fileprivate var hasFilter: Bool {
    [
      tokenMin, tokenMax, sequenceMin, sequenceMax, geometricMin, geometricMax, k2MeanMax, k3MeanMax, k3Max,
      vetoMin,
    ].contains { $0 != nil } || maxTokenStaleness != nil
  }
}
