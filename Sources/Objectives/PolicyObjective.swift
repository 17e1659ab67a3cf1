/// The responses of one micro-batch, packed: all their tokens one after the other.
public struct TokenBatch: Sendable {
  /// Where each response begins, and at the end where the last one ends: `[R + 1]`, from 0 to T.
  public var offsets: [Int]
  /// Under the policy in training, `[T]`, nats.
  public var logprobs: [Float]
  /// Under the policy that anchors the clip, `[T]`, nats.
  public var oldLogprobs: [Float]
  /// Under the frozen reference, `[T]`, nats; nil = no reference.
  public var referenceLogprobs: [Float]?
  /// Per response, `[R]`, reward units.
  public var advantages: [Double]
  /// True for tokens that are trained, `[T]`; see ``lossMask(sampled:isTruncated:masksTruncated:)``.
  public var mask: [Bool]
  /// What each trained token of a response counts for, `[R]`, from
  /// ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
  public var weights: [Double]

  public init(
    offsets: [Int], logprobs: [Float], oldLogprobs: [Float], referenceLogprobs: [Float]? = nil,
    advantages: [Double], mask: [Bool], weights: [Double]
  ) {
    self.offsets = offsets
    self.logprobs = logprobs
    self.oldLogprobs = oldLogprobs
    self.referenceLogprobs = referenceLogprobs
    self.advantages = advantages
    self.mask = mask
    self.weights = weights
  }
}

/// What the trainer minimizes over one micro-batch; results of micro-batches add up to those of the step.
///
///     L = Σ_i Σ_t w_i · ( −J_t + β · k3_t )       over trained tokens t of response i
///
/// with J the clipped surrogate and k3 the estimate of KL(π_θ ‖ π_ref). Without a reference β has to be 0; with one
/// and β = 0 the KL is measured and trains nothing. A micro-batch without trained tokens gives 0 everywhere.
///
/// - Parameters:
///   - batch: The responses, with the weights of their tokens.
///   - algorithm: Clip range and β; aggregation has already gone into the weights.
/// - Returns: Loss, `dL/dlogprob` as `[T]` (there is no entropy term, so no entropy gradient), and metric sums.
///
/// DeepSeekMath, arXiv:2402.03300, eq. 3; DAPO, arXiv:2503.14476, eq. 8.
public func policyObjective(_ batch: TokenBatch, algorithm: AlgorithmConfiguration) -> TokenLoss {
  batch.checkShape()
  precondition(
    algorithm.beta == 0 || batch.referenceLogprobs != nil,
    "beta is \(algorithm.beta) but there is no reference")

  var advantages = [Float](repeating: 0, count: batch.logprobs.count)
  var weights = advantages
  for response in batch.advantages.indices {
    for t in batch.offsets[response]..<batch.offsets[response + 1] where batch.mask[t] {
      advantages[t] = Float(batch.advantages[response])
      weights[t] = Float(batch.weights[response])
    }
  }

  var result = clippedSurrogate(
    logprobs: batch.logprobs, oldLogprobs: batch.oldLogprobs, advantages: advantages, weights: weights,
    clip: algorithm.clip)
  guard let reference = batch.referenceLogprobs else { return result }
  for t in weights.indices where weights[t] != 0 {
    let kl = klEstimate(logprob: batch.logprobs[t], referenceLogprob: reference[t], estimator: .k3)
    result.sums.klToReferenceSum += kl.value
    guard algorithm.beta != 0 else { continue }
    let weight = Double(weights[t]) * algorithm.beta
    result.loss += weight * kl.value
    result.dLogprobs[t] += Float(weight * kl.dLogprob)
  }
  return result
}

extension TokenBatch {
  /// Stops at a batch that was put together wrongly: a bug of ours, never the user's.
  fileprivate func checkShape() {
    let tokens = logprobs.count
    let responses = advantages.count
    precondition(
      offsets.count == responses + 1 && weights.count == responses && offsets.first == 0
        && offsets.last == tokens,
      "\(responses) advantages, \(weights.count) weights, \(tokens) tokens and offsets \(offsets)")
    precondition(
      oldLogprobs.count == tokens && mask.count == tokens
        && referenceLogprobs.map { $0.count == tokens } ?? true,
      "arrays of \(tokens), \(oldLogprobs.count), \(mask.count) tokens")
  }
}
