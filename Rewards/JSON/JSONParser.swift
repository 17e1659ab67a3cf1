/// Reads JSON (RFC 8259, strictly: no comments, no trailing commas, no NaN) in one pass, within bounds.
///
/// Recursive in the nesting only, which is bounded. Keys that occur twice are found while the value is read
/// to its end, since a reader that keeps the last of them and one that keeps the first would see different
/// values.
struct JSONParser {
  /// Bytes of one value.
  static let maximumLength = 1 << 19
  /// Arrays and objects within each other.
  static let maximumDepth = 64

  enum Problem: Error, Hashable {
    /// Not JSON; `at` is the offset of the byte that cannot stay, `atEnd` that the text ended too early.
    case malformed(at: Int, atEnd: Bool)
    case limit(String)
  }

  private let text: Bytes
  private var index: Int
  private var depth = 0
  /// The first key that an object holds twice.
  private(set) var duplicateKey: [UInt8]?

  /// Where the value ended.
  var end: Int { index }

  /// - Parameters:
  ///   - text: What holds the value.
  ///   - start: Where it begins.
  init(_ text: Bytes, from start: Int) {
    self.text = text
    index = start
  }

  /// The value that is all of `text`, blanks at its ends left out.
  static func whole(_ text: Bytes) throws(Problem) -> (value: JSONValue, duplicateKey: [UInt8]?) {
    let text = text.trimmed()
    if text.count > maximumLength { throw .limit("more than \(maximumLength) bytes of JSON") }
    var parser = JSONParser(text, from: text.startIndex)
    let value = try parser.value()
    if parser.end != text.endIndex { throw .malformed(at: parser.end, atEnd: false) }
    return (value, parser.duplicateKey)
  }

  mutating func value() throws(Problem) -> JSONValue {
    switch text.byte(index) {
    case UInt8(ascii: "{"): return try nested { parser throws(Problem) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(Problem) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte.isDigit || byte == UInt8(ascii: "-"): return try number()
    default: throw malformed
    }
  }

  private var malformed: Problem { .malformed(at: index, atEnd: index >= text.endIndex) }

  private mutating func nested(
    _ read: (inout JSONParser) throws(Problem) -> JSONValue
  ) throws(Problem) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .limit("JSON nested deeper than \(Self.maximumDepth)") }
    index += 1
    return try read(&self)
  }

  private mutating func skipBlanks() {
    while let byte = text.byte(index), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    if text.byte(index) != byte { return false }
    index += 1
    return true
  }

  private mutating func word(_ word: StaticPattern, _ value: JSONValue) throws(Problem) -> JSONValue {
    for byte in word.bytes where !skip(byte) { throw malformed }
    return value
  }

  private mutating func array() throws(Problem) -> JSONValue {
    var items: [JSONValue] = []
    skipBlanks()
    if skip(UInt8(ascii: "]")) { return .array(items) }
    while true {
      skipBlanks()
      items.append(try value())
      skipBlanks()
      if skip(UInt8(ascii: "]")) { return .array(items) }
      guard skip(UInt8(ascii: ",")) else { throw malformed }
    }
  }

  private mutating func object() throws(Problem) -> JSONValue {
    var members: [JSONMember] = []
    var keys: Set<[UInt8]> = []
    skipBlanks()
    if skip(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard text.byte(index) == UInt8(ascii: "\"") else { throw malformed }
      let key = try string()
      skipBlanks()
      guard skip(UInt8(ascii: ":")) else { throw malformed }
      skipBlanks()
      let member = JSONMember(key: key, value: try value())
      if keys.insert(key).inserted { members.append(member) } else { duplicateKey = duplicateKey ?? key }
      skipBlanks()
      if skip(UInt8(ascii: "}")) { return .object(members) }
      guard skip(UInt8(ascii: ",")) else { throw malformed }
    }
  }

  private mutating func number() throws(Problem) -> JSONValue {
    let start = index
    func isPart(_ byte: UInt8) -> Bool {
      byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || byte.lowercased == UInt8(ascii: "e")
    }
    while let byte = text.byte(index), isPart(byte) { index += 1 }
    let literal = text[start..<index]
    if let number = JSONNumber(literal) { return .number(number) }
    if literal.isGrammaticalNumber {
      throw .limit("a number whose exponent has more than \(JSONNumber.maximumExponentDigits) digits")
    }
    if index < text.endIndex { index = start }
    throw malformed
  }

  private mutating func string() throws(Problem) -> [UInt8] {
    index += 1
    var result: [UInt8] = []
    while let byte = text.byte(index) {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return result
      case UInt8(ascii: "\\"):
        index += 1
        result += String(Character(try escape())).utf8
      case 0..<0x20: throw malformed
      default:
        result.append(byte)
        index += 1
      }
    }
    throw malformed
  }

  /// What follows a backslash.
  private mutating func escape() throws(Problem) -> Unicode.Scalar {
    guard let byte = text.byte(index) else { throw malformed }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      index -= 1
      throw malformed
    }
    let unit = try fourDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // Half of a pair: the other half must follow.
    guard unit < 0xDC00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else { throw malformed }
    let other = try fourDigits()
    guard other >= 0xDC00, other < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (other - 0xDC00))
    else { throw malformed }
    return scalar
  }

  private mutating func fourDigits() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = text.byte(index).flatMap({ Unicode.Scalar($0).digitValue(radix: 16) }) else {
        throw malformed
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}

extension ArraySlice<UInt8> {
  /// A number by JSON's grammar, its exponent of any length.
  fileprivate var isGrammaticalNumber: Bool {
    guard let mark = firstIndex(where: { $0.lowercased == UInt8(ascii: "e") }) else { return false }
    let power = self[(mark + 1)...]
    let digits =
      power.first == UInt8(ascii: "-") || power.first == UInt8(ascii: "+") ? power.dropFirst() : power
    return JSONNumber(self[..<mark]) != nil && !digits.isEmpty && digits.allSatisfy(\.isDigit)
  }
}
