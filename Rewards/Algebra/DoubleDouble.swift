/// A real number as the unevaluated sum of two doubles: some 32 decimal digits. Pure IEEE arithmetic without
/// a mathematics library, hence the same on every machine.
///
/// Dekker, "A Floating-Point Technique for Extending the Available Precision", Numer. Math. 18 (1971);
/// Joldes, Muller & Popescu, "Tight and Rigorous Error Bounds for Basic Building Blocks of Double-Word
/// Arithmetic", ACM TOMS 44 (2017): sums err by 3·2^-106, products by 5·2^-106, quotients by 10·2^-106, all
/// relative.
struct DoubleDouble: Sendable {
  var high: Double
  var low: Double

  /// A bound on the relative error of `+`, `*`, `/` and `squareRoot`, with room to spare.
  static let epsilon = 0x1p-102

  static let zero = DoubleDouble(0)
  static let one = DoubleDouble(1)
  static let pi = DoubleDouble(3.141592653589793, 1.2246467991473532e-16)
  static let halfPi = DoubleDouble(1.5707963267948966, 6.123233995736766e-17)
  static let ln2 = DoubleDouble(0.6931471805599453, 2.3190468138462996e-17)
  static let e = DoubleDouble(2.718281828459045, 1.4456468917292502e-16)

  @inline(__always)
  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// Exact.
  init(_ value: Int) {
    let high = Double(value)
    // The rounded value may be 2^63, beyond Int.
    let rest = high >= 0x1p63 ? Double(value &- Int.max) - 1 : Double(value &- Int(high))
    self = DoubleDouble.normalized(high, rest)
  }

  var isFinite: Bool { high.isFinite && low.isFinite }
  var isNegative: Bool { high < 0 }
  var isZero: Bool { high == 0 && low == 0 }
  var magnitude: DoubleDouble { isNegative ? -self : self }

  @inline(__always)
  static func normalized(_ a: Double, _ b: Double) -> DoubleDouble {
    let sum = a + b
    return DoubleDouble(sum, b - (sum - a))
  }

  /// a + b without loss.
  @inline(__always)
  private static func exactSum(_ a: Double, _ b: Double) -> DoubleDouble {
    let sum = a + b
    let part = sum - a
    return DoubleDouble(sum, (a - (sum - part)) + (b - part))
  }

  /// a · b without loss, below 2^996.
  @inline(__always)
  private static func exactProduct(_ a: Double, _ b: Double) -> DoubleDouble {
    let product = a * b
    let (a1, a2) = split(a)
    let (b1, b2) = split(b)
    return DoubleDouble(product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
  }

  /// In two halves of 26 bits.
  @inline(__always)
  private static func split(_ a: Double) -> (Double, Double) {
    let scaled = 134_217_729 * a
    let high = scaled - (scaled - a)
    return (high, a - high)
  }

  @inline(__always)
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = exactSum(a.high, b.high)
    let low = exactSum(a.low, b.low)
    let first = normalized(high.high, high.low + low.high)
    return normalized(first.high, first.low + low.low)
  }

  @inline(__always)
  static prefix func - (a: DoubleDouble) -> DoubleDouble { DoubleDouble(-a.high, -a.low) }

  @inline(__always)
  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  @inline(__always)
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = exactProduct(a.high, b.high)
    return normalized(product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  @inline(__always)
  static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
    let product = exactProduct(a.high, b)
    return normalized(product.high, product.low + a.low * b)
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let first = a.high / b.high
    let rest = a - b * first
    let second = rest.high / b.high
    let third = (rest - b * second).high / b.high
    return normalized(first, second) + DoubleDouble(third)
  }

  static func / (a: DoubleDouble, b: Double) -> DoubleDouble {
    let first = a.high / b
    let rest = a - exactProduct(first, b)
    return normalized(first, rest.high / b)
  }

  /// Of a number that is not negative; one step of Newton's iteration from the double.
  var squareRoot: DoubleDouble {
    if high <= 0 { return .zero }
    let estimate = high.squareRoot()
    let rest = self - DoubleDouble.exactProduct(estimate, estimate)
    return DoubleDouble.normalized(estimate, rest.high / (2 * estimate))
  }

  /// Times 2^exponent.
  func scaled(_ exponent: Int) -> DoubleDouble {
    guard abs(exponent) < 2000 else { return DoubleDouble(exponent > 0 ? .infinity : 0) }
    // In two steps, so that the factor itself does not overflow.
    let half = exponent / 2
    let a = Double(sign: .plus, exponent: half, significand: 1)
    let b = Double(sign: .plus, exponent: exponent - half, significand: 1)
    return DoubleDouble(high * a * b, low * a * b)
  }

  /// The integer nearest from below.
  var floor: DoubleDouble {
    let whole = high.rounded(.down)
    return whole == high ? DoubleDouble.normalized(whole, low.rounded(.down)) : DoubleDouble(whole)
  }
}
