/// The responses of one micro-batch, packed: all their tokens one after the other.
public struct TokenBatch: Sendable {
  /// Where each response begins, and at the end where the last one ends: `[R + 1]`, from 0 to T.
  public var offsets: [Int]
  /// True for tokens that are trained, `[T]`; see ``lossMask(sampled:isTruncated:masksTruncated:)``.
  public var mask: [Bool]
  /// Under the policy in training, `[T]`, nats.
  public var logprobs: [Double]
  /// Under the policy that anchors the ratio, `[T]`, nats.
  public var oldLogprobs: [Double]
  /// Under the frozen reference, `[T]`, nats; nil = no reference.
  public var referenceLogprobs: [Double]?
  /// Of the policy in training, `[T]`, nats; nil = no term needs them.
  public var entropies: [Double]?
  /// `[T]`, reward units; the same for all tokens of a response but where KL or length terms count per token.
  public var advantages: [Double]
  /// Factor on the policy loss of each token, `[T]`: rollout correction and masks that leave the denominator alone;
  /// nil = 1.
  public var correction: [Double]?
  /// Tokens chosen over the whole optimizer step by their covariance, `[T]`; nil = none.
  public var chosen: [Bool]?
  /// Whether each response is right, `[R]`; nil = no term needs it.
  public var isCorrect: [Bool]?

  public init(
    offsets: [Int], mask: [Bool], logprobs: [Double], oldLogprobs: [Double],
    referenceLogprobs: [Double]? = nil, entropies: [Double]? = nil, advantages: [Double],
    correction: [Double]? = nil, chosen: [Bool]? = nil, isCorrect: [Bool]? = nil
  ) {
    self.offsets = offsets
    self.mask = mask
    self.logprobs = logprobs
    self.oldLogprobs = oldLogprobs
    self.referenceLogprobs = referenceLogprobs
    self.entropies = entropies
    self.advantages = advantages
    self.correction = correction
    self.chosen = chosen
    self.isCorrect = isCorrect
    checkShape()
  }

  /// Number of responses R.
  public var responseCount: Int { offsets.count - 1 }

  /// The tokens of a response.
  public func tokens(of response: Int) -> Range<Int> { offsets[response]..<offsets[response + 1] }

  /// Trained tokens of each response, `[R]`.
  public var trainedCounts: [Int] {
    (0..<responseCount).map { response in tokens(of: response).count { mask[$0] } }
  }

  /// Stops at a batch that was put together wrongly: a bug of ours, never the user's.
  private func checkShape() {
    let tokens = logprobs.count
    precondition(
      offsets.first == 0 && offsets.last == tokens
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 },
      "\(tokens) tokens in \(offsets.count - 1) responses that do not end with them")
    precondition(
      [mask.count, oldLogprobs.count, advantages.count].allSatisfy { $0 == tokens }
        && [referenceLogprobs?.count, entropies?.count, correction?.count, chosen?.count]
          .allSatisfy { $0 ?? tokens == tokens },
      "arrays of one batch that differ in their number of tokens")
    precondition(isCorrect?.count ?? responseCount == responseCount, "a verdict for some responses only")
  }
}
