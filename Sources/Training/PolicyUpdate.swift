internal import Objectives
internal import Rollouts
internal import Transformer

/// Optimizer steps on one batch of rollouts.
struct PolicyUpdate {
  let context: TrainingContext
  let batch: UpdateBatch
  /// What is forwarded together, for each optimizer step of a pass; every pass splits alike, so that equal weights give
  /// equal bits.
  let minibatches: [[Range<Int>]]
  let algorithm: AlgorithmConfiguration
  var temperature: Float { Float(context.configuration.rollout.temperature) }

  init(context: TrainingContext, batch: UpdateBatch) {
    self.context = context
    self.batch = batch
    algorithm = context.configuration.algorithm.asTrained
    let (count, parts) = (batch.responses.count, algorithm.numMinibatches)
    // Filters may leave fewer responses than mini-batches were asked for.
    minibatches = (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }.filter { !$0.isEmpty }
      .map { context.microbatches(batch, $0) }
  }

  /// What is known of the batch before its first update.
  struct Passes {
    /// Logprobs that anchor the ratio, `[N]`, nats; nil = those of the policy in training as its first pass finds them, which
    /// makes the ratio exactly 1.
    var anchor: [Double]?
    /// Under the policy in training, from a pass before the first update, `[N]`, nats; nil where none was needed.
    var before: TokenView?
    /// Under the frozen reference, `[N]`, nats; nil without one.
    var references: [Double]?
  }

  /// The passes that have to be made before the first update.
  func prepare(into outcome: inout UpdateOutcome) -> Passes {
    var passes = Passes()
    passes.references = context.reference.map {
      view(minibatches.flatMap { $0 }, of: $0, into: &outcome).logprobs
    }
    let isPOIS = context.configuration.algorithm.surrogate == .pois
    if context.configuration.rollout.logprobs == .rollout, !isPOIS {
      passes.anchor = batch.behaviorLogprobs
    } else if algorithm.updatesPerBatch > 1 || algorithm.countsKLInReward
      || algorithm.rolloutCorrection?.normalizeWeights == true
    {
      let before = view(minibatches.flatMap { $0 }, of: context.decoder, into: &outcome)
      passes.anchor = before.logprobs
      passes.before = before
      outcome.observe(before.logprobs, passes.references, batch, 0..<batch.tokenCount)
    }
    return passes
  }

  /// Runs `num_iterations` passes of `num_minibatches` optimizer steps.
  ///
  /// - Parameters:
  ///   - passes: From ``prepare(into:)``.
  ///   - learningRate: Of every update.
  ///   - outcome: What is seen and done is added to it.
  /// - Throws: When updates keep failing.
  func run(_ passes: Passes, learningRate: Double, into outcome: inout UpdateOutcome) throws {
    for iteration in 0..<algorithm.numIterations {
      for (index, parts) in minibatches.enumerated() {
        let isFirst = iteration == 0 && index == 0
        let loss = accumulate(parts, passes, isFirstPass: iteration == 0, isFirst, into: &outcome)
        outcome.loss += loss / Double(algorithm.updatesPerBatch)
        // Without trained tokens there is no gradient, and momentum alone must not move the weights.
        guard parts.contains(where: { batch.trainedCounts($0).contains { $0 > 0 } }) else { continue }
        if let norm = try context.update(learningRate: learningRate, loss: loss) { outcome.gradNorm = norm }
      }
    }
  }

  /// Adds the gradients of one optimizer step; counts are those of the whole step, however it is split.
  private func accumulate(
    _ parts: [Range<Int>], _ passes: Passes, isFirstPass: Bool, _ isFirst: Bool,
    into outcome: inout UpdateOutcome
  ) -> Double {
    let whole = span(parts)
    let totals = StepTotals(responseTokenCounts: batch.trainedCounts(whole))
    let constant =
      algorithm.lossAggregationConstant ?? Double(context.configuration.rollout.maxCompletionLength)
    let statistics = StepStatistics(self, parts, passes, isFirst: isFirst, into: &outcome)
    var (loss, entropySum, trained) = (0.0, 0.0, 0)
    for part in parts {
      let tokens = batch.tokens(part)
      let pass = statistics.pass ?? forward(part, into: &outcome)
      let seen = TokenView(pass)
      var objective = TokenBatch(
        offsets: batch.offsets(part), mask: Array(batch.mask[tokens]), logprobs: seen.logprobs,
        oldLogprobs: passes.anchor.map { Array($0[tokens]) } ?? seen.logprobs,
        referenceLogprobs: passes.references.map { Array($0[tokens]) }, entropies: seen.entropies,
        advantages: Array(batch.advantages[tokens]), isCorrect: batch.responses[part].map(\.isCorrect))
      objective.chosen = statistics.chosen(tokens)
      let masks = TokenMasks(self, part, objective, statistics)
      objective.correction = masks.factors
      let result = policyObjective(
        objective,
        weights: tokenWeights(
          mode: algorithm.lossAggregation, responseTokenCounts: batch.trainedCounts(part), totals: totals,
          constant: constant),
        algorithm: algorithm, plan: statistics.plan)
      loss += result.loss
      outcome.sums += result.sums
      outcome.masks += masks.counts
      outcome.tokens += batch.tokenCount(part)
      for t in objective.mask.indices where objective.mask[t] {
        entropySum += seen.entropies[t]
        trained += 1
      }
      if isFirstPass {
        outcome.see(seen, objective.oldLogprobs, factors: masks.correctionWeights, batch, tokens)
      }
      if isFirst, passes.before == nil {
        outcome.observe(seen.logprobs, passes.references, batch, tokens)
      }
      let hasEntropyTerm = statistics.plan.entropyCoef != 0
      context.decoder.backward(
        pass, dLogprobs: result.dLogprobs.map(Float.init),
        dEntropies: hasEntropyTerm ? result.dEntropies.map(Float.init) : nil)
    }
    if trained > 0, entropySum.isFinite { context.state.lastEntropy = entropySum / Double(trained) }
    return loss
  }

  /// From the first response of the first part to the last of the last.
  func span(_ parts: [Range<Int>]) -> Range<Int> {
    (parts.first?.lowerBound ?? 0)..<(parts.last?.upperBound ?? 0)
  }

  func forward(_ part: Range<Int>, into outcome: inout UpdateOutcome) -> Decoder.Pass {
    let packed = batch.packed(part, sharesPrompts: context.configuration.compute.sharePrompts)
    outcome.forwardTokens += packed.tokenCount
    return context.decoder.forward(packed, temperature: temperature)
  }

  /// Logprobs and entropies of completion tokens, without gradients.
  func view(
    _ parts: [Range<Int>], of decoder: Decoder, into outcome: inout UpdateOutcome
  ) -> TokenView {
    var found = TokenView()
    for part in parts {
      let packed = batch.packed(part, sharesPrompts: context.configuration.compute.sharePrompts)
      found.append(TokenView(decoder.forward(packed, temperature: temperature)))
      outcome.forwardTokens += packed.tokenCount
    }
    return found
  }
}

/// What a forward pass says of some completion tokens.
struct TokenView {
  /// Nats.
  var logprobs: [Double] = []
  var entropies: [Double] = []

  init() {}

  init(_ pass: Decoder.Pass) {
    logprobs = pass.logprobs.map(Double.init)
    entropies = pass.entropies.map(Double.init)
  }

  mutating func append(_ other: TokenView) {
    logprobs += other.logprobs
    entropies += other.entropies
  }

  subscript(tokens: Range<Int>) -> TokenView {
    var part = TokenView()
    part.logprobs = Array(logprobs[tokens])
    part.entropies = Array(entropies[tokens])
    return part
  }
}

extension AlgorithmConfiguration {
  var countsKLInReward: Bool { klIn == .reward && beta > 0 }
}
