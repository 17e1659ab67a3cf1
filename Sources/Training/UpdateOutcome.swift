internal import Objectives

/// What the updates on one batch of rollouts saw and did.
struct UpdateOutcome {
  /// Mean over the updates.
  var loss = 0.0
  var sums = MetricSums()
  var masks = TokenMasks.Counts()
  /// Of the last update: EntroPIC's controller, and the weight of the entropy bonus.
  var entropic: EntropicStep?
  var entropyCoef = 0.0
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
  /// Of all tokens, `[N]`: the denominator of the ratio, nats, and the weights of the rollout correction, as the first pass had
  /// them; empty before it.
  private(set) var oldLogprobs: [Double] = []
  private(set) var correctionWeights: [Double]?

  /// Notes what the first pass over the batch shows of some tokens; called for all of them, in order.
  mutating func see(
    _ view: TokenView, _ old: [Double], factors: [Double]?, _ batch: UpdateBatch, _ tokens: Range<Int>
  ) {
    for (entropy, token) in zip(view.entropies, tokens) where batch.sampled[token] {
      firstPassTokens += 1
      entropySum += entropy
    }
    oldLogprobs += old
    if let factors { correctionWeights = (correctionWeights ?? []) + factors }
  }

  /// Compares the trainer's logprobs, before any update, with the sampler's and the reference's.
  ///
  /// - Parameters:
  ///   - current: Logprobs of the trainer, of these tokens.
  ///   - references: Of the frozen policy, of all tokens.
  ///   - batch: Whose tokens they are; what was put in, not sampled, is left out.
  ///   - tokens: Which of its tokens.
  mutating func observe(
    _ current: [Double], _ references: [Double]?, _ batch: UpdateBatch, _ tokens: Range<Int>
  ) {
    if references != nil { klBefore = klBefore ?? 0 }
    for (mine, token) in zip(current, tokens) where batch.sampled[token] {
      let gap = abs(mine - batch.behaviorLogprobs[token])
      gapSum += gap
      gapMax = gap.isNaN ? .nan : max(gapMax, gap)
      gapTokens += 1
      guard let references else { continue }
      klBefore? += klEstimate(logprob: mine, referenceLogprob: references[token], estimator: .k3).value
    }
  }
}
