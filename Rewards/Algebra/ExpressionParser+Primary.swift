/// What an expression is made of: numbers, symbols, groups, fractions, roots.
extension Algebra {
  mutating func readPrimary(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    guard let token = cursor.token else { throw cursor.unreadable("a number or a symbol") }
    switch token.kind {
    case .number: return try readNumber(&cursor)
    case .letter, .greek: return try readSymbol(&cursor)
    case .word, .text:
      guard let value = try readBaseLiteral(&cursor) else { throw cursor.unreadable("a number, not a word") }
      return try number(value)
    case .pi:
      cursor.index += 1
      return try piMultiple(.one)
    case .infinity:
      cursor.index += 1
      return try infinity(isNegative: false)
    case .imaginaryUnit:
      cursor.index += 1
      return try imaginary()
    case .open: return try readGroup(&cursor)
    case .bar: return try readBars(&cursor)
    case .begin where cursor.bytes(token).first.map { $0 | 0x20 } == UInt8(ascii: "v"):
      return try readDeterminant(&cursor)
    case .fraction:
      cursor.index += 1
      let top = try readArgument(&cursor)
      return try quotient(top, try readArgument(&cursor))
    case .binomial:
      cursor.index += 1
      if cursor.openForm == Fence.round {
        let pair = try readList(&cursor)
        guard pair.count == 2 else { throw .unreadable("a binomial without two numbers") }
        return try apply(.binomial, pair[0], pair[1])
      }
      let top = try readArgument(&cursor)
      return try apply(.binomial, top, try readArgument(&cursor))
    case .root: return try readRoot(&cursor)
    case .function: return try readFunction(&cursor)
    case .sum, .product: return try readLoop(&cursor)
    case .overline: return try readOverline(&cursor)
    case .underscore, .power: return try readPrescript(&cursor)
    default: throw cursor.unreadable("a number or a symbol")
    }
  }

  // MARK: Numbers

  /// A literal, a mixed number, digits in a base, or `10C4`.
  private mutating func readNumber(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    if cursor.digitsTaken == 0 {
      if let value = try readBaseLiteral(&cursor) { return try number(value) }
      if let value = try readMixedNumber(&cursor) { return try number(value) }
    }
    let value = try number(try literal(&cursor))
    if cursor.kind == .letter, let letter = cursor.token?.form,
      letter == UInt8(ascii: "C") || letter == UInt8(ascii: "P"),
      cursor.kind(1) == .number, cursor.kind(2) != .underscore
    {
      cursor.index += 1
      let k = try number(try literal(&cursor))
      return try apply(letter == UInt8(ascii: "C") ? .binomial : .permutations, value, k)
    }
    return value
  }

  /// `1\frac12`, `1 1/2`: an integer and a proper fraction of plain integers.
  private mutating func readMixedNumber(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> Rational?
  {
    guard let token = cursor.token, token.form & ~2 == 0 else { return nil }
    let start = cursor
    if cursor.kind(1) == .fraction {
      let whole = try literal(&cursor)
      cursor.index += 1
      if let top = try readPlainArgument(&cursor), let bottom = try readPlainArgument(&cursor),
        !bottom.isZero,
        Rational.order(top, bottom) < 0, cursor.kind != .power, let part = Rational.quotient(top, bottom)
      {
        return Rational.sum(whole, part)
      }
    } else if cursor.kind(1) == .number, cursor.kind(2) == .divide, cursor.kind(3) == .number,
      let top = cursor.token(1), let slash = cursor.token(2), let bottom = cursor.token(3), top.isSpaced,
      top.form == 0, bottom.form == 0, slash.form == 0, !slash.isSpaced, !bottom.isSpaced
    {
      let whole = try literal(&cursor)
      let numerator = try literal(&cursor)
      cursor.index += 1
      let denominator = try literal(&cursor)
      if Rational.order(numerator, denominator) < 0, let part = Rational.quotient(numerator, denominator) {
        return Rational.sum(whole, part)
      }
    }
    cursor = start
    return nil
  }

  /// A TeX argument that is a plain integer; leaves the cursor anywhere otherwise.
  private mutating func readPlainArgument(_ cursor: inout ExpressionCursor) throws(AlgebraFailure)
    -> Rational?
  {
    if cursor.openForm == Fence.brace, let close = cursor.partner {
      while cursor.openForm == Fence.brace, cursor.index < close { cursor.index += 1 }
      guard cursor.kind == .number, cursor.token?.form == 0 else { return nil }
      let value = try literal(&cursor)
      while cursor.index < close, cursor.kind == .close { cursor.index += 1 }
      guard cursor.index == close else { return nil }
      cursor.index += 1
      return value
    }
    guard cursor.kind == .number, cursor.token?.form == 0 else { return nil }
    let value = try readArgument(&cursor)
    return exactRational(value)
  }

  // MARK: Groups

  /// `( … )`, `{ … }`, `[ … ]`, and the fences of absolute value, floor and ceiling.
  private mutating func readGroup(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    guard var close = cursor.partner, let form = cursor.token?.form else {
      throw cursor.unreadable("a bracket that is closed")
    }
    if form == 0x7B, close == cursor.index + 1 {
      cursor.index += 2
      return try readPrescript(&cursor)
    }
    // `\\{…\\}` and `⟨…⟩` are no scalars, nor is what opens round and closes square.
    guard form != Fence.set, form != Fence.angle, cursor.text.tokens[close].form == form else {
      throw cursor.unreadable("a scalar")
    }
    let after = close + 1
    // Groups that hold nothing but a group are entered in one step, whatever their number.
    var start = cursor.index
    while form == Fence.round || form == Fence.brace || form == Fence.square, start + 1 < close {
      let inner = cursor.text.tokens[start + 1]
      guard inner.kind == .open, Int(inner.value) == close - 1,
        inner.form == 0x28 || inner.form == 0x7B || inner.form == 0x5B
      else { break }
      start += 1
      close -= 1
    }
    cursor.index = start + 1
    if form == Fence.bar, cursor.kind == .begin, cursor.token?.value == Int32(close - 1) {
      let value = try readDeterminant(&cursor)
      cursor.index = after
      return value
    }
    let inside = try readInside(&cursor, close)
    cursor.index = after
    switch form {
    case Fence.floor: return try apply(.floor, inside)
    case Fence.ceiling: return try apply(.ceiling, inside)
    case Fence.bar, Fence.doubleBar: return try apply(.abs, inside)
    default: break
    }
    // `(1011)_2`
    if cursor.kind == .underscore, close == start + 2, cursor.text.tokens[start + 1].kind == .number {
      let end = cursor.end
      let digits = cursor.text.tokens[start + 1]
      if let base = readBase(&cursor), let value = try baseValue(cursor.bytes(digits), base) {
        return try number(value)
      }
      cursor.end = end
      throw cursor.unreadable("an operator")
    }
    return inside
  }

  /// An expression up to `close`, where it must end; `\over` and `\choose` split it.
  mutating func readInside(_ cursor: inout ExpressionCursor, _ close: Int) throws(AlgebraFailure)
    -> ExpressionID
  {
    let outerEnd = cursor.end
    let outerBars = cursor.bars
    cursor.end = close
    cursor.bars = 0
    defer {
      cursor.end = outerEnd
      cursor.bars = outerBars
    }
    if cursor.text.hasOver, let split = try split(cursor) {
      cursor.end = split
      let top = try readWhole(&cursor)
      cursor.index = split + 1
      cursor.end = close
      let bottom = try readWhole(&cursor)
      return try cursor.text.tokens[split].kind == .over
        ? quotient(top, bottom) : apply(.binomial, top, bottom)
    }
    return try readWhole(&cursor)
  }

  private mutating func readWhole(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    let id = try readSum(&cursor)
    cursor.skipEmptyGroups()
    guard cursor.index == cursor.end else { throw cursor.unreadable("an operator") }
    return id
  }

  /// Where an `\over` or `\choose` of this very group stands.
  private mutating func split(_ cursor: ExpressionCursor) throws(AlgebraFailure) -> Int? {
    var index = cursor.index
    while index < cursor.end {
      let token = cursor.text.tokens[index]
      if token.kind == .over || token.kind == .choose { return index }
      if token.kind == .open, Int(token.value) > index { index = Int(token.value) }
      index += 1
      try fuel.spend(evaluations: 1)
    }
    return nil
  }

  /// `|u|`
  private mutating func readBars(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    cursor.index += 1
    if cursor.kind == .begin {
      let value = try readDeterminant(&cursor)
      guard cursor.kind == .bar else { throw cursor.unreadable("`|`") }
      cursor.index += 1
      return value
    }
    cursor.bars += 1
    let inside = try readSum(&cursor)
    guard cursor.kind == .bar else { throw cursor.unreadable("`|`") }
    cursor.bars -= 1
    cursor.index += 1
    return try apply(.abs, inside)
  }

  /// `(a, b, …)` or `\{a, b, …\}`
  mutating func readList(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> [ExpressionID] {
    guard let close = cursor.partner else { throw cursor.unreadable("a bracket that is closed") }
    let outerEnd = cursor.end
    let outerBars = cursor.bars
    cursor.bars = 0
    var items: [ExpressionID] = []
    cursor.index += 1
    cursor.end = close
    while true {
      items.append(try readSum(&cursor))
      guard cursor.kind == .comma || cursor.kind == .semicolon else { break }
      cursor.index += 1
    }
    guard cursor.index == close else { throw cursor.unreadable("a comma or a closing bracket") }
    cursor.index = close + 1
    cursor.end = outerEnd
    cursor.bars = outerBars
    return items
  }

  // MARK: Roots and bars above

  private mutating func readRoot(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    let form = cursor.token?.form ?? 0
    cursor.index += 1
    var index = try number(Rational(form > 1 ? Int(form) : 2))
    if cursor.openForm == Fence.square, let close = cursor.partner {
      cursor.index += 1
      index = try readInside(&cursor, close)
      cursor.index = close + 1
    }
    // `√45` and `sqrt(45)` mean the whole number, `\sqrt45` is √4·5.
    let isPlain = form != 0 && cursor.kind == .number && cursor.digitsTaken == 0
    let inside = try isPlain ? number(literal(&cursor)) : readArgument(&cursor)
    return try root(inside, index)
  }

  /// `\overline{z}` is a conjugate; a bar over another letter is part of its name.
  private mutating func readOverline(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID
  {
    let start = cursor.index
    cursor.index += 1
    if cursor.openForm == Fence.brace, let close = cursor.partner {
      var name: [UInt8] = Array("bar ".utf8)
      for at in (cursor.index + 1)..<close {
        let token = cursor.text.tokens[at]
        guard token.kind == .letter || token.kind == .word else { break }
        name += cursor.bytes(token)
        if at == close - 1, close > cursor.index + 2 || token.kind == .word {
          cursor.index = close + 1
          return try symbol(try symbol(named: name))
        }
      }
    }
    let inside = try readArgument(&cursor)
    if let symbol = singleSymbol(inside), symbols[Int(symbol)] != [0x7A], symbols[Int(symbol)] != [0x77] {
      return try self.symbol(try self.symbol(named: Array("bar ".utf8) + symbols[Int(symbol)]))
    }
    _ = start
    return try apply(.conjugate, inside)
  }
}
