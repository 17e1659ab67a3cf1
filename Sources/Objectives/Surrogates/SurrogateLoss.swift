/// The policy loss that the recipe asks for: ℓ of its surrogate, with its parameters.
///
///     L = Σ_i w_i Σ_t c_t · ℓ_t    over trained tokens t of response i; c: the batch's correction, 1 without
///
/// Losses and gradients of micro-batches add up to those of the step, in any split, where the weights are
/// those of the step's totals and `chosen` was chosen over the step.
///
/// - Parameters:
///   - batch: The responses of a micro-batch; for Clip-Cov and KL-Cov with `chosen`.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - algorithm: Which surrogate, and its parameters.
/// - Returns: Loss, gradient and sums; entropies have no part.
public func surrogateLoss(
  _ batch: TokenBatch, weights: [Double], algorithm: AlgorithmConfiguration
) -> TokenLoss {
  switch algorithm.surrogate {
  case .ppoClip: ppoClipSurrogate(batch, weights: weights, clip: algorithm.clip)
  case .gspo: gspoSurrogate(batch, weights: weights, clip: algorithm.clip)
  case .gspoToken: gspoTokenSurrogate(batch, weights: weights, clip: algorithm.clip)
  case .cispo:
    cispoSurrogate(
      batch, weights: weights, weightMin: algorithm.isWeightMin, weightMax: algorithm.isWeightMax)
  case .sapo:
    sapoSurrogate(
      batch, weights: weights, tauPositive: algorithm.tauPositive, tauNegative: algorithm.tauNegative)
  case .gmpo: gmpoSurrogate(batch, weights: weights, clip: algorithm.clip)
  case .dppoTV:
    dppoTVSurrogate(
      batch, weights: weights, low: algorithm.divergenceLow, high: algorithm.divergenceHigh,
      ratioMax: algorithm.ratioMax)
  case .dppoKL:
    dppoKLSurrogate(
      batch, weights: weights, low: algorithm.divergenceLow, high: algorithm.divergenceHigh,
      ratioMax: algorithm.ratioMax)
  case .clipCov: clipCovSurrogate(batch, weights: weights, clip: algorithm.clip)
  case .klCov: klCovSurrogate(batch, weights: weights, coefficient: algorithm.klCovCoef)
  case .reinforce: reinforceSurrogate(batch, weights: weights)
  case .pois: poisSurrogate(batch, weights: weights)
  }
}
