/// Where a parse stands in a token list, and what surrounds it.
struct ExpressionCursor {
  let text: MathTokens
  var index: Int
  var end: Int
  let signs: Algebra.SignChoice
  /// Digits of the number at `index` that a TeX argument has taken already, as in `\frac12`.
  var digitsTaken = 0
  var depth = 0
  /// Open `|` around here: the next one closes.
  var bars = 0
  /// Indices of the sums and products around here.
  var bound: [(name: [UInt8], symbol: SymbolID)] = []

  init(_ text: MathTokens, _ range: Range<Int>, _ signs: Algebra.SignChoice) {
    self.text = text
    self.signs = signs
    index = range.lowerBound
    end = range.upperBound
  }

  var token: MathToken? { index < end ? text.tokens[index] : nil }

  var kind: MathToken.Kind? { index < end ? text.tokens[index].kind : nil }

  func kind(_ offset: Int) -> MathToken.Kind? {
    index + offset < end ? text.tokens[index + offset].kind : nil
  }

  func token(_ offset: Int) -> MathToken? {
    index + offset < end ? text.tokens[index + offset] : nil
  }

  /// The index of the bracket that closes the one at `index`, where it lies in range.
  var partner: Int? {
    guard let token, token.kind == .open, token.value > index, token.value < end else { return nil }
    return Int(token.value)
  }

  func bytes(_ token: MathToken) -> Bytes { text.bytes[Int(token.start)..<Int(token.end)] }

  /// The form of the opening bracket here, 0 for anything else.
  var openForm: UInt8 {
    guard let token, token.kind == .open else { return 0 }
    return token.form
  }

  /// Moves past `{}` unless it carries an index, as in `{}_{10}C_4`.
  mutating func skipEmptyGroups() {
    while openForm == Fence.brace, partner == index + 1, kind(2) != .underscore, kind(2) != .power {
      index += 2
    }
  }

  /// What is here cannot begin or continue a scalar.
  func unreadable(_ expected: String) -> AlgebraFailure {
    guard let token else { return .unreadable("the end, but expected \(expected)") }
    return .unreadable("`\(bytes(token).excerpt)`, but expected \(expected)")
  }
}

/// Forms of opening brackets.
enum Fence {
  static let round = UInt8(ascii: "(")
  static let square = UInt8(ascii: "[")
  static let brace = UInt8(ascii: "{")
  static let set = UInt8(ascii: "s")
  static let angle = UInt8(ascii: "<")
  static let floor = UInt8(ascii: "f")
  static let ceiling = UInt8(ascii: "c")
  static let bar = UInt8(ascii: "|")
  static let doubleBar = UInt8(ascii: "n")
}

extension Algebra {
  /// What `±` stands for.
  package enum SignChoice: Sendable {
    /// `±` makes an expression unreadable: it has two values.
    case none
    /// `±` is +, `∓` is −.
    case upper
    /// `±` is −, `∓` is +.
    case lower
  }
}
