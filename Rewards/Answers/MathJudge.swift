/// Judges one extracted answer against one ground truth.
struct MathJudge {
  enum Finding {
    case same(rule: String)
    case different(rule: String)
    case limit(String)
    /// The ground truth exceeds a limit.
    case unusableGold(String)
  }

  let settings: MathSettings
  /// The answer stands in prose, so words around one number are no part of it.
  let isProse: Bool

  func compare(_ gold: Bytes, _ answer: Bytes) -> Finding {
    if gold.elementsEqual(answer), !answer.isPlaceholder { return .same(rule: "the same text") }
    if answer.count > settings.maximumBytes {
      return .limit("an answer of more than \(settings.maximumBytes) bytes")
    }
    let goldText = MathText.folded(gold)
    let answerText = MathText.folded(answer)
    let first = finding(goldText, answerText, LexerOptions(), unitLetters: false)
    guard case .different = first else { return first }
    if isProse, answer.last == UInt8(ascii: "!"),
      case .same(let rule) = compare(gold, answer.dropLast().trimmed())
    {
      return .same(rule: rule)
    }
    // Where people's habits differ, another reading may agree: commas that separate instead of grouping, a
    // letter that is a unit instead of a variable.
    if hasGroups(goldText) || hasGroups(answerText) {
      var options = LexerOptions()
      options.commaGroups = false
      let second = finding(goldText, answerText, options, unitLetters: false)
      if case .same = second { return second }
    }
    if hasUnitLetters(goldText) || hasUnitLetters(answerText) {
      let third = finding(goldText, answerText, LexerOptions(), unitLetters: true)
      if case .same = third { return third }
    }
    return first
  }

  private func finding(
    _ goldText: [UInt8], _ answerText: [UInt8], _ options: LexerOptions, unitLetters: Bool
  ) -> Finding {
    var comparison = AnswerComparison(rules: settings.rules)
    let goldTokens: MathTokens
    do {
      goldTokens = try MathLexer.tokens(goldText, options, fuel: &comparison.algebra.fuel)
    } catch {
      return .unusableGold(error.words)
    }
    let answerTokens: MathTokens
    do {
      answerTokens = try MathLexer.tokens(answerText, options, fuel: &comparison.algebra.fuel)
    } catch {
      return .limit(error.words)
    }
    if !settings.rules.allowsUnsimplified, answerTokens.hasReducibleFraction {
      return .different(rule: "a fraction is not in lowest terms")
    }
    if goldTokens.isSpelledLike(answerTokens) {
      return answerText[...].isPlaceholder ? .different(rule: "no value") : .same(rule: "the same spelling")
    }
    return finding(goldTokens, answerTokens, unitLetters, &comparison)
  }

  private func finding(
    _ goldTokens: MathTokens, _ answerTokens: MathTokens, _ unitLetters: Bool,
    _ comparison: inout AnswerComparison
  ) -> Finding {
    var goldReader = AnswerReader(text: goldTokens)
    goldReader.readsUnitLetters = unitLetters
    let gold: AnswerValue
    do {
      gold = try goldReader.value(&comparison.algebra)
    } catch {
      guard case .unreadable = error else { return .unusableGold(error.words) }
      return .different(rule: "compared by spelling; the ground truth is beyond the reader")
    }
    var answerReader = AnswerReader(text: answerTokens)
    answerReader.readsUnitLetters = unitLetters
    if case .text(let words) = gold, words.normalized == answerReader.words.normalized,
      !settings.rules.textHasCase || words.exact == answerReader.words.exact
    {
      return .same(rule: "compared as words")
    }
    do {
      let answer = try answer(answerReader, &comparison.algebra)
      return try comparison.isSame(gold, answer)
        ? .same(rule: comparison.rule) : .different(rule: comparison.rule)
    } catch {
      guard case .unreadable(let why) = error else { return .limit(error.words) }
      return .different(rule: "the answer cannot be read: \(why)")
    }
  }

  private func answer(
    _ reader: AnswerReader, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    if isProse, let range = reader.valueBehindProse {
      do {
        return try reader.value(range, 0, &algebra)
      } catch {
        guard case .unreadable = error else { throw error }
      }
    }
    do {
      let value = try reader.value(&algebra)
      if isProse, case .text = value, let range = reader.onlyValueInProse {
        return try reader.value(range, 0, &algebra)
      }
      return value
    } catch {
      guard isProse, case .unreadable = error, let range = reader.onlyValueInProse else { throw error }
      return try reader.value(range, 0, &algebra)
    }
  }

  private func hasGroups(_ text: [UInt8]) -> Bool {
    var digits = 0
    for index in text.indices {
      if text[index].isDigit {
        digits += 1
      } else {
        if text[index] == UInt8(ascii: ","), digits > 0, index + 1 < text.count, text[index + 1].isDigit {
          return true
        }
        digits = 0
      }
    }
    return false
  }

  /// Letters that may be a unit stand behind a digit, a blank or a brace.
  private func hasUnitLetters(_ text: [UInt8]) -> Bool {
    var index = 1
    while index < text.count {
      guard text[index].isLetter else {
        index += 1
        continue
      }
      let run = text[index...].prefix { $0.isLetter }
      let before = text[index - 1]
      index = run.endIndex
      let isBehindDigit = before.isDigit && run.count > 1
      guard
        isBehindDigit || before.isBlank || before == UInt8(ascii: "{") || before == UInt8(ascii: ",")
          || before == UInt8(ascii: "~") || before == UInt8(ascii: "/"), run.count <= 5
      else { continue }
      if run.count == 1 ? UnitLetter.isOne(run[run.startIndex]) : UnitName.isKnown(run) { return true }
    }
    return false
  }
}

extension AlgebraFailure {
  var words: String {
    switch self {
    case .limit(let what), .unreadable(let what): what
    }
  }
}

extension ArraySlice<UInt8> {
  /// Dots, a question mark or nothing: what stands where an answer is to be filled in.
  var isPlaceholder: Bool {
    allSatisfy { $0.isBlank || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "_") }
  }
}

extension MathTokens {
  /// The same tokens, whatever blanks and layout commands stood between them.
  func isSpelledLike(_ other: MathTokens) -> Bool {
    guard tokens.count == other.tokens.count, !tokens.isEmpty else { return false }
    for (left, right) in zip(tokens, other.tokens) {
      guard left.kind == right.kind, left.form == right.form else { return false }
      switch left.kind {
      case .number, .letter, .word, .text, .unknown, .begin, .numberSet:
        guard
          bytes[Int(left.start)..<Int(left.end)].elementsEqual(other.bytes[Int(right.start)..<Int(right.end)])
        else { return false }
      default: break
      }
    }
    return true
  }

  /// `\frac{6}{8}`, `6/8`, `4/1`: a fraction of integers that can be reduced.
  var hasReducibleFraction: Bool {
    var integers: [(value: Int, index: Int)] = []
    for (index, token) in tokens.enumerated() where token.kind == .number {
      if let value = (try? literal(at: index))?.value.smallInteger { integers.append((value, index)) }
    }
    for (left, right) in zip(integers, integers.dropFirst()) {
      let between = tokens[(left.index + 1)..<right.index]
      let isSlash = between.count == 1 && between.first?.kind == .divide
      let isFraction =
        between.allSatisfy { $0.kind == .open || $0.kind == .close }
        && tokens[..<left.index].last { $0.kind != .open && $0.kind != .minus }?.kind == .fraction
      if isSlash || isFraction,
        right.value == 1 || commonDivisor(left.value.magnitude, right.value.magnitude) > 1
      {
        return true
      }
    }
    return false
  }
}

private func commonDivisor(_ left: UInt, _ right: UInt) -> UInt {
  var (a, b) = (left, right)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

extension AnswerReader {
  /// The whole answer as words.
  var words: TextAnswer {
    var bytes: [UInt8] = []
    for token in tokens {
      if token.isSpaced || token.kind == .text, bytes.last.map({ $0 != 0x20 }) ?? false { bytes.append(0x20) }
      bytes += text.bytes[Int(token.start)..<Int(token.end)]
    }
    return TextAnswer(words: bytes[...])
  }

  /// In prose: the one stretch without words that holds a number, if no word offers or denies it.
  var onlyValueInProse: Range<Int>? {
    var found: Range<Int>?
    var start: Int?
    var index = 0
    while index <= tokens.count {
      let isWord = index == tokens.count || isProseWord(at: index)
      if isWord, let begin = start {
        if tokens[begin..<index].contains(where: { $0.kind == .number || $0.kind == .pi }) {
          if found != nil { return nil }
          found = begin..<index
        }
        start = nil
      }
      if index == tokens.count { break }
      if isWord {
        let (word, end) = wordRun(at: index, in: 0..<tokens.count)
        if WordList.hedges(word) || tokens[index].kind == .or || tokens[index].kind == .not { return nil }
        index = end
      } else {
        if start == nil { start = index }
        index += 1
      }
    }
    return found
  }

  /// In prose that begins with words and holds one number: from the number on, with what is counted.
  var valueBehindProse: Range<Int>? {
    guard let first = tokens.indices.first, isProseWord(at: first), tokens[first].kind != .text,
      let value = onlyValueInProse, value.lowerBound > first
    else { return nil }
    return value.lowerBound..<tokens.count
  }

  private func isProseWord(at index: Int) -> Bool {
    switch tokens[index].kind {
    case .word, .text, .and, .or, .not: return true
    case .letter:
      let (run, _) = wordRun(at: index, in: 0..<tokens.count)
      return run.count > 1 || run.elementsEqual("a".utf8) || run.elementsEqual("I".utf8)
    default: return false
    }
  }
}
