extension JSONValue {
  /// The value as JSON text: objects and lists of objects one member a line, lists of plain values on one line.
  ///
  /// Numbers are the shortest text that reads back as the same double; what is not finite, for which JSON has no word, is
  /// null.
  ///
  /// - Parameters:
  ///   - first: Members that come first in every object, in this order; the others follow by name.
  ///   - indentation: Spaces before the closing bracket.
  /// - Returns: Text without a line break at its end.
  func text(first: [String], indentation: Int = 0) -> String {
    let (end, inside) = (
      String(repeating: " ", count: indentation), String(repeating: " ", count: indentation + 2)
    )
    switch self {
    case .null: return "null"
    case .boolean(let value): return "\(value)"
    case .number(let value): return Self.text(value)
    case .string(let value): return Self.quoted(value)
    case .array(let values):
      if values.allSatisfy(\.isFlat) {
        return "[" + values.map { $0.text(first: first) }.joined(separator: ", ") + "]"
      }
      let lines = values.map { inside + $0.text(first: first, indentation: indentation + 2) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(end)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let names =
        first.filter { members[$0] != nil } + members.keys.filter { !first.contains($0) }.sorted()
      let lines = names.map { name in
        inside + Self.quoted(name) + ": "
          + (members[name] ?? .null).text(first: first, indentation: indentation + 2)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(end)}"
    }
  }

  /// Whether no object stands in it.
  private var isFlat: Bool {
    switch self {
    case .object: false
    case .array(let values): values.allSatisfy(\.isFlat)
    default: true
    }
  }

  private static func text(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value.magnitude < 1e15, let whole = Int(exactly: value) { return "\(whole)" }
    return "\(value)"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
