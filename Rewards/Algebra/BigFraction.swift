internal import BigInt

/// Numerator and denominator of a rational too large for two words; shared, never changed.
final class BigFraction: Sendable, Hashable {
  let numerator: BigInt
  let denominator: BigInt

  init(_ numerator: BigInt, _ denominator: BigInt) {
    self.numerator = numerator
    self.denominator = denominator
  }

  static func == (a: BigFraction, b: BigFraction) -> Bool {
    a.numerator == b.numerator && a.denominator == b.denominator
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(numerator)
    hasher.combine(denominator)
  }
}

/// Euclid by division while both are large, then by machine words.
func reducedDivisor(_ a: BigUInt, _ b: BigUInt) -> BigUInt {
  var x = a
  var y = b
  while !y.isZero {
    if let small = UInt(exactly: y) {
      return BigUInt(wordDivisor(small, UInt(x % y)))
    }
    (x, y) = (y, x % y)
  }
  return x.isZero ? 1 : x
}

/// The greatest common divisor, 1 for (0, 0) so that callers may divide by it.
func wordDivisor(_ a: UInt, _ b: UInt) -> UInt {
  var x = a
  var y = b
  while y != 0 { (x, y) = (y, x % y) }
  return x == 0 ? 1 : x
}
