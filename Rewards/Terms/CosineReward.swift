private import Foundation

/// The cosine length reward: right answers are worth more when short, wrong ones cost less when long.
///
///     R = lo + ½ (hi − lo) (1 + cos(π T / T_max))
///     right: lo, hi = min_correct, max_correct;   wrong: lo, hi = max_wrong, min_wrong
///     paper:    R = exceed where T + margin ≥ T_max
///     clamped:  T is cut at T_max, no `exceed`
///
/// "Demystifying Long Chain-of-Thought Reasoning in LLMs", arXiv:2502.03373, §4.2 and its released code (the
/// margin is the code's). `clamped` is TRL's form. An answer that exceeds the cap gets `exceed` right or
/// wrong, so less than a wrong one that does not.
public struct CosineReward: Sendable, Hashable {
  public enum Form: Sendable, Hashable {
    case paper(margin: Int, exceed: Double)
    case clamped
  }

  public var minCorrect: Double
  public var maxCorrect: Double
  public var minWrong: Double
  public var maxWrong: Double
  /// T_max, tokens; nil = `max_completion_length`.
  public var maximumLength: Int?
  public var form: Form

  public init(
    minCorrect: Double = 1, maxCorrect: Double = 2, minWrong: Double = -10, maxWrong: Double = 0,
    maximumLength: Int? = nil, form: Form = .paper(margin: 16, exceed: -10)
  ) {
    self.minCorrect = minCorrect
    self.maxCorrect = maxCorrect
    self.minWrong = minWrong
    self.maxWrong = maxWrong
    self.maximumLength = maximumLength
    self.form = form
  }

  /// - Parameters:
  ///   - isRight: The verdict.
  ///   - length: Generated tokens T, end token included.
  ///   - maximumLength: T_max, at least 1.
  /// - Returns: Between the two numbers of the verdict, or `exceed`.
  public func reward(isRight: Bool, length: Int, maximumLength: Int) -> Double {
    precondition(maximumLength >= 1, "CosineReward: maximum length \(maximumLength)")
    var length = length
    switch form {
    case .paper(let margin, let exceed):
      // Not T + margin, which the largest integers would overflow.
      if length >= maximumLength - margin { return exceed }
    case .clamped: length = min(length, maximumLength)
    }
    let (low, high) = isRight ? (minCorrect, maxCorrect) : (maxWrong, minWrong)
    return low + 0.5 * (high - low) * (1 + cos(.pi * Double(length) / Double(maximumLength)))
  }
}
