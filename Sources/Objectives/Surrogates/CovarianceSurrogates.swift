/// Clip-Cov: some tokens of high covariance have no policy loss; the rest is PPO.
///
///     ℓ_t = 0 for chosen tokens, else −min(r_t · A_t, clip(r_t, 1 − low, 1 + high) · A_t)    log ratio as is
///
/// - Parameters:
///   - batch: Tokens; `chosen` from ``clipCovChoice(_:clip:ratio:bounds:using:)`` over the whole step.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of the ratio; `dual` and `delta` are not used.
/// - Returns: Loss, gradient and sums; chosen tokens as `bounded`.
///
/// The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models, arXiv:2505.22617.
public func clipCovSurrogate(_ batch: TokenBatch, weights: [Double], clip: ClipRange) -> TokenLoss {
  let clip = ClipRange(low: clip.low, high: clip.high)
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.none)
  return batch.sum(weights: weights, ratios: ratios) { t, sums in
    var term = clip.term(
      ratio: ratios.values[t], isLive: ratios.isLive[t], advantage: batch.advantages[t], sums: &sums)
    if batch.chosen?[t] ?? false {
      // Times 0, so that a NaN stays one.
      term.value *= 0
      term.dLogRatio *= 0
      sums.bounded += 1
    }
    return term
  }
}

/// KL-Cov: the tokens of highest covariance are held near the old policy; nothing is clipped.
///
///     ℓ_t = −r_t · A_t + [t chosen] · coefficient · |log r_t|                     log ratio as is
///     dℓ_t/dlogprob_t = −r_t · A_t + [t chosen] · coefficient · sign(log r_t)
///
/// - Parameters:
///   - batch: Tokens; `chosen` from ``klCovChoice(_:ratio:)`` over the whole step.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - coefficient: Weight of |log r|, reward units per nat.
/// - Returns: Loss, gradient and sums; chosen tokens as `bounded`.
///
/// The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models, arXiv:2505.22617.
public func klCovSurrogate(_ batch: TokenBatch, weights: [Double], coefficient: Double) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.none)
  return batch.sum(weights: weights, ratios: ratios) { t, sums in
    let slope = -ratios.values[t] * batch.advantages[t]
    guard batch.chosen?[t] ?? false else { return SurrogateTerm(value: slope, dLogRatio: slope) }
    sums.bounded += 1
    let logRatio = ratios.tokenLogRatios[t]
    let sign: Double = logRatio > 0 ? 1 : logRatio < 0 ? -1 : 0
    return SurrogateTerm(
      value: slope + coefficient * abs(logRatio), dLogRatio: slope + coefficient * sign)
  }
}
