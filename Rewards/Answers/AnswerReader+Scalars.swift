// Scalars: numbers and expressions with their signs, currencies and degrees.

extension AnswerReader {
  func scalar(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    if let words = try words(range, depth, &algebra) { return words }
    if let angle = try degreesAndMinutes(range, &algebra) { return .quantity(angle) }
    if let money = try moneyBefore(range, depth, &algebra) { return .quantity(money) }
    return .quantity(try measured(range, depth, &algebra))
  }

  // MARK: Money

  /// `$18`, `-$20`, `USD 18`.
  func moneyBefore(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    var first = range.lowerBound
    let isNegative =
      tokens[first].kind == .minus && first + 1 < range.upperBound
      && tokens[first + 1].kind == .currency
    if isNegative { first += 1 }
    let entry: UnitTable.Entry
    var start = first + 1
    if tokens[first].kind == .currency, let currency = UnitTable.currency(sign: tokens[first].form) {
      entry = currency
    } else {
      guard tokens[first].kind == .letter || tokens[first].kind == .text else { return nil }
      let (word, end) = wordRun(at: first, in: range)
      guard word.count > 1, let named = UnitTable.entry(for: word), named.currency != nil else { return nil }
      entry = named
      start = end
      if start < range.upperBound, tokens[start].kind == .period { start += 1 }
      // `US\$18`, `USD \$18`.
      if start < range.upperBound, tokens[start].kind == .currency { start += 1 }
    }
    guard start < range.upperBound else { return nil }
    var quantity = try measured(start..<range.upperBound, depth, &algebra)
    if isNegative {
      quantity.expression = try algebra.negated(quantity.expression)
      quantity.isNegative.toggle()
    }
    var unit = quantity.unit ?? UnitValue()
    guard unit.multiply(by: entry, exponent: 1) else { throw .unreadable("a unit out of range") }
    // `$18 dollars` names its currency twice.
    if unit.names.count == 2, unit.names[0] == unit.names[1] { unit.names.removeLast() }
    quantity.unit = unit
    return quantity
  }

  // MARK: Degrees

  /// `30^\circ 30'`, `12^\circ 5' 20''`: nil for anything else.
  func degreesAndMinutes(
    _ range: Range<Int>, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    guard range.count >= 4, tokens[range.lowerBound].kind == .number,
      tokens[range.lowerBound + 1].kind == .degree,
      tokens[range.lowerBound + 2].kind == .number
    else { return nil }
    var total = try text.literal(at: range.lowerBound).value
    var index = range.lowerBound + 2
    while index < range.upperBound {
      guard tokens[index].kind == .number else { return nil }
      let value = try text.literal(at: index).value
      var primes = 0
      index += 1
      while index < range.upperBound, tokens[index].kind == .prime || tokens[index].kind == .quote {
        primes += tokens[index].kind == .quote ? 2 : 1
        index += 1
      }
      guard primes == 1 || primes == 2, let part = Rational(1, over: primes == 1 ? 60 : 3600),
        let scaled = Rational.product(value, part), let sum = Rational.sum(total, scaled)
      else { return nil }
      total = sum
    }
    var quantity = quantity(try algebra.number(total), range)
    quantity.angle = .degrees
    return quantity
  }

  // MARK: Measured scalars

  /// An expression and what is written behind it.
  func measured(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity {
    if depth > Self.maximumDepth { throw .limit("signs nested more than \(Self.maximumDepth) deep") }
    var start = range.lowerBound
    while start < range.upperBound, let end = endOfIntroduction(start, in: range) { start = end }
    if start == range.upperBound { throw .unreadable("no value") }
    let range = start..<range.upperBound
    if let opposite = try negatedInWords(range, depth, &algebra) { return opposite }
    let last = range.upperBound - 1
    switch tokens[last].kind {
    case .percent where range.count > 1:
      var quantity = try measured(range.dropLast(), depth + 1, &algebra)
      quantity.isPercent = true
      return quantity
    case .currency where range.count > 1:
      var quantity = try measured(range.dropLast(), depth + 1, &algebra)
      var unit = quantity.unit ?? UnitValue()
      guard let entry = UnitTable.currency(sign: tokens[last].form), unit.multiply(by: entry, exponent: 1)
      else {
        throw .unreadable("an unknown currency")
      }
      quantity.unit = unit
      return quantity
    default: break
    }
    if let quantity = try temperature(range, &algebra) { return quantity }
    if let angle = try degrees(range, &algebra) { return angle }
    if let quantity = try withSuffix(range, depth, &algebra) { return quantity }
    return try bare(range, &algebra)
  }

  /// Behind a text that only introduces the value.
  func endOfIntroduction(_ index: Int, in range: Range<Int>) -> Int? {
    guard tokens[index].kind == .text || tokens[index].kind == .word, index + 1 < range.upperBound else {
      return nil
    }
    let word = text.text(index..<(index + 1))
    if word.last == UInt8(ascii: ":") { return WordList.hedges(word) ? nil : index + 1 }
    return WordList.introduces(word) ? index + 1 : nil
  }

  /// `30^\circ`, `180^\circ - 38^\circ`, `\frac{360^\circ}{5}`: an angle, unless a function takes it or π turns it
  /// into radians; nil for anything else.
  func degrees(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity? {
    var hasDegrees = false
    for token in tokens[range] {
      if token.kind == .function || token.kind == .pi || token.kind == .text || token.kind == .word {
        return nil
      }
      if token.kind == .degree { hasDegrees = true }
    }
    guard hasDegrees, range.count > 1 else { return nil }
    let isLast =
      tokens[range.upperBound - 1].kind == .degree
      && !tokens[range.dropLast()].contains { $0.kind == .degree }
    var quantity: Quantity
    if isLast {
      quantity = try bare(range.dropLast(), &algebra)
    } else {
      let plain = text.removing { !range.contains($0) || tokens[$0].kind == .degree }
      if plain.tokens.isEmpty { return nil }
      quantity = self.quantity(try algebra.parse(plain, 0..<plain.tokens.count, signs: signs), range)
    }
    quantity.angle = .degrees
    return quantity
  }

  /// `minus 5`, `\text{negative }5`.
  func negatedInWords(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let first = range.lowerBound
    guard range.count > 1, tokens[first].kind == .text || tokens[first].kind == .word else { return nil }
    guard WordList.negates(text.text(first..<(first + 1))) else { return nil }
    var quantity = try measured(range.dropFirst(), depth + 1, &algebra)
    quantity.expression = try algebra.negated(quantity.expression)
    quantity.isNegative.toggle()
    return quantity
  }

  /// `1011\text{ (base 2)}`: the number with a subscript; nil for anything else.
  func withBase(
    _ value: Range<Int>, _ words: [UInt8], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let parts = words.split { $0.isBlank }
    guard parts.count == 2 || parts.count == 3, let last = parts.last,
      parts[parts.count - 2].elementsEqual("base".utf8), parts.count == 2 || parts[0].elementsEqual("in".utf8)
    else { return nil }
    let base = last.allSatisfy(\.isDigit) ? Array(last) : Array("\\text{".utf8) + last + Array("}".utf8)
    let bytes = Array(text.text(value)) + Array("_{".utf8) + base + Array("}".utf8)
    guard case .quantity(let quantity) = try relexed(bytes, depth + 1, &algebra) else { return nil }
    return quantity
  }

  /// `100^\circ\mathrm{C}`: degrees of a temperature scale, which are no angle.
  func temperature(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity? {
    guard range.count >= 3, tokens[range.upperBound - 2].kind == .degree else { return nil }
    let scale = text.text((range.upperBound - 1)..<range.upperBound)
    guard scale.count == 1 || scale.count > 3 else { return nil }
    guard let letter = scale.first, letter == UInt8(ascii: "C") || letter == UInt8(ascii: "F") else {
      return nil
    }
    var quantity = try bare(range.lowerBound..<(range.upperBound - 2), &algebra)
    quantity.unit = UnitValue(names: [
      .init(text: Array(letter == 0x43 ? "celsius".utf8 : "fahrenheit".utf8), exponent: 1)
    ])
    return quantity
  }

  /// An expression with nothing around it.
  func bare(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity {
    var quantity = quantity(try algebra.parse(text, range, signs: signs), range)
    var first = range.lowerBound
    while first < range.upperBound, tokens[first].kind == .minus || tokens[first].kind == .plus {
      if tokens[first].kind == .minus { quantity.isNegative.toggle() }
      first += 1
    }
    if first == range.upperBound - 1, tokens[first].kind == .number {
      quantity.literal = try text.literal(at: first)
    }
    quantity.isLetters = range.count > 1 && tokens[range].allSatisfy { $0.kind == .letter }
    return quantity
  }
}
