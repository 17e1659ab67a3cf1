/// Scalars from tokens: precedence climbing over a bounded depth, with TeX's own reading of arguments.
extension Algebra {
  /// The scalar that a range of tokens spells, all of it.
  ///
  /// - Throws: `unreadable` for anything else (words, relations, lists, unmatched brackets), `limit` by
  ///   `Fuel`.
  package mutating func parse(
    _ text: MathTokens, _ range: Range<Int>, signs: SignChoice = .none
  ) throws(AlgebraFailure) -> ExpressionID {
    isParsing = true
    defer { isParsing = false }
    var cursor = ExpressionCursor(text, range, signs)
    while cursor.end > cursor.index, text.tokens[cursor.end - 1].kind == .period { cursor.end -= 1 }
    return try readInside(&cursor, cursor.end)
  }

  /// Terms with signs between them.
  mutating func readSum(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    try enter(&cursor)
    var total: ExpressionID?
    while true {
      guard let isNegative = try readSigns(&cursor, isRequired: total != nil) else { break }
      let term = try readProduct(&cursor, isNegative: isNegative)
      if let sum = total { total = try self.sum(sum, term) } else { total = term }
    }
    cursor.depth -= 1
    guard let total else { throw cursor.unreadable("a number or a symbol") }
    return total
  }

  private func enter(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) {
    cursor.depth += 1
    if cursor.depth > Fuel.nesting { throw .limit("more than 200 levels of nesting") }
  }

  /// A run of signs: whether it negates. nil where a sign is required and none is here.
  private func readSigns(_ cursor: inout ExpressionCursor, isRequired: Bool) throws(AlgebraFailure) -> Bool? {
    var isNegative = false
    var count = 0
    while let kind = cursor.kind {
      switch (kind, cursor.signs) {
      case (.plus, _), (.plusMinus, .upper), (.minusPlus, .lower): break
      case (.minus, _), (.plusMinus, .lower), (.minusPlus, .upper): isNegative.toggle()
      case (.plusMinus, _), (.minusPlus, _): throw .unreadable("`±`, which stands for two values")
      default: return isRequired && count == 0 ? nil : isNegative
      }
      cursor.index += 1
      count += 1
    }
    return isRequired && count == 0 ? nil : isNegative
  }

  /// Factors with `·`, `/` or nothing between them, from left to right; a sign before them is applied to the
  /// whole product, but before a `\\bmod`.
  mutating func readProduct(
    _ cursor: inout ExpressionCursor, isNegative: Bool = false
  ) throws(AlgebraFailure) -> ExpressionID {
    var isNegative = isNegative
    var start = cursor.index
    var isLiteral = cursor.kind == .number
    var left = try readPower(&cursor)
    while true {
      isLiteral = isLiteral && cursor.index == start + 1
      cursor.skipEmptyGroups()
      start = cursor.index
      switch cursor.kind {
      case .times:
        cursor.index += 1
        left = try product(left, try readSignedPower(&cursor))
      case .divide:
        cursor.index += 1
        left = try quotient(left, try readSignedPower(&cursor))
      case .modulo:
        cursor.index += 1
        if isNegative { left = try negated(left) }
        isNegative = false
        left = try apply(.modulo, left, try readSignedPower(&cursor))
      default:
        guard beginsFactor(cursor) else { return try isNegative ? negated(left) : left }
        let isNumber = cursor.kind == .number
        if isNumber, isLiteral, cursor.digitsTaken == 0 {
          throw .unreadable("two numbers without an operator between them")
        }
        left = try product(left, try readPower(&cursor))
        isLiteral = isNumber
        continue
      }
      // A number behind an operator is a literal as well.
      start = cursor.index - 1
      isLiteral = cursor.text.tokens[start].kind == .number
    }
  }

  private mutating func readSignedPower(_ cursor: inout ExpressionCursor) throws(AlgebraFailure)
    -> ExpressionID
  {
    let isNegative = try readSigns(&cursor, isRequired: false) ?? false
    let factor = try readPower(&cursor)
    return try isNegative ? negated(factor) : factor
  }

  /// Whether a factor may begin here without an operator.
  func beginsFactor(_ cursor: ExpressionCursor) -> Bool {
    guard let token = cursor.token else { return false }
    switch token.kind {
    case .number, .letter, .greek, .pi, .imaginaryUnit, .infinity, .fraction, .binomial, .root, .function,
      .sum, .product, .overline:
      return true
    case .open: return token.form != Fence.set && token.form != Fence.angle
    case .bar: return cursor.bars == 0
    case .begin: return cursor.bytes(token).first.map { $0 | 0x20 } == UInt8(ascii: "v")
    default: return false
    }
  }

  /// A primary with what is written behind it: powers, `!`, `%`, `°`, a base.
  mutating func readPower(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    cursor.skipEmptyGroups()
    let start = cursor.index
    let isLiteral = cursor.kind == .number
    var base = try readPrimary(&cursor)
    while true {
      switch cursor.kind {
      case .power:
        cursor.index += 1
        let exponent = try readExponent(&cursor, ofNumber: isLiteral && cursor.index == start + 2)
        base = try power(base, exponent)
      case .factorial:
        var count = 0
        while cursor.kind == .factorial, count < 2 {
          cursor.index += 1
          count += 1
        }
        base = try apply(count == 2 ? .doubleFactorial : .factorial, base)
      case .percent:
        cursor.index += 1
        base = try quotient(base, try number(Rational(100)))
      case .degree:
        cursor.index += 1
        base = try readMinutes(base, &cursor)
      default: return base
      }
    }
  }

  /// Degrees, and the minutes and seconds behind them: 30° 15' 20''.
  private mutating func readMinutes(_ degrees: ExpressionID, _ cursor: inout ExpressionCursor)
    throws(AlgebraFailure) -> ExpressionID
  {
    var total = degrees
    var unit = 60
    while unit <= 3600, cursor.kind == .number, cursor.kind(1) == .prime || cursor.kind(1) == .quote {
      let isSeconds = cursor.kind(1) == .quote || cursor.kind(2) == .prime
      guard isSeconds == (unit == 3600) || isSeconds else { break }
      let value = try number(try literal(&cursor))
      cursor.index += isSeconds && cursor.kind == .prime ? 2 : 1
      total = try sum(total, try quotient(value, try number(Rational(isSeconds ? 3600 : 60))))
      unit = isSeconds ? 216_000 : 3600
    }
    return try product(total, try piMultiple(Rational(1, over: 180) ?? .one))
  }

  /// The exponent behind `^`. TeX takes one sign: `x^23` is x²·3; after a plain number, as in `2^10`, all
  /// digits belong together, and so they do where a 0 would be left over.
  private mutating func readExponent(_ cursor: inout ExpressionCursor, ofNumber: Bool) throws(AlgebraFailure)
    -> ExpressionID
  {
    try enter(&cursor)
    defer { cursor.depth -= 1 }
    let isNegative = try readSigns(&cursor, isRequired: false) ?? false
    var exponent: ExpressionID
    if cursor.kind == .number, cursor.digitsTaken == 0, let token = cursor.token,
      ofNumber || isNegative || token.form != 0
        || cursor.text.bytes[Int(token.start) + (token.end > token.start + 1 ? 1 : 0)] == 0x30
    {
      exponent = try number(try literal(&cursor))
    } else {
      exponent = try readArgument(&cursor)
    }
    // `2^3^2` in plain text: from the right.
    if cursor.kind == .power {
      cursor.index += 1
      exponent = try power(exponent, try readExponent(&cursor, ofNumber: true))
    }
    return try isNegative ? negated(exponent) : exponent
  }

  /// What TeX takes as one argument: a group, one digit, one letter, one command with its own arguments.
  mutating func readArgument(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    try enter(&cursor)
    defer { cursor.depth -= 1 }
    switch cursor.kind {
    case .number:
      guard let token = cursor.token else { break }
      let at = Int(token.start) + cursor.digitsTaken
      let digit = cursor.text.bytes[at]
      guard digit.isDigit else { break }
      cursor.digitsTaken += 1
      if at + 1 >= Int(token.end) {
        cursor.digitsTaken = 0
        cursor.index += 1
      }
      return try number(Rational(Int(digit & 0x0F)))
    case .letter:
      guard let token = cursor.token else { break }
      cursor.index += 1
      return try symbolOrConstant([token.form], cursor)
    case .minus:
      cursor.index += 1
      return try negated(try readArgument(&cursor))
    default: break
    }
    return try readPrimary(&cursor)
  }

  /// The value of the number at the cursor, or of the digits of it that are left.
  mutating func literal(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> Rational {
    guard let token = cursor.token else { throw cursor.unreadable("a number") }
    let start = Int(token.start) + cursor.digitsTaken
    // Digits taken from `\frac12.5` leave a number of another shape; such text is not mathematics.
    if cursor.digitsTaken > 0, token.form != 0 { throw cursor.unreadable("an operator") }
    cursor.digitsTaken = 0
    cursor.index += 1
    return try numberLiteral(cursor.text.bytes[start..<Int(token.end)], form: token.form).value
  }
}
