// Answers that stand in sentences.

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

  /// In prose: the one stretch without words that holds a number, with a "minus" before it, if no word offers,
  /// denies or changes it.
  var onlyValueInProse: Range<Int>? {
    var found: Range<Int>?
    var start: Int?
    var index = 0
    while index <= tokens.count {
      let isWord = index == tokens.count || isProseWord(at: index)
      if isWord, let begin = start {
        if tokens[begin..<index].contains(where: { $0.kind == .number || $0.kind == .pi }) {
          if found != nil || isChanged(begin..<index) { return nil }
          found = begin..<index
        }
        start = nil
      }
      if index == tokens.count { break }
      if isWord {
        let (word, end) = wordRun(at: index, in: 0..<tokens.count)
        if WordList.hedges(word) || tokens[index].kind == .or || tokens[index].kind == .not { return nil }
        if WordList.negates(word), end < tokens.count, !isProseWord(at: end) { start = index }
        index = end
      } else {
        if start == nil { start = index }
        index += 1
      }
    }
    return found
  }

  /// A word next to it makes another value of the number in a range: "twice 8", "8 squared".
  private func isChanged(_ value: Range<Int>) -> Bool {
    if text.bytes[...].startOfChange(before: Int(tokens[value.lowerBound].start), 0) != nil { return true }
    guard value.upperBound < tokens.count else { return false }
    let (word, _) = wordRun(at: value.upperBound, in: 0..<tokens.count)
    return ChangeWords.trailing.end(in: word, at: word.startIndex) != nil
  }

  /// In prose that begins with words and holds one number: from the number on, with what is counted.
  var valueBehindProse: Range<Int>? {
    guard let first = tokens.indices.first, isProseWord(at: first), tokens[first].kind != .text,
      let value = onlyValueInProse, value.lowerBound > first
    else { return nil }
    // The `a_n` or `\frac{dy}{dx}` of an equation holds what may be words elsewhere.
    var start = value.lowerBound
    guard tokens[value].contains(where: { $0.kind == .relation }) else { return start..<tokens.count }
    while start > first, !tokens[start].isSpaced, isGlued(tokens[start - 1].kind) { start -= 1 }
    return start..<tokens.count
  }

  /// Whether a token without a blank behind it belongs to the formula that follows.
  private func isGlued(_ kind: MathToken.Kind) -> Bool {
    switch kind {
    case .word, .text, .colon, .comma, .semicolon, .period, .quote, .and, .or, .not, .arrow: false
    default: true
    }
  }

  func isProseWord(at index: Int) -> Bool {
    switch tokens[index].kind {
    case .word, .text, .and, .or, .not: return true
    case .letter:
      let (run, _) = wordRun(at: index, in: 0..<tokens.count)
      return run.count > 1 || run.elementsEqual("a".utf8) || run.elementsEqual("I".utf8)
    default: return false
    }
  }
}
