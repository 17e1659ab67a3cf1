/// What an objective says about some tokens: how bad, and which way is better.
public struct TokenLoss: Sendable {
  /// Their share of the step's loss (minimized), reward units.
  public var loss: Double
  /// Each token's loss before aggregation, correction included, `[T]`; 0 where a token is left out.
  public var tokenLosses: [Double]
  /// dLoss/dlogprob, `[T]`; 0 where a token is left out or clipped.
  public var dLogprobs: [Double]
  /// dLoss/dentropy, `[T]`.
  public var dEntropies: [Double]
  /// What was seen on the way.
  public var sums: MetricSums

  public init(tokenCount: Int) {
    loss = 0
    tokenLosses = Array(repeating: 0, count: tokenCount)
    dLogprobs = tokenLosses
    dEntropies = tokenLosses
    sums = MetricSums()
  }
}

/// Sums over trained tokens, from which the metrics of a step are made; those of micro-batches add up with `+=`.
public struct MetricSums: Sendable, Hashable {
  /// Trained tokens.
  public var tokens = 0
  /// Tokens that the lower bound keeps from following a negative advantage (GMPO: any bound).
  public var clippedLow = 0
  /// Tokens that the upper bound keeps from following a positive advantage (GMPO: any bound).
  public var clippedHigh = 0
  /// Tokens with A < 0 whose ratio lies above the dual clip; DPPO: tokens whose ratio was cut at `ratio_max`.
  public var clippedDual = 0
  /// Tokens whose weight was bounded (CISPO), that were stopped (DPPO) or chosen (Clip-Cov, KL-Cov).
  public var bounded = 0
  /// Tokens whose policy loss a mask took away: correction filters, mastered tokens, low entropy, off-policy responses.
  public var silenced = 0
  /// Σ r, r = π_θ / π_old.
  public var ratioSum = 0.0
  /// Smallest ratio; infinity if there is none.
  public var ratioMin = Double.infinity
  /// Largest ratio; −infinity if there is none.
  public var ratioMax = -Double.infinity
  /// Σ log r, nats. Minus its mean is the k1 estimate of KL(π_old ‖ π_θ), which verl calls `ppo_kl`.
  public var logRatioSum = 0.0
  /// Σ |log r|, nats.
  public var absoluteLogRatioSum = 0.0
  /// Σ (r − 1 − log r), nats: the k3 estimate of KL(π_old ‖ π_θ), never negative.
  public var approxKLToOldSum = 0.0
  /// Σ of the estimate of KL(π_θ ‖ π_ref), nats. 0 without a reference.
  public var klToReferenceSum = 0.0
  /// Tokens more probable than EntroPIC's threshold, by the sign of their advantage (0 counts as positive).
  public var confidentPositive = 0
  public var confidentNegative = 0
  /// What each part adds to the loss of the step, reward units.
  public var policyLoss = 0.0
  public var klLoss = 0.0
  public var entropyLoss = 0.0
  public var entropicLoss = 0.0
  public var positiveNLLLoss = 0.0

  public init() {}

  /// Counts one trained token with this ratio to the old policy.
  mutating func add(ratio: Double, logRatio: Double) {
    tokens += 1
    ratioSum += ratio
    ratioMin = min(ratioMin, ratio)
    ratioMax = max(ratioMax, ratio)
    logRatioSum += logRatio
    absoluteLogRatioSum += abs(logRatio)
    approxKLToOldSum += ratio - 1 - logRatio
  }

  public static func += (sums: inout MetricSums, other: MetricSums) {
    sums.tokens += other.tokens
    sums.clippedLow += other.clippedLow
    sums.clippedHigh += other.clippedHigh
    sums.clippedDual += other.clippedDual
    sums.bounded += other.bounded
    sums.silenced += other.silenced
    sums.ratioSum += other.ratioSum
    sums.ratioMin = min(sums.ratioMin, other.ratioMin)
    sums.ratioMax = max(sums.ratioMax, other.ratioMax)
    sums.logRatioSum += other.logRatioSum
    sums.absoluteLogRatioSum += other.absoluteLogRatioSum
    sums.approxKLToOldSum += other.approxKLToOldSum
    sums.klToReferenceSum += other.klToReferenceSum
    sums.confidentPositive += other.confidentPositive
    sums.confidentNegative += other.confidentNegative
    sums.policyLoss += other.policyLoss
    sums.klLoss += other.klLoss
    sums.entropyLoss += other.entropyLoss
    sums.entropicLoss += other.entropicLoss
    sums.positiveNLLLoss += other.positiveNLLLoss
  }

  /// A sum or a count as the mean over tokens; 0 if there are none.
  public func perToken(_ sum: Double) -> Double { tokens == 0 ? 0 : sum / Double(tokens) }

  public var clipFractionLow: Double { perToken(Double(clippedLow)) }
  public var clipFractionHigh: Double { perToken(Double(clippedHigh)) }
  public var clipFractionDual: Double { perToken(Double(clippedDual)) }
  public var boundedFraction: Double { perToken(Double(bounded)) }
  public var silencedFraction: Double { perToken(Double(silenced)) }
  public var ratioMean: Double { perToken(ratioSum) }
  public var approxKLToOld: Double { perToken(approxKLToOldSum) }
  public var klToReference: Double { perToken(klToReferenceSum) }
}
