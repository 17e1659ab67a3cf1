internal import BigInt

/// Decimals that stand for numbers without a finite decimal form.
extension Algebra {
  /// Whether a decimal agrees to all its digits, rounded or cut, with a real constant that has no finite
  /// decimal form. How many digits that takes is the caller's policy.
  ///
  /// - Parameters:
  ///   - literal: The decimal without its sign.
  ///   - isNegative: Its sign.
  ///   - other: The constant.
  /// - Returns: false for a constant that is a finite decimal itself, is not real or not a constant.
  /// - Throws: `AlgebraFailure.limit`.
  package mutating func isDecimalForm(
    _ literal: NumberLiteral, isNegative: Bool, of other: ExpressionID
  ) throws(AlgebraFailure) -> Bool {
    if literal.repeats || abs(literal.places) > 400 { return false }
    let value = isNegative ? literal.value.negated : literal.value
    let power = Rational(BigInt(10).power(abs(literal.places)))
    guard let unit = literal.places >= 0 ? power.inverse : power else { return false }
    if let exact = exactRational(other) {
      if exact.hasFiniteDecimal { return false }
      guard let difference = Rational.sum(exact, value.negated) else { return false }
      let excess = value.sign < 0 || value.isZero && exact.sign < 0 ? difference.negated : difference
      if excess.sign >= 0 { return Rational.order(excess, unit) < 0 }
      guard let twice = Rational.sum(excess.negated, excess.negated) else { return false }
      return Rational.order(twice, unit) <= 0
    }
    // A folded multiple of π never ends either; anything else that is irrational shows in its distance.
    let target = try number(value)
    guard let ball = try realBall(other), let near = try realBall(target),
      let step = try realBall(try number(unit))
    else { return false }
    let difference = ball - near
    let excess = near.real.isNegative ? -difference.real : difference.real
    // Closer than 20 digits: equal as far as can be told, so the constant is that very decimal and has one.
    if excess.isNegative { return excess.high.magnitude <= step.real.high / 2 + difference.radius }
    return (excess - step.real).isNegative
  }
}
