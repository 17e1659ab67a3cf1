private import Foundation

/// SAPO: a smooth gate in place of the clip.
///
///     g(r) = σ(τ · (r − 1)) · 4 / τ             τ = tauPositive where A_t > 0, else tauNegative
///     ℓ_t  = −g(r_t) · A_t                      log ratio cut at ±20
///     dℓ_t/dlogprob_t = −4 · σ · (1 − σ) · r_t · A_t
///
/// At r = 1 the gradient is that of REINFORCE, −A; away from 1 it fades instead of ending. The paper
/// aggregates by `seq-mean-token-mean`, and verl does so whatever it is told.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - tauPositive: Steepness for positive advantages.
///   - tauNegative: Steepness for others; larger, because negative tokens make training unstable.
///   - level: Whether r is that of the token or of the sequence.
///   - logRatioLimits: Where log ratios are cut, nats.
/// - Returns: Loss, gradient and sums; nothing is ever clipped.
///
/// Soft Adaptive Policy Optimization, arXiv:2511.20347.
public func sapoSurrogate(
  _ batch: TokenBatch, weights: [Double], tauPositive: Double, tauNegative: Double,
  level: RatioLevel = .token, logRatioLimits: ClosedRange<Double> = LogRatioLimits.token
) -> TokenLoss {
  precondition(tauPositive > 0 && tauNegative > 0, "gates of steepness \(tauPositive) and \(tauNegative)")
  let ratios = ImportanceRatios(batch, level: level, limits: logRatioLimits)
  return batch.sum(weights: weights, ratios: ratios) { t, _ in
    let ratio = ratios.values[t]
    let advantage = batch.advantages[t]
    let tau = advantage > 0 ? tauPositive : tauNegative
    let gate = 1 / (1 + exp(-tau * (ratio - 1)))
    // 1 − gate by its own formula: where the gate is all but 1 the difference would have no digits left, and
    // a large ratio would multiply the rounding.
    let closed = 1 / (1 + exp(tau * (ratio - 1)))
    let slope = ratios.isLive[t] ? 4 * gate * closed * ratio : 0
    return SurrogateTerm(value: -gate * 4 / tau * advantage, dLogRatio: -slope * advantage)
  }
}
