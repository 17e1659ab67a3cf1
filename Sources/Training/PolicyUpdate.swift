internal import Experience
internal import Objectives
internal import Rollouts
internal import Transformer

/// Optimizer steps on one batch of rollouts.
struct PolicyUpdate {
  let context: TrainingContext
  private var algorithm: AlgorithmConfiguration { context.configuration.algorithm }
  private var temperature: Float { Float(context.configuration.rollout.temperature) }

  init(context: TrainingContext) {
    self.context = context
  }

  /// What the update saw and did.
  struct Outcome {
    /// Mean over the updates.
    var loss = 0.0
    var sums = MetricSums()
    /// Over all sampled tokens: the entropy in the first pass, the gap to the sampler before the first update.
    var entropySum = 0.0
    var gapSum = 0.0
    var gapMax = 0.0
    var firstPassTokens = 0
    /// Σ k3 against the reference before the first update; nil without one.
    var klBefore: Double?
    var gapTokens = 0
    /// Of the last update that was not skipped.
    var gradNorm: Double?
    /// Tokens of prompts and completions that were trained on, as if no prompt were shared.
    var tokens = 0
    /// Tokens that went forward: those of passes without gradients too, shared ones once.
    var forwardTokens = 0

    /// Compares the trainer's logprobs, before any update, with the sampler's and the reference's.
    ///
    /// - Parameters:
    ///   - current: Logprobs of the trainer, of these tokens.
    ///   - references: Of the frozen policy, of all tokens.
    ///   - batch: Whose tokens they are; what was put in, not sampled, is left out.
    ///   - tokens: Which of its tokens.
    mutating func observe(
      _ current: [Float], _ references: [Float]?, _ batch: UpdateBatch, _ tokens: Range<Int>
    ) {
      if references != nil { klBefore = klBefore ?? 0 }
      for (mine, token) in zip(current, tokens) where batch.sampled[token] {
        let gap = Double(abs(mine - batch.behaviorLogprobs[token]))
        gapSum += gap
        gapMax = gap.isNaN ? .nan : max(gapMax, gap)
        gapTokens += 1
        guard let references else { continue }
        klBefore? += klEstimate(logprob: mine, referenceLogprob: references[token], estimator: .k3).value
      }
    }
  }

  /// Runs `num_iterations` passes of `num_minibatches` optimizer steps.
  ///
  /// The denominator of the clipped ratio is the policy at the start of the batch. `rollout.logprobs: rollout` takes what
  /// the generator recorded for it. Otherwise it is the trainer's own: with one update the policy in training itself, so the
  /// ratio is exactly 1; with more, a forward pass before the first update fixes it.
  func run(_ batch: UpdateBatch, learningRate: Double) throws -> Outcome {
    var outcome = Outcome()
    let count = batch.responses.count
    // Every pass splits alike, so that equal weights give equal bits.
    let minibatches = (0..<algorithm.numMinibatches).map { minibatch in
      context.microbatches(
        batch,
        count * minibatch / algorithm.numMinibatches..<count * (minibatch + 1) / algorithm.numMinibatches)
    }
    let references = context.reference.map { logprobs(batch, minibatches, of: $0, into: &outcome) }
    var anchor: [Float]?
    if context.configuration.rollout.logprobs == .rollout {
      anchor = batch.behaviorLogprobs
    } else if algorithm.updatesPerBatch > 1 {
      let current = logprobs(batch, minibatches, of: context.decoder, into: &outcome)
      outcome.observe(current, references, batch, 0..<current.count)
      anchor = current
    }
    for iteration in 0..<algorithm.numIterations {
      for parts in minibatches {
        let loss = accumulate(batch, parts, anchor, references, isFirstPass: iteration == 0, into: &outcome)
        outcome.loss += loss / Double(algorithm.updatesPerBatch)
        // Without trained tokens there is no gradient, and momentum alone must not move the weights.
        guard parts.contains(where: { batch.trainedCounts($0).contains { $0 > 0 } }) else { continue }
        if let norm = try context.update(learningRate: learningRate, loss: loss) { outcome.gradNorm = norm }
      }
    }
    return outcome
  }

  /// Adds the gradients of one optimizer step; counts are those of the whole step, however it is split.
  private func accumulate(
    _ batch: UpdateBatch, _ parts: [Range<Int>], _ anchor: [Float]?, _ references: [Float]?,
    isFirstPass: Bool, into outcome: inout Outcome
  ) -> Double {
    let totals = StepTotals(responseTokenCounts: parts.flatMap(batch.trainedCounts))
    let constant =
      algorithm.lossAggregationConstant ?? Double(context.configuration.rollout.maxCompletionLength)
    // Until the weights change, the trainer has the policy that sampled.
    let isUnchanged = isFirstPass && parts.first?.lowerBound == 0 && outcome.gapTokens == 0
    var loss = 0.0
    for part in parts {
      let tokens = batch.tokens(part)
      let packed = batch.packed(part, sharesPrompts: context.configuration.compute.sharePrompts)
      let pass = context.decoder.forward(packed, temperature: temperature)
      let current = pass.logprobs
      let objective = TokenBatch(
        offsets: batch.offsets[part.lowerBound...part.upperBound].map { $0 - tokens.lowerBound },
        logprobs: current, oldLogprobs: anchor.map { Array($0[tokens]) } ?? current,
        referenceLogprobs: references.map { Array($0[tokens]) },
        advantages: batch.responses[part].map(\.advantage), mask: Array(batch.mask[tokens]),
        weights: tokenWeights(
          mode: algorithm.lossAggregation, responseTokenCounts: batch.trainedCounts(part), totals: totals,
          constant: constant))
      let result = policyObjective(objective, algorithm: algorithm)
      loss += result.loss
      outcome.sums += result.sums
      outcome.tokens += batch.tokenCount(part)
      outcome.forwardTokens += packed.tokenCount
      if isFirstPass {
        for (entropy, token) in zip(pass.entropies, tokens) where batch.sampled[token] {
          outcome.firstPassTokens += 1
          outcome.entropySum += Double(entropy)
        }
      }
      if isUnchanged { outcome.observe(current, references, batch, tokens) }
      context.decoder.backward(pass, dLogprobs: result.dLogprobs)
    }
    return loss
  }

  /// Logprobs of all completion tokens, without gradients.
  private func logprobs(
    _ batch: UpdateBatch, _ minibatches: [[Range<Int>]], of decoder: Decoder, into outcome: inout Outcome
  ) -> [Float] {
    var found: [Float] = []
    found.reserveCapacity(batch.mask.count)
    for part in minibatches.joined() {
      let packed = batch.packed(part, sharesPrompts: context.configuration.compute.sharePrompts)
      found += decoder.forward(packed, temperature: temperature).logprobs
      outcome.forwardTokens += packed.tokenCount
    }
    return found
  }
}
