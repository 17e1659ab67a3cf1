/// A JSON number by its value, exact: ±digits · 10^exponent, so that 1, 1.0 and 10e-1 are one number.
struct JSONNumber: Sendable, Equatable {
  private var isNegative = false
  /// Without zeros at either end; empty for zero.
  private var digits: [UInt8] = []
  private var exponent = 0

  /// Digits of an exponent; numbers beyond are refused.
  static let maximumExponentDigits = 9

  init(_ integer: Int) {
    isNegative = integer < 0
    digits = Array("\(integer.magnitude)".utf8)
    normalize()
  }

  /// From the whole of `text`, which is a number of JSON's grammar; nil where it is none, or where its
  /// exponent has more than nine digits.
  init?(_ text: Bytes) {
    var index = text.startIndex
    func skipDigits() -> Bytes {
      let run = text[index...].prefix(while: \.isDigit)
      index = run.endIndex
      return run
    }

    if text.byte(index) == UInt8(ascii: "-") {
      isNegative = true
      index += 1
    }
    let whole = skipDigits()
    guard let first = whole.first, whole.count == 1 || first != 0x30 else { return nil }
    var fraction = Bytes()
    if text.byte(index) == UInt8(ascii: ".") {
      index += 1
      fraction = skipDigits()
      if fraction.isEmpty { return nil }
    }
    if text.byte(index)?.lowercased == UInt8(ascii: "e") {
      index += 1
      let isDown = text.byte(index) == UInt8(ascii: "-")
      if isDown || text.byte(index) == UInt8(ascii: "+") { index += 1 }
      let power = skipDigits()
      let significant = power.drop { $0 == 0x30 }
      guard !power.isEmpty, significant.count <= Self.maximumExponentDigits else { return nil }
      exponent = significant.reduce(0) { $0 * 10 + Int($1 - 0x30) } * (isDown ? -1 : 1)
    }
    guard index == text.endIndex else { return nil }
    digits = Array(whole + fraction)
    exponent -= fraction.count
    normalize()
  }

  private mutating func normalize() {
    digits = Array(digits.drop { $0 == 0x30 })
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { (isNegative, exponent) = (false, 0) }
  }

  var isInteger: Bool { exponent >= 0 }

  /// As a count, where it is a whole number of 0…10^9.
  var count: Int? {
    guard !isNegative, isInteger, digits.count + exponent <= 10 else { return nil }
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    let scaled = (0..<exponent).reduce(value) { product, _ in product * 10 }
    return scaled <= 1_000_000_000 ? scaled : nil
  }

  var canonical: [UInt8] {
    Array("#\(isNegative ? "-" : "")".utf8) + digits + Array("e\(exponent);".utf8)
  }

  static func < (left: JSONNumber, right: JSONNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
  }

  /// By magnitude.
  private func isSmaller(than other: JSONNumber) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
    let places = digits.count + exponent
    let otherPlaces = other.digits.count + other.exponent
    // Without zeros at the end, a number that begins like a longer one is the smaller of the two.
    return places == otherPlaces ? digits.lexicographicallyPrecedes(other.digits) : places < otherPlaces
  }
}
