/// A number as it was read from text.
struct ReadNumber: Sendable {
  var value: ExactNumber
  /// Written with a percent sign: `value` is then the number before the sign.
  var isPercent = false
  /// The words behind it, small letters; empty where there are none.
  var unit: [[UInt8]] = []

  /// Equality with percents read leniently: p% is p/100, and where only one side has the sign, p is right
  /// too. Units matter only where both sides have one; they are compared by spelling.
  static func same(_ left: ReadNumber, _ right: ReadNumber) -> Bool {
    if !left.unit.isEmpty, !right.unit.isEmpty, left.unit != right.unit { return false }
    if left.value == right.value { return true }
    if left.isPercent == right.isPercent { return false }
    return left.isPercent ? left.value.hundredth == right.value : left.value == right.value.hundredth
  }
}

/// What stands at a place where a number might.
enum NumberReading {
  case number(ReadNumber, end: Int)
  /// Longer than ``NumberScanner/maximumLength``; `end` is where its digits stop.
  case tooLong(end: Int)
  case none
}

/// Reads numbers as people write them: `72` `-7` `1,234` `.5` `18.00` `3/4` `1 1/2` `\frac{3}{4}` `\frac12`
/// `3.2e5` `$18` `25%`.
///
/// Effort is bounded: a number is at most 64 bytes long, and no byte is looked at more than a few times.
struct NumberScanner {
  static let maximumLength = 64
  static let maximumExponent = 64

  let bytes: Bytes

  /// The number that begins at `start`, as long as it can be read.
  func number(at start: Int) -> NumberReading {
    var index = start
    let isNegative = skipSignAndCurrency(&index)
    guard var reading = unsigned(&index) else { return .none }
    if index - start > Self.maximumLength { return .tooLong(end: index) }
    if isNegative { reading.value = reading.value.negated }
    reading.isPercent = skipPercent(&index)
    return .number(reading, end: index)
  }

  private func skipSignAndCurrency(_ index: inout Int) -> Bool {
    var isNegative = false
    var sawSign = false
    let start = index
    while let byte = bytes.byte(index), index - start <= Self.maximumLength {
      switch byte {
      case UInt8(ascii: "$"), UInt8(ascii: " "): index += 1
      case UInt8(ascii: "\\") where bytes.byte(index + 1) == UInt8(ascii: "$"): index += 2
      case UInt8(ascii: "-") where !sawSign:
        (isNegative, sawSign) = (true, true)
        index += 1
      case UInt8(ascii: "+") where !sawSign:
        sawSign = true
        index += 1
      case 0xE2 where !sawSign && bytes.has(Signs.minus, at: index):
        (isNegative, sawSign) = (true, true)
        index += Signs.minus.bytes.count
      default: return isNegative
      }
    }
    return isNegative
  }

  private func skipPercent(_ index: inout Int) -> Bool {
    var end = index
    if bytes.byte(end) == 0x20 { end += 1 }
    if bytes.byte(end) == UInt8(ascii: "\\") { end += 1 }
    guard bytes.byte(end) == UInt8(ascii: "%") else { return false }
    index = end + 1
    return true
  }

  /// A decimal, a fraction, a mixed number or a LaTeX fraction.
  private func unsigned(_ index: inout Int) -> ReadNumber? {
    if let fraction = latexFraction(&index) { return ReadNumber(value: fraction) }
    let start = index
    guard let first = decimal(&index) else { return nil }
    if index - start > Self.maximumLength { return ReadNumber(value: first) }
    if let quotient = over(first, &index) { return ReadNumber(value: quotient) }
    if !bytes[start..<index].contains(where: { !$0.isDigit && $0 != UInt8(ascii: ",") }),
      let fraction = fractionOfMixedNumber(&index)
    {
      return ReadNumber(value: first.plus(fraction))
    }
    return ReadNumber(value: first)
  }

  /// `/b` after a.
  private func over(_ dividend: ExactNumber, _ index: inout Int) -> ExactNumber? {
    guard bytes.byte(index) == UInt8(ascii: "/") else { return nil }
    var end = index + 1
    guard let divisor = decimal(&end), let quotient = dividend.divided(by: divisor) else { return nil }
    index = end
    return quotient
  }

  /// ` a/b` or `\frac{a}{b}` after an integer, one blank between them at most.
  private func fractionOfMixedNumber(_ index: inout Int) -> ExactNumber? {
    var end = index
    if let fraction = latexFraction(&end) {
      index = end
      return fraction
    }
    guard bytes.byte(end) == 0x20 else { return nil }
    end += 1
    let start = end
    guard let numerator = decimal(&end), end - start <= Self.maximumLength,
      bytes[start..<end].allSatisfy(\.isDigit), let fraction = over(numerator, &end)
    else { return nil }
    index = end
    return fraction
  }

  /// `\frac{a}{b}`, `\dfrac`, `\tfrac`; `\frac12` takes a digit each.
  private func latexFraction(_ index: inout Int) -> ExactNumber? {
    guard let command = Signs.fractions.first(where: { bytes.has($0, at: index) }) else { return nil }
    var end = index + command.bytes.count
    guard let numerator = latexArgument(&end), let denominator = latexArgument(&end),
      let fraction = numerator.divided(by: denominator)
    else { return nil }
    index = end
    return fraction
  }

  private func latexArgument(_ index: inout Int) -> ExactNumber? {
    if bytes.byte(index) == 0x20 { index += 1 }
    if let digit = bytes.byte(index), digit.isDigit {
      index += 1
      return ExactNumber(numerator: Digits(ascii: bytes[(index - 1)..<index]))
    }
    guard bytes.byte(index) == UInt8(ascii: "{") else { return nil }
    index += 1
    let isNegative = bytes.byte(index) == UInt8(ascii: "-")
    if isNegative { index += 1 }
    guard let value = decimal(&index), bytes.byte(index) == UInt8(ascii: "}") else { return nil }
    index += 1
    return isNegative ? value.negated : value
  }

  /// Digits with thousands separators, a decimal part, an exponent. Past the size limit only `index` counts.
  private func decimal(_ index: inout Int) -> ExactNumber? {
    let start = index
    skipDigits(&index)
    if (1...3).contains(index - start) { skipThousands(&index) }
    let whole = start..<index
    var places = 0
    if bytes.byte(index) == UInt8(ascii: "."), bytes.byte(index + 1)?.isDigit == true {
      index += 1
      let first = index
      skipDigits(&index)
      places = index - first
    }
    if whole.isEmpty && places == 0 { return nil }
    if index - start > Self.maximumLength { return ExactNumber(numerator: .one) }
    let digits = Digits(ascii: bytes[start..<index])
    let power = exponent(&index) - places
    return power >= 0
      ? ExactNumber(numerator: digits.shifted(by: power))
      : ExactNumber(numerator: digits, denominator: Digits.one.shifted(by: -power))
  }

  private func skipDigits(_ index: inout Int) {
    while bytes.byte(index)?.isDigit == true { index += 1 }
  }

  /// `,ddd` again and again, or LaTeX's `{,}ddd`, `\,ddd`.
  private func skipThousands(_ index: inout Int) {
    while true {
      guard let separator = Signs.thousands.first(where: { bytes.has($0, at: index) }) else { return }
      let group = index + separator.bytes.count
      guard (0..<3).allSatisfy({ bytes.byte(group + $0)?.isDigit == true }),
        bytes.byte(group + 3)?.isDigit != true
      else { return }
      index = group + 3
    }
  }

  /// `e5`, `E-3`; 0 where there is none or it is beyond ±64 (then the `e` is left unread).
  private func exponent(_ index: inout Int) -> Int {
    guard bytes.byte(index)?.lowercased == UInt8(ascii: "e") else { return 0 }
    var end = index + 1
    let isNegative = bytes.byte(end) == UInt8(ascii: "-")
    if isNegative || bytes.byte(end) == UInt8(ascii: "+") { end += 1 }
    let start = end
    skipDigits(&end)
    guard (1...2).contains(end - start), let value = Int(bytes[start..<end].text),
      value <= Self.maximumExponent
    else { return 0 }
    index = end
    return isNegative ? -value : value
  }
}

private enum Signs {
  static let minus: StaticPattern = "\u{2212}"
  static let fractions: [StaticPattern] = ["\\frac", "\\dfrac", "\\tfrac"]
  static let thousands: [StaticPattern] = [",", "{,}", "\\,"]
}
