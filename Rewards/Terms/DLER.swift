/// DLER's truncation: a right answer counts only where it is whole.
///
///     R = c             the completion ended by itself, T ≤ limit
///       = c · factor    else
///
/// "DLER: Doing Length pEnalty Right", arXiv:2510.15110, §3 (there `factor` is 0; the released code has 0.1;
/// 1 = no penalty). `truncated_reward_factor` is NeMo-RL's `stop_properly_penalty_coef`.
public struct DLER: Sendable, Hashable {
  /// Tokens, end token included; nil = `max_completion_length`.
  public var limit: Int?
  /// What is left of a right answer that was cut or is longer than the limit.
  public var truncatedRewardFactor: Double

  public init(limit: Int? = nil, truncatedRewardFactor: Double = 0) {
    self.limit = limit
    self.truncatedRewardFactor = truncatedRewardFactor
  }

  /// - Parameters:
  ///   - correctness: The verdict's score c, 0…1.
  ///   - isWhole: Did it end by itself within the limit?
  /// - Returns: A value in [0, 1] for factors in [0, 1].
  public func reward(correctness: Double, isWhole: Bool) -> Double {
    isWhole ? correctness : correctness * truncatedRewardFactor
  }

  func isWhole(_ completion: Completion, _ maximumLength: Int) -> Bool {
    !completion.isTruncated && completion.tokenCount <= limit ?? maximumLength
  }
}
