/// Bounds of the ratio of new to old probability.
public struct ClipRange: Sendable, Hashable {
  /// ε_low: ratios below 1 − low are clipped where the advantage is negative.
  public var low: Double
  /// ε_high: ratios above 1 + high are clipped where the advantage is positive.
  public var high: Double
  /// Dual clip c > 1: where the advantage is negative, the loss is at most c · |A|; nil = none.
  public var dual: Double?
  /// Largest ratio of the unclipped side, for both signs of the advantage (TRL's two-sided); nil = none.
  public var delta: Double?

  public init(low: Double, high: Double, dual: Double? = nil, delta: Double? = nil) {
    self.low = low
    self.high = high
    self.dual = dual
    self.delta = delta
  }
}

extension AlgorithmConfiguration {
  /// The bounds that the clipped surrogates use.
  public var clip: ClipRange { ClipRange(low: epsilon, high: clipHigh, dual: dualClip, delta: delta) }
}

/// The clipped surrogate of PPO, with separate bounds as in DAPO, an optional dual clip and TRL's `delta`.
///
///     r_t = exp(logprob_t − oldLogprob_t)                            log ratio cut at ±20
///     J_t = min(r_t · A_t, clip(r_t, 1 − low, 1 + high) · A_t)
///     J_t = max(J_t, dual · A_t)                                     where A_t < 0, with a dual clip
///     ℓ_t = −J_t                       dℓ_t/dlogprob_t = −r_t · A_t where unclipped, else 0
///
/// With `delta` the unclipped side is min(r_t, delta) · A_t; it also holds a positive advantage where it is
/// below 1 + high. A clipped token adds to the loss but not to the gradient; so does one whose log ratio lies
/// past the limits. At the first update r is 1: the loss is the weighted mean of −A, the gradient is not 0.
///
/// - Parameters:
///   - batch: Tokens; its correction multiplies ℓ.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of the ratio.
///   - level: Whether the ratio is that of the token or of the sequence (TRL's `importance_sampling_level`).
///   - logRatioLimits: Where log ratios are cut, nats.
/// - Returns: Loss, gradient and sums; tokens held by `dual` or `delta` are both counted as `clippedDual`.
///
/// Proximal Policy Optimization Algorithms, arXiv:1707.06347, eq. 7; separate bounds: DAPO, arXiv:2503.14476,
/// §3.1; dual clip: Mastering Complex Control in MOBA Games, arXiv:1912.09729, eq. 5; limits: verl;
/// `delta`: TRL.
public func ppoClipSurrogate(
  _ batch: TokenBatch, weights: [Double], clip: ClipRange, level: RatioLevel = .token,
  logRatioLimits: ClosedRange<Double> = LogRatioLimits.token
) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: level, limits: logRatioLimits)
  return batch.sum(weights: weights, ratios: ratios) { t, sums in
    clip.term(ratio: ratios.values[t], isLive: ratios.isLive[t], advantage: batch.advantages[t], sums: &sums)
  }
}

extension ClipRange {
  /// −J of one token, and what held it.
  func term(ratio: Double, isLive: Bool, advantage: Double, sums: inout MetricSums) -> SurrogateTerm {
    // Comparisons, not min and max, so that a NaN stays one.
    let bounded = ratio > 1 + high ? 1 + high : ratio < 1 - low ? 1 - low : ratio
    let isCapped = delta.map { ratio > $0 } ?? false
    let capped = isCapped ? delta ?? ratio : ratio

    // J is the smaller product: with a positive advantage the smaller coefficient, else the larger.
    let isBounded = advantage > 0 ? bounded < capped : bounded > capped
    var coefficient = isBounded ? bounded : capped
    var follows = isLive && (isBounded ? bounded == ratio : !isCapped)
    if advantage > 0, isBounded { sums.clippedHigh += 1 }
    if advantage < 0, capped < 1 - low { sums.clippedLow += 1 }
    if let dual, advantage < 0, coefficient > dual {
      coefficient = dual
      follows = false
      sums.clippedDual += 1
    } else if isCapped, !isBounded, advantage != 0 {
      sums.clippedDual += 1
    }
    return SurrogateTerm(value: -advantage * coefficient, dLogRatio: follows ? -advantage * ratio : 0)
  }
}
