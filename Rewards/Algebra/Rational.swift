internal import BigInt

/// An exact rational number in lowest terms: two machine words where they suffice, else big integers.
///
/// `sum`, `product` and their like are nil where the result would exceed the limits of `Fuel`; a caller then
/// keeps the operation unevaluated.
package struct Rational: Sendable, Hashable, CustomStringConvertible {
  private enum Storage: Hashable {
    /// Numerator and denominator; the denominator is positive.
    case small(Int, Int)
    case big(BigFraction)
  }

  private let storage: Storage

  package static let zero = Rational(0)
  package static let one = Rational(1)
  static let half = Rational(small: 1, 2)

  package init(_ value: Int) { storage = .small(value, 1) }

  private init(small numerator: Int, _ denominator: Int) { storage = .small(numerator, denominator) }

  /// numerator / denominator, in lowest terms; nil for the denominator 0.
  package init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0 else { return nil }
    let divisor = wordDivisor(numerator.magnitude, denominator.magnitude)
    let top = numerator.magnitude / divisor
    let bottom = denominator.magnitude / divisor
    let isNegative = (numerator < 0) != (denominator < 0)
    if let n = Int(exactly: top), let d = Int(exactly: bottom) {
      storage = .small(isNegative ? -n : n, d)
    } else {
      storage = .big(
        BigFraction(BigInt(sign: isNegative ? .minus : .plus, magnitude: BigUInt(top)), BigInt(bottom)))
    }
  }

  /// An integer of any size the caller has bounded.
  init(_ value: BigInt) {
    if let small = Int(exactly: value) {
      storage = .small(small, 1)
    } else {
      storage = .big(BigFraction(value, 1))
    }
  }

  /// In lowest terms; nil for the denominator 0 or where both parts are beyond `Fuel.fractionBits`.
  init?(_ numerator: BigInt, over denominator: BigInt) {
    guard !denominator.isZero else { return nil }
    let divisor: BigUInt
    if denominator.magnitude == 1 || numerator.magnitude == 1 {
      divisor = 1
    } else if numerator.bitWidth > Fuel.fractionBits, denominator.bitWidth > Fuel.fractionBits {
      return nil
    } else {
      divisor = reducedDivisor(numerator.magnitude, denominator.magnitude)
    }
    let isNegative = (numerator.sign == .minus) != (denominator.sign == .minus)
    let top = BigInt(sign: isNegative ? .minus : .plus, magnitude: numerator.magnitude / divisor)
    let bottom = BigInt(denominator.magnitude / divisor)
    if let n = Int(exactly: top), let d = Int(exactly: bottom) {
      storage = .small(n, d)
    } else {
      storage = .big(BigFraction(top, bottom))
    }
  }

  /// As two machine words, where it is that small.
  var words: (numerator: Int, denominator: Int)? {
    if case .small(let numerator, let denominator) = storage { return (numerator, denominator) }
    return nil
  }

  var numerator: BigInt {
    switch storage {
    case .small(let numerator, _): BigInt(numerator)
    case .big(let fraction): fraction.numerator
    }
  }

  var denominator: BigInt {
    switch storage {
    case .small(_, let denominator): BigInt(denominator)
    case .big(let fraction): fraction.denominator
    }
  }

  /// −1, 0 or 1.
  package var sign: Int {
    switch storage {
    case .small(let numerator, _): numerator.signum()
    case .big(let fraction): fraction.numerator.sign == .minus ? -1 : 1
    }
  }

  package var isZero: Bool { sign == 0 }

  package var isInteger: Bool {
    switch storage {
    case .small(_, let denominator): denominator == 1
    case .big(let fraction): fraction.denominator == 1
    }
  }

  /// As a machine word, where it is an integer that fits.
  package var smallInteger: Int? {
    if case .small(let numerator, 1) = storage { return numerator }
    return nil
  }

  /// Whether its decimal expansion ends: the denominator has no prime factor but 2 and 5.
  package var hasFiniteDecimal: Bool {
    switch storage {
    case .small(_, var rest):
      rest >>= rest.trailingZeroBitCount
      while rest % 5 == 0 { rest /= 5 }
      return rest == 1
    case .big(let fraction):
      var rest = fraction.denominator.magnitude
      rest >>= rest.trailingZeroBitCount
      // By powers 5^(27·2^k) first, so that a long decimal costs few divisions.
      var power = BigUInt(7_450_580_596_923_828_125)
      var powers: [BigUInt] = []
      while power.bitWidth <= rest.bitWidth {
        powers.append(power)
        power *= power
      }
      for power in powers.reversed() {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: power)
        if remainder.isZero { rest = quotient }
      }
      while rest > 1 {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 5)
        guard remainder.isZero else { return false }
        rest = quotient
      }
      return true
    }
  }

  package var description: String {
    isInteger ? "\(numerator)" : "\(numerator)/\(denominator)"
  }

  var negated: Rational {
    switch storage {
    case .small(let numerator, let denominator) where numerator != .min:
      Rational(small: -numerator, denominator)
    default: Rational(negating: self)
    }
  }

  private init(negating value: Rational) {
    let numerator = -value.numerator
    if value.isInteger {
      self.init(numerator)
    } else {
      self.init(coprime: numerator, value.denominator)
    }
  }

  var magnitude: Rational { sign < 0 ? negated : self }

  /// 1 / self; nil for 0.
  var inverse: Rational? {
    switch storage {
    case .small(0, _): return nil
    case .small(let numerator, let denominator) where numerator != .min:
      return numerator < 0
        ? Rational(small: -denominator, -numerator) : Rational(small: denominator, numerator)
    default: return Rational(denominator, over: numerator)
    }
  }

  static func sum(_ a: Rational, _ b: Rational) -> Rational? {
    if case .small(let an, let ad) = a.storage, case .small(let bn, let bd) = b.storage {
      if ad == 1, bd == 1 {
        let (value, overflow) = an.addingReportingOverflow(bn)
        if !overflow { return Rational(value) }
      } else {
        let (left, o1) = an.multipliedReportingOverflow(by: bd)
        let (right, o2) = bn.multipliedReportingOverflow(by: ad)
        let (top, o3) = left.addingReportingOverflow(right)
        let (bottom, o4) = ad.multipliedReportingOverflow(by: bd)
        if !o1, !o2, !o3, !o4 { return Rational(top, over: bottom) }
      }
    }
    guard a.isModest, b.isModest else { return nil }
    if a.isInteger, b.isInteger { return Rational(a.numerator + b.numerator) }
    return Rational(
      a.numerator * b.denominator + b.numerator * a.denominator, over: a.denominator * b.denominator)
  }

  static func product(_ a: Rational, _ b: Rational) -> Rational? {
    if case .small(let an, let ad) = a.storage, case .small(let bn, let bd) = b.storage {
      let (top, o1) = an.multipliedReportingOverflow(by: bn)
      let (bottom, o2) = ad.multipliedReportingOverflow(by: bd)
      if !o1, !o2 { return bottom == 1 ? Rational(top) : Rational(top, over: bottom) }
    }
    guard a.isModest, b.isModest else { return nil }
    if a.isInteger, b.isInteger { return Rational(a.numerator * b.numerator) }
    return Rational(a.numerator * b.numerator, over: a.denominator * b.denominator)
  }

  /// a / b; nil for b = 0 too.
  static func quotient(_ a: Rational, _ b: Rational) -> Rational? {
    guard let inverse = b.inverse else { return nil }
    return product(a, inverse)
  }

  /// self^exponent; nil for 0 to a negative power, and beyond the limits.
  func raised(to exponent: Int) -> Rational? {
    if exponent == 1 { return self }
    if exponent == 0 { return .one }
    if exponent < 0 {
      guard exponent != .min else { return nil }
      return inverse?.raised(to: -exponent)
    }
    if let (n, d) = words, d == 1, n.magnitude <= 1 {
      return n == -1 && exponent.isMultiple(of: 2) ? .one : self
    }
    let bits = max(numerator.bitWidth, denominator.bitWidth)
    guard exponent <= Fuel.integerBits, bits * exponent <= Fuel.integerBits + bits else { return nil }
    let top = numerator.power(exponent)
    if isInteger { return Rational(top) }
    let bottom = denominator.power(exponent)
    return Rational(coprime: top, bottom)
  }

  /// For parts that have no common divisor.
  init(coprime numerator: BigInt, _ denominator: BigInt) {
    if let n = Int(exactly: numerator), let d = Int(exactly: denominator) {
      storage = .small(n, d)
    } else {
      storage = .big(BigFraction(numerator, denominator))
    }
  }

  /// Small enough to compute with in full.
  private var isModest: Bool {
    switch storage {
    case .small: true
    case .big(let fraction):
      fraction.numerator.bitWidth <= Fuel.integerBits && fraction.denominator.bitWidth <= Fuel.integerBits
    }
  }

  /// −1, 0, 1 as `a` is less than, equal to or greater than `b`.
  package static func order(_ a: Rational, _ b: Rational) -> Int {
    if case .small(let an, let ad) = a.storage, case .small(let bn, let bd) = b.storage {
      let left = Int128(an) * Int128(bd)
      let right = Int128(bn) * Int128(ad)
      return left < right ? -1 : left > right ? 1 : 0
    }
    let left = a.numerator * b.denominator
    let right = b.numerator * a.denominator
    return left < right ? -1 : left > right ? 1 : 0
  }

  /// The largest integer not above it.
  var floor: Rational {
    if case .small(let n, let d) = storage {
      let quotient = n / d
      return Rational(n % d < 0 ? quotient - 1 : quotient)
    }
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return Rational(remainder.sign == .minus && !remainder.isZero ? quotient - 1 : quotient)
  }
}
