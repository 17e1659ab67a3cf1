/// LCPO: the prompt names a budget of tokens, the reward says how well it was met.
///
///     exact:    R = c − α · |n − T|
///     maximum:  R = c · clip(α · (n − T) + δ, 0, 1)
///
/// T counts the whole response, thinking and answer. `exact` also tells wrong answers apart; a right answer
/// more than 1/α tokens off its budget is worth less than a wrong one that meets it, as published.
///
/// "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning", arXiv:2503.04697, §3. The
/// paper gives no α for `maximum`; 1e-3 is the released code's (slope 1/500, clipped to ±1, halved).
public struct LCPO: Sendable, Hashable {
  public enum Mode: Sendable, Hashable {
    case exact
    /// δ is what a right answer is worth that uses its budget to the last token.
    case maximum(delta: Double)
  }

  /// Where the budget n comes from.
  public enum Budget: Sendable, Hashable {
    /// The data column `budget`.
    case column
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

  /// - Parameters:
  ///   - correctness: The verdict's score c, 0…1.
  ///   - length: Generated tokens T, end token included.
  ///   - budget: n, tokens.
  /// - Returns: At most 1; in [0, 1] for `maximum`, unbounded below for `exact`.
  public func reward(correctness: Double, length: Int, budget: Int) -> Double {
    let left = Double(budget) - Double(length)
    return switch mode {
    case .exact: correctness - alpha * abs(left)
    case .maximum(let delta): correctness * min(1, max(0, alpha * left + delta))
    }
  }

  /// The budget of a data row.
  ///
  /// - Throws: ``RewardError`` where the column is missing or holds no whole number above 0.
  package func budget(in columns: [String: String], term: String) throws(RewardError) -> Int {
    switch budget {
    case .constant(let budget): return budget
    case .column:
      guard let text = columns["budget"] else { throw RewardError(.missingColumn("budget", term: term)) }
      guard let budget = Int(text), budget >= 1 else {
        throw RewardError(
          .unreadableColumn(
            "budget", value: String(text.prefix(40)), term: term, allowed: "a whole number of tokens above 0")
        )
      }
      return budget
    }
  }
}
