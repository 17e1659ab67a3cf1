internal import BigInt

/// A number as it was written: its exact value and what its spelling says about precision.
package struct NumberLiteral: Sendable {
  package let value: Rational
  /// Digits after the point, without an exponent; 0 for an integer.
  package let fractionDigits: Int
  /// Digits after the point once an exponent is applied: the last digit counts 10^-places.
  package let places: Int
  /// Digits from the first that is not 0.
  package let significantDigits: Int
  package let hasPoint: Bool
  package let hasExponent: Bool
  /// Some digits repeat for ever, so that the value is exact although the spelling is a decimal.
  package let repeats: Bool
  package let isGrouped: Bool
}

extension MathTokens {
  /// The literal of a `.number` token.
  package func literal(at index: Int) throws(AlgebraFailure) -> NumberLiteral {
    let token = tokens[index]
    return try numberLiteral(bytes[Int(token.start)..<Int(token.end)], form: token.form)
  }
}

/// Reads what `MathLexer` found to be a number; separators are skipped.
func numberLiteral(_ text: Bytes, form: UInt8) throws(AlgebraFailure) -> NumberLiteral {
  var scan = LiteralScan()
  if form == 0, text.count <= 18 {
    for byte in text { scan.take(byte) }
  } else {
    if text.count > Fuel.literalDigits { throw .limit("a number of more than 20,000 digits") }
    scan.run(text, form: form)
  }
  guard let value = scan.value(form: form) else {
    throw .limit("a decimal beyond 10^±1200 or of more than 2,000 digits")
  }
  return NumberLiteral(
    value: value, fractionDigits: scan.fractionDigits, places: scan.fractionDigits - scan.exponent,
    significantDigits: scan.significantDigits,
    hasPoint: form & 1 != 0, hasExponent: form & 8 != 0, repeats: form & 20 != 0, isGrouped: form & 2 != 0)
}

/// Digits collected in chunks of 18: one word for short numbers, a big integer beyond.
private struct LiteralScan {
  private var big: BigInt?
  private var chunk = 0
  private var chunkDigits = 0
  private var digits = 0
  private(set) var fractionDigits = 0
  private(set) var significantDigits = 0
  private var repeatedDigits = 0
  private var inFraction = false
  private(set) var exponent = 0

  @inline(__always)
  mutating func take(_ digit: UInt8) {
    if chunkDigits == 18 { flush() }
    chunk = chunk * 10 + Int(digit & 0x0F)
    chunkDigits += 1
    digits += 1
    if digit != 0x30 || significantDigits > 0 { significantDigits += 1 }
    if inFraction { fractionDigits += 1 }
  }

  private mutating func flush() {
    big = (big ?? 0) * BigInt(powerOfTen(chunkDigits)) + BigInt(chunk)
    chunk = 0
    chunkDigits = 0
  }

  mutating func run(_ text: Bytes, form: UInt8) {
    var index = text.startIndex
    var inRepeat = false
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      switch byte {
      case 0x30...0x39:
        take(byte)
        if inRepeat { repeatedDigits += 1 }
      case 0x2E: inFraction = true
      case 0x28 where form & 4 != 0 && inFraction, 0x7B where form & 4 != 0 && inFraction: inRepeat = true
      case 0x5C:
        // `\overline3` and `\dot3` repeat one digit; spacing such as `\,` is a thousands separator.
        let start = index
        while index < text.endIndex, text[index].isLetter { index += 1 }
        if index == start { index += 1 } else { inRepeat = true }
      case 0x45, 0x65: return readExponent(text[index...])
      default: break
      }
    }
    if form & 16 != 0 { repeatedDigits = decimalPeriod(text) ?? 0 }
    // Between the first and the last dotted digit all repeat: `0.\dot{1}2\dot{3}`. A bar or parenthesis is
    // last.
  }

  private mutating func readExponent(_ text: Bytes) {
    let isNegative = text.first == 0x2D
    for byte in text where byte.isDigit { exponent = min(exponent * 10 + Int(byte & 0x0F), 1_000_000) }
    if isNegative { exponent = -exponent }
  }

  /// nil for an exponent too large to write out.
  func value(form: UInt8) -> Rational? {
    let shift = exponent - fractionDigits
    if big == nil, shift == 0 || digits == 0 { return Rational(chunk) }
    guard abs(exponent) <= 1200, shift >= 0 || digits <= 2000 else { return nil }
    var numerator = big ?? 0
    numerator = big == nil ? BigInt(chunk) : numerator * BigInt(powerOfTen(chunkDigits)) + BigInt(chunk)
    if repeatedDigits > 0, repeatedDigits <= fractionDigits {
      // x = (all digits − digits before the repetition) / (10^fixed · (10^repeated − 1))
      let all = BigInt(10).power(repeatedDigits)
      return Rational(
        numerator - numerator / all, over: BigInt(10).power(fractionDigits - repeatedDigits) * (all - 1))
    }
    if shift >= 0 { return Rational(numerator * BigInt(10).power(shift)) }
    if big == nil, shift >= -18 { return Rational(chunk, over: powerOfTen(-shift)) }
    return decimal(numerator, places: -shift)
  }

  /// Reduced by the twos and fives it has, which is all there can be.
  private func decimal(_ numerator: BigInt, places: Int) -> Rational? {
    guard !numerator.isZero else { return .zero }
    var top = numerator
    var twos = min(top.magnitude.trailingZeroBitCount, places)
    top >>= twos
    var fives = 0
    while fives < places {
      let (quotient, remainder) = top.quotientAndRemainder(dividingBy: 5)
      if !remainder.isZero { break }
      top = quotient
      fives += 1
    }
    twos = places - twos
    return Rational(coprime: top, BigInt(5).power(places - fives) << twos)
  }
}

private func powerOfTen(_ exponent: Int) -> Int {
  var power = 1
  for _ in 0..<exponent { power *= 10 }
  return power
}
