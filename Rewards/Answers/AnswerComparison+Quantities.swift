// Scalars with percent signs, angles and units, and the tolerance for decimals.

extension AnswerComparison {
  mutating func isSame(_ gold: Quantity, _ answer: Quantity) throws(AlgebraFailure) -> Bool {
    if !rules.allowsUnevaluated, algebra.isUnevaluated(answer.expression),
      !algebra.isUnevaluated(gold.expression)
    {
      rule = "an unevaluated sum, product or integral is no value"
      return false
    }
    if gold.angle != .none || answer.angle != .none { return try isSameAngle(gold, answer) }
    if gold.isPercent || answer.isPercent { return try isSamePercent(gold, answer) }
    switch (gold.unit, answer.unit) {
    case (nil, nil): break
    case (let unit?, let other?):
      if rules.units != .ignore { return try isSameMeasure(gold, unit, answer, other) }
    default:
      if rules.units == .strict {
        rule = "only one side has a unit"
        return false
      }
      rule = "compared as expressions; a unit on one side only is ignored"
    }
    return try isSameNumber(gold, answer)
  }

  // MARK: Numbers

  /// Exactly equal, or one a decimal long enough for the other, or within the configured tolerance.
  private mutating func isSameNumber(_ gold: Quantity, _ answer: Quantity) throws(AlgebraFailure) -> Bool {
    let left = algebra.exactRational(gold.expression)
    let right = algebra.exactRational(answer.expression)
    if let left, let right {
      if rule == "compared as expressions" { rule = "compared as exact numbers" }
      if left == right { return true }
      if left.hasFiniteDecimal, right.hasFiniteDecimal { return try isWithinTolerance(gold, answer) }
    } else if try areSame(gold.expression, answer.expression) {
      return true
    }
    var isRounded = try isDecimal(answer, of: gold)
    if !isRounded { isRounded = try isDecimal(gold, of: answer) }
    if isRounded {
      rule = "a decimal right to all of its \(rules.decimalDigits) or more digits"
      return true
    }
    return try isWithinTolerance(gold, answer)
  }

  private mutating func isDecimal(_ decimal: Quantity, of other: Quantity) throws(AlgebraFailure) -> Bool {
    guard let literal = decimal.literal, literal.hasPoint || literal.hasExponent, !literal.repeats,
      literal.significantDigits >= rules.decimalDigits
    else { return false }
    if let exact = algebra.exactRational(other.expression), exact.hasFiniteDecimal { return false }
    return try algebra.isDecimalForm(literal, isNegative: decimal.isNegative, of: other.expression)
  }

  private mutating func isWithinTolerance(_ gold: Quantity, _ answer: Quantity) throws(AlgebraFailure) -> Bool
  {
    if rules.absoluteTolerance == nil, rules.relativeTolerance == nil { return false }
    guard let expected = try algebra.realValue(gold.expression),
      let found = try algebra.realValue(answer.expression)
    else { return false }
    let distance = abs(expected.value - found.value)
    let isNear =
      distance <= max(rules.absoluteTolerance ?? 0, (rules.relativeTolerance ?? 0) * abs(expected.value))
    if isNear { rule = "within the tolerance" }
    return isNear && distance.isFinite
  }

  // MARK: Percent

  /// p% = p/100. Where the ground truth has the sign the answer may omit it; where only the answer has it, r
  /// and r/100 are both right.
  private mutating func isSamePercent(_ gold: Quantity, _ answer: Quantity) throws(AlgebraFailure) -> Bool {
    var (plain, other) = (gold, answer)
    plain.isPercent = false
    other.isPercent = false
    rule = "compared as percentages"
    if gold.isPercent == answer.isPercent { return try isSame(plain, other) }
    if rules.percent == .lenient, try isSame(plain, other) { return true }
    let hundredth = try algebra.number(Rational(1, over: 100) ?? .zero)
    if gold.isPercent {
      plain.expression = try algebra.product(plain.expression, hundredth)
      plain.literal = nil
    } else {
      other.expression = try algebra.product(other.expression, hundredth)
      other.literal = nil
    }
    rule = "compared as percentages"
    return try isSame(plain, other)
  }

  // MARK: Angles

  /// Degrees are π/180 each; the sign may be left out on one side.
  private mutating func isSameAngle(_ gold: Quantity, _ answer: Quantity) throws(AlgebraFailure) -> Bool {
    var (plain, other) = (gold, answer)
    plain.angle = .none
    other.angle = .none
    rule = "compared as angles"
    if gold.angle == .degrees || answer.angle == .degrees {
      let isOmitted = gold.angle == .none || answer.angle == .none
      if gold.angle == answer.angle || (isOmitted && rules.units != .strict) {
        if try isSame(plain, other) { return true }
      }
      if gold.angle == answer.angle { return false }
      if gold.angle == .degrees { try toRadians(&plain) } else { try toRadians(&other) }
      rule = "compared as angles"
    }
    return try isSame(plain, other)
  }

  private mutating func toRadians(_ quantity: inout Quantity) throws(AlgebraFailure) {
    let degree = try algebra.piMultiple(Rational(1, over: 180) ?? .zero)
    quantity.expression = try algebra.product(quantity.expression, degree)
    quantity.literal = nil
  }

  // MARK: Units

  private mutating func isSameMeasure(
    _ gold: Quantity, _ unit: UnitValue, _ answer: Quantity, _ other: UnitValue
  ) throws(AlgebraFailure) -> Bool {
    rule = "compared in their units"
    guard unit.isComparable(to: other) else {
      rule = "the units differ in kind"
      return false
    }
    if unit.scale == other.scale || unit.isGeneric || other.isGeneric {
      return try isSameNumber(gold, answer)
    }
    var (left, right) = (gold, answer)
    left.expression = try algebra.product(left.expression, try algebra.number(unit.scale))
    right.expression = try algebra.product(right.expression, try algebra.number(other.scale))
    (left.literal, right.literal) = (nil, nil)
    return try isSameNumber(left, right)
  }
}

extension Algebra {
  /// A sum or product is left as its sign.
  func isUnevaluated(_ id: ExpressionID) -> Bool { contains(.loop, in: id) }
}
