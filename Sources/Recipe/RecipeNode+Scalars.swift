// What a scalar means to a key that asks for a number or a boolean. Both YAML 1.1's and 1.2's spellings are taken
// where they cannot mean two things: `1e-4` and `1.0e-4`, `true` and `yes`, `1_000`.

extension RecipeNode {
  /// The text of an unquoted scalar.
  var plainText: String? {
    if case .scalar(let text, isPlain: true) = content { text } else { nil }
  }

  /// A finite number; nil for `nan`, infinities, hexadecimals, and numbers too large for a `Double`.
  var number: Double? {
    guard let text = plainText, text.allSatisfy({ "0123456789+-.eE_".contains($0) }),
      let value = Double(text.replacing("_", with: "")), value.isFinite
    else { return nil }
    return value
  }

  /// A whole number, `64`, `6.4e1` or `64.0`.
  var integer: Int? {
    guard let number else { return nil }
    return plainText.flatMap { Int($0.replacing("_", with: "")) } ?? Int(exactly: number)
  }

  var boolean: Bool? {
    switch plainText?.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }

  /// Two numbers, or one that is meant twice.
  var bounds: (low: RecipeNode, high: RecipeNode)? {
    switch content {
    case .scalar: (self, self)
    case .sequence(let items) where items.count == 2: (items[0], items[1])
    default: nil
    }
  }
}
