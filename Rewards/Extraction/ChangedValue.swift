// Words before a number that make another value of it, and statements that deny the value that follows.

extension ArraySlice<UInt8> {
  /// Where the word begins that makes another value of the number at `end`: "twice 8", "minus 8", "the square root
  /// of 8", "anything but 8". Nil where none does.
  ///
  /// - Parameters:
  ///   - end: Where the number begins.
  ///   - floor: How far back to look.
  /// - Returns: A place at or behind `floor`.
  func startOfChange(before end: Int, _ floor: Int) -> Int? {
    var stop = end
    for _ in 0..<ChangeWords.maximumWords {
      while stop > floor,
        self[stop - 1] == 0x20 || self[stop - 1] == 0x24 || ValueText.isWrapping(self[stop - 1])
      {
        stop -= 1
      }
      var start = stop
      while start > floor, self[start - 1].isLetter { start -= 1 }
      let word = self[start..<stop]
      if word.isEmpty { return nil }
      if ChangeWords.changing.contains(word) { return start }
      guard ChangeWords.linking.contains(word) else { return nil }
      stop = start
    }
    return nil
  }

  /// Where "not", "unknown" or "wrong" begins in "the answer is not equal to 8", "the answer is wrong: 8": a
  /// sentence that says what the answer is not, up to the value at `end`. Nil where something else is said then.
  func startOfDeniedAnswer(before end: Int, _ floor: Int) -> Int? {
    var low = end
    while low > floor, !ChangeWords.endsSentence(self[low - 1]) { low -= 1 }
    var index = low
    var namesAnswer = false
    var isCopula = false
    var denial: Int?
    while index < end {
      guard self[index].isLetter else {
        index += 1
        continue
      }
      let word = self[index..<end].prefix { $0.isLetter || $0 == UInt8(ascii: "'") }
      if denial != nil, ChangeWords.correcting.contains(word) { denial = nil }
      if namesAnswer {
        if ChangeWords.deniedCopula.contains(word) || (isCopula && ChangeWords.denying.contains(word)) {
          denial = index
        }
      }
      isCopula = ChangeWords.copula.contains(word)
      namesAnswer = namesAnswer || ChangeWords.answer.contains(word)
      index = word.endIndex
    }
    return denial
  }
}

enum ChangeWords {
  static let maximumWords = 6
  /// Words that make another value of the number behind them.
  static let changing = WordTable([
    "minus", "negative", "plus", "times", "twice", "thrice", "double", "triple", "half", "third", "quarter",
    "square", "squared", "cube", "cubed", "root", "factorial", "reciprocal", "inverse", "opposite",
    "negation",
    "complement", "logarithm", "log", "sine", "cosine", "tangent", "anything", "everything", "excluding",
    "without", "under", "over",
    "above", "below", "beyond", "nearly", "almost", "exceeding",
  ])
  /// Words that may stand between them and the number.
  static let linking = WordTable(["of", "the", "a", "an", "number", "value", "but"])
  /// Words that make another value of the number before them.
  static let trailing = WordTable([
    "squared", "cubed", "factorial", "half", "halves", "third", "thirds", "quarter", "quarters", "fourths",
    "fifths", "sixths", "sevenths", "eighths", "ninths", "tenths", "hundredths", "thousandths", "hundred",
    "thousand", "million", "billion", "trillion", "dozen",
  ])

  fileprivate static let answer = WordTable(["answer", "result", "solution"])
  fileprivate static let copula = WordTable(["is", "was", "be", "are"])
  fileprivate static let deniedCopula = WordTable(["isn't", "wasn't", "cannot", "can't", "couldn't"])
  fileprivate static let denying = WordTable(["not", "unknown", "unclear", "wrong", "incorrect", "never"])
  fileprivate static let correcting = WordTable([
    "but", "it", "rather", "instead", "so", "therefore", "thus", "hence", "actually", "because", "we",
    "which", "since",
    "then",
  ])

  fileprivate static func endsSentence(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
  }
}
