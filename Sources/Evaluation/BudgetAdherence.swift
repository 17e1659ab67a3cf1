public import Experience

/// How well answers kept to the budgets that their prompts named.
///
///     signed deviation    mean of (T − n) / n
///     absolute deviation  mean of |T − n| / n
///     violation rate      share of answers with T > n
///
/// T counts all generated tokens. The signed mean hides the spread: too long and too short cancel out. Answers without a
/// verdict, or to a prompt without a budget, count nowhere.
///
/// "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning", arXiv:2503.04697, §4.
public struct BudgetAdherence: Sendable, Hashable, Codable {
  /// Answers that counted.
  public let answers: Int
  /// Mean correctness.
  public let accuracy: Double
  /// Mean n, tokens.
  public let meanBudget: Double
  /// Mean T, tokens, end token included.
  public let meanLength: Double
  public let signedDeviation: Double
  public let absoluteDeviation: Double
  public let violationRate: Double
  /// Share of answers cut at the length limit.
  public let truncated: Double

  /// Of one answer.
  public struct Answer: Sendable, Hashable {
    /// n, tokens; at least 1.
    public var budget: Int
    /// T, tokens.
    public var length: Int
    /// The verdict's score, 0…1.
    public var correctness: Double
    public var isTruncated: Bool

    public init(budget: Int, length: Int, correctness: Double, isTruncated: Bool = false) {
      self.budget = budget
      self.length = length
      self.correctness = correctness
      self.isTruncated = isTruncated
    }
  }

  /// nil where there are no answers.
  public init?(_ all: [Answer]) {
    guard !all.isEmpty else { return nil }
    func mean(_ value: (Answer) -> Double) -> Double {
      all.reduce(0) { $0 + value($1) } / Double(all.count)
    }
    answers = all.count
    accuracy = mean(\.correctness)
    meanBudget = mean { Double($0.budget) }
    meanLength = mean { Double($0.length) }
    signedDeviation = mean { (Double($0.length) - Double($0.budget)) / Double($0.budget) }
    absoluteDeviation = mean { abs(Double($0.length) - Double($0.budget)) / Double($0.budget) }
    violationRate = mean { $0.length > $0.budget ? 1 : 0 }
    truncated = mean { $0.isTruncated ? 1 : 0 }
  }

  /// Of scored rollouts; nil where none of them has a budget and a verdict.
  public init?(_ rollouts: some Sequence<ScoredRollout>) {
    self.init(rollouts.compactMap(Answer.init))
  }
}

extension BudgetAdherence.Answer {
  fileprivate init?(_ scored: ScoredRollout) {
    guard let budget = scored.rollout.task.budget, let correctness = scored.reward.correctness else {
      return nil
    }
    self.init(
      budget: budget.tokens, length: scored.rollout.completionLength, correctness: correctness,
      isTruncated: scored.rollout.isTruncated)
  }
}

/// The adherence of an evaluation: over all its answers, and for each of the budgets that `evaluation.budgets` names.
public struct BudgetEvaluation: Sendable, Hashable, Codable {
  /// The answers to prompts with one budget.
  public struct Bin: Sendable, Hashable, Codable {
    public let budget: LengthBudget
    public let adherence: BudgetAdherence
  }

  public let all: BudgetAdherence
  /// By number of tokens; empty where every prompt drew a budget of its own.
  public let bins: [Bin]

  /// nil where no answer has a budget and a verdict.
  ///
  /// - Parameters:
  ///   - rollouts: Answers to held-out prompts.
  ///   - hasBins: Whether the same few budgets were asked for again and again.
  public init?(_ rollouts: [ScoredRollout], hasBins: Bool) {
    guard let all = BudgetAdherence(rollouts) else { return nil }
    self.all = all
    guard hasBins else {
      bins = []
      return
    }
    let budgets = Set(rollouts.compactMap(\.rollout.task.budget))
      .sorted { ($0.tokens, $0.kind.rawValue) < ($1.tokens, $1.kind.rawValue) }
    bins = budgets.compactMap { budget in
      BudgetAdherence(rollouts.lazy.filter { $0.rollout.task.budget == budget })
        .map { Bin(budget: budget, adherence: $0) }
    }
  }
}
