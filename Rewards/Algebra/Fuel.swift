/// What one verification may still spend. Limits count work, not time, so a verdict is the same on a slow
/// machine and on a busy one.
///
/// The standard limits keep the worst input near 20 ms on one core of 2020: a token or node costs some 50 ns,
/// a prime-field evaluation 10 ns, a point in double-double arithmetic up to 5 µs per node.
package struct Fuel: Sendable {
  /// Bytes of one text after folding.
  package static let bytes = 65_536
  /// Parentheses, braces, fractions and functions inside each other, after redundant ones are dropped.
  static let nesting = 200
  /// Bits of an integer kept in full; larger ones are only known modulo primes.
  static let integerBits = 4096
  /// Bits above which a fraction is not reduced, hence not kept: greatest common divisors cost most.
  static let fractionBits = 640
  /// Digits of one number as written.
  static let literalDigits = 20_000
  /// Largest `n` of `n!` that is multiplied out modulo a prime.
  static let factorial = 200_000
  /// Terms of one sum or product.
  static let terms = 10_000

  private(set) var tokens = 40_000
  private(set) var nodes = 60_000
  /// Work modulo primes, in units of some 20 ns: one for a sum or a step of a factorial, 100 for a sine.
  private(set) var evaluations = 800_000
  /// Node evaluations in double-double arithmetic.
  private(set) var points = 4000
  /// Work in integers beyond one word, in units of some 25 ns.
  private(set) var words = 400_000

  package init() {}

  mutating func spend(tokens count: Int) throws(AlgebraFailure) {
    tokens -= count
    if tokens < 0 { throw .limit("more than 40,000 tokens") }
  }

  mutating func spend(nodes count: Int) throws(AlgebraFailure) {
    nodes -= count
    if nodes < 0 { throw .limit("more than 60,000 operations as written") }
  }

  mutating func spend(evaluations count: Int) throws(AlgebraFailure) {
    evaluations -= count
    if evaluations < 0 { throw .limit("more than 800,000 steps modulo primes") }
  }

  mutating func spend(points count: Int) throws(AlgebraFailure) {
    points -= count
    if points < 0 { throw .limit("more than 4,000 evaluations at points") }
  }

  mutating func spend(words count: Int) throws(AlgebraFailure) {
    words -= count
    if words < 0 { throw .limit("more than 400,000 steps of large-integer arithmetic") }
  }
}
