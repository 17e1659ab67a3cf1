/// A rational number of bounded size, exact: ±numerator/denominator in decimal digits.
///
/// Only what comparing answers needs: building from digits, scaling by powers of ten, and equality by cross
/// multiplication, digit by digit, so that nothing overflows and nothing is rounded.
struct ExactNumber: Sendable, Equatable {
  private var isNegative: Bool
  private var numerator: Digits
  /// Never zero.
  private var denominator: Digits

  init(isNegative: Bool = false, numerator: Digits, denominator: Digits = .one) {
    precondition(!denominator.isZero, "an exact number was built with denominator 0")
    self.isNegative = isNegative && !numerator.isZero
    self.numerator = numerator
    self.denominator = denominator
  }

  static func == (left: ExactNumber, right: ExactNumber) -> Bool {
    guard left.isNegative == right.isNegative else { return false }
    if left.denominator == right.denominator { return left.numerator == right.numerator }
    return left.numerator * right.denominator == right.numerator * left.denominator
  }

  /// Its decimal digits, highest first.
  var parts: (isNegative: Bool, numerator: [UInt8], denominator: [UInt8]) {
    (isNegative, numerator.highestFirst, denominator.highestFirst)
  }

  var negated: ExactNumber {
    ExactNumber(isNegative: !isNegative, numerator: numerator, denominator: denominator)
  }

  var hundredth: ExactNumber {
    ExactNumber(isNegative: isNegative, numerator: numerator, denominator: denominator.shifted(by: 2))
  }

  /// self / divisor; nil where the divisor is zero.
  func divided(by divisor: ExactNumber) -> ExactNumber? {
    if divisor.numerator.isZero { return nil }
    return ExactNumber(
      isNegative: isNegative != divisor.isNegative, numerator: numerator * divisor.denominator,
      denominator: denominator * divisor.numerator)
  }

  /// self + fraction, both of them not negative: a mixed number.
  func plus(_ fraction: ExactNumber) -> ExactNumber {
    ExactNumber(
      numerator: numerator * fraction.denominator + fraction.numerator * denominator,
      denominator: denominator * fraction.denominator)
  }
}

/// A natural number as decimal digits, lowest first, without leading zeros; zero has none.
struct Digits: Sendable, Equatable {
  private var values: [UInt8]

  static let one = Digits(values: [1])

  private init(values: [UInt8]) {
    self.values = values
    while self.values.last == 0 { self.values.removeLast() }
  }

  /// From ASCII digits, highest first; other bytes are skipped (thousands separators, the decimal point).
  init(ascii: Bytes) {
    self.init(values: ascii.reversed().filter(\.isDigit).map { $0 - 0x30 })
  }

  var isZero: Bool { values.isEmpty }

  var highestFirst: [UInt8] { values.reversed() }

  /// Times 10^count.
  func shifted(by count: Int) -> Digits {
    Digits(values: Array(repeating: 0, count: count) + values)
  }

  static func + (left: Digits, right: Digits) -> Digits {
    var sum: [UInt8] = []
    var carry: UInt8 = 0
    for index in 0...max(left.values.count, right.values.count) {
      let digit = left.digit(index) + right.digit(index) + carry
      sum.append(digit % 10)
      carry = digit / 10
    }
    return Digits(values: sum)
  }

  static func * (left: Digits, right: Digits) -> Digits {
    if left == .one { return right }
    if right == .one { return left }
    // Column sums stay below 81 · length, far inside 32 bits for the few hundred digits there can be.
    var columns = [UInt32](repeating: 0, count: left.values.count + right.values.count)
    for (i, a) in left.values.enumerated() {
      for (j, b) in right.values.enumerated() { columns[i + j] += UInt32(a) * UInt32(b) }
    }
    var product: [UInt8] = []
    var carry: UInt32 = 0
    for column in columns {
      product.append(UInt8((column + carry) % 10))
      carry = (column + carry) / 10
    }
    // No carry is left: a product has at most as many digits as its factors together.
    return Digits(values: product)
  }

  private func digit(_ index: Int) -> UInt8 { index < values.count ? values[index] : 0 }
}
