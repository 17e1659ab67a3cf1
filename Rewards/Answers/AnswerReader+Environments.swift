// Matrices, systems and alignments.

extension AnswerReader {
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
    // A determinant is a number, which the expression parser reads.
    case .determinant: return nil
    case .cases:
      // A system has one column, a function by cases a second one with the conditions.
      if isWhole, !tokens[inside].contains(where: { $0.kind == .ampersand }) {
        return try lines(inside, depth, &algebra)
      }
      return .matrix(try matrix(inside, depth, &algebra))
    case .matrix:
      if begin > range.lowerBound, isDeterminant(before: begin) { return nil }
      return try scaledMatrix(
        inside, before: range.lowerBound..<begin, after: (end + 1)..<range.upperBound, depth, &algebra)
    case .unknown:
      throw .unreadable("an unknown environment")
    }
  }

  func rows(_ inside: Range<Int>) -> [Range<Int>] {
    var rows = pieces(of: inside) { $0 == .newRow }
    while rows.count > 1, rows.last?.isEmpty == true { rows.removeLast() }
    return rows
  }

  func matrix(
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

  func scalars(_ matrix: [[AnswerValue]]) throws(AlgebraFailure) -> [[ExpressionID]] {
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

  /// `\det` or a bar stands before the environment.
  private func isDeterminant(before begin: Int) -> Bool {
    switch tokens[begin - 1].kind {
    case .function: tokens[begin - 1].form == MathFunction.determinant.rawValue
    case .bar: true
    case .open: tokens[begin - 1].form == UInt8(ascii: "|")
    default: false
    }
  }

  /// A matrix with a scalar before it and, behind it, nothing or `^T`.
  func scaledMatrix(
    _ inside: Range<Int>, before: Range<Int>, after: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    // The fence of an `array`: `\left( … \right)`, `[ … ]`.
    var (before, after) = (before, after)
    if let fence = before.last, tokens[fence].kind == .open, Int(tokens[fence].value) == after.lowerBound,
      !after.isEmpty
    {
      before = before.dropLast()
      after = after.dropFirst()
    }
    var rows = try matrix(inside, depth, &algebra)
    if rows.map(\.count).reduce(0, +) > Self.maximumElements {
      throw .limit("more than \(Self.maximumElements) entries")
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

  func scaleFactor(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure)
    -> ExpressionID
  {
    var factor = range
    if let last = factor.last, tokens[last].kind == .times { factor = factor.dropLast() }
    if factor.count == 1, tokens[factor.lowerBound].kind == .minus { return try algebra.number(Rational(-1)) }
    return try algebra.parse(text, factor, signs: signs)
  }

  func transposed(_ rows: [[AnswerValue]]) -> [[AnswerValue]] {
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else { return rows }
    return (0..<width).map { column in rows.map { $0[column] } }
  }

  /// The lines of an alignment: one value, or a list of them; `x &= 4` is `x = 4`, `&= 4` goes on with the
  /// line before.
  func lines(
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
  func source(of range: Range<Int>) -> Bytes {
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
