/// CISPO: clip the weight of a token, not its gradient.
///
///     ŵ_t = clip(r_t, weightMin, weightMax)                     detached
///     ℓ_t = −ŵ_t · A_t · logprob_t        dℓ_t/dlogprob_t = −ŵ_t · A_t, never 0 for A ≠ 0
///
/// The bounds are absolute. (verl's are relative, 1 + ε_high; TRL's `epsilon_high` is absolute and has no
/// lower one.) ŵ takes its number from both policies but passes no gradient on, so differences of the loss
/// agree with the gradient only while ŵ is held.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - weightMin: Smallest ŵ.
///   - weightMax: Largest ŵ.
///   - level: Whether r is that of the token or of the sequence.
///   - logRatioLimits: Where log ratios are cut, nats.
/// - Returns: Loss, gradient and sums: all bounded weights as `bounded`, those that hold a token back from
///   following its advantage also as `clippedLow` and `clippedHigh`.
///
/// MiniMax-M1, arXiv:2506.13585, eq. 4 and 5.
public func cispoSurrogate(
  _ batch: TokenBatch, weights: [Double], weightMin: Double, weightMax: Double, level: RatioLevel = .token,
  logRatioLimits: ClosedRange<Double> = LogRatioLimits.token
) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: level, limits: logRatioLimits)
  return batch.sum(weights: weights, ratios: ratios) { t, sums in
    let ratio = ratios.values[t]
    let advantage = batch.advantages[t]
    let weight = ratio > weightMax ? weightMax : ratio < weightMin ? weightMin : ratio
    if ratio > weightMax || ratio < weightMin { sums.bounded += 1 }
    if ratio > weightMax, advantage > 0 { sums.clippedHigh += 1 }
    if ratio < weightMin, advantage < 0 { sums.clippedLow += 1 }
    return SurrogateTerm(
      value: -weight * advantage * batch.logprobs[t], dLogprob: -weight * advantage)
  }
}
