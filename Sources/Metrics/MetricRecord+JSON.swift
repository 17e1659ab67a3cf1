extension MetricRecord {
  /// The record as one JSON object on one line, without a line end.
  ///
  /// Numbers have the shortest digits that read back to the same `Double`, integers have no point, so both
  /// come back as what they were. JSON has no NaN and no infinity: they are written as the texts "NaN",
  /// "Infinity" and "-Infinity".
  public var json: String {
    "{" + fields.map { "\(Self.quoted($0.name)): \(Self.json($0.value))" }.joined(separator: ", ") + "}"
  }

  /// Reads what ``json`` writes: one flat object of numbers and texts, and nothing after it but spaces.
  public init(json: String) throws(MetricsError) {
    var parser = Parser(json.utf8)
    self = try parser.record()
  }

  private static func json(_ value: MetricValue) -> String {
    switch value {
    case .integer(let value): "\(value)"
    case .text(let value): quoted(value)
    case .number(let value) where value.isNaN: "\"NaN\""
    case .number(let value) where value.isInfinite: value > 0 ? "\"Infinity\"" : "\"-Infinity\""
    case .number(let value): "\(value)"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// A parser for one flat JSON object. (Foundation's decoders lose the order of keys, and whether 5.0 was a
/// 5.)
private struct Parser {
  private let bytes: [UInt8]
  private var next = 0

  init(_ text: String.UTF8View) { bytes = Array(text) }

  mutating func record() throws(MetricsError) -> MetricRecord {
    var record = MetricRecord()
    try expect("{")
    if !take("}") {
      repeat {
        let name = try string()
        try expect(":")
        if record[name] != nil { throw problem("`\(name)` stands twice") }
        record[name] = try value()
      } while take(",")
      try expect("}")
    }
    skipSpaces()
    if next < bytes.count { throw problem("something follows the object") }
    return record
  }

  private mutating func value() throws(MetricsError) -> MetricValue {
    skipSpaces()
    if next < bytes.count, bytes[next] == UInt8(ascii: "\"") {
      let text = try string()
      switch text {
      case "NaN": return .number(.nan)
      case "Infinity": return .number(.infinity)
      case "-Infinity": return .number(-.infinity)
      default: return .text(text)
      }
    }
    let begin = next
    while next < bytes.count, Self.inNumbers.contains(bytes[next]) { next += 1 }
    let digits = String(decoding: bytes[begin..<next], as: UTF8.self)
    if let integer = Int(digits) { return .integer(integer) }
    if let number = Double(digits), number.isFinite { return .number(number) }
    next = begin
    throw problem("a number or a text belongs here")
  }

  private mutating func string() throws(MetricsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw problem("the text is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      default: text.append(byte)
      }
    }
    throw problem("the text has no end")
  }

  private mutating func escape() throws(MetricsError) -> [UInt8] {
    guard next < bytes.count else { throw problem("the text has no end") }
    let byte = bytes[next]
    next += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      let hex = String(decoding: bytes[next..<min(next + 4, bytes.count)], as: UTF8.self)
      guard hex.utf8.count == 4, let code = UInt32(hex, radix: 16), let scalar = Unicode.Scalar(code) else {
        throw problem("`\\u\(hex)` is not a character")
      }
      next += 4
      return Array(String(scalar).utf8)
    default: throw problem("an escape that JSON does not have")
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(MetricsError) {
    if !take(character) { throw problem("`\(character)` belongs here") }
  }

  private mutating func skipSpaces() {
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 || bytes[next] == 0x0D { next += 1 }
  }

  private func problem(_ detail: String) -> MetricsError {
    MetricsError(path: nil, line: nil, reason: .notARecord(column: next + 1, detail: detail))
  }

  private static let inNumbers = Set("+-.0123456789eE".utf8)
}
