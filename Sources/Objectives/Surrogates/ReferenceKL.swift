/// The estimate of KL(π_θ ‖ π_ref) as a loss, on its own.
///
///     L = Σ_i w_i Σ_t KL_t
///     L = Σ_i w_i Σ_t r_t · KL_t        with a ratio level; the gradient passes through r as well
///
/// The ratio makes the estimate right on average under the old policy. A batch without reference gives 0; the
/// batch's correction has no part.
///
/// - Parameters:
///   - batch: Tokens with the logprobs of the reference.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - estimator: k1, k2 or k3.
///   - cap: Largest k3 that counts; nil = none.
///   - ratioLevel: Whose ratio multiplies the estimate; nil = none.
///   - logRatioLimits: Where log ratios are cut, nats.
/// - Returns: Loss in nats, its share per token, gradient and the sum of the estimates without ratio.
///
/// DeepSeekMath, arXiv:2402.03300, eq. 4; the ratio: DeepSeek-V3.2, arXiv:2512.02556 (TRL's
/// `use_bias_correction_kl`).
public func referenceKL(
  _ batch: TokenBatch, weights: [Double], estimator: KLEstimator, cap: Double? = nil,
  ratioLevel: RatioLevel? = nil, logRatioLimits: ClosedRange<Double> = LogRatioLimits.none
) -> TokenLoss {
  guard let reference = batch.referenceLogprobs else { return TokenLoss(tokenCount: batch.logprobs.count) }
  var plain = batch
  plain.correction = nil
  let ratios = ImportanceRatios(batch, level: ratioLevel ?? .token, limits: logRatioLimits)
  var result = plain.sum(weights: weights, ratios: ratios) { t, sums in
    let kl = klEstimate(
      logprob: batch.logprobs[t], referenceLogprob: reference[t], estimator: estimator, cap: cap)
    sums.klToReferenceSum += kl.value
    guard ratioLevel != nil else { return SurrogateTerm(value: kl.value, dLogprob: kl.dLogprob) }
    let ratio = ratios.values[t]
    return SurrogateTerm(
      value: ratio * kl.value, dLogRatio: ratios.isLive[t] ? ratio * kl.value : 0,
      dLogprob: ratio * kl.dLogprob)
  }
  result.sums.policyLoss = 0
  result.sums.klLoss = result.loss
  return result
}
