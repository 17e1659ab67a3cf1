/// What an objective says about some tokens: how bad, and which way is better.
public struct TokenLoss: Sendable {
  /// Their share of the step's loss (minimized), reward units.
  public var loss: Double
  /// dLoss/dlogprob, `[T]`; 0 where a token is left out or clipped.
  public var dLogprobs: [Float]
  /// What was seen on the way.
  public var sums: MetricSums

  public init(loss: Double, dLogprobs: [Float], sums: MetricSums) {
    self.loss = loss
    self.dLogprobs = dLogprobs
    self.sums = sums
  }
}

/// Sums over trained tokens, from which the metrics of a step are made; those of micro-batches add up with `+=`.
public struct MetricSums: Sendable, Hashable {
  /// Tokens that count (weight other than 0).
  public var tokens = 0
  /// Tokens with A < 0 whose ratio lies below 1 − ε_low.
  public var clippedLow = 0
  /// Tokens with A > 0 whose ratio lies above 1 + ε_high.
  public var clippedHigh = 0
  /// Tokens with A < 0 whose ratio lies above the dual clip.
  public var clippedDual = 0
  /// Σ r, r = π_θ / π_old.
  public var ratioSum = 0.0
  /// Smallest ratio; infinity if there is none.
  public var ratioMin = Double.infinity
  /// Largest ratio; −infinity if there is none.
  public var ratioMax = -Double.infinity
  /// Σ log r, nats. Minus its mean is the k1 estimate of KL(π_old ‖ π_θ), which verl calls `ppo_kl`.
  public var logRatioSum = 0.0
  /// Σ (r − 1 − log r), nats: the k3 estimate of KL(π_old ‖ π_θ), never negative.
  public var approxKLToOldSum = 0.0
  /// Σ k3 against the reference, nats: the estimate of KL(π_θ ‖ π_ref). 0 without a reference.
  public var klToReferenceSum = 0.0

  public init() {}

  public static func += (sums: inout MetricSums, other: MetricSums) {
    sums.tokens += other.tokens
    sums.clippedLow += other.clippedLow
    sums.clippedHigh += other.clippedHigh
    sums.clippedDual += other.clippedDual
    sums.ratioSum += other.ratioSum
    sums.ratioMin = min(sums.ratioMin, other.ratioMin)
    sums.ratioMax = max(sums.ratioMax, other.ratioMax)
    sums.logRatioSum += other.logRatioSum
    sums.approxKLToOldSum += other.approxKLToOldSum
    sums.klToReferenceSum += other.klToReferenceSum
  }

  /// A sum or a count as the mean over tokens; 0 if there are none.
  public func perToken(_ sum: Double) -> Double { tokens == 0 ? 0 : sum / Double(tokens) }

  public var clipFractionLow: Double { perToken(Double(clippedLow)) }
  public var clipFractionHigh: Double { perToken(Double(clippedHigh)) }
  public var clipFractionDual: Double { perToken(Double(clippedDual)) }
  public var ratioMean: Double { perToken(ratioSum) }
  public var approxKLToOld: Double { perToken(approxKLToOldSum) }
  public var klToReference: Double { perToken(klToReferenceSum) }
}
