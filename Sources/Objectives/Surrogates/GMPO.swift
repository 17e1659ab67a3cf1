private import Foundation

/// GMPO: the geometric mean of the token ratios, each clipped in its logarithm.
///
///     x_t = log r_t, clipped to at most high where A_t > 0 and to at least −low where A_t < 0
///     ρ_i = exp(mean_t x_t),  Ā_i = mean_t A_t,  C_i = exp(mean_t log(c_t + 1e-10))
///     ℓ_t = −C_i · ρ_i · Ā_i      the same for all trained tokens of a response
///     dL/dlogprob_t = −w_i · C_i · ρ_i · Ā_i where x_t is unclipped, else 0
///
/// With `seq-mean-token-mean` that is the paper's mean over responses. A token without advantage has x = 0.
/// The correction of a response is the geometric mean of those of its tokens, as in verl.
///
/// - Parameters:
///   - batch: Tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - clip: Bounds of the *log* ratio, nats; only `low` and `high` are used.
/// - Returns: Loss, gradient and sums: tokens whose log ratio lies outside either bound as `clippedHigh`
///   where A_t > 0 and as `clippedLow` where A_t < 0.
///
/// Geometric-Mean Policy Optimization, arXiv:2507.20673.
public func gmpoSurrogate(_ batch: TokenBatch, weights: [Double], clip: ClipRange) -> TokenLoss {
  precondition(
    weights.count == batch.responseCount, "\(weights.count) weights for \(batch.responseCount) responses")
  var result = TokenLoss(tokenCount: batch.logprobs.count)
  for response in 0..<batch.responseCount {
    let trained = batch.tokens(of: response).filter { batch.mask[$0] }
    guard !trained.isEmpty else { continue }
    var logRatioSum = 0.0
    var advantageSum = 0.0
    var logCorrectionSum = 0.0
    var follows: [Bool] = []
    for t in trained {
      let logRatio = batch.logprobs[t] - batch.oldLogprobs[t]
      let advantage = batch.advantages[t]
      result.sums.add(ratio: exp(logRatio), logRatio: logRatio)
      if let correction = batch.correction?[t] {
        logCorrectionSum += log(correction + 1e-10)
        if correction == 0 { result.sums.silenced += 1 }
      }
      advantageSum += advantage
      if logRatio < -clip.low || logRatio > clip.high {
        if advantage > 0 { result.sums.clippedHigh += 1 }
        if advantage < 0 { result.sums.clippedLow += 1 }
      }
      let isClipped = advantage > 0 ? logRatio > clip.high : advantage < 0 && logRatio < -clip.low
      // Times 0, not left out, so that a NaN stays one.
      logRatioSum +=
        isClipped ? (advantage > 0 ? clip.high : -clip.low) : advantage == 0 ? logRatio * 0 : logRatio
      follows.append(!isClipped && advantage != 0)
    }
    let count = Double(trained.count)
    let value = -exp(logCorrectionSum / count) * exp(logRatioSum / count) * (advantageSum / count)
    for (t, isLive) in zip(trained, follows) {
      result.tokenLosses[t] = value
      result.loss += weights[response] * value
      if isLive { result.dLogprobs[t] = weights[response] * value }
    }
  }
  result.sums.policyLoss = result.loss
  return result
}
