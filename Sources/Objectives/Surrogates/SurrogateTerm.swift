private import Foundation

/// What one token adds to the policy loss, before correction and aggregation.
struct SurrogateTerm {
  /// ℓ_t, reward units.
  var value: Double
  /// dℓ_t/dlog ratio; on its way to the logprobs it passes through the level of the ratio.
  var dLogRatio = 0.0
  /// What reaches the token's own logprob without the ratio.
  var dLogprob = 0.0
}

extension TokenBatch {
  /// The terms of all trained tokens as a loss.
  ///
  ///     L = Σ_i w_i Σ_t c_t · ℓ_t  over trained tokens t of response i; c: the batch's correction, 1 without
  ///
  /// A token outside the mask is left out of everything, whatever its other numbers are. A NaN in a trained
  /// token ends up in the loss, also where its correction is 0, for the caller to refuse the step.
  ///
  /// - Parameters:
  ///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
  ///   - ratios: Those that the terms were made from.
  ///   - term: ℓ_t and its derivatives; may count what it sees.
  /// - Returns: Loss, token losses and gradient, and the sums that every surrogate has.
  func sum(
    weights: [Double], ratios: ImportanceRatios,
    of term: (_ t: Int, _ sums: inout MetricSums) -> SurrogateTerm
  ) -> TokenLoss {
    precondition(
      weights.count == responseCount, "\(weights.count) weights for \(responseCount) responses")
    var result = TokenLoss(tokenCount: logprobs.count)
    for response in 0..<responseCount {
      let tokens = tokens(of: response)
      var shared = 0.0
      var count = 0
      for t in tokens where mask[t] {
        let logRatio = ratios.tokenLogRatios[t]
        result.sums.add(ratio: exp(logRatio), logRatio: logRatio)
        let correction = correction?[t] ?? 1
        if correction == 0 { result.sums.silenced += 1 }

        let term = term(t, &result.sums)
        result.tokenLosses[t] = correction * term.value
        result.loss += weights[response] * result.tokenLosses[t]
        let factor = weights[response] * correction
        result.dLogprobs[t] = factor * term.dLogprob
        if ratios.level == .sequence {
          shared += factor * term.dLogRatio
        } else {
          result.dLogprobs[t] += factor * term.dLogRatio
        }
        count += 1
      }
      guard ratios.level == .sequence else { continue }
      for t in tokens where mask[t] { result.dLogprobs[t] += shared / Double(count) }
    }
    result.sums.policyLoss = result.loss
    return result
  }
}
