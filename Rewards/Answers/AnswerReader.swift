/// Reads what kind of thing a lexed answer is, and its scalars.
///
/// From the loosest binding to the tightest: implications, lists, relations, set operations, fences, ratios,
/// scalars with their units. Every step is one scan over the tokens of its range at its own depth.
struct AnswerReader {
  /// Structures inside each other.
  static let maximumDepth = 16
  static let maximumElements = 512

  let text: MathTokens
  /// `5 m`, `3 s`: a single letter behind a number and a blank is a unit rather than a variable.
  var readsUnitLetters = false
  /// Which of the two signs of `±` to read; `.none` = both, as two values.
  var signs = Algebra.SignChoice.none

  init(text: MathTokens) { self.text = text.preparedForReading() }

  var tokens: [MathToken] { text.tokens }

  func value(_ algebra: inout Algebra) throws(AlgebraFailure) -> AnswerValue {
    try value(0..<tokens.count, 0, &algebra)
  }

  func value(
    _ whole: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    if depth > Self.maximumDepth { throw .limit("structures nested more than \(Self.maximumDepth) deep") }
    let range = stripped(whole)
    if range.isEmpty { throw .unreadable("nothing to read") }
    let marks = marks(in: range)
    if let reals = try realsExcept(range, depth, &algebra) { return reals }
    if isSquare(range.lowerBound), let intervals = try frenchIntervals(range, depth, &algebra) {
      return intervals
    }
    if marks.hasArrow, let last = pieces(of: range, where: { $0 == .arrow }).last, last != range {
      return try value(last, depth + 1, &algebra)
    }
    if marks.hasSeparator { return try list(range, depth, &algebra) }
    if marks.hasRelation { return try relation(range, depth, &algebra) }
    if let environment = try environment(range, depth, &algebra) { return environment }
    if marks.hasSetOperation { return try setOperation(range, depth, &algebra) }
    if let special = try numberSet(range, &algebra) { return special }
    if signs == .none, marks.hasSigns, !isSet(range) { return try bothSigns(range, depth, &algebra) }
    if let fence = try fence(range, depth, &algebra) { return fence }
    if marks.hasModulus, let residue = try residue(range, depth, &algebra) { return residue }
    if marks.hasColon || marks.hasWords, let ratio = try ratio(range, &algebra) { return ratio }
    return try scalar(range, depth, &algebra)
  }

  // MARK: Scanning

  struct Marks {
    var hasSeparator = false
    var hasRelation = false
    var hasSetOperation = false
    var hasArrow = false
    var hasColon = false
    var hasModulus = false
    var hasWords = false
    /// `±` at any depth.
    var hasSigns = false
  }

  func marks(in range: Range<Int>) -> Marks {
    var marks = Marks()
    var index = range.lowerBound
    while index < range.upperBound {
      switch tokens[index].kind {
      case .comma, .semicolon, .and, .or: marks.hasSeparator = true
      case .relation: marks.hasRelation = true
      case .union, .intersection, .setMinus: marks.hasSetOperation = true
      case .arrow: marks.hasArrow = true
      case .colon: marks.hasColon = true
      case .pmod, .modulo: marks.hasModulus = true
      case .text, .word: marks.hasWords = true
      case .letter where tokens[index].form == UInt8(ascii: "t"):
        marks.hasWords = marks.hasWords || tokens[index].isSpaced
      case .plusMinus, .minusPlus: marks.hasSigns = true
      case .open:
        let next = self.next(after: index, in: range)
        if !marks.hasSigns { marks.hasSigns = hasSigns(in: (index + 1)..<next) }
        if !marks.hasModulus, index + 1 < next, tokens[index + 1].kind == .modulo { marks.hasModulus = true }
        index = next
        continue
      case .begin:
        index = next(after: index, in: range)
        continue
      default: break
      }
      index += 1
    }
    return marks
  }

  private func hasSigns(in range: Range<Int>) -> Bool {
    tokens[range].contains { $0.kind == .plusMinus || $0.kind == .minusPlus }
  }

  /// Behind the bracket or environment that begins at `index`; the next token for anything else.
  func next(after index: Int, in range: Range<Int>) -> Int {
    let token = tokens[index]
    if token.kind == .open || token.kind == .begin, token.value > Int32(index),
      Int(token.value) < range.upperBound
    {
      return Int(token.value) + 1
    }
    return index + 1
  }

  /// The stretches between the tokens at this depth that `isSeparator` names; all of them, empty ones too.
  func pieces(of range: Range<Int>, where isSeparator: (MathToken.Kind) -> Bool) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    var index = start
    while index < range.upperBound {
      if isSeparator(tokens[index].kind) {
        pieces.append(start..<index)
        start = index + 1
        index = start
      } else {
        index = next(after: index, in: range)
      }
    }
    pieces.append(start..<range.upperBound)
    return pieces
  }

  /// Whether one pair of brackets holds the whole range.
  func isEnclosed(_ range: Range<Int>) -> Bool {
    tokens[range.lowerBound].kind == .open && Int(tokens[range.lowerBound].value) == range.upperBound - 1
      && range.count >= 2
  }

  private func isSet(_ range: Range<Int>) -> Bool {
    isEnclosed(range) && tokens[range.lowerBound].form == UInt8(ascii: "s")
  }

  // MARK: Both signs

  private func bothSigns(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    var reader = self
    reader.signs = .upper
    let upper = try reader.value(range, depth + 1, &algebra)
    reader.signs = .lower
    let lower = try reader.value(range, depth + 1, &algebra)
    return .list(AnswerList(elements: [upper, lower], joint: .or))
  }

  // MARK: Ends

  /// Without what says nothing at both ends: sentence marks, quotes, redundant braces, labels, a leading `=`.
  func stripped(_ whole: Range<Int>) -> Range<Int> {
    var range = whole
    while !range.isEmpty {
      let before = range
      switch tokens[range.upperBound - 1].kind {
      case .period, .comma, .semicolon, .quote, .newRow, .ampersand, .colon: range = range.dropLast()
      default: break
      }
      if range.count >= 2, isEmptyGroup(range.upperBound - 2) { range = range.dropLast(2) }
      guard let first = range.first else { break }
      if range.count >= 3, isEmptyGroup(first), tokens[first + 2].kind != .power,
        tokens[first + 2].kind != .underscore
      {
        range = range.dropFirst(2)
      }
      guard let first = range.first else { break }
      switch tokens[first].kind {
      case .period, .comma, .quote, .arrow, .and, .ampersand, .colon: range = range.dropFirst()
      case .relation:
        let relation = MathRelation(rawValue: tokens[first].form)
        if relation == .equal || relation == .approximately { range = range.dropFirst() }
      case .open:
        if tokens[first].form == UInt8(ascii: "{"), isEnclosed(range) { range = range.dropFirst().dropLast() }
      case .text, .word, .letter:
        if let end = endOfLabel(range) { range = end..<range.upperBound }
      default: break
      }
      if range == before { break }
    }
    return range
  }

  private func isEmptyGroup(_ index: Int) -> Bool {
    tokens[index].kind == .open && tokens[index].form == UInt8(ascii: "{")
      && Int(tokens[index].value) == index + 1
  }

  /// Behind a label (`Total:`) or words that only introduce a value (`about`); nil where neither begins it.
  private func endOfLabel(_ range: Range<Int>) -> Int? {
    let first = range.lowerBound
    let (word, end) = wordRun(at: first, in: range)
    guard end < range.upperBound else { return nil }
    if tokens[end].kind == .colon, word.count >= 2, !isClockPart(end, in: range), !WordList.hedges(word) {
      return end + 1
    }
    guard tokens[first].kind != .letter else { return nil }
    if word.last == UInt8(ascii: ":") { return WordList.hedges(word) ? nil : end }
    return WordList.introduces(word) ? end : nil
  }

  private func isClockPart(_ colon: Int, in range: Range<Int>) -> Bool {
    colon > range.lowerBound && tokens[colon - 1].kind == .number
  }

  /// The word that begins at `index`: a text, a bare word, or letters without a blank between them.
  func wordRun(at index: Int, in range: Range<Int>) -> (word: Bytes, end: Int) {
    var end = index + 1
    if tokens[index].kind == .letter {
      while end < range.upperBound, tokens[end].kind == .letter, !tokens[end].isSpaced { end += 1 }
    }
    return (text.text(index..<end), end)
  }
}

/// Words around a value that do not change it, and words that do.
enum WordList {
  /// Only words that introduce a value: `about`, `the answer is`.
  static func introduces(_ text: Bytes) -> Bool {
    let words = text.split { !$0.isLetter }
    return !words.isEmpty && words.count <= 8 && text.allSatisfy { $0.isLetter || $0.isBlank || $0 == 0x27 }
      && words.allSatisfy { introducing.contains($0.map(\.lowercased)) }
  }

  /// `minus`, `negative`.
  static func negates(_ word: Bytes) -> Bool { negating.contains(word.map(\.lowercased)) }

  /// Some word that denies, compares or offers a choice.
  static func hedges(_ text: Bytes) -> Bool {
    text.split { !$0.isLetter }.contains { hedging.contains($0.map(\.lowercased)) }
  }

  private static func words(_ text: String) -> Set<[UInt8]> {
    Set(text.split(separator: " ").map { Array($0.utf8) })
  }

  private static let introducing = words(
    "about approximately approx roughly around exactly only just the a an total of is are equals equal to value answer"
      + " final result therefore so thus hence we get have it there area perimeter sum product length number volume"
      + " probability solution solutions roots root minimum maximum")
  private static let negating = words("minus negative")
  private static let hedging = words(
    "or not no than except unless if either neither nor maybe perhaps possibly might least most between wrong false"
      + " incorrect otherwise else cannot couldn could may isn never unknown"
      + " unclear anything everything")
}
