/// Reads `name(key=value, …)`; see ``VerifierSpec/init(parsing:)``.
struct SpecReader {
  private static let maximumDepth = 32
  private static let maximumBytes = 1 << 16

  private let line: String
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ line: String) {
    self.line = line
    scalars = Array(line.unicodeScalars.prefix(Self.maximumBytes + 1))
  }

  mutating func spec() throws(VerifierSpecError) -> VerifierSpec {
    if scalars.count > Self.maximumBytes { throw problem("it is longer than 64 KiB") }
    skipBlanks()
    let name = word()
    if name.isEmpty { throw problem("a name is missing") }
    var spec = VerifierSpec(name)
    skipBlanks()
    if take("(") {
      skipBlanks()
      if !take(")") {
        repeat {
          let (key, value) = try pair(separator: "=", depth: 1)
          if spec.parameters.values.updateValue(value, forKey: key) != nil {
            throw problem("`\(key)` has been given twice")
          }
        } while take(",")
        guard take(")") else { throw problem("`,` or `)` is missing") }
      }
      skipBlanks()
    }
    if index < scalars.count { throw problem("nothing more is expected") }
    return spec
  }

  private mutating func pair(
    separator: Unicode.Scalar, depth: Int
  ) throws(VerifierSpecError) -> (String, ParameterValue) {
    skipBlanks()
    let key: String
    if peek == "\"" || peek == "'" { key = try quotedText() } else { key = word() }
    if key.isEmpty { throw problem("a parameter's name is missing") }
    skipBlanks()
    guard take(separator) else { throw problem("`\(separator)` is missing behind `\(key)`") }
    let value = try value(depth: depth)
    skipBlanks()
    return (key, value)
  }

  private mutating func value(depth: Int) throws(VerifierSpecError) -> ParameterValue {
    if depth > Self.maximumDepth { throw problem("it is nested deeper than \(Self.maximumDepth) levels") }
    skipBlanks()
    switch peek {
    case "\"", "'": return .text(try quotedText())
    case "[": return .list(try list(depth: depth))
    case "{": return .map(try map(depth: depth))
    default: return try bareValue()
    }
  }

  private mutating func list(depth: Int) throws(VerifierSpecError) -> [ParameterValue] {
    index += 1
    var items: [ParameterValue] = []
    skipBlanks()
    if take("]") { return items }
    repeat {
      items.append(try value(depth: depth + 1))
      skipBlanks()
    } while take(",")
    guard take("]") else { throw problem("`,` or `]` is missing") }
    return items
  }

  private mutating func map(depth: Int) throws(VerifierSpecError) -> [String: ParameterValue] {
    index += 1
    var members: [String: ParameterValue] = [:]
    skipBlanks()
    if take("}") { return members }
    repeat {
      let (key, value) = try pair(separator: ":", depth: depth + 1)
      if members.updateValue(value, forKey: key) != nil { throw problem("`\(key)` has been given twice") }
    } while take(",")
    guard take("}") else { throw problem("`,` or `}` is missing") }
    return members
  }

  /// A word of JSON, a number, or text up to the next `,` or closing bracket.
  private mutating func bareValue() throws(VerifierSpecError) -> ParameterValue {
    let start = index
    while let scalar = peek, !",)]}".unicodeScalars.contains(scalar) { index += 1 }
    var end = index
    while end > start, scalars[end - 1].properties.isWhitespace { end -= 1 }
    let text = string(start..<end)
    switch text {
    case "": throw problem("a value is missing")
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: break
    }
    if let whole = Int(text) { return .integer(whole) }
    // `0x10`, `nan` and `infinity` are numbers to Swift alone.
    let isDecimal = text.utf8.allSatisfy { $0.isDigit || "+-.eE".utf8.contains($0) }
    if isDecimal, let number = Double(text), number.isFinite { return .number(number) }
    return .text(text)
  }

  /// Double quotes with JSON's escapes; single quotes with none but `''` for one.
  private mutating func quotedText() throws(VerifierSpecError) -> String {
    let quote = scalars[index]
    index += 1
    var text = String.UnicodeScalarView()
    while let scalar = peek {
      index += 1
      switch scalar {
      case quote where quote == "'" && peek == "'":
        text.append("'")
        index += 1
      case quote: return String(text)
      case "\\" where quote == "\"": text.append(try escaped())
      default: text.append(scalar)
      }
    }
    throw problem("a closing `\(quote)` is missing")
  }

  private mutating func escaped() throws(VerifierSpecError) -> Unicode.Scalar {
    guard let sign = peek else { throw problem("a closing `\"` is missing") }
    index += 1
    switch sign {
    case "\"", "\\", "/": return sign
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try hexadecimal()
      if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
        let second = try hexadecimal()
        if (0xDC00..<0xE000).contains(second) {
          return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        }
      }
      guard let scalar = Unicode.Scalar(first) else { throw problem("half a character is escaped") }
      return scalar
    default:
      index -= 1
      throw problem("no escape begins; a backslash in double quotes is written `\\\\`")
    }
  }

  private mutating func hexadecimal() throws(VerifierSpecError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peek.flatMap({ Character($0).hexDigitValue }) else {
        throw problem("a hexadecimal digit is missing")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  /// Letters, digits, `_`, `-`, `.` and `/`.
  private mutating func word() -> String {
    let start = index
    while let scalar = peek,
      scalar.properties.isAlphabetic || "0123456789_-./".unicodeScalars.contains(scalar)
    {
      index += 1
    }
    return string(start..<index)
  }

  private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while let scalar = peek, scalar.properties.isWhitespace { index += 1 }
  }

  private func string(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private func problem(_ words: String) -> VerifierSpecError {
    .malformed(
      text: line.unicodeScalars.count > 200 ? String(line.prefix(200)) + "…" : line, position: index + 1,
      problem: words)
  }
}
