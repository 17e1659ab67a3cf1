// Lists and relations.

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

  func isEllipsis(_ range: Range<Int>) -> Bool {
    range.count == 1 && tokens[range.lowerBound].kind == .ellipsis
  }

  func sequence(
    _ pieces: [Range<Int>], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    var members: [AnswerValue?] = []
    for piece in pieces {
      members.append(isEllipsis(piece) ? nil : try value(piece, depth + 1, &algebra))
    }
    return .sequence(members)
  }

  /// `2 hours and 30 minutes`: parts of one quantity, each in a smaller unit of one kind.
  func compound(
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
    var isReadable = true
    for (index, piece) in pieces.enumerated() {
      if index > 0 { signs.append(MathRelation(rawValue: tokens[piece.lowerBound - 1].form) ?? .equal) }
      do {
        var side = try value(piece, depth + 1, &algebra)
        if index == 0, case .text = side, let name = try nameBehindWords(piece, depth, &algebra) {
          side = name
        }
        sides.append(side)
      } catch {
        // What is named need not be readable: `m\angle A = 30`, `P(A|B) = 1/2`.
        guard case .unreadable = error, index + 1 < pieces.count, !piece.isEmpty else { throw error }
        if index == 0, let name = try nameBehindWords(piece, depth, &algebra) {
          sides.append(name)
          continue
        }
        sides.append(.text(TextAnswer(words: text.text(piece))))
        isLabeled = true
        isReadable = false
      }
    }
    if case .text = sides[0] { isLabeled = true }
    let hasWords = tokens[pieces[0]].contains {
      $0.kind == .text && $0.end > $0.start + 2 || $0.kind == .word
    }
    let name = behindWords(pieces[0])
    return .relation(
      Relation(
        sides: sides, signs: signs, label: label(name ?? pieces[0]),
        isLabelInWords: isLabeled && isReadable && hasWords && name != nil, isLabeled: isLabeled))
  }

  /// "the line y": the name, where words that change nothing stand before it.
  private func nameBehindWords(
    _ piece: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard let name = behindWords(piece), name != piece else { return nil }
    do {
      return try value(name, depth + 1, &algebra)
    } catch {
      guard case .unreadable = error else { throw error }
      return nil
    }
  }

  /// The range without words at its beginning; all of it where nothing else is left, and nil where they deny or
  /// change what follows.
  private func behindWords(_ piece: Range<Int>) -> Range<Int>? {
    var start = piece.lowerBound
    guard start < piece.upperBound, beginsProse(at: start, in: piece) else { return piece }
    while start < piece.upperBound, isProseWord(at: start) {
      let (word, end) = wordRun(at: start, in: piece)
      if WordList.hedges(word) || ChangeWords.changing.contains(word) { return nil }
      // `a_n` is no article.
      if tokens[start].kind == .letter, end < piece.upperBound, !tokens[end].isSpaced { break }
      start = end
    }
    return start < piece.upperBound ? start..<piece.upperBound : piece
  }

  /// A word, rather than the letters of a product: `the y`, but not `xy` or `a_n`.
  private func beginsProse(at index: Int, in piece: Range<Int>) -> Bool {
    switch tokens[index].kind {
    case .text, .word: return true
    case .letter:
      let (run, end) = wordRun(at: index, in: piece)
      let isWord = run.count >= 3 || run.elementsEqual("I".utf8)
      return isWord && end < piece.upperBound && tokens[end].isSpaced
    default: return false
    }
  }

  /// How a name is spelled, without blanks, braces and the sign that says it is an angle.
  private func label(_ range: Range<Int>) -> [UInt8] {
    var label: [UInt8] = []
    for index in range {
      switch tokens[index].kind {
      case .angle: continue
      case .open where tokens[index].form == 0x7B, .close where tokens[index].form == 0x7B: continue
      case .letter where tokens[index].form == UInt8(ascii: "m") && index + 1 < range.upperBound:
        // `m\angle A` is a measure.
        if tokens[index + 1].kind == .angle { continue }
      default: break
      }
      label += text.bytes[Int(tokens[index].start)..<Int(tokens[index].end)]
    }
    return label
  }
}
