/// What an objective needs to know of the whole optimizer step, of which it sees one micro-batch.
public struct StepPlan: Sendable, Hashable {
  /// Weight of the entropy bonus that is in force.
  public var entropyCoef: Double
  /// EntroPIC's α; 0 adds nothing, not even rounding.
  public var alpha: Double
  /// Tokens that EntroPIC's mean is taken over: the confident ones of the step, or all trained ones.
  public var entropicTokens: Int
  /// Trained tokens of the right responses of the step.
  public var positiveTokens: Int

  public init(entropyCoef: Double = 0, alpha: Double = 0, entropicTokens: Int = 0, positiveTokens: Int = 0) {
    self.entropyCoef = entropyCoef
    self.alpha = alpha
    self.entropicTokens = entropicTokens
    self.positiveTokens = positiveTokens
  }
}

/// What the trainer minimizes over one micro-batch; results of micro-batches add up to those of the step.
///
///     L = Σ_i Σ_t w_i · ( c_t · ℓ_t  +  β · KL_t  −  c_H · H_t )
///       + α / N_c · Σ_{t confident} −r_t · |A_t|                       EntroPIC
///       + c_NLL / N_+ · Σ_{t of right responses} −logprob_t            positive examples
///
/// over trained tokens t of response i, with ℓ the surrogate's loss of a token, c the correction, and N_c, N_+ counted over the
/// whole step. Without a reference β has to be 0; with one and β = 0 (or the KL in the reward) the KL is measured and trains
/// nothing. A micro-batch without trained tokens gives 0 everywhere. Nothing of a token outside the mask is looked at.
///
/// - Parameters:
///   - batch: The responses.
///   - weights: What each trained token of a response counts for, `[R]`, from
///     ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
///   - algorithm: Surrogate, KL and EntroPIC's threshold; advantages, aggregation and masks are in the batch and the weights.
///   - plan: What the whole step says.
/// - Returns: Loss, `dL/dlogprob` and `dL/dentropy` as `[T]`, and metric sums.
///
/// DeepSeekMath, arXiv:2402.03300, eq. 3; DAPO, arXiv:2503.14476, eq. 8; EntroPIC, arXiv:2511.15248; the likelihood of right
/// responses: VAPO, arXiv:2504.05118, §4.
public func policyObjective(
  _ batch: TokenBatch, weights: [Double], algorithm: AlgorithmConfiguration, plan: StepPlan = StepPlan()
) -> TokenLoss {
  precondition(
    weights.count == batch.responseCount, "\(weights.count) weights, \(batch.responseCount) responses")
  precondition(
    algorithm.beta == 0 || batch.referenceLogprobs != nil,
    "beta is \(algorithm.beta) but there is no reference")
  precondition(plan.entropyCoef == 0 || batch.entropies != nil, "an entropy bonus without entropies")

  var result = surrogateLoss(batch, weights: weights, algorithm: algorithm)
  addKL(of: batch, weights, algorithm, to: &result)
  if plan.entropyCoef != 0 { addEntropyBonus(plan.entropyCoef, of: batch, weights, to: &result) }
  if let entropic = algorithm.entropic, entropic.targetEntropy != nil {
    addEntropicTerm(plan, entropic, of: batch, to: &result)
  }
  if algorithm.positiveNLLCoef != 0, plan.positiveTokens > 0 {
    addPositiveNLL(algorithm.positiveNLLCoef / Double(plan.positiveTokens), of: batch, to: &result)
  }
  return result
}

private func addKL(
  of batch: TokenBatch, _ weights: [Double], _ algorithm: AlgorithmConfiguration, to result: inout TokenLoss
) {
  guard batch.referenceLogprobs != nil else { return }
  let kl = referenceKL(
    batch, weights: weights, estimator: algorithm.klEstimator, cap: algorithm.klClamp,
    ratioLevel: algorithm.useBiasCorrectionKL ? .token : nil, logRatioLimits: LogRatioLimits.token)
  result.sums.klToReferenceSum += kl.sums.klToReferenceSum
  guard algorithm.klIn == .loss, algorithm.beta != 0 else { return }
  result.loss += algorithm.beta * kl.loss
  result.sums.klLoss += algorithm.beta * kl.loss
  for t in batch.mask.indices where batch.mask[t] { result.dLogprobs[t] += algorithm.beta * kl.dLogprobs[t] }
}

private func addEntropyBonus(
  _ coefficient: Double, of batch: TokenBatch, _ weights: [Double], to result: inout TokenLoss
) {
  guard let entropies = batch.entropies else { return }
  for response in weights.indices where weights[response] != 0 {
    for t in batch.tokens(of: response) where batch.mask[t] {
      let weight = weights[response] * coefficient
      result.loss -= weight * entropies[t]
      result.sums.entropyLoss -= weight * entropies[t]
      result.dEntropies[t] -= weight
    }
  }
}

private func addEntropicTerm(
  _ plan: StepPlan, _ entropic: EntropicConfiguration, of batch: TokenBatch, to result: inout TokenLoss
) {
  let term = entropicTerm(
    logprobs: batch.logprobs, oldLogprobs: batch.oldLogprobs, advantages: batch.advantages, mask: batch.mask,
    alpha: plan.alpha, threshold: entropic.highProbThreshold, denominatorCount: plan.entropicTokens)
  for t in batch.mask.indices where term.highProb[t] {
    if batch.advantages[t] < 0 {
      result.sums.confidentNegative += 1
    } else {
      result.sums.confidentPositive += 1
    }
  }
  guard plan.alpha != 0 else { return }
  result.loss += term.loss
  result.sums.entropicLoss += term.loss
  for t in batch.mask.indices where term.highProb[t] { result.dLogprobs[t] += term.dLogprobs[t] }
}

private func addPositiveNLL(_ weight: Double, of batch: TokenBatch, to result: inout TokenLoss) {
  guard let isCorrect = batch.isCorrect else {
    preconditionFailure("the likelihood of right responses without verdicts")
  }
  for response in isCorrect.indices where isCorrect[response] {
    for t in batch.tokens(of: response) where batch.mask[t] {
      result.loss -= weight * batch.logprobs[t]
      result.sums.positiveNLLLoss -= weight * batch.logprobs[t]
      result.dLogprobs[t] -= weight
    }
  }
}
