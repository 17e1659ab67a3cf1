/// Why a reward configuration cannot be used.
public struct RewardError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case noTerms
    case repeatedTerm(name: String)
    case unknownVerifier(name: String)
    case cacheOutOfRange(cache: Int, maximumLength: Int)
    case weightNotFinite(term: String, weight: Double)
    case rewardsNotOrdered(correct: Double, incorrect: Double)
  }

  public let reason: Reason

  public init(_ reason: Reason) {
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .noTerms:
      "`reward.terms` is empty: nothing would be rewarded; give at least `[{name: correctness}]`"
    case .repeatedTerm(let name):
      "`reward.terms` has two terms named `\(name)`; keep one, its `weight` says how much it counts"
    case .unknownVerifier(let name):
      "unknown verifier `\(name)`; there are: \(Verifiers.names.map { "`\($0)`" }.joined(separator: ", "))"
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
    }
  }
}
