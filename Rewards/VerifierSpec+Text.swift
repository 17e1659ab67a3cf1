// One line for a verifier and its parameters, the same wherever people and files write one: on command lines, in
// stored tasks, in metrics.
//
//     math
//     math(decimal_digits=4, percent=strict)
//     regex(pattern="^[0-9]+$", labels=[A, B])
//     json(schema={"type": "object", "required": ["name"]})

extension VerifierSpec {
  /// The line for this verifier. Equal specifications have equal lines, and ``init(parsing:)`` reads them back.
  public var text: String {
    if parameters.values.isEmpty { return name }
    let pairs = parameters.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
    return "\(name)(\(pairs.joined(separator: ", ")))"
  }

  /// Reads a line such as `math(decimal_digits=4)`. Whether there is such a verifier is not asked.
  ///
  /// A value is `true`, `false`, `null`, a number, a list in brackets, a map in braces (`{key: value}`), text in
  /// double quotes with JSON's escapes or in single quotes without any, or bare text up to the next `,` or closing
  /// bracket.
  ///
  /// - Parameter line: At most 64 KiB, nested at most 32 deep.
  /// - Throws: ``VerifierSpecError/malformed(text:position:problem:)``.
  public init(parsing line: String) throws(VerifierSpecError) {
    var reader = SpecReader(line)
    self = try reader.spec()
  }
}

extension ParameterValue {
  /// As ``VerifierSpec/text`` has it; keys of maps are sorted.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text): Self.isWord(text) ? text : Self.quoted(text)
    case .list(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)): \($0.value.text)" }
        .joined(separator: ", ") + "}"
    }
  }

  /// Whether a text can stand without quotes and be read as the same text by people, YAML and ``VerifierSpec``.
  private static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter, text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
      && !reserved.contains(text.lowercased())
  }

  private static let reserved: Set<String> = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity",
  ]

  /// In double quotes, with JSON's escapes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
