// Lists, relations, set operations, fences, environments.

extension AnswerReader {
  // MARK: Lists

  func list(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    let isSeparator = { (kind: MathToken.Kind) in
      kind == .comma || kind == .semicolon || kind == .and || kind == .or
    }
    let pieces = pieces(of: range, where: isSeparator).filter { !$0.isEmpty }
    if pieces.count > Self.maximumElements { throw .limit("more than \(Self.maximumElements) elements") }
    if pieces.count == 1 { return try value(pieces[0], depth + 1, &algebra) }
    if pieces.contains(where: isEllipsis) { return try sequence(pieces, depth, &algebra) }
    var elements: [AnswerValue] = []
    for piece in pieces { elements.append(try value(piece, depth + 1, &algebra)) }
    var joint = AnswerList.Joint.comma
    for index in range where tokens[index].kind == .and || tokens[index].kind == .or {
      joint = tokens[index].kind == .or ? .or : .and
    }
    if joint != .or, let total = try compound(elements, &algebra) { return .quantity(total) }
    return .list(AnswerList(elements: elements, joint: joint))
  }

  private func isEllipsis(_ range: Range<Int>) -> Bool {
    range.count == 1 && tokens[range.lowerBound].kind == .ellipsis
  }

  private func sequence(
    _ pieces: [Range<Int>], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    var members: [AnswerValue?] = []
    for piece in pieces {
      members.append(isEllipsis(piece) ? nil : try value(piece, depth + 1, &algebra))
    }
    return .sequence(members)
  }

  /// `2 hours and 30 minutes`: parts of one quantity, each in a smaller unit of one kind.
  private func compound(
    _ elements: [AnswerValue], _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    guard elements.count <= 4 else { return nil }
    var parts: [Quantity] = []
    for element in elements {
      guard case .quantity(let quantity) = element, let unit = quantity.unit, unit.isConvertible else {
        return nil
      }
      if let last = parts.last?.unit {
        guard unit.dimension == last.dimension, Rational.order(unit.scale, last.scale) < 0 else { return nil }
      }
      parts.append(quantity)
    }
    return try sum(of: parts, &algebra)
  }

  /// The sum in the unit of the first.
  func sum(of parts: [Quantity], _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity? {
    guard var total = parts.first, let unit = total.unit else { return nil }
    for part in parts.dropFirst() {
      guard let other = part.unit, let ratio = Rational.quotient(other.scale, unit.scale) else { return nil }
      let scaled = try algebra.product(try algebra.number(ratio), part.expression)
      total.expression = try algebra.sum(total.expression, scaled)
    }
    total.literal = nil
    return total
  }

  // MARK: Relations

  func relation(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    let pieces = pieces(of: range) { $0 == .relation }
    if pieces.count > 64 { throw .limit("a chain of more than 64 relations") }
    var signs: [MathRelation] = []
    var sides: [AnswerValue] = []
    var isLabeled = false
    for (index, piece) in pieces.enumerated() {
      if index > 0 { signs.append(MathRelation(rawValue: tokens[piece.lowerBound - 1].form) ?? .equal) }
      do {
        sides.append(try value(piece, depth + 1, &algebra))
      } catch {
        // What is named need not be readable: `m\angle A = 30`, `P(A|B) = 1/2`.
        guard case .unreadable = error, index + 1 < pieces.count, !piece.isEmpty else { throw error }
        sides.append(.text(TextAnswer(words: text.text(piece))))
        isLabeled = true
      }
    }
    if case .text = sides[0] { isLabeled = true }
    return .relation(Relation(sides: sides, signs: signs, isLabeled: isLabeled))
  }

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
  private func withSeparatingCommas(
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

  private func elements(
    _ pieces: [Range<Int>], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> [AnswerValue] {
    if pieces.count > Self.maximumElements { throw .limit("more than \(Self.maximumElements) elements") }
    var elements: [AnswerValue] = []
    for piece in pieces { elements.append(try value(piece, depth + 1, &algebra)) }
    return elements
  }

  /// The inside of `\{…\}`: elements, or a name, a bar and the condition it meets.
  private func set(
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

  private func frenchInterval(
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

  // MARK: Environments

  /// A matrix, cases, or the lines of an alignment; nil where the range is no environment.
  func environment(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard let begin = range.first(where: { tokens[$0].kind == .begin }), tokens[begin].value > Int32(begin),
      Int(tokens[begin].value) < range.upperBound
    else { return nil }
    let end = Int(tokens[begin].value)
    let inside = (begin + 1)..<end
    let name = text.text(begin..<(begin + 1))
    let isWhole = begin == range.lowerBound && end == range.upperBound - 1
    switch EnvironmentKind(name) {
    case .lines:
      guard isWhole else { throw .unreadable("an alignment inside a formula") }
      return try lines(inside, depth, &algebra)
    case .determinant:
      // A determinant is a number, and only as a whole answer.
      guard isWhole else { throw .unreadable("a determinant inside a formula") }
      let determinant = try determinant(try scalars(matrix(inside, depth, &algebra)), &algebra)
      return .quantity(quantity(determinant, range))
    case .cases:
      // A system has one column, a function by cases a second one with the conditions.
      if isWhole, !tokens[inside].contains(where: { $0.kind == .ampersand }) {
        return try lines(inside, depth, &algebra)
      }
      return .matrix(try matrix(inside, depth, &algebra))
    case .matrix:
      if begin == range.lowerBound + 1, isWhole || end == range.upperBound - 1,
        tokens[range.lowerBound].kind == .function,
        tokens[range.lowerBound].form == MathFunction.determinant.rawValue
      {
        return .quantity(
          quantity(try determinant(try scalars(matrix(inside, depth, &algebra)), &algebra), range))
      }
      return try scaledMatrix(
        inside, before: range.lowerBound..<begin, after: (end + 1)..<range.upperBound, depth, &algebra)
    case .unknown:
      throw .unreadable("an unknown environment")
    }
  }

  private func rows(_ inside: Range<Int>) -> [Range<Int>] {
    var rows = pieces(of: inside) { $0 == .newRow }
    while rows.count > 1, rows.last?.isEmpty == true { rows.removeLast() }
    return rows
  }

  private func matrix(
    _ inside: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> [[AnswerValue]] {
    var matrix: [[AnswerValue]] = []
    for row in rows(inside) {
      var entries: [AnswerValue] = []
      for cell in pieces(of: row, where: { $0 == .ampersand }) {
        entries.append(try value(cell, depth + 1, &algebra))
      }
      matrix.append(entries)
    }
    return matrix
  }

  private func scalars(_ matrix: [[AnswerValue]]) throws(AlgebraFailure) -> [[ExpressionID]] {
    var rows: [[ExpressionID]] = []
    for row in matrix {
      var entries: [ExpressionID] = []
      for entry in row {
        guard case .quantity(let quantity) = entry, quantity.unit == nil else {
          throw .unreadable("a matrix entry that is no scalar")
        }
        entries.append(quantity.expression)
      }
      rows.append(entries)
    }
    return rows
  }

  /// Laplace's expansion along the first row; at most 5 × 5.
  private func determinant(
    _ rows: [[ExpressionID]], _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> ExpressionID {
    guard let first = rows.first, rows.allSatisfy({ $0.count == rows.count }) else {
      throw .unreadable("a determinant that is not square")
    }
    if rows.count > 5 { throw .limit("a determinant of more than 5 rows") }
    if rows.count == 1 { return first[0] }
    var total = try algebra.number(.zero)
    for column in first.indices {
      let minor = rows.dropFirst().map { row in row.indices.filter { $0 != column }.map { row[$0] } }
      let product = try algebra.product(first[column], try determinant(minor, &algebra))
      total = try column % 2 == 0 ? algebra.sum(total, product) : algebra.difference(total, product)
    }
    return total
  }

  /// A matrix with a scalar before it and, behind it, nothing or `^T`.
  private func scaledMatrix(
    _ inside: Range<Int>, before: Range<Int>, after: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    // The fence of an `array`: `\left( … \right)`, `[ … ]`.
    var (before, after) = (before, after)
    var isDeterminant = false
    if let fence = before.last, tokens[fence].kind == .open, Int(tokens[fence].value) == after.lowerBound,
      !after.isEmpty
    {
      isDeterminant = tokens[fence].form == UInt8(ascii: "|")
      before = before.dropLast()
      after = after.dropFirst()
    }
    var rows = try matrix(inside, depth, &algebra)
    if rows.map(\.count).reduce(0, +) > Self.maximumElements {
      throw .limit("more than \(Self.maximumElements) entries")
    }
    if isDeterminant, before.isEmpty, after.isEmpty {
      return .quantity(quantity(try determinant(try scalars(rows), &algebra), inside))
    }
    if !after.isEmpty {
      let kinds = tokens[after].filter { $0.kind != .open && $0.kind != .close }
      let mark = kinds.count == 2 ? text.bytes[Int(kinds[1].start)..<Int(kinds[1].end)] : []
      guard kinds.first?.kind == .power, mark.elementsEqual("T".utf8) || mark.elementsEqual("\\top".utf8)
      else {
        throw .unreadable("a matrix with something behind it")
      }
      rows = transposed(rows)
    }
    if before.isEmpty { return .matrix(rows) }
    let factor = try scaleFactor(before, &algebra)
    var scaled: [[AnswerValue]] = []
    for row in try scalars(rows) {
      var entries: [AnswerValue] = []
      for entry in row { entries.append(.quantity(quantity(try algebra.product(factor, entry), inside))) }
      scaled.append(entries)
    }
    return .matrix(scaled)
  }

  private func scaleFactor(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure)
    -> ExpressionID
  {
    var factor = range
    if let last = factor.last, tokens[last].kind == .times { factor = factor.dropLast() }
    if factor.count == 1, tokens[factor.lowerBound].kind == .minus { return try algebra.number(Rational(-1)) }
    return try algebra.parse(text, factor, signs: signs)
  }

  private func transposed(_ rows: [[AnswerValue]]) -> [[AnswerValue]] {
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else { return rows }
    return (0..<width).map { column in rows.map { $0[column] } }
  }

  /// The lines of an alignment: one value, or a list of them; `x &= 4` is `x = 4`, `&= 4` goes on with the
  /// line before.
  private func lines(
    _ inside: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    var bytes: [UInt8] = []
    for row in rows(inside) where !row.isEmpty {
      let isContinued = tokens[row].first { $0.kind != .ampersand }?.kind == .relation
      if !bytes.isEmpty { bytes += isContinued ? [0x20] : [UInt8(ascii: ";")] }
      for cell in pieces(of: row, where: { $0 == .ampersand }) where !cell.isEmpty {
        bytes += source(of: cell)
        bytes.append(0x20)
      }
    }
    return try relexed(bytes, depth, &algebra)
  }

  /// The folded bytes of a range with the commands and braces that its first and last token leave out.
  private func source(of range: Range<Int>) -> Bytes {
    let low = Int(tokens[range.lowerBound].start)
    let high = Int(tokens[range.upperBound - 1].end)
    if tokens[range].contains(where: { $0.kind == .text }) {
      // `\text{…}` begins before its token; letters alone would be products.
      var start = low
      while start > 0, text.bytes[start - 1] != UInt8(ascii: "\\"), low - start < 16 { start -= 1 }
      if tokens[range.lowerBound].kind == .text, start > 0 {
        var end = high
        if tokens[range.upperBound - 1].kind == .text, end < text.bytes.count { end += 1 }
        return text.bytes[(start - 1)..<end]
      }
      if tokens[range.upperBound - 1].kind == .text, high < text.bytes.count {
        return text.bytes[low..<(high + 1)]
      }
    }
    return text.bytes[low..<high]
  }

  /// Another text in place of a part of this one, one level deeper.
  func relexed(
    _ bytes: [UInt8], _ depth: Int, _ algebra: inout Algebra, _ options: LexerOptions = LexerOptions()
  ) throws(AlgebraFailure) -> AnswerValue {
    if depth > Self.maximumDepth { throw .limit("structures nested more than \(Self.maximumDepth) deep") }
    var reader = AnswerReader(text: try MathLexer.tokens(bytes, options, fuel: &algebra.fuel))
    reader.readsUnitLetters = readsUnitLetters
    reader.signs = signs
    return try reader.value(0..<reader.tokens.count, depth + 1, &algebra)
  }
}

private enum EnvironmentKind {
  case matrix, determinant, cases, lines, unknown

  init(_ name: Bytes) {
    self =
      switch String(decoding: name.prefix { $0 != UInt8(ascii: "*") }, as: UTF8.self) {
      case "matrix", "pmatrix", "bmatrix", "Bmatrix", "Vmatrix", "smallmatrix", "psmallmatrix",
        "bsmallmatrix",
        "array", "tabular":
        .matrix
      case "cases", "dcases", "rcases": .cases
      case "vmatrix": .determinant
      case "aligned", "align", "gather", "gathered", "split", "equation", "alignat", "alignedat", "eqnarray",
        "displaymath", "math":
        .lines
      default: .unknown
      }
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

  private var isEquation: Bool {
    if case .relation(let relation) = self { return relation.signs == [.equal] }
    return false
  }

  private var elementsOfSet: [AnswerValue] {
    if case .set(let elements) = self { return elements }
    return [self]
  }
}
