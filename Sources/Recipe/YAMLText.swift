/// Writes single values as YAML that every reader takes for the same thing, PyYAML's 1.1 rules included.
enum YAMLText {
  static func number(_ value: Double) -> String {
    let text = "\(value)"
    // `1e-06` is text to YAML 1.1, `1.0e-06` a number to both versions.
    guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Plain where that cannot be misread, else in double quotes.
  static func string(_ value: String) -> String {
    let isWord = value.unicodeScalars.allSatisfy { plainScalars.contains($0) }
    guard let first = value.first, isWord, first.isLetter || "_/.".contains(first) else {
      return quoted(value)
    }
    // `.inf` and `.nan` are YAML's, `.5`, `nan` and `infinity` are Swift's.
    let isNumber = Double(value) != nil || Double(value.drop { $0 == "." }) != nil
    return isNumber || reserved.contains(value.lowercased()) ? quoted(value) : value
  }

  static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where needsEscape(scalar): text += "\\u" + hexadecimal(scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  static func list(_ items: [String]) -> String {
    "[" + items.joined(separator: ", ") + "]"
  }

  /// Control characters, the line breaks YAML knows beyond `\n`, and what libyaml calls unprintable. All in the
  /// basic plane, so four hexadecimal digits hold them.
  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f...0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: true
    default: false
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static let plainScalars: Set<Unicode.Scalar> = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-".unicodeScalars)
  private static let reserved: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".", "..", "...",
  ]
}
