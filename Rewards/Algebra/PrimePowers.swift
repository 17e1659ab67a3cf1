internal import BigInt

/// A positive rational as a product of powers of small primes and, where trial division ends early, of what
/// is left.
struct PrimePowers: Sendable {
  /// Bases ascending, exponents not 0.
  private(set) var powers: [(base: UInt, exponent: Int)] = []
  /// What is left of numerator and denominator of a number beyond one word, 1 if nothing; not factored.
  private(set) var largeNumerator: BigUInt = 1
  private(set) var largeDenominator: BigUInt = 1
  /// Every base is known to be prime.
  private(set) var isComplete = true

  /// nil for numbers that are not positive.
  init?(_ value: Rational) {
    guard value.sign > 0 else { return nil }
    if let (numerator, denominator) = value.words {
      take(numerator.magnitude, sign: 1)
      take(denominator.magnitude, sign: -1)
    } else {
      largeNumerator = take(value.numerator.magnitude, sign: 1)
      largeDenominator = take(value.denominator.magnitude, sign: -1)
      if largeNumerator > 1 || largeDenominator > 1 { isComplete = false }
    }
    powers.sort { $0.base < $1.base }
  }

  private mutating func take(_ value: UInt, sign: Int) {
    var rest = value
    var divisor: UInt = 2
    while divisor <= 1000, divisor * divisor <= rest {
      var exponent = 0
      while rest % divisor == 0 {
        rest /= divisor
        exponent += 1
      }
      if exponent > 0 { powers.append((divisor, sign * exponent)) }
      divisor += divisor == 2 ? 1 : 2
    }
    if rest > 1 {
      if rest > 1_000_000 {
        isComplete = false
        // A square beyond the reach of trial division is still worth finding.
        let root = UInt(Double(rest).squareRoot())
        for candidate in [root &- 1, root, root + 1]
        where candidate.multipliedReportingOverflow(by: candidate) == (rest, false) {
          powers.append((candidate, 2 * sign))
          return
        }
      }
      powers.append((rest, sign))
    }
  }

  /// Only a few primes are tried on large numbers; the rest is returned.
  private mutating func take(_ value: BigUInt, sign: Int) -> BigUInt {
    var rest = value
    for divisor: UInt in [2, 3, 5, 7, 11, 13] {
      var exponent = 0
      if divisor == 2 {
        exponent = rest.trailingZeroBitCount
        rest >>= exponent
      } else {
        while true {
          let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: BigUInt(divisor))
          guard remainder.isZero else { break }
          rest = quotient
          exponent += 1
        }
      }
      if exponent > 0 { powers.append((divisor, sign * exponent)) }
    }
    if let small = UInt(exactly: rest) {
      take(small, sign: sign)
      return 1
    }
    return rest
  }

  /// r with self = other^r, where there is a rational one that this form can show.
  func exponent(over other: PrimePowers) -> Rational? {
    guard powers.count == other.powers.count, !powers.isEmpty, largeNumerator == 1, largeDenominator == 1,
      other.largeNumerator == 1, other.largeDenominator == 1,
      let ratio = Rational(powers[0].exponent, over: other.powers[0].exponent)
    else { return nil }
    for (mine, its) in zip(powers, other.powers) {
      guard mine.base == its.base, Rational(mine.exponent, over: its.exponent) == ratio else { return nil }
    }
    return ratio
  }
}
