internal import Objectives

/// The factor on the policy loss of each token of a micro-batch: the weights of the rollout correction, and 0 where a rule takes
/// a token's loss away. None of them changes a denominator.
struct TokenMasks {
  /// `[T]`; nil = 1 everywhere.
  private(set) var factors: [Double]?
  /// Of the rollout correction alone, `[T]`; nil without one.
  private(set) var correctionWeights: [Double]?
  private(set) var counts = Counts()

  /// Trained tokens, or responses, that lost their policy loss, by rule.
  struct Counts {
    var corrected = 0
    var lowEntropy = 0
    var offPolicyResponses = 0
    var mastered = 0
    /// Responses under the entropy gate of the mastered tokens.
    var gatedResponses = 0
    var responses = 0

    static func += (counts: inout Counts, other: Counts) {
      counts.corrected += other.corrected
      counts.lowEntropy += other.lowEntropy
      counts.offPolicyResponses += other.offPolicyResponses
      counts.mastered += other.mastered
      counts.gatedResponses += other.gatedResponses
      counts.responses += other.responses
    }
  }

  init(_ update: PolicyUpdate, _ part: Range<Int>, _ batch: TokenBatch, _ statistics: StepStatistics) {
    let algorithm = update.algorithm
    let tokens = update.batch.tokens(part)
    let behavior = Array(update.batch.behaviorLogprobs[tokens])
    counts.responses = part.count
    if let rule = algorithm.rolloutCorrection {
      let weights =
        statistics.correctionWeights(tokens)
        ?? correct(
          oldLogprobs: batch.oldLogprobs, behaviorLogprobs: behavior, offsets: batch.offsets,
          mask: batch.mask, rule: rule
        ).weights
      correctionWeights = weights
      counts.corrected = apply(weights, batch.mask)
    }
    if let kept = statistics.highEntropy(tokens) {
      counts.lowEntropy = apply(kept.map { $0 ? 1 : 0 }, batch.mask)
    }
    if let threshold = algorithm.offPolicyMaskThreshold {
      let kept = offPolicySequenceMask(
        advantages: batch.advantages, logprobs: batch.logprobs, behaviorLogprobs: behavior,
        offsets: batch.offsets, mask: batch.mask, threshold: threshold)
      _ = apply(kept.map { $0 ? 1 : 0 }, batch.mask)
      counts.offPolicyResponses = (0..<batch.responseCount).count { response in
        batch.tokens(of: response).contains { batch.mask[$0] && !kept[$0] }
      }
    }
    if let rule = algorithm.masteredTokens, let entropies = batch.entropies, let isCorrect = batch.isCorrect {
      // Positive tokens are those of right answers that the update follows.
      let isPositive = isCorrect.indices.map { response in
        isCorrect[response]
          && batch.tokens(of: response).contains { batch.mask[$0] && batch.advantages[$0] > 0 }
      }
      let found = masteredTokens(
        logprobs: batch.logprobs, entropies: entropies, offsets: batch.offsets, mask: batch.mask,
        isCorrect: isPositive, rule: rule)
      counts.mastered = apply(found.masked.map { $0 ? 0 : 1 }, batch.mask)
      counts.gatedResponses = found.responseEntropy.count { $0 < rule.entropyGate }
    }
  }

  /// Multiplies factors into what is there.
  ///
  /// - Returns: How many trained tokens it sets to 0.
  private mutating func apply(_ more: [Double], _ mask: [Bool]) -> Int {
    factors = factors.map { zip($0, more).map { $0 * $1 } } ?? more
    return mask.indices.count { mask[$0] && more[$0] == 0 }
  }
}
