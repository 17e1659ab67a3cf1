/// LCPO: the prompt names a budget of tokens, the reward says how well it was met.
///
///     exact:    R = c − α · |n − T|
///     maximum:  R = c · clip(α · (n − T) + δ, 0, 1)
///     dual:     the one or the other, as the prompt asks
///
/// T counts the whole response, thinking and answer. `exact` also tells wrong answers apart; a right answer
/// more than 1/α tokens off its budget is worth less than a wrong one that meets it, as published.
///
/// "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning", arXiv:2503.04697, §3. The
/// paper gives no α for `maximum`; 1e-3 is the released code's (slope 1/500, clipped to ±1, halved). L1-Max is trained
/// with both forms, each on its share of the prompts.
public struct LCPO: Sendable, Hashable {
  public enum Mode: Sendable, Hashable {
    case exact
    /// δ is what a right answer is worth that uses its budget to the last token.
    case maximum(delta: Double)
    /// ``LCPO/alpha`` is of prompts that ask for an exact length, `maximumAlpha` and δ of those that ask for at most one.
    case dual(maximumAlpha: Double, delta: Double)
  }

  /// Where the budget n comes from.
  public enum Budget: Sendable, Hashable {
    /// What the prompt says (``Completion/budget``); where it says nothing, the data column `budget`.
    case column
    /// The same for all, whatever prompts and data say.
    case constant(Int)
  }

  public var mode: Mode
  /// Reward per token off the budget.
  public var alpha: Double
  public var budget: Budget

  public init(mode: Mode, alpha: Double, budget: Budget = .column) {
    self.mode = mode
    self.alpha = alpha
    self.budget = budget
  }

  public static let exact = LCPO(mode: .exact, alpha: 3e-4)
  public static let maximum = LCPO(mode: .maximum(delta: 0.5), alpha: 1e-3)
  public static let dual = LCPO(mode: .dual(maximumAlpha: 1e-3, delta: 0.5), alpha: 3e-4)

  /// - Parameters:
  ///   - correctness: The verdict's score c, 0…1.
  ///   - length: Generated tokens T, end token included.
  ///   - budget: n, tokens. Its kind decides the form for `dual` only; else the mode does.
  /// - Returns: At most 1; in [0, 1] for `maximum`, unbounded below for `exact`.
  public func reward(correctness: Double, length: Int, budget: Completion.Budget) -> Double {
    let left = Double(budget.tokens) - Double(length)
    switch (mode, budget) {
    case (.exact, _), (.dual, .exact):
      return correctness - alpha * abs(left)
    case (.maximum(let delta), _):
      return correctness * min(1, max(0, alpha * left + delta))
    case (.dual(let alpha, let delta), .maximum):
      return correctness * min(1, max(0, alpha * left + delta))
    }
  }

  /// The same for a number of tokens that is to be met: `dual` takes its exact form.
  public func reward(correctness: Double, length: Int, budget: Int) -> Double {
    reward(correctness: correctness, length: length, budget: .exact(budget))
  }

  /// What an answer is measured by: the term's constant, else what the prompt says, else the data column `budget`.
  ///
  /// - Parameters:
  ///   - columns: Of the data row.
  ///   - asked: What the prompt says.
  ///   - term: Named in errors.
  /// - Returns: The budget; from the column it is of the kind that the mode has.
  /// - Throws: ``RewardError`` where there is none, the column holds no whole number above 0, or `dual` would have to guess
  ///   which kind it is.
  package func budget(
    columns: [String: String], asked: Completion.Budget?, term: String
  ) throws(RewardError) -> Completion.Budget {
    if case .constant(let tokens) = budget { return .exact(tokens) }
    if let asked { return asked }
    if case .dual = mode { throw RewardError(.noBudgetAsked(term: term)) }
    guard let text = columns["budget"] else { throw RewardError(.missingColumn("budget", term: term)) }
    guard let tokens = Int(text), tokens >= 1 else {
      throw RewardError(
        .unreadableColumn(
          "budget", value: String(text.prefix(40)), term: term, allowed: "a whole number of tokens above 0"))
    }
    return .exact(tokens)
  }
}

extension Completion.Budget {
  /// n, tokens.
  public var tokens: Int {
    switch self {
    case .exact(let tokens), .maximum(let tokens): tokens
    }
  }
}
