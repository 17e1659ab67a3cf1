/// A number as it stands in a text: digits, `,` between groups of three, a decimal part.
struct NumberToken: Sendable, Hashable {
  /// In bytes of UTF-8.
  let range: Range<Int>
  /// Nil for more than 15 digits.
  let value: Double?
  /// Nil where it has a decimal part, begins with a superfluous 0, or has more than 15 digits.
  let whole: Int?

  /// All of a text, from left to right. Signs belong to none.
  static func all(in text: [UInt8]) -> [NumberToken] {
    var tokens: [NumberToken] = []
    var index = 0
    while index < text.count {
      guard isDigit(text[index]) else {
        index += 1
        continue
      }
      let token = token(at: index, of: text)
      tokens.append(token)
      index = token.range.upperBound
    }
    return tokens
  }

  private static func token(at start: Int, of text: [UInt8]) -> NumberToken {
    var end = digits(from: start, in: text)
    var whole = text[start..<end].filter(isDigit)
    // `16,000`, but not `1,2` nor `1,2345`.
    while end < text.count, text[end] == UInt8(ascii: ","), digits(from: end + 1, in: text) == end + 4,
      whole.count > 3 || end - start <= 3
    {
      whole += text[(end + 1)..<(end + 4)]
      end += 4
    }
    var decimals: ArraySlice<UInt8> = []
    if end + 1 < text.count, text[end] == UInt8(ascii: "."), isDigit(text[end + 1]) {
      let last = digits(from: end + 1, in: text)
      decimals = text[(end + 1)..<last]
      end = last
    }
    guard whole.count + decimals.count <= 15 else {
      return NumberToken(range: start..<end, value: nil, whole: nil)
    }
    let text = String(decoding: whole, as: UTF8.self)
    let isPlain = decimals.isEmpty && (whole.count == 1 || whole.first != UInt8(ascii: "0"))
    return NumberToken(
      range: start..<end, value: Double(text + "." + String(decoding: decimals, as: UTF8.self) + "0"),
      whole: isPlain ? Int(text) : nil)
  }

  /// Past the digits from `start` on.
  private static func digits(from start: Int, in text: [UInt8]) -> Int {
    var end = start
    while end < text.count, isDigit(text[end]) { end += 1 }
    return end
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// An answer as a whole number: `18`, `-3`, `$1,200`, `18.00`; nil for everything else.
  static func answer(_ text: String) -> Int? {
    var bytes = Array(text.utf8)
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { bytes.removeFirst() }
    if bytes.first == UInt8(ascii: "$") { bytes.removeFirst() }
    guard let first = bytes.first, isDigit(first) else { return nil }
    let token = token(at: 0, of: bytes)
    guard token.range.upperBound == bytes.count, let value = token.value, let magnitude = Int(exactly: value)
    else {
      return nil
    }
    return isNegative ? -magnitude : magnitude
  }
}
