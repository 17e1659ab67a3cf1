internal import BigInt

/// How far apart two numbers may be and still be the same answer. Exact: decimal tolerances are decimals, and
/// nothing is rounded but what `rounding` rounds.
struct NumericTolerance: Sendable {
  /// To which place both sides are rounded before they are compared, halves away from zero.
  enum Rounding: Sendable {
    case decimals(Int)
    case significant(Int)
  }

  /// Nothing but the very value.
  static let exact = NumericTolerance(absolute: nil, relative: nil, rounding: nil)

  /// |answer − gold| ≤ absolute.
  let absolute: ExactNumber?
  /// |answer − gold| ≤ relative · |gold|.
  let relative: ExactNumber?
  let rounding: Rounding?

  /// The same number, percents and units read as by ``ReadNumber/same(_:_:)``, within the tolerance?
  func accepts(_ answer: ReadNumber, _ gold: ReadNumber) -> Bool {
    if ReadNumber.same(answer, gold) { return true }
    if absolute == nil && relative == nil && rounding == nil { return false }
    if !answer.unit.isEmpty, !gold.unit.isEmpty, answer.unit != gold.unit { return false }
    if accepts(answer.value, gold.value) { return true }
    if answer.isPercent == gold.isPercent { return false }
    return answer.isPercent
      ? accepts(answer.value.hundredth, gold.value) : accepts(answer.value, gold.value.hundredth)
  }

  private func accepts(_ answer: ExactNumber, _ gold: ExactNumber) -> Bool {
    let (answer, gold) = (ExactRatio(answer), ExactRatio(gold))
    let distance = answer.distance(to: gold)
    if let absolute, distance <= ExactRatio(absolute) { return true }
    if let relative, distance <= ExactRatio(relative).times(gold.magnitude) { return true }
    switch rounding {
    case .decimals(let places): return answer.rounded(scale: places) == gold.rounded(scale: places)
    case .significant(let digits):
      let (scale, goldScale) = (answer.scale(significant: digits), gold.scale(significant: digits))
      return ExactRatio(answer.rounded(scale: scale), scale: scale)
        == ExactRatio(gold.rounded(scale: goldScale), scale: goldScale)
    case nil: return false
    }
  }
}

/// numerator / denominator, not in lowest terms; the denominator is positive.
private struct ExactRatio: Equatable {
  var numerator: BigInt
  var denominator: BigInt

  init(numerator: BigInt, denominator: BigInt) {
    self.numerator = numerator
    self.denominator = denominator
  }

  init(_ number: ExactNumber) {
    let parts = number.parts
    numerator = Self.integer(parts.numerator) * (parts.isNegative ? -1 : 1)
    denominator = Self.integer(parts.denominator)
  }

  /// units · 10^−scale.
  init(_ units: BigInt, scale: Int) {
    numerator = units * Self.powerOfTen(max(-scale, 0))
    denominator = Self.powerOfTen(max(scale, 0))
  }

  private static func integer(_ digits: [UInt8]) -> BigInt {
    digits.reduce(0) { $0 * 10 + BigInt($1) }
  }

  private static func powerOfTen(_ exponent: Int) -> BigInt { BigInt(10).power(exponent) }

  static func == (left: ExactRatio, right: ExactRatio) -> Bool {
    left.numerator * right.denominator == right.numerator * left.denominator
  }

  static func <= (left: ExactRatio, right: ExactRatio) -> Bool {
    left.numerator * right.denominator <= right.numerator * left.denominator
  }

  var magnitude: ExactRatio { ExactRatio(numerator: BigInt(numerator.magnitude), denominator: denominator) }

  func times(_ other: ExactRatio) -> ExactRatio {
    ExactRatio(numerator: numerator * other.numerator, denominator: denominator * other.denominator)
  }

  func distance(to other: ExactRatio) -> ExactRatio {
    ExactRatio(
      numerator: numerator * other.denominator - other.numerator * denominator,
      denominator: denominator * other.denominator
    ).magnitude
  }

  /// self · 10^scale as the nearest integer, halves away from zero.
  func rounded(scale: Int) -> BigInt {
    let top = BigInt(numerator.magnitude) * Self.powerOfTen(max(scale, 0))
    let bottom = denominator * Self.powerOfTen(max(-scale, 0))
    let nearest = (2 * top + bottom) / (2 * bottom)
    return numerator < 0 ? -nearest : nearest
  }

  /// The scale at which self has that many digits before the point; 0 for zero.
  func scale(significant digits: Int) -> Int {
    if numerator == 0 { return 0 }
    // The digits' counts give the place of the first digit, or the one above it.
    var place = numerator.magnitude.description.count - denominator.magnitude.description.count
    if magnitude <= ExactRatio(1, scale: -place), magnitude != ExactRatio(1, scale: -place) { place -= 1 }
    return digits - 1 - place
  }
}
