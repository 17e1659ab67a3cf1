/// REINFORCE: the plain policy gradient.
///
///     ℓ_t = −A_t · logprob_t        dℓ_t/dlogprob_t = −A_t
///
/// The old policy has no part in it and only shows in the sums.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
/// - Returns: Loss, gradient and sums.
///
/// Williams 1992, Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning.
public func reinforceSurrogate(_ batch: TokenBatch, weights: [Double]) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.token)
  return batch.sum(weights: weights, ratios: ratios) { t, _ in
    SurrogateTerm(value: -batch.advantages[t] * batch.logprobs[t], dLogprob: -batch.advantages[t])
  }
}

/// POIS: every token counts as if the policy in training had sampled it.
///
///     r_t ≡ 1,   ℓ_t = −A_t        dℓ_t/dlogprob_t = −A_t
///
/// That is PPO at r = 1, where no clip is active: its value and its gradient. Differences of the value show
/// no gradient, since the old policy moves along.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
/// - Returns: Loss, gradient and sums.
///
/// UloRL, arXiv:2507.19766.
public func poisSurrogate(_ batch: TokenBatch, weights: [Double]) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.token)
  return batch.sum(weights: weights, ratios: ratios) { t, _ in
    // 0 · logprob, so that a NaN in a trained token ends up in the loss here as well.
    SurrogateTerm(
      value: -batch.advantages[t] + 0 * batch.logprobs[t], dLogprob: -batch.advantages[t])
  }
}
