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

  /// A response that takes part in the update.
  struct Response {
    let tokens: [Int32]
    let scored: Range<Int>
    let mask: [Bool]
    let sampled: [Bool]
    let advantage: Double
    let behaviorLogprobs: [Float]

    init(_ scored: ScoredRollout, advantage: Double, masksTruncated: Bool) {
      let rollout = scored.rollout
      tokens = rollout.promptTokens + rollout.completionTokens
      self.scored = rollout.promptTokens.count..<tokens.count
      sampled = rollout.sampledMask
      mask = lossMask(
        sampled: sampled, isTruncated: rollout.isTruncated, masksTruncated: masksTruncated)
      behaviorLogprobs = rollout.behaviorLogprobs
      self.advantage = advantage
    }

    var trainedCount: Int { mask.count { $0 } }
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
    /// Tokens that went forward and backward.
    var tokens = 0

    /// Compares the trainer's logprobs, before any update, with the sampler's and the reference's.
    ///
    /// - Parameters:
    ///   - current: Logprobs of the trainer.
    ///   - references: Of the frozen policy.
    ///   - responses: Whose tokens these are; what was put in, not sampled, is left out.
    mutating func observe(_ current: [Float], _ references: [Float]?, of responses: some Sequence<Response>) {
      let sampled = responses.flatMap(\.sampled)
      for ((mine, theirs), isSampled) in zip(zip(current, responses.flatMap(\.behaviorLogprobs)), sampled)
      where isSampled {
        let gap = Double(abs(mine - theirs))
        gapSum += gap
        gapMax = gap.isNaN ? .nan : max(gapMax, gap)
        gapTokens += 1
      }
      guard let references else { return }
      klBefore = zip(zip(current, references), sampled).reduce(klBefore ?? 0) { sum, token in
        guard token.1 else { return sum }
        return sum + klEstimate(logprob: token.0.0, referenceLogprob: token.0.1, estimator: .k3).value
      }
    }
  }

  /// Runs `num_iterations` passes of `num_minibatches` optimizer steps.
  ///
  /// The denominator of the clipped ratio is the policy at the start of the batch. With one update it is the policy in
  /// training itself, so the ratio is exactly 1; with more, a forward pass before the first update fixes it.
  func run(_ responses: [Response], learningRate: Double) throws -> Outcome {
    var outcome = Outcome()
    let anchored = algorithm.updatesPerBatch > 1 ? logprobs(responses, of: context.decoder) : nil
    let references = context.reference.map { logprobs(responses, of: $0) }
    if let anchored {
      outcome.observe(anchored.flatMap { $0 }, references.map { $0.flatMap { $0 } }, of: responses)
    }
    for iteration in 0..<algorithm.numIterations {
      for minibatch in 0..<algorithm.numMinibatches {
        let count = responses.count
        let range =
          count * minibatch / algorithm.numMinibatches..<count * (minibatch + 1) / algorithm.numMinibatches
        let loss = accumulate(
          responses, range, anchored, references, isFirstPass: iteration == 0, into: &outcome)
        outcome.loss += loss / Double(algorithm.updatesPerBatch)
        // Without trained tokens there is no gradient, and momentum alone must not move the weights.
        guard responses[range].contains(where: { $0.trainedCount > 0 }) else { continue }
        if let norm = try context.update(learningRate: learningRate, loss: loss) { outcome.gradNorm = norm }
      }
    }
    return outcome
  }

  /// Adds the gradients of one optimizer step; counts are those of the whole step, however it is split.
  private func accumulate(
    _ responses: [Response], _ range: Range<Int>, _ anchored: [[Float]]?, _ references: [[Float]]?,
    isFirstPass: Bool, into outcome: inout Outcome
  ) -> Double {
    let step = Array(responses[range])
    let totals = StepTotals(responseTokenCounts: step.map(\.trainedCount))
    let constant =
      algorithm.lossAggregationConstant ?? Double(context.configuration.rollout.maxCompletionLength)
    var loss = 0.0
    for part in context.microbatches(step.map(\.tokens.count)) {
      let members = Array(step[part])
      let pass = context.decoder.forward(
        PackedBatch(members.map { ($0.tokens, $0.scored) }), temperature: temperature)
      let current = pass.logprobs
      let indices = part.map { range.lowerBound + $0 }
      let batch = TokenBatch(
        offsets: members.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.mask.count) }, logprobs: current,
        oldLogprobs: anchored.map { all in indices.flatMap { all[$0] } } ?? current,
        referenceLogprobs: references.map { all in indices.flatMap { all[$0] } },
        advantages: members.map(\.advantage), mask: members.flatMap(\.mask),
        weights: tokenWeights(
          mode: algorithm.lossAggregation, responseTokenCounts: members.map(\.trainedCount), totals: totals,
          constant: constant))
      let result = policyObjective(batch, algorithm: algorithm)
      loss += result.loss
      outcome.sums += result.sums
      outcome.tokens += members.reduce(0) { $0 + $1.tokens.count }
      if isFirstPass {
        for (entropy, isSampled) in zip(pass.entropies, members.flatMap(\.sampled)) where isSampled {
          outcome.firstPassTokens += 1
          outcome.entropySum += Double(entropy)
        }
        if anchored == nil { outcome.observe(current, batch.referenceLogprobs, of: members) }
      }
      context.decoder.backward(pass, dLogprobs: result.dLogprobs)
    }
    return loss
  }

  /// Logprobs of each response's tokens, without gradients.
  private func logprobs(_ responses: [Response], of decoder: Decoder) -> [[Float]] {
    var found: [[Float]] = []
    for part in context.microbatches(responses.map(\.tokens.count)) {
      let members = responses[part]
      var flat = decoder.forward(
        PackedBatch(members.map { ($0.tokens, $0.scored) }), temperature: temperature
      ).logprobs[...]
      for member in members {
        found.append(Array(flat.prefix(member.scored.count)))
        flat = flat.dropFirst(member.scored.count)
      }
    }
    return found
  }
}
