private import Foundation

/// HBPO: the samples of a prompt are spread over several stated budgets, so that long answers cannot die out.
///
///     f(x) = peak · cos(π x / (2 · limit))
///     R    = min(f(T) − |b − T| / limit, f(b))   right, T ≤ limit
///          = 0                                   right but longer, or wrong
///          = no_answer                           nothing to judge
///
/// Flat at f(b) within the budget b, falling beyond it. As published: a right answer far over a small budget
/// is worth less than a wrong one (b = 512, T = 4,000: −0.70). Sample i has budget `budgets[i mod k]`; the
/// sentence that states it at the start of the answer is up to the prompts.
///
/// "Hierarchical Budget Policy Optimization for Adaptive Reasoning", arXiv:2507.15844; numbers of the released
/// code.
public struct HBPO: Sendable, Hashable {
  /// Tokens.
  public var budgets: [Int]
  /// Beyond it a right answer is worth nothing; tokens.
  public var limit: Int
  /// What a right answer of no length would be worth.
  public var peak: Double
  /// What a response without an answer is worth.
  public var noAnswer: Double
  /// What the trainer adds to the advantages of the group; ``intra(_:form:)``.
  public var intra: Intra

  public init(
    budgets: [Int] = [512, 1024, 2048, 2560], limit: Int = 4096, peak: Double = 4, noAnswer: Double = -1,
    intra: Intra = .paper
  ) {
    self.budgets = budgets
    self.limit = limit
    self.peak = peak
    self.noAnswer = noAnswer
    self.intra = intra
  }

  /// The budget that a sample of the group is given.
  ///
  /// - Parameter index: Of the sample, from 0.
  /// - Returns: Tokens.
  public func budget(ofSample index: Int) -> Int {
    precondition(!budgets.isEmpty && index >= 0, "HBPO: sample \(index) of \(budgets.count) budgets")
    return budgets[index % budgets.count]
  }

  /// f, what a right answer that keeps to its budget of so many tokens is worth.
  ///
  /// - Parameter length: Tokens.
  /// - Returns: At most `peak`.
  public func value(at length: Int) -> Double {
    peak * cos(.pi * Double(length) / (2 * Double(limit)))
  }

  /// - Parameters:
  ///   - isRight: The verdict.
  ///   - hasAnswer: False where the response holds nothing that could be one.
  ///   - length: Generated tokens T, end token included.
  ///   - budget: b, tokens.
  /// - Returns: At most f(b).
  public func reward(isRight: Bool, hasAnswer: Bool, length: Int, budget: Int) -> Double {
    guard hasAnswer else { return noAnswer }
    guard isRight, length <= limit else { return 0 }
    let deviation = abs(Double(budget) - Double(length)) / Double(limit)
    return min(value(at: length) - deviation, value(at: budget))
  }

  /// What is added to the group-normalized rewards to tell the samples of one budget apart.
  public enum Intra: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// mean_subgroup(R) − f(b): as published, never positive, the same for the whole subgroup.
    case paper
    /// R − mean_subgroup(R): a comparison within the budget, ours.
    case centered
  }

  /// - Parameters:
  ///   - rewards: ``reward(isRight:hasAnswer:length:budget:)`` of the group; nil = no verdict, in no mean.
  ///   - form: Which of the two.
  /// - Returns: One per member, by the budget of its index; nil without verdict.
  public func intra(_ rewards: [Double?], form: Intra) -> [Double?] {
    let means = budgets.indices.map { slot -> Double in
      let values = stride(from: slot, to: rewards.count, by: budgets.count).compactMap { rewards[$0] }
      return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
    return rewards.enumerated().map { index, reward in
      let mean = means[index % budgets.count]
      return reward.map { reward in
        switch form {
        case .none: 0
        case .paper: mean - value(at: budget(ofSample: index))
        case .centered: reward - mean
        }
      }
    }
  }
}
