private import Foundation

/// What verl logs about correction weights, under verl's names (`rollout_corr/` + name).
///
/// Weights as applied, before normalization and filters; fractions beyond the bounds look at the ratios
/// before truncation. Where there is no lower bound, "low" means below 1 / `ratio_max`.
public struct CorrectionMetrics: Sendable, Hashable {
  public var mean = 0.0
  public var max = 0.0
  public var min = 0.0
  public var standardDeviation = 0.0
  /// mean(w)² / mean(w²): 1 = every token counts the same.
  public var effectiveSampleShare = 0.0
  public var fractionHigh = 0.0
  public var fractionLow = 0.0
  /// Of the means over each response.
  public var responseMean = 0.0
  public var responseStandardDeviation = 0.0
  public var responseMax = 0.0
  public var responseMin = 0.0
  /// Largest |mean weight of a response − 1|.
  public var responseMaxDeviation = 0.0
  public var responseFractionHigh = 0.0
  public var responseFractionLow = 0.0
  /// Share of the tokens whose weight a mask set to 0; nil where nothing is masked.
  public var outOfBounds: Double?
  /// What the weights are divided by; nil without normalization.
  public var normalization: Double?

  /// The metrics under verl's names.
  public var named: [String: Double] {
    var named = [
      "rollout_is_mean": mean, "rollout_is_max": max, "rollout_is_min": min,
      "rollout_is_std": standardDeviation, "rollout_is_eff_sample_size": effectiveSampleShare,
      "rollout_is_ratio_fraction_high": fractionHigh, "rollout_is_ratio_fraction_low": fractionLow,
      "rollout_is_seq_mean": responseMean, "rollout_is_seq_std": responseStandardDeviation,
      "rollout_is_seq_max": responseMax, "rollout_is_seq_min": responseMin,
      "rollout_is_seq_max_deviation": responseMaxDeviation,
      "rollout_is_seq_fraction_high": responseFractionHigh,
      "rollout_is_seq_fraction_low": responseFractionLow,
    ]
    named["rollout_is_oob_ratio"] = outOfBounds
    named["rollout_is_batch_norm_factor"] = normalization
    return named
  }
}

/// The metrics of the weights that ``correct(oldLogprobs:behaviorLogprobs:offsets:mask:rule:logRatioLimit:)``
/// makes.
///
/// - Parameters:
///   - oldLogprobs: `[T]`, nats, under the policy that anchors the ratio; all tokens of the optimizer step.
///   - behaviorLogprobs: `[T]`, nats, as sampled.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - rule: Weights; filters do not matter here.
///   - convention: `verl` reproduces its numbers to the last digits.
/// - Returns: nil where no token is trained or every weight is 0, of which verl's metrics cannot speak
///   either.
///
/// verl, `rollout_corr_helper.compute_is_metrics`.
public func correctionMetrics(
  oldLogprobs: [Double], behaviorLogprobs: [Double], offsets: [Int], mask: [Bool], rule: RolloutCorrection,
  convention: MeanConvention = .plain
) -> CorrectionMetrics? {
  let ratios = LogRatios(old: oldLogprobs, behavior: behaviorLogprobs, offsets: offsets, mask: mask)
  let weights = ratios.weights(rule)
  guard weights.contains(where: { $0 != 0 }) else { return nil }
  var unbounded = rule
  unbounded.weighting = .truncate
  unbounded.ratioMin = nil
  unbounded.ratioMax = nil
  let raw = ratios.weights(unbounded)
  let trained = mask.indices.filter { mask[$0] }
  let responses = convention.counted(ratios.responses)
  let high = rule.ratioMax ?? .infinity
  let low = (rule.weighting == .mask ? rule.ratioMin : nil) ?? 1 / high
  func tokenMean(_ value: (Int) -> Double) -> Double {
    convention.mean(trained.reduce(0) { $0 + value($1) }, trained.count)
  }
  func responseMeans(_ values: [Double]) -> Summary {
    Summary(
      responses.map { response in
        convention.mean(response.tokens.reduce(0) { $0 + values[$1] }, response.trainedCount)
      })
  }

  var metrics = CorrectionMetrics()
  metrics.mean = tokenMean { weights[$0] }
  if rule.level == .token {
    let applied = Summary(trained.map { weights[$0] })
    metrics.max = applied.largest
    metrics.min = applied.smallest
    metrics.fractionHigh = tokenMean { raw[$0] > high ? 1 : 0 }
    metrics.fractionLow = tokenMean { raw[$0] < low ? 1 : 0 }
  } else {
    let logs = Summary(
      responses.map { rule.level == .sequence ? $0.sum : $0.mean($0.clampedSum) })
    metrics.max = exp(Swift.min(logs.largest, ratios.limit))
    metrics.min = exp(logs.smallest)
    metrics.fractionHigh = logs.share { $0 > log(high) }
    metrics.fractionLow = logs.share { $0 < log(low) }
  }
  let square = tokenMean { weights[$0] * weights[$0] }
  if trained.count > 1 {
    metrics.standardDeviation = Swift.max(0, square - metrics.mean * metrics.mean).squareRoot()
  }
  // verl keeps the division by a mean of 0 away with 1e-8, which is gone already here.
  let scale = metrics.mean + (convention == .verl ? 1e-8 : 0)
  metrics.effectiveSampleShare = 1 / tokenMean { (weights[$0] / scale) * (weights[$0] / scale) }

  let means = responseMeans(weights)
  metrics.responseMean = means.mean
  metrics.responseStandardDeviation = means.standardDeviation
  metrics.responseMax = means.largest
  metrics.responseMin = means.smallest
  metrics.responseMaxDeviation = means.values.map { abs($0 - 1) }.max() ?? 0
  let rawMeans = responseMeans(raw)
  metrics.responseFractionHigh = rawMeans.share { $0 > high }
  metrics.responseFractionLow = rawMeans.share { $0 < low }
  if rule.weighting == .mask {
    metrics.outOfBounds = tokenMean { raw[$0] < low || raw[$0] > high ? 1 : 0 }
  }
  if rule.normalizeWeights {
    metrics.normalization =
      correct(
        oldLogprobs: oldLogprobs, behaviorLogprobs: behaviorLogprobs, offsets: offsets, mask: mask, rule: rule
      ).normalization
  }
  return metrics
}
