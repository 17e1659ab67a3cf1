public import Experience
private import Randomness

/// Budgets of tokens, drawn for each prompt: the recipe's `data.budgets`.
///
///     n ~ Uniform{lowest … highest},  one draw per prompt; all answers of its group share it
///
/// A budget is a pure function of the run's seed and the place in the row of training tasks, so that a resumed run asks for
/// the same, and a row of a file for another number in each epoch.
///
/// "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning", arXiv:2503.04697, §3: n from 100 to 4,000;
/// L1-Max is trained on both kinds, about half of each.
public struct LengthBudgets: Sendable, Hashable {
  /// What prompts ask for.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Just so many tokens.
    case exact
    /// At most so many.
    case maximum = "max"
    /// Each prompt the one or the other.
    case dual
  }

  /// What the prompt of a worked solution says, which was not written for a budget.
  public enum Stated: String, Sendable, Hashable, CaseIterable {
    /// How long that solution is.
    case ownLength = "own_length"
    /// The drawn budget, which has nothing to do with it.
    case drawn
    /// Nothing.
    case none
  }

  public var mode: Mode
  /// Lowest and highest budget, tokens, drawn evenly.
  public var range: ClosedRange<Int>
  /// `dual`: probability of `exact`.
  public var exactShare: Double
  /// What SFT stages say.
  public var sft: Stated
  /// Of a stated length ℓ: the prompt says a number drawn evenly from ℓ (1 − noise) … ℓ (1 + noise).
  public var sftNoise: Double

  public init(
    mode: Mode = .exact, range: ClosedRange<Int> = 100...4000, exactShare: Double = 0.5,
    sft: Stated = .ownLength, sftNoise: Double = 0
  ) {
    self.mode = mode
    self.range = range
    self.exactShare = exactShare
    self.sft = sft
    self.sftNoise = sftNoise
  }

  /// Budgets that a prompt can name.
  public static let allowed = 1...1_000_000

  /// Refuses what no prompt could ask for.
  ///
  /// - Throws: ``DataError`` for the first such setting.
  public func validate() throws(DataError) {
    guard Self.allowed.contains(range.lowerBound), Self.allowed.contains(range.upperBound) else {
      throw DataError(.budgetsOutOfRange(given: range, allowed: Self.allowed))
    }
    for (key, share) in [("exact_share", exactShare), ("sft_noise", sftNoise)]
    where !(0...1).contains(share) {
      throw DataError(.budgetShareOutOfRange(key: key, share))
    }
  }

  /// The budget of the training prompt at a place of the endless row.
  public func budget(at index: UInt64, seed: UInt64) -> LengthBudget {
    var rng = CounterRNG(seed: seed, stream: Stream("length budget", index))
    return draw(&rng)
  }

  /// The budget of a held-out prompt, the same for every seed.
  public func heldOutBudget(at index: Int) -> LengthBudget {
    var rng = CounterRNG(seed: 0, stream: Stream("held-out length budget", UInt64(index)))
    return draw(&rng)
  }

  /// What the prompt of a worked solution says.
  ///
  /// - Parameters:
  ///   - length: Tokens of the solution, end token included.
  ///   - drawn: The budget of its prompt.
  ///   - index: Its place in the row of training tasks.
  ///   - seed: Of the run.
  /// - Returns: The budget to state; nil = none.
  public func stated(length: Int, drawn: LengthBudget, at index: UInt64, seed: UInt64) -> LengthBudget? {
    switch sft {
    case .none: return nil
    case .drawn: return drawn
    case .ownLength:
      var rng = CounterRNG(seed: seed, stream: Stream("stated length", index))
      let factor = 1 + sftNoise * (2 * rng.uniform() - 1)
      return LengthBudget(drawn.kind, tokens: max(1, Int((Double(length) * factor).rounded())))
    }
  }

  /// In words, for the report of what was found.
  var description: String {
    let kinds =
      switch mode {
      case .exact: "that many tokens"
      case .maximum: "at most that many tokens"
      case .dual: "that many tokens (\(exactShare) of the prompts) or at most that many"
      }
    return "budgets: \(range.lowerBound) to \(range.upperBound), drawn per prompt, which asks for \(kinds)"
  }

  // The kind is drawn where both are wanted only, and first.
  private func draw(_ rng: inout CounterRNG) -> LengthBudget {
    let kind: LengthBudget.Kind =
      switch mode {
      case .exact: .exact
      case .maximum: .maximum
      case .dual: rng.chance(exactShare) ? .exact : .maximum
      }
    return LengthBudget(kind, tokens: rng.draw(range))
  }
}
