private import Foundation

/// How far the policy that sampled (π_b) is from the one that anchors the ratio (π_old), with ρ = π_old /
/// π_b.
///
/// Means are over trained tokens unless they speak of responses.
public struct OffPolicyDiagnostics: Sendable, Hashable {
  /// exp(−mean logprob) of each response under π_old and π_b, mean over responses; and the same without exp,
  /// nats.
  public var trainingPPL = 0.0
  public var trainingLogPPL = 0.0
  public var rolloutPPL = 0.0
  public var rolloutLogPPL = 0.0
  /// Mean of −log ρ, nats: the k1 estimate of KL(π_b ‖ π_old).
  public var kl = 0.0
  /// Mean of ρ − 1 − log ρ, nats: the k3 estimate of KL(π_b ‖ π_old).
  public var k3KL = 0.0
  /// Of each response's mean −log ρ, nats: mean, mean of the absolute value, largest, smallest.
  public var logPPLDiff = 0.0
  public var logPPLAbsDiff = 0.0
  public var logPPLDiffMax = 0.0
  public var logPPLDiffMin = 0.0
  /// Mean over responses of exp(mean −log ρ).
  public var pplRatio = 0.0
  /// mean ρ² − 1, over tokens and over responses (there ρ is the product); logs clamped to ±20.
  public var chi2Token = 0.0
  public var chi2Seq = 0.0
  /// mean(w)² / mean(w²) of the weights, or of ρ where there are none: 1 = all tokens count the same, 1/T =
  /// one of T does.
  public var effectiveSampleShare = 0.0
  /// Quantiles of ρ over tokens.
  public var ratioMin = 0.0
  public var ratioP01 = 0.0
  public var ratioP50 = 0.0
  public var ratioP99 = 0.0
  public var ratioMax = 0.0
  /// Mean and largest |log ρ|, nats.
  public var meanAbsoluteLogRatio = 0.0
  public var maxAbsoluteLogRatio = 0.0
  /// Share of all trained tokens that the longest quarter of the responses has.
  public var longestQuartileTokenShare = 0.0
  /// Share of all Σ|w·A| that they carry; nil without advantages. Far below their share of tokens, the
  /// correction silences long responses: the length trap.
  public var longestQuartileLossShare: Double?

  public init() {}

  /// The diagnostics that verl logs too, under its names (`rollout_corr/` + name).
  public var named: [String: Double] {
    [
      "training_ppl": trainingPPL, "training_log_ppl": trainingLogPPL, "kl": kl, "k3_kl": k3KL,
      "rollout_ppl": rolloutPPL, "rollout_log_ppl": rolloutLogPPL, "log_ppl_diff": logPPLDiff,
      "log_ppl_abs_diff": logPPLAbsDiff, "log_ppl_diff_max": logPPLDiffMax,
      "log_ppl_diff_min": logPPLDiffMin, "ppl_ratio": pplRatio, "chi2_token": chi2Token, "chi2_seq": chi2Seq,
    ]
  }
}

/// Measures the distance between two policies on the tokens that one of them sampled.
///
/// - Parameters:
///   - oldLogprobs: `[T]`, nats, under the policy that anchors the ratio; all tokens of the optimizer step.
///   - behaviorLogprobs: `[T]`, nats, as sampled.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - weights: `[T]`, correction weights as applied; nil = none.
///   - advantages: `[T]`, reward units; nil = the loss share of long responses is not measured.
///   - convention: `verl` reproduces its numbers to the last digits.
/// - Returns: All 0 where no token is trained.
///
/// verl, `rollout_corr_helper.compute_offpolicy_metrics`; effective sample size: Kish 1965.
public func offPolicyDiagnostics(
  oldLogprobs: [Double], behaviorLogprobs: [Double], offsets: [Int], mask: [Bool], weights: [Double]? = nil,
  advantages: [Double]? = nil, convention: MeanConvention = .plain
) -> OffPolicyDiagnostics {
  precondition(
    weights?.count ?? mask.count == mask.count && advantages?.count ?? mask.count == mask.count,
    "weights or advantages for other tokens than the \(mask.count) of the batch")
  let ratios = LogRatios(old: oldLogprobs, behavior: behaviorLogprobs, offsets: offsets, mask: mask)
  var result = OffPolicyDiagnostics()
  let trained = mask.indices.filter { mask[$0] }
  guard !trained.isEmpty else { return result }
  let logs = trained.map { ratios.raw[$0] }
  func tokenMean(_ values: [Double]) -> Double { convention.mean(values.reduce(0, +), values.count) }

  let responses = convention.counted(ratios.responses)
  func perResponse(_ values: [Double]) -> [Double] {
    responses.map { response in
      convention.mean(
        response.tokens.reduce(0) { $0 + (mask[$1] ? values[$1] : 0) }, response.trainedCount)
    }
  }
  let training = perResponse(oldLogprobs)
  let rollout = perResponse(behaviorLogprobs)
  let difference = Summary(zip(rollout, training).map { $0 - $1 })
  result.trainingPPL = Summary(training.map { exp(-$0) }).mean
  result.trainingLogPPL = Summary(training.map { -$0 }).mean
  result.rolloutPPL = Summary(rollout.map { exp(-$0) }).mean
  result.rolloutLogPPL = Summary(rollout.map { -$0 }).mean
  result.kl = tokenMean(logs.map { -$0 })
  result.k3KL = tokenMean(logs.map { expm1($0) - $0 })
  result.logPPLDiff = difference.mean
  result.logPPLAbsDiff = Summary(difference.values.map { abs($0) }).mean
  result.logPPLDiffMax = difference.largest
  result.logPPLDiffMin = difference.smallest
  result.pplRatio = Summary(difference.values.map { exp($0) }).mean
  let ratio = logs.map { exp(clamped($0, ratios.limit)) }
  result.chi2Token = tokenMean(ratio.map { $0 * $0 }) - 1
  result.chi2Seq = Summary(responses.map { exp(2 * clamped($0.sum, ratios.limit)) }).mean - 1

  result.effectiveSampleShare = effectiveSampleShare(weights.map { w in trained.map { w[$0] } } ?? ratio)
  let sorted = ratio.sorted()
  result.ratioMin = sorted.first ?? 0
  result.ratioP01 = quantile(of: sorted, 0.01) ?? 0
  result.ratioP50 = quantile(of: sorted, 0.5) ?? 0
  result.ratioP99 = quantile(of: sorted, 0.99) ?? 0
  result.ratioMax = sorted.last ?? 0
  result.meanAbsoluteLogRatio = Summary(logs.map { abs($0) }).mean
  result.maxAbsoluteLogRatio = logs.reduce(0) { max($0, abs($1)) }

  let longest = longestQuartile(ratios.responses)
  result.longestQuartileTokenShare = share(of: longest, trained) { _ in 1 }
  result.longestQuartileLossShare = advantages.map { advantages in
    share(of: longest, trained) { abs((weights?[$0] ?? 1) * advantages[$0]) }
  }
  return result
}

/// mean(w)² / mean(w²); 0 where every weight is 0.
func effectiveSampleShare(_ weights: [Double]) -> Double {
  let sum = weights.reduce(0, +)
  let squares = weights.reduce(0) { $0 + $1 * $1 }
  return squares == 0 ? 0 : sum * sum / (Double(weights.count) * squares)
}

/// The longest quarter of the responses, at least one; of equal lengths the earlier.
private func longestQuartile(_ responses: [LogRatios.Response]) -> [LogRatios.Response] {
  let order = responses.indices.sorted {
    (responses[$1].trainedCount, $0) < (responses[$0].trainedCount, $1)
  }
  return order.prefix((responses.count + 3) / 4).map { responses[$0] }
}

/// Σ over the trained tokens of some responses / Σ over all trained tokens; 0 where there is nothing.
private func share(
  of responses: [LogRatios.Response], _ trained: [Int], _ amount: (Int) -> Double
) -> Double {
  let tokens = Set(responses.flatMap { $0.tokens })
  let total = trained.reduce(0) { $0 + amount($1) }
  let part = trained.reduce(0) { $0 + (tokens.contains($1) ? amount($1) : 0) }
  return total == 0 ? 0 : part / total
}
