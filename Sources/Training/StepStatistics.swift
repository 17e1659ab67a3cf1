internal import Objectives
internal import Randomness
internal import Transformer

/// What has to be known of a whole optimizer step before its first backward pass.
///
/// Most methods need nothing. Where one does, and no pass before the batch has it, the step is forwarded once more without
/// gradients; a step of one micro-batch is forwarded once only, since its pass can wait.
struct StepStatistics {
  private(set) var plan = StepPlan()
  /// The pass of the step's only micro-batch, where it was needed early.
  private(set) var pass: Decoder.Pass?
  /// First token of the step.
  private let start: Int
  /// Of the step's tokens: chosen by covariance, left out for low entropy, and weights of the rollout correction.
  private var chosenTokens: [Bool]?
  private var highEntropy: [Bool]?
  private var correction: CorrectionOutcome?

  func chosen(_ tokens: Range<Int>) -> [Bool]? { chosenTokens.map { Array($0[shifted(tokens)]) } }
  func highEntropy(_ tokens: Range<Int>) -> [Bool]? { highEntropy.map { Array($0[shifted(tokens)]) } }
  func correctionWeights(_ tokens: Range<Int>) -> [Double]? {
    correction.map { Array($0.weights[shifted(tokens)]) }
  }
  private func shifted(_ tokens: Range<Int>) -> Range<Int> {
    tokens.lowerBound - start..<tokens.upperBound - start
  }

  init(
    _ update: PolicyUpdate, _ parts: [Range<Int>], _ passes: PolicyUpdate.Passes, isFirst: Bool,
    into outcome: inout UpdateOutcome
  ) {
    let (algorithm, batch) = (update.algorithm, update.batch)
    let whole = update.span(parts)
    let tokens = batch.tokens(whole)
    start = tokens.lowerBound
    if algorithm.positiveNLLCoef != 0 {
      plan.positiveTokens = batch.responses[whole].reduce(0) { $0 + ($1.isCorrect ? $1.trainedCount : 0) }
    }
    var view: TokenView?
    if Self.needsView(algorithm, passes, isFirst: isFirst) {
      if isFirst, let before = passes.before {
        view = before[tokens]
      } else if parts.count == 1 {
        let early = update.forward(parts[0], into: &outcome)
        pass = early
        view = TokenView(early)
      } else {
        view = update.view(parts, of: update.context.decoder, into: &outcome)
      }
    }
    let mask = Array(batch.mask[tokens])
    if let rule = algorithm.rolloutCorrection, let anchor = passes.anchor {
      correction = correct(
        oldLogprobs: Array(anchor[tokens]), behaviorLogprobs: Array(batch.behaviorLogprobs[tokens]),
        offsets: batch.offsets(whole), mask: mask, rule: rule)
    }
    if let view {
      choose(update, whole, tokens, view, passes)
      if algorithm.topEntropyQuantile < 1 {
        highEntropy = highEntropyMask(
          entropies: view.entropies, mask: mask, topQuantile: algorithm.topEntropyQuantile)
      }
    }
    controlEntropy(update, mask, view, passes, isFirst: isFirst, into: &outcome)
  }

  private static func needsView(
    _ algorithm: AlgorithmConfiguration, _ passes: PolicyUpdate.Passes, isFirst: Bool
  ) -> Bool {
    if algorithm.surrogate.choosesByCovariance || algorithm.topEntropyQuantile < 1 { return true }
    guard let entropic = algorithm.entropic, entropic.targetEntropy != nil else { return false }
    return entropic.denominator == .highProbTokens || entropic.exactEntropy || isFirst && passes.before == nil
  }

  private mutating func choose(
    _ update: PolicyUpdate, _ whole: Range<Int>, _ tokens: Range<Int>, _ view: TokenView,
    _ passes: PolicyUpdate.Passes
  ) {
    let (algorithm, batch) = (update.algorithm, update.batch)
    guard algorithm.surrogate.choosesByCovariance else { return }
    let step = TokenBatch(
      offsets: batch.offsets(whole), mask: Array(batch.mask[tokens]), logprobs: view.logprobs,
      oldLogprobs: passes.anchor.map { Array($0[tokens]) } ?? view.logprobs,
      advantages: Array(batch.advantages[tokens]))
    if algorithm.surrogate == .klCov {
      chosenTokens = klCovChoice(step, ratio: algorithm.covRatio)
    } else {
      let state = update.context.state
      var generator = CounterRNG(
        seed: update.context.configuration.seed,
        stream: Stream("clip-cov", UInt64(state.step), UInt64(state.optimizerSteps)))
      chosenTokens = clipCovChoice(
        step, clip: algorithm.clip, ratio: algorithm.covRatio,
        bounds: OpenInterval(low: algorithm.covMin, high: algorithm.covMax), using: &generator)
    }
  }

  /// The weights of the entropy terms, decided before the first backward pass and once per optimizer step.
  ///
  /// EntroPIC's first update of a batch goes by the entropy of the whole batch where a pass before it has that, later ones by what
  /// the update before them saw, or with `exact_entropy` by their own. The adaptive bonus goes by what the update before saw.
  private mutating func controlEntropy(
    _ update: PolicyUpdate, _ mask: [Bool], _ view: TokenView?, _ passes: PolicyUpdate.Passes, isFirst: Bool,
    into outcome: inout UpdateOutcome
  ) {
    let (algorithm, context) = (update.algorithm, update.context)
    plan.entropyCoef = algorithm.entropyCoef
    if let rule = algorithm.adaptiveEntropy {
      var controller =
        context.state.adaptiveEntropy ?? AdaptiveEntropyController(coefficient: algorithm.entropyCoef)
      plan.entropyCoef = context.state.lastEntropy.map { controller.step(entropy: $0, rule) } ?? 0
      context.state.adaptiveEntropy = controller
    }
    outcome.entropyCoef = plan.entropyCoef
    guard let entropic = algorithm.entropic, entropic.targetEntropy != nil else { return }
    let own = view.flatMap { Self.mean($0.entropies, mask) }
    let entropy: Double?
    if isFirst {
      entropy = passes.before.flatMap { Self.mean($0.entropies, update.batch.mask) } ?? own
    } else {
      entropy = entropic.exactEntropy ? own : context.state.lastEntropy
    }
    let counted =
      switch entropic.denominator {
      case .allTokens: mask
      case .highProbTokens:
        view.map {
          highProbTokens(logprobs: $0.logprobs, mask: mask, threshold: entropic.highProbThreshold)
        } ?? []
      }
    plan.entropicTokens = counted.count { $0 }
    // A step without trained tokens has no entropy, one that went wrong no finite one: the controller waits.
    guard let entropy, entropy.isFinite else { return }
    var controller = context.state.entropic ?? EntropicController()
    let step = controller.step(entropy: entropy, entropic)
    context.state.entropic = controller
    plan.alpha = step.alpha
    outcome.entropic = step
  }

  private static func mean(_ values: [Double], _ mask: [Bool]) -> Double? {
    var (sum, count) = (0.0, 0)
    for index in values.indices where mask[index] {
      sum += values[index]
      count += 1
    }
    return count == 0 ? nil : sum / Double(count)
  }
}
