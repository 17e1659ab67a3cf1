/// What an answer looks like.
///
/// The kinds are decided by how the ground truth is written, in this order; one answer has one kind, and a whole
/// number passes as a `number` too.
public enum AnswerKind: String, Sendable, Hashable, CaseIterable {
  /// Digits with or without a sign, a currency sign and thousands commas: `-16,000`, `$72`.
  case integer
  /// Other numbers: `2.5`, `1e-3`, `3/4`, `50%`, `\frac{3}{4}`; as a filter, whole ones as well.
  case number
  /// One of some letters, as multiple choice has them: `B`, `(c)`, `D.`
  case choice
  /// `yes`, `no`, `true` or `false`.
  case boolean
  /// A formula: LaTeX, or signs of arithmetic between numbers and letters, without words.
  case expression
  /// Everything else.
  case text

  /// - Parameter answer: A ground truth.
  public init(of answer: String) {
    var text = answer.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    let lower = text.lowercased()
    if Self.isInteger(lower) {
      self = .integer
    } else if Self.isNumber(lower) {
      self = .number
    } else if Self.isChoice(lower) {
      self = .choice
    } else if ["yes", "no", "true", "false"].contains(lower) {
      self = .boolean
    } else if Self.isExpression(lower) {
      self = .expression
    } else {
      self = .text
    }
  }

  /// Whether an answer of this kind passes a filter for `wanted`.
  func passes(_ wanted: [AnswerKind]) -> Bool {
    wanted.contains(self) || (self == .integer && wanted.contains(.number))
  }

  /// Without sign and currency: `-$5` and `$-5` alike.
  private static func unsigned(_ text: some StringProtocol) -> String {
    var text = text[...]
    var sawSign = false
    var sawCurrency = false
    while let first = text.unicodeScalars.first {
      if "+-−".unicodeScalars.contains(first), !sawSign {
        sawSign = true
      } else if "$€£¥".unicodeScalars.contains(first), !sawCurrency {
        sawCurrency = true
      } else {
        break
      }
      text = text.dropFirst()
    }
    return String(text)
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isInteger(_ text: some StringProtocol) -> Bool {
    let groups = unsigned(text).split(separator: ",", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ isDigits($0) }) else { return false }
    return groups.count == 1
      || (groups[0].utf8.count <= 3 && groups.dropFirst().allSatisfy { $0.utf8.count == 3 })
  }

  private static func isDecimal(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, !isInteger(parts[1]) { return false }
    let sides = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2 else { return isInteger(parts[0]) }
    let (whole, fraction) = (unsigned(sides[0]), sides[1])
    return (whole.isEmpty || isInteger(whole)) && (fraction.isEmpty || isDigits(fraction))
      && !(whole.isEmpty && fraction.isEmpty)
  }

  private static func isNumber(_ text: String) -> Bool {
    var text = text[...]
    for end in ["\\%", "%"] where text.hasSuffix(end) { text = text.dropLast(end.count) }
    if isDecimal(text) { return true }
    let fraction = unsigned(text)
    for command in ["\\frac", "\\dfrac", "\\tfrac"] where fraction.hasPrefix(command + "{") {
      let parts = fraction.dropFirst(command.count + 1).split(
        separator: "}{", omittingEmptySubsequences: false)
      return parts.count == 2 && parts[1].hasSuffix("}") && isInteger(parts[0])
        && isInteger(parts[1].dropLast())
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { isDecimal($0) }
  }

  private static func isChoice(_ text: String) -> Bool {
    let letters = text.drop { $0 == "(" || $0 == "[" }.prefix { $0 != ")" && $0 != "]" && $0 != "." }
    let rest = text.filter { !"()[].".contains($0) }
    return letters == rest && rest.utf8.count == 1 && rest.first?.isLetter == true && text.count <= 3
  }

  private static func isExpression(_ text: String) -> Bool {
    if text.contains("\\") { return true }
    var letters = 0
    var sawSign = false
    for scalar in text.unicodeScalars {
      letters = scalar.properties.isAlphabetic ? letters + 1 : 0
      if letters > 2 { return false }  // a word
      if "+-−*/^=<>·×÷√".unicodeScalars.contains(scalar) { sawSign = true }
    }
    return sawSign
  }
}
