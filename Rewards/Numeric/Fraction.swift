/// A fraction of 64-bit integers in lowest terms. Every operation is exact, or says that it left the range.
struct Fraction: Sendable, Hashable {
  let numerator: Int
  /// At least 1.
  let denominator: Int

  init(_ integer: Int) {
    numerator = integer
    denominator = 1
  }

  /// Nil where a part does not fit; `denominator` is not zero.
  private init?(_ numerator: Int?, over denominator: Int?) {
    guard let numerator, let denominator, numerator != .min, denominator != .min else { return nil }
    let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    guard let divisor = Int(exactly: divisor) else { return nil }
    let sign = denominator < 0 ? -1 : 1
    self.numerator = sign * numerator / divisor
    self.denominator = sign * denominator / divisor
  }

  static func sum(_ left: Fraction, _ right: Fraction) -> Fraction? {
    Fraction(
      plus(times(left.numerator, right.denominator), times(right.numerator, left.denominator)),
      over: times(left.denominator, right.denominator))
  }

  static func difference(_ left: Fraction, _ right: Fraction) -> Fraction? {
    Fraction(times(right.numerator, -1), over: right.denominator).flatMap { sum(left, $0) }
  }

  static func product(_ left: Fraction, _ right: Fraction) -> Fraction? {
    Fraction(times(left.numerator, right.numerator), over: times(left.denominator, right.denominator))
  }

  /// - Precondition: `right` is not zero.
  static func quotient(_ left: Fraction, _ right: Fraction) -> Fraction? {
    precondition(right.numerator != 0, "a fraction was divided by zero")
    return Fraction(times(left.numerator, right.denominator), over: times(left.denominator, right.numerator))
  }
}

private func times(_ left: Int, _ right: Int) -> Int? {
  let (value, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? nil : value
}

private func plus(_ left: Int?, _ right: Int?) -> Int? {
  guard let left, let right else { return nil }
  let (value, overflow) = left.addingReportingOverflow(right)
  return overflow ? nil : value
}

private func greatestCommonDivisor(_ a: UInt, _ b: UInt) -> UInt {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return max(a, 1)
}
