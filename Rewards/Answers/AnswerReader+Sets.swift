// Set operations, fences, set builders and French intervals.

extension AnswerReader {
  // MARK: Sets

  func setOperation(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    for (kind, operation) in [
      (MathToken.Kind.union, SetOperation.union), (.setMinus, .difference), (.intersection, .intersection),
    ] {
      let parts = pieces(of: range) { $0 == kind }
      if parts.count == 1 { continue }
      if parts.count > Self.maximumElements { throw .limit("more than \(Self.maximumElements) sets") }
      var result = try value(parts[0], depth + 1, &algebra)
      for part in parts.dropFirst() {
        result = .setOperation(operation, result, try value(part, depth + 1, &algebra))
      }
      return result
    }
    throw .unreadable("a set operation without operands")
  }

  /// `\mathbb{R}`, `\mathbb{R}^+`, `\mathbb{R} - \{0\}`, `\emptyset`.
  func numberSet(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> AnswerValue? {
    let first = range.lowerBound
    if range.count == 1, tokens[first].kind == .emptySet { return .emptySet }
    guard tokens[first].kind == .numberSet else { return nil }
    let set = AnswerValue.numberSet(tokens[first].form)
    if range.count == 1 { return set }
    let rest = (first + 1)..<range.upperBound
    if tokens[rest.lowerBound].kind == .minus {
      return .setOperation(.difference, set, try value(rest.dropFirst(), 1, &algebra))
    }
    guard tokens[first].form == UInt8(ascii: "R") else { throw .unreadable("a number set with marks") }
    let marks = tokens[rest].filter { $0.kind != .open && $0.kind != .close }.map(\.kind)
    let zero = quantity(try algebra.number(.zero), rest)
    let infinity = try algebra.infinity(isNegative: false)
    if marks == [.power, .plus] || marks == [.underscore, .plus] {
      return .fence(
        FencedAnswer(
          open: 0x28, close: 0x29, elements: [.quantity(zero), .quantity(quantity(infinity, rest))]))
    }
    if marks == [.power, .times] { return .setOperation(.difference, set, .set([.quantity(zero)])) }
    throw .unreadable("a number set with marks")
  }

  /// `\text{all real numbers except } 1`; nil for anything else.
  func realsExcept(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    let kind = tokens[range.lowerBound].kind
    guard
      kind == .text || kind == .word
        || (kind == .letter && tokens[range.lowerBound].form == UInt8(ascii: "a"))
    else { return nil }
    var end = range.lowerBound
    while end < range.upperBound,
      tokens[end].kind == .text || tokens[end].kind == .word || tokens[end].kind == .letter
    {
      end = wordRun(at: end, in: range).end
      let words = TextAnswer(words: phrase(range.lowerBound..<end)[...])
      guard words.meaning == .allRealsExcept, end < range.upperBound else { continue }
      let excluded = try value(end..<range.upperBound, depth + 1, &algebra)
      let values = excluded.values.map { value in
        if case .relation(let relation) = value, relation.signs == [.equal] {
          relation.sides[1]
        } else {
          value
        }
      }
      return .setOperation(.difference, .numberSet(UInt8(ascii: "R")), .set(values))
    }
    return nil
  }

  func quantity(_ expression: ExpressionID, _ range: Range<Int>) -> Quantity {
    Quantity(expression: expression, source: text.text(range))
  }

  // MARK: Fences

  func fence(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard isEnclosed(range) else { return nil }
    let open = tokens[range.lowerBound].form
    let close = tokens[range.upperBound - 1].form
    let inside = (range.lowerBound + 1)..<(range.upperBound - 1)
    switch open {
    case UInt8(ascii: "s"):
      if let separated = try withSeparatingCommas(range, depth, &algebra) { return separated }
      return try set(inside, depth, &algebra)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "<"):
      if inside.isEmpty { throw .unreadable("an empty fence") }
      if let separated = try withSeparatingCommas(range, depth, &algebra) { return separated }
      let pieces = pieces(of: inside) { $0 == .comma || $0 == .semicolon }.filter { !$0.isEmpty }
      if pieces.count < 2 { return try value(inside, depth + 1, &algebra) }
      if pieces.contains(where: isEllipsis) { return try sequence(pieces, depth, &algebra) }
      let elements = try elements(pieces, depth, &algebra)
      return .fence(
        FencedAnswer(
          open: open, close: close == 0x28 ? 0x29 : close == 0x5B ? 0x5D : close, elements: elements))
    default: return nil
    }
  }

  /// Inside a fence that holds one number, and that with commas, these separate: `(1,234)` is a pair.
  func withSeparatingCommas(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    let inside = range.dropFirst().dropLast()
    guard inside.count <= 2, let last = inside.last, tokens[last].kind == .number, tokens[last].form & 2 != 0,
      text.text(inside).contains(UInt8(ascii: ",")), !text.text(inside).contains(UInt8(ascii: "{"))
    else { return nil }
    var options = LexerOptions()
    options.commaGroups = false
    return try relexed(Array(text.text(range)), depth, &algebra, options)
  }

  func elements(
    _ pieces: [Range<Int>], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> [AnswerValue] {
    if pieces.count > Self.maximumElements { throw .limit("more than \(Self.maximumElements) elements") }
    var elements: [AnswerValue] = []
    for piece in pieces { elements.append(try value(piece, depth + 1, &algebra)) }
    return elements
  }

  /// The inside of `\{…\}`: elements, or a name, a bar and the condition it meets.
  func set(
    _ inside: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    if stripped(inside).isEmpty { return .emptySet }
    let builder = pieces(of: inside) { $0 == .bar || $0 == .colon }
    if builder.count == 2, let name = builder[0].first,
      tokens[name].kind == .letter || tokens[name].kind == .greek
    {
      return try value(builder[1], depth + 1, &algebra).asSet
    }
    let pieces = pieces(of: inside) { $0 == .comma || $0 == .semicolon || $0 == .and }.filter { !$0.isEmpty }
    if pieces.contains(where: isEllipsis) { return try sequence(pieces, depth, &algebra) }
    return .set(try elements(pieces, depth, &algebra).flatMap(\.values))
  }

  /// `]0, 1[`, and unions of such intervals, whose brackets pair the wrong way round or not at all; nil for
  /// anything else.
  func frenchIntervals(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard range.count >= 5, isSquare(range.upperBound - 1) else { return nil }
    let isOrdinary = tokens[range.lowerBound].kind == .open && tokens[range.upperBound - 1].kind == .close
    if isOrdinary { return nil }
    var result: AnswerValue?
    for part in tokens[range].indices.split(whereSeparator: { tokens[$0].kind == .union }) {
      guard let interval = try frenchInterval(part.startIndex..<part.endIndex, depth, &algebra) else {
        return nil
      }
      result = result.map { .setOperation(.union, $0, interval) } ?? interval
    }
    return result
  }

  func frenchInterval(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard range.count >= 5, isSquare(range.lowerBound), isSquare(range.upperBound - 1) else { return nil }
    let inside = (range.lowerBound + 1)..<(range.upperBound - 1)
    let separators = inside.filter { tokens[$0].kind == .comma || tokens[$0].kind == .semicolon }
    guard separators.count == 1, !inside.contains(where: { isSquare($0) }) else { return nil }
    let lower = try value(inside.lowerBound..<separators[0], depth + 1, &algebra)
    let upper = try value((separators[0] + 1)..<inside.upperBound, depth + 1, &algebra)
    return .fence(
      FencedAnswer(
        open: tokens[range.lowerBound].kind == .open ? 0x5B : 0x28,
        close: tokens[range.upperBound - 1].kind == .close ? 0x5D : 0x29, elements: [lower, upper]))
  }

  func isSquare(_ index: Int) -> Bool {
    (tokens[index].kind == .open || tokens[index].kind == .close) && tokens[index].form == 0x5B
  }
}

extension AnswerValue {
  /// The elements of a bare list or of both signs; any other value by itself.
  var values: [AnswerValue] {
    if case .list(let list) = self { return list.elements.flatMap(\.values) }
    return [self]
  }

  /// What a set builder's condition describes: the values of equations, else the relation itself.
  var asSet: AnswerValue {
    switch self {
    case .relation(let relation) where relation.signs == [.equal]: .set(relation.sides[1].values)
    case .relation(let relation) where relation.signs == [.element]: relation.sides[1]
    case .list(let list) where list.elements.allSatisfy(\.isEquation):
      .set(list.elements.flatMap(\.asSet.elementsOfSet))
    default: self
    }
  }

  /// `\{…\}` or `\emptyset`.
  var isSet: Bool {
    switch self {
    case .set, .emptySet: true
    default: false
    }
  }

  var isEquation: Bool {
    if case .relation(let relation) = self { return relation.signs == [.equal] }
    return false
  }

  var elementsOfSet: [AnswerValue] {
    if case .set(let elements) = self { return elements }
    return [self]
  }
}
