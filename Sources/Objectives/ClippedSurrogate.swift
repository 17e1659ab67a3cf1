private import Foundation

/// Bounds of the ratio of new to old probability.
public struct ClipRange: Sendable, Hashable {
  /// ε_low: ratios below 1 − low are clipped where the advantage is negative.
  public var low: Double
  /// ε_high: ratios above 1 + high are clipped where the advantage is positive.
  public var high: Double
  /// Dual clip c > 1: where the advantage is negative, the loss is at most c · |A|; nil = none.
  public var dual: Double?

  public init(low: Double, high: Double, dual: Double? = nil) {
    self.low = low
    self.high = high
    self.dual = dual
  }
}

extension AlgorithmConfiguration {
  /// The bounds that the clipped surrogate uses.
  public var clip: ClipRange { ClipRange(low: epsilon, high: clipHigh, dual: dualClip) }
}

/// The clipped surrogate of PPO, with separate bounds as in DAPO and an optional dual clip.
///
///     r_t = exp(logprob_t − oldLogprob_t)                          log-ratio clamped to ±20
///     J_t = min(r_t · A_t, clip(r_t, 1 − low, 1 + high) · A_t)     A_t < 0 with dual clip: J_t = max(J_t, dual · A_t)
///     L   = −Σ_t w_t · J_t                dL/dlogprob_t = −w_t · r_t · A_t where unclipped, else 0
///
/// A clipped token adds to the loss but not to the gradient; so does one whose log-ratio lies past ±20.
/// At the first update r is 1: the loss is the weighted mean of −A, the gradient is not 0.
/// A NaN or an infinity among the inputs of a counted token ends up in the loss, for the caller to refuse the step.
/// A token of weight 0 is left out of everything, whatever its other numbers are.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training.
///   - oldLogprobs: `[T]`, nats, under the policy that anchors the clip.
///   - advantages: `[T]`, reward units.
///   - weights: `[T]`, what each token counts for; decided by ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of the ratio.
/// - Returns: Loss, `dL/dlogprob` and the sums of clipped tokens and ratios. All 0 where every weight is 0.
///
/// Proximal Policy Optimization Algorithms, arXiv:1707.06347, eq. 7; separate bounds: DAPO, arXiv:2503.14476, §3.1;
/// dual clip: Mastering Complex Control in MOBA Games, arXiv:1912.09729, eq. 5; clamp: verl.
public func clippedSurrogate(
  logprobs: [Float], oldLogprobs: [Float], advantages: [Float], weights: [Float], clip: ClipRange
) -> TokenLoss {
  let tokenCount = logprobs.count
  precondition(
    oldLogprobs.count == tokenCount && advantages.count == tokenCount && weights.count == tokenCount,
    "arrays of \(tokenCount), \(oldLogprobs.count), \(advantages.count) and \(weights.count) tokens")

  var result = TokenLoss(loss: 0, dLogprobs: Array(repeating: 0, count: tokenCount), sums: MetricSums())
  for t in 0..<tokenCount where weights[t] != 0 {
    let weight = Double(weights[t])
    let advantage = Double(advantages[t])
    let unclamped = Double(logprobs[t]) - Double(oldLogprobs[t])
    // Comparisons, not min and max, so that a NaN stays one.
    let logRatio =
      unclamped > logRatioLimit ? logRatioLimit : unclamped < -logRatioLimit ? -logRatioLimit : unclamped
    let ratio = exp(logRatio)
    result.sums.add(ratio: ratio, logRatio: logRatio)

    var surrogate = ratio * advantage
    var isActive = logRatio == unclamped || unclamped.isNaN
    if advantage > 0, ratio > 1 + clip.high {
      surrogate = (1 + clip.high) * advantage
      isActive = false
      result.sums.clippedHigh += 1
    } else if advantage < 0, ratio < 1 - clip.low {
      surrogate = (1 - clip.low) * advantage
      isActive = false
      result.sums.clippedLow += 1
    } else if let dual = clip.dual, advantage < 0, ratio > dual {
      surrogate = dual * advantage
      isActive = false
      result.sums.clippedDual += 1
    }
    result.loss -= weight * surrogate
    if isActive { result.dLogprobs[t] = Float(-weight * ratio * advantage) }
  }
  return result
}

/// Past this many nats a ratio is not followed any further; e^20 ≈ 4.9e8.
private let logRatioLimit = 20.0

extension MetricSums {
  fileprivate mutating func add(ratio: Double, logRatio: Double) {
    tokens += 1
    ratioSum += ratio
    ratioMin = min(ratioMin, ratio)
    ratioMax = max(ratioMax, ratio)
    logRatioSum += logRatio
    approxKLToOldSum += ratio - 1 - logRatio
  }
}
