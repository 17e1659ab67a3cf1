/// Judges one extracted answer against one ground truth.
struct MathJudge {
  enum Finding {
    /// `gold` is what the ground truth was read as; nil where it needed no reading, or could not be read.
    case same(rule: String, gold: String? = nil)
    case different(rule: String, gold: String? = nil)
    case limit(String)
    /// The ground truth exceeds a limit.
    case unusableGold(String)
  }

  let settings: MathSettings
  /// The answer stands in prose, so words around one number are no part of it.
  let isProse: Bool

  func compare(_ gold: Bytes, _ answer: Bytes) -> Finding {
    if gold.elementsEqual(answer), !answer.isPlaceholder { return .same(rule: "the same text") }
    let answer = isProse ? answer.withoutEmphasis : answer
    if answer.count > settings.maximumBytes {
      return .limit("an answer of more than \(settings.maximumBytes) bytes")
    }
    let goldText = MathText.folded(gold)
    let answerText = MathText.folded(answer)
    let first = finding(goldText, answerText, LexerOptions(), unitLetters: false)
    guard case .different = first else { return first }
    if isProse, answer.last == UInt8(ascii: "!"), answer.dropLast().last != UInt8(ascii: "!") {
      // "The answer is 42!" is an exclamation more often than a factorial.
      let plain = finding(goldText, MathText.folded(answer.dropLast()), LexerOptions(), unitLetters: false)
      if case .same = plain { return plain }
    }
    // Where people's habits differ, another reading may agree: commas that separate instead of grouping, a
    // letter that is a unit instead of a variable, an e that is Euler's number instead of a power of ten.
    if hasGroups(goldText) ? !goldText[...].hasThousands : hasGroups(answerText) {
      var options = LexerOptions()
      options.commaGroups = false
      let second = finding(goldText, answerText, options, unitLetters: false)
      if case .same = second { return second }
    }
    if hasUnitLetters(goldText) || hasUnitLetters(answerText) {
      let third = finding(goldText, answerText, LexerOptions(), unitLetters: true)
      if case .same = third { return third }
    }
    if hasExponent(goldText) || hasExponent(answerText) {
      var options = LexerOptions()
      options.scientific = false
      let fourth = finding(goldText, answerText, options, unitLetters: false)
      if case .same = fourth { return fourth }
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
    if let words = goldTokens.wordsAndNumbers, let others = answerTokens.wordsAndNumbers,
      goldTokens.hasWords || answerTokens.hasWords,
      words == others
        || (goldTokens.hasWords && !settings.rules.textHasCase
          && words.map(\.lowercased) == others.map(\.lowercased))
    {
      return .same(rule: "compared as words and numbers")
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
      return .same(rule: "compared as words", gold: gold.kind)
    }
    do {
      let answer = try answer(answerReader, &comparison.algebra)
      return try comparison.isSame(gold, answer)
        ? .same(rule: comparison.rule, gold: gold.kind) : .different(rule: comparison.rule, gold: gold.kind)
    } catch {
      guard case .unreadable(let why) = error else { return .limit(error.words) }
      return .different(rule: "the answer cannot be read: \(why)", gold: gold.kind)
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

  /// `2e-2`: an `e` between digits.
  private func hasExponent(_ text: [UInt8]) -> Bool {
    for index in text.indices.dropFirst().dropLast() where text[index] == UInt8(ascii: "e") {
      let next = text[index + 1]
      if text[index - 1].isDigit, next.isDigit || next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
        return true
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
