/// Reading whole texts, for those who have no structure of their own around the scalar.
extension Algebra {
  /// The scalar a text spells.
  package mutating func read(_ text: String, signs: SignChoice = .none) throws(AlgebraFailure) -> ExpressionID
  {
    let tokens = try MathLexer.tokens(MathText.folded(Array(text.utf8)[...]), fuel: &fuel)
    return try parse(tokens, 0..<tokens.tokens.count, signs: signs)
  }

  /// Whether two texts spell the same scalar.
  package static func same(_ a: String, _ b: String) throws(AlgebraFailure) -> Sameness {
    var algebra = Algebra()
    let left = try algebra.read(a)
    let right = try algebra.read(b)
    return try algebra.same(left, right)
  }
}
