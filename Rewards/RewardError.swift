/// Why a reward configuration cannot be used, or a data row not be rewarded.
public struct RewardError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case noTerms
    case nothingJudges
    case nothingRewardsRight
    case repeatedTerm(name: String)
    case verifier(VerifierSpecError)
    case twoVerifiers(String, String)
    case cacheOutOfRange(cache: Int, maximumLength: Int)
    case weightNotFinite(term: String, weight: Double)
    case rewardsNotOrdered(correct: Double, incorrect: Double)
    /// A parameter of a term outside what it may be.
    case outOfRange(term: String, key: String, value: String, allowed: String)
    case emptyTerm(name: String)
    case boundless(name: String)
    case badLabel(String)
    case nestedTooDeep(limit: Int)
    /// An answer of the budget's length would be cut by the other term's limit.
    case budgetAboveLimit(budget: Int, term: String, limit: Int)
    // Of a data row
    case missingColumn(String, term: String)
    /// Neither exact nor at most: nothing says which form of the reward is meant.
    case noBudgetAsked(term: String)
    case unreadableColumn(String, value: String, term: String, allowed: String)
    case noTokens(term: String)
  }

  public let reason: Reason

  public init(_ reason: Reason) {
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .noTerms:
      "`reward.terms` is empty: nothing would be rewarded; give at least `[{name: correctness}]`"
    case .nothingJudges:
      """
      no term of `reward.terms` depends on whether the answer is right: right and wrong would be worth the \
      same; add `{name: correctness}`
      """
    case .nothingRewardsRight:
      """
      no term of `reward.terms` that depends on whether the answer is right counts for it: the weights on the way to each are \
      0 or below together; give one a positive `weight`
      """
    case .repeatedTerm(let name):
      """
      `reward.terms` has two terms named `\(name)` at one level; keep one, its `weight` says how much it \
      counts, or give one of them a `label`
      """
    case .verifier(let error): error.description
    case .twoVerifiers(let one, let other):
      """
      `reward.terms` asks for the verifiers `\(one)` and `\(other)`; a completion has one verdict, so keep one \
      and let the other be `{name: verify, verifier: …}`
      """
    case .cacheOutOfRange(let cache, let maximumLength):
      """
      `cache` of `soft_overlong` is \(cache), allowed are 1 to \(maximumLength - 1) tokens \
      (below `max_completion_length`, \(maximumLength))
      """
    case .weightNotFinite(let term, let weight):
      "`weight` of reward term `\(term)` is \(weight); give a finite number"
    case .rewardsNotOrdered(let correct, let incorrect):
      """
      a right answer is worth \(correct) and a wrong one \(incorrect); \
      both must be finite and the right one worth more
      """
    case .outOfRange(let term, let key, let value, let allowed):
      "`\(key)` of reward term `\(term)` is \(value), allowed: \(allowed)"
    case .emptyTerm(let name): "reward term `\(name)` has nothing to put together; give it terms under `of`"
    case .boundless(let name): "reward term `\(name)` has neither `low` nor `high`, so it would clip nothing"
    case .badLabel(let label):
      "`label` of a reward term is `\(label)`, allowed: 1 to 40 letters, digits, `_` and `-`"
    case .nestedTooDeep(let limit): "`reward.terms` is nested more than \(limit) deep"
    case .budgetAboveLimit(let budget, let term, let limit):
      """
      a `budget` of \(budget) tokens (`lcpo`) is above the limit of `\(term)`, \(limit): who meets the budget \
      would be cut
      """
    case .missingColumn(let column, let term):
      """
      reward term `\(term)` reads the data column `\(column)`, which this row does not have; add it, or give \
      the term a constant\(column == "budget" ? ", or draw budgets for prompts with `data.budgets`" : "")
      """
    case .noBudgetAsked(let term):
      """
      reward term `\(term)` with `mode: dual` pays for what each prompt asks, and this one asks for no number of tokens; \
      draw budgets with `data.budgets`, or take `mode: exact` or `mode: max`
      """
    case .unreadableColumn(let column, let value, let term, let allowed):
      "the data column `\(column)`, read by reward term `\(term)`, is `\(value)`, allowed: \(allowed)"
    case .noTokens(let term): "reward term `\(term)` counts tokens, and the completion came without them"
    }
  }
}
