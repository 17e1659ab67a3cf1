/// The loss of imitation (SFT): mean of −logprob over all target tokens of the optimizer step.
///
///     L = −Σ_t logprob_t / N        dL/dlogprob_t = −1 / N       over targets t, N = targets of the whole step
///
/// Micro-batches add up to the step, as in ``tokenWeights(mode:responseTokenCounts:totals:constant:)``. A step
/// without targets gives 0.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training.
///   - mask: `[T]`, true for target tokens (the worked solution), false for the prompt.
///   - stepTokens: N, target tokens of the whole step.
/// - Returns: Loss in nats, gradient, and the number of targets.
public func negativeLogLikelihood(logprobs: [Double], mask: [Bool], stepTokens: Int) -> TokenLoss {
  precondition(logprobs.count == mask.count, "\(logprobs.count) logprobs, \(mask.count) mask entries")
  var result = TokenLoss(tokenCount: mask.count)
  guard stepTokens > 0 else { return result }
  let weight = 1 / Double(stepTokens)
  for t in mask.indices where mask[t] {
    result.tokenLosses[t] = -logprobs[t]
    result.loss -= weight * logprobs[t]
    result.dLogprobs[t] = -weight
    result.sums.tokens += 1
  }
  return result
}
