/// GSPO: the ratio and its clip belong to the response, one term each.
///
///     s_i = exp(mean_t log r_t)                                      mean log ratio cut at +10
///     ℓ_t = −min(s_i · A_t, clip(s_i, 1 − low, 1 + high) · A_t)      the same for all tokens of a response
///     dL/dlogprob_t = Σ_u w_i · c_u · (−s_i · A_u) / T_i             over its unclipped tokens u
///
/// With `seq-mean-token-mean`, the paper's aggregation, that is the mean over responses of −min(s A, clip(s)
/// A), and every token has gradient −s_i · A_i / (N · T_i). Bounds are some 3e-4: those of PPO would never
/// clip. There is no dual clip; `delta` caps s as TRL does.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of s; `dual` is not used.
///   - logRatioLimits: Where the mean log ratio is cut, nats.
/// - Returns: Loss, gradient and sums; ratios in the sums are those of the tokens, clipped tokens those of
///   clipped responses.
///
/// Group Sequence Policy Optimization, arXiv:2507.18071, eq. 5 and 7.
public func gspoSurrogate(
  _ batch: TokenBatch, weights: [Double], clip: ClipRange,
  logRatioLimits: ClosedRange<Double> = LogRatioLimits.sequence
) -> TokenLoss {
  ppoClipSurrogate(
    batch, weights: weights, clip: clip.withoutDual, level: .sequence, logRatioLimits: logRatioLimits)
}

/// GSPO-token: the value of the sequence ratio, the gradient of each token's own logprob.
///
///     s_t = sg(s_i) · π_θ(t) / sg(π_θ(t)) = s_i as a number
///     ℓ_t = −min(s_t · A_t, clip(s_t, 1 − low, 1 + high) · A_t)
///     dℓ_t/dlogprob_t = −s_i · A_t where unclipped, else 0
///
/// Advantages may differ from token to token. Where they are the same over a response, and the correction
/// too, this is ``gspoSurrogate(_:weights:clip:logRatioLimits:)``. This is the form of verl's `gspo`.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of s; `dual` is not used.
///   - logRatioLimits: Where the mean log ratio is cut, nats.
/// - Returns: Loss, gradient and sums.
///
/// Group Sequence Policy Optimization, arXiv:2507.18071, §4.3.
public func gspoTokenSurrogate(
  _ batch: TokenBatch, weights: [Double], clip: ClipRange,
  logRatioLimits: ClosedRange<Double> = LogRatioLimits.sequence
) -> TokenLoss {
  ppoClipSurrogate(
    batch, weights: weights, clip: clip.withoutDual, level: .sequenceToken, logRatioLimits: logRatioLimits)
}

extension ClipRange {
  fileprivate var withoutDual: ClipRange { ClipRange(low: low, high: high, delta: delta) }
}
