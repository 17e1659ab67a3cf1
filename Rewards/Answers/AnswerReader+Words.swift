// Answers in words, and texts with numbers in them.

extension AnswerReader {
  /// A range that is words only, or a text with numbers in it; nil for anything else.
  func words(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    let first = range.lowerBound
    if isWordy(range), let number = try numberInWords(range, &algebra) { return .quantity(number) }
    if range.count == 1, tokens[first].kind == .text {
      let inside = text.text(range)
      if inside.contains(where: { $0.isDigit || $0 == 0x5C || $0 == 0x2C }) || WordList.joins(inside) {
        return try relexed(prose(inside), depth, &algebra)
      }
    }
    guard isWordy(range) else { return nil }
    return .text(TextAnswer(words: text.text(range)))
  }

  /// A text with its words kept apart from products of letters.
  func prose(_ inside: Bytes) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = inside.startIndex
    while index < inside.endIndex {
      if inside[index].isLetter, index == inside.startIndex || inside[index - 1] != UInt8(ascii: "\\") {
        let word = inside[index...].prefix { $0.isLetter || $0 == 0x27 || $0 == 0x2D }
        index = word.endIndex
        let isSingle = word.count == 1
        bytes +=
          isSingle || WordList.isJoint(word) ? Array(word) : Array("\\text{".utf8) + word + Array("}".utf8)
      } else {
        bytes.append(inside[index])
        index += 1
      }
    }
    return bytes
  }

  /// Only texts, words and letters that make words, and at least one of the first two; or a short word such
  /// as `Yes`.
  func isWordy(_ range: Range<Int>) -> Bool {
    var hasWord = false
    var index = range.lowerBound
    while index < range.upperBound {
      switch tokens[index].kind {
      case .text, .word: hasWord = true
      case .letter, .quote, .minus, .period, .not, .prime, .factorial, .imaginaryUnit: break
      default: return false
      }
      index += 1
    }
    if hasWord { return true }
    let (run, end) = wordRun(at: range.lowerBound, in: range)
    return end == range.upperBound && run.count > 1 && TextAnswer.isShortAnswer(run)
  }

  /// `twelve`, `twenty-one apples`.
  func numberInWords(
    _ range: Range<Int>, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let plain = phrase(range)
    let words = plain.split { $0.isBlank }
    guard words.count <= 16 else { return nil }
    if words.count == 1, TextAnswer(words: plain[...]).normalized == Array("infinity".utf8) {
      return quantity(try algebra.infinity(isNegative: false), range)
    }
    for count in stride(from: words.count, to: 0, by: -1) {
      guard let value = NumberWords.value(plain[plain.startIndex..<words[count - 1].endIndex]) else {
        continue
      }
      var quantity = quantity(try algebra.number(value), range)
      if count == words.count { return quantity }
      // "one of the values" counts nothing.
      if words[count].elementsEqual("of".utf8) { return nil }
      guard let read = try suffix(Array(plain[words[count].startIndex...]), &quantity, &algebra), read else {
        return nil
      }
      return quantity
    }
    return nil
  }
}

extension WordList {
  /// `and` or `or` stands in the text as a word.
  static func joins(_ text: Bytes) -> Bool { text.split { !$0.isLetter }.contains(where: isJoint) }

  static func isJoint(_ word: Bytes) -> Bool {
    word.elementsEqual("and".utf8) || word.elementsEqual("or".utf8)
  }
}
