/// Reads one JSON value (RFC 8259) from UTF-8 that is known to be valid.
///
/// Foundation's decoder neither says where a line is broken nor keeps numbers as they were written, and data rows
/// need both. Nesting is limited to 64 levels, so no line can exhaust the stack; of repeated keys the last counts.
struct JSONReader {
  struct Failure: Error {
    /// Where, in the bytes.
    let index: Int
    /// What stands there and what was expected.
    let problem: String
  }

  static let maximumDepth = 64

  private let bytes: ArraySlice<UInt8>
  private var index: Int

  static func value(of bytes: ArraySlice<UInt8>) throws(Failure) -> JSONValue {
    var reader = JSONReader(bytes: bytes, index: bytes.startIndex)
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    if reader.index < bytes.endIndex { throw reader.unexpected("nothing more") }
    return value
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    if depth > Self.maximumDepth {
      throw Failure(index: index, problem: "nested deeper than \(Self.maximumDepth) levels")
    }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> [String: JSONValue] {
    index += 1
    var members: [String: JSONValue] = [:]
    if skip("}") { return members }
    repeat {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in double quotes") }
      let name = try string()
      guard skip(":") else { throw unexpected("`:`") }
      members[name] = try value(depth: depth + 1)
    } while skip(",")
    guard skip("}") else { throw unexpected("`,` or `}`") }
    return members
  }

  private mutating func list(depth: Int) throws(Failure) -> [JSONValue] {
    index += 1
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
    guard skip("]") else { throw unexpected("`,` or `]`") }
    return elements
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    let spelling = word.description
    guard bytes[index...].starts(with: spelling.utf8) else { throw unexpected("`\(spelling)`") }
    index += spelling.utf8.count
    return value
  }

  private mutating func number() throws(Failure) -> String {
    let start = index
    if peek == UInt8(ascii: "-") { index += 1 }
    let first = index
    try digits(orElse: "a value")
    if bytes[first] == UInt8(ascii: "0"), index > first + 1 {
      throw Failure(index: first, problem: "a number does not begin with 0")
    }
    if peek == UInt8(ascii: ".") {
      index += 1
      try digits(orElse: "a digit")
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      index += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
      try digits(orElse: "a digit")
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits(orElse expected: String) throws(Failure) {
    let start = index
    while let byte = peek, byte >= 0x30, byte <= 0x39 { index += 1 }
    if index == start { throw unexpected(expected) }
  }

  private mutating func string() throws(Failure) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20:
        throw Failure(
          index: index - 1, problem: "a control character in text must be escaped, like \\n or \\t")
      default: text.append(byte)
      }
    }
    throw Failure(index: start, problem: "the text that begins here has no closing quote")
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(Failure) -> [UInt8] {
    guard let byte = peek else { return [] }  // the caller then finds the end of the line
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
    default:
      index -= 1
      throw Failure(index: index - 1, problem: "no such escape; a backslash in text is written `\\\\`")
    }
  }

  /// `XXXX`, or `XXXX\uXXXX` for a surrogate pair; half a pair becomes U+FFFD.
  private mutating func scalar() throws(Failure) -> Unicode.Scalar {
    let first = try hexadecimal()
    guard (0xD800..<0xDC00).contains(first), bytes[index...].starts(with: "\\u".utf8) else {
      return Unicode.Scalar(first) ?? "\u{FFFD}"
    }
    let mark = index
    index += 2
    let second = try hexadecimal()
    if (0xDC00..<0xE000).contains(second) {
      return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }
    index = mark
    return "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw unexpected("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  private var peek: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { index += 1 }
  }

  /// Blanks, then this sign if it is there.
  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: sign) else { return false }
    index += 1
    return true
  }

  private func unexpected(_ expected: String) -> Failure {
    let rest = String(decoding: bytes[index...].prefix(40), as: UTF8.self)
    let found = rest.first.map { "`\($0)`" } ?? "the end of the line"
    return Failure(index: index, problem: "found \(found) where \(expected) is expected")
  }
}
