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
public func negativeLogLikelihood(logprobs: [Float], mask: [Bool], stepTokens: Int) -> TokenLoss {
  precondition(logprobs.count == mask.count, "\(logprobs.count) logprobs, \(mask.count) mask entries")
  var result = TokenLoss(loss: 0, dLogprobs: Array(repeating: 0, count: mask.count), sums: MetricSums())
  guard stepTokens > 0 else { return result }
  let weight = 1 / Double(stepTokens)
  for t in mask.indices where mask[t] {
    result.loss -= weight * Double(logprobs[t])
    result.dLogprobs[t] = Float(-weight)
    result.sums.tokens += 1
  }
  return result
}
