/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case scalar(Unicode.Scalar)
  case set(ScalarSet)
  case assertion(RegexAssertion)
  case sequence([RegexNode])
  case alternation([RegexNode])
  /// Groups count from 1; 0 is the whole match.
  case capture(Int, RegexNode)
  /// `maximum` nil = without bound. `position` is where the quantifier stands.
  case repetition(RegexNode, minimum: Int, maximum: Int?, isLazy: Bool, position: Int)
}

/// A claim about a place between two scalars.
enum RegexAssertion: Sendable, Hashable {
  /// `\A`, and `^` without `(?m)`.
  case textStart
  /// `\z`, `\Z`.
  case textEnd
  /// `$` without `(?m)`: the end, or the line feed that ends the text (as in Python).
  case textEndOrFinalLineFeed
  /// `^` under `(?m)`.
  case lineStart
  /// `$` under `(?m)`.
  case lineEnd
  /// `\b`.
  case wordBoundary
  /// `\B`.
  case noWordBoundary
}

/// Why a pattern cannot be used.
struct RegexError: Error, Hashable {
  /// Of the scalar that cannot stay, counted from 1.
  var position: Int
  /// What is wrong, as the end of "at character 5, …".
  var problem: String
}

/// How large a pattern may be. They bound the memory of a match, and with its fuel the time.
enum RegexLimits {
  /// Scalars.
  static let pattern = 4096
  static let states = 10_000
  static let groups = 50
  /// Groups within groups.
  static let depth = 100
  /// n and m of `{n,m}`.
  static let count = 1000
}
