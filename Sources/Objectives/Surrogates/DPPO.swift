private import Foundation

/// DPPO with the binary total variation: what has to stay near is a token's *probability*, not its ratio.
///
///     V_t = [π_θ − π_old ≤ high] where A_t > 0, [π_θ − π_old ≥ −low] else     π: of the sampled token
///     ℓ_t = −V_t · min(r_t, ratioMax) · A_t · logprob_t                       all but the logprob detached
///     dℓ_t/dlogprob_t = −V_t · min(r_t, ratioMax) · A_t
///
/// Rare tokens may grow by large factors and frequent ones are held, where a clipped ratio does the opposite.
/// A token with A = 0 falls under the lower bound, as in verl; that only shows in the count.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - low: How far a probability may fall.
///   - high: How far a probability may rise.
///   - ratioMax: Where the detached ratio is cut; large, since cutting biases.
/// - Returns: Loss, gradient and sums: stopped tokens as `bounded`, others with a cut ratio as `clippedDual`.
///
/// Rethinking the Trust Region in LLM Reinforcement Learning, arXiv:2602.04879; log ratio cut at ±20: verl.
public func dppoTVSurrogate(
  _ batch: TokenBatch, weights: [Double], low: Double, high: Double, ratioMax: Double
) -> TokenLoss {
  divergenceSurrogate(batch, weights: weights, ratioMax: ratioMax) { logprob, oldLogprob, advantage in
    let change = exp(logprob) - exp(oldLogprob)
    return advantage > 0 ? change <= high : change >= -low
  }
}

/// DPPO with the binary KL: as with the total variation, but the move is measured in nats.
///
///     D_t = p · log(p / q) + (1 − p) · log((1 − p + 1e-8) / (1 − q + 1e-8))       p = π_old, q = π_θ
///     V_t = [D_t ≤ high or q ≤ p] where A_t > 0, [D_t ≤ low or q ≥ p] else
///     ℓ_t = −V_t · min(r_t, ratioMax) · A_t · logprob_t
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - low: Largest divergence of a falling probability, nats.
///   - high: Largest divergence of a rising probability, nats.
///   - ratioMax: Where the detached ratio is cut.
/// - Returns: Loss, gradient and sums: stopped tokens as `bounded`, others with a cut ratio as `clippedDual`.
///
/// Rethinking the Trust Region in LLM Reinforcement Learning, arXiv:2602.04879; 1e-8: verl.
public func dppoKLSurrogate(
  _ batch: TokenBatch, weights: [Double], low: Double, high: Double, ratioMax: Double
) -> TokenLoss {
  divergenceSurrogate(batch, weights: weights, ratioMax: ratioMax) { logprob, oldLogprob, advantage in
    let new = exp(logprob)
    let old = exp(oldLogprob)
    let divergence =
      old * (oldLogprob - logprob) + (1 - old) * log((1 - old + 1e-8) / (1 - new + 1e-8))
    return advantage > 0 ? divergence <= high || new <= old : divergence <= low || new >= old
  }
}

/// ℓ_t = −V_t · min(r_t, ratioMax) · A_t · logprob_t with V from `isInside`.
private func divergenceSurrogate(
  _ batch: TokenBatch, weights: [Double], ratioMax: Double,
  isInside: (_ logprob: Double, _ oldLogprob: Double, _ advantage: Double) -> Bool
) -> TokenLoss {
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.token)
  return batch.sum(weights: weights, ratios: ratios) { t, sums in
    let ratio = ratios.values[t] > ratioMax ? ratioMax : ratios.values[t]
    let isTrained = isInside(batch.logprobs[t], batch.oldLogprobs[t], batch.advantages[t])
    if !isTrained {
      sums.bounded += 1
    } else if ratios.values[t] > ratioMax {
      sums.clippedDual += 1
    }
    // Times 0, not left out, so that a NaN stays one.
    let slope = -batch.advantages[t] * ratio * (isTrained ? 1 : 0)
    return SurrogateTerm(value: slope * batch.logprobs[t], dLogprob: slope)
  }
}
