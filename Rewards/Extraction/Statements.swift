// Explicit statements of an answer: "the final answer is …", "Answer: …", a heading with the value below, and
// the same in other languages.

extension ArraySlice<UInt8> {
  /// What the last explicit statement says the answer is, trimmed; nil where there is none.
  ///
  /// The scan runs from the end and looks at each byte a bounded number of times.
  var lastStatement: Bytes? {
    var end = endIndex
    var mentions = 0
    while mentions < Stop.maximumMentions, let word = lastAnswerWord(before: end) {
      mentions += 1
      if let start = startOfStatedValue(after: word), let value = statedValue(from: start) { return value }
      end = word.lowerBound
    }
    return nil
  }

  /// The text without the reason behind it: ", because …", " since …".
  var withoutReason: Bytes {
    var index = startIndex
    while index < endIndex {
      if self[index] == 0x20 || self[index] == UInt8(ascii: ","),
        StatementWords.clause.endOfPrefix(in: self, at: index) != nil
      {
        return self[..<index]
      }
      index += 1
    }
    return self
  }

  /// The last word for "answer" that begins before `end`.
  private func lastAnswerWord(before end: Int) -> Range<Int>? {
    let words = StatementWords.answer
    let bytes = span
    let base = startIndex
    var offset = Swift.min(end - base, bytes.count - 1) - 1
    while offset >= 0 {
      let byte = bytes[offset]
      if words.mayBegin(with: byte, bytes[offset + 1]) {
        let startsWord = byte >= 0x80 || offset == 0 || !bytes[offset - 1].isLetter
        if startsWord, let end = words.endOfPrefix(in: self, at: base + offset) {
          return (base + offset)..<end
        }
      }
      offset -= 1
    }
    return nil
  }

  /// Where the value begins: behind `is`, `:` or `=`, or below a heading; nil where none of them follows.
  private func startOfStatedValue(after word: Range<Int>) -> Int? {
    var index = word.upperBound
    if byte(index)?.lowercased == UInt8(ascii: "s") { index += 1 }
    if let next = byte(index), next.isLetter, self[word.lowerBound] < 0x80 { return nil }
    index = skipMarkup(from: index)
    if let start = endOfCopula(at: index) { return start }
    if byte(index) == 0x0A || byte(index) == 0x0D {
      return isHeading(word.lowerBound) ? endOfBlanks(from: index) : nil
    }
    return endOfQualifiedCopula(from: index)
  }

  /// Behind the copula of "answer to the question is": a few words that begin with a preposition or a
  /// pronoun and do not say what the answer must be.
  private func endOfQualifiedCopula(from start: Int) -> Int? {
    var index = start
    var count = 0
    while count < 12, index - start < 120 {
      let word = self[index...].prefix { $0.isLetter }
      if word.isEmpty {
        // A short formula or number may stand among the words: "answer for $n=3$ is".
        guard count > 0, let byte = byte(index), !Stop.isSentenceEnd(byte) else { return nil }
        index += 1
      } else {
        if count > 0, let end = endOfCopula(at: index) { return end }
        if count == 0, !StatementWords.opensQualifier.contains(word) { return nil }
        if StatementWords.forbidsStatement.contains(word) { return nil }
        count += 1
        index = word.endIndex
      }
      index = skipMarkup(from: index)
      if count > 0, let end = endOfCopula(at: index) { return end }
    }
    return nil
  }

  /// Behind `is`, `is:`, `:` or `=` and their kin at `start`, with markup and adverbs; nil where there is none.
  private func endOfCopula(at start: Int) -> Int? {
    var index = start
    var found = false
    if let end = StatementWords.copula.end(in: self, at: start) {
      found = true
      index = skipMarkup(from: end)
      while let end = StatementWords.adverb.end(in: self, at: index) { index = skipMarkup(from: end) }
    }
    if let end = StatementWords.sign.endOfPrefix(in: self, at: index) {
      found = true
      index = skipMarkup(from: end)
    }
    return found ? index : nil
  }

  /// Blanks, tabs, emphasis and closing braces or brackets of a label.
  private func skipMarkup(from start: Int) -> Int {
    var index = start
    while let byte = byte(index), byte == 0x20 || byte == 0x09 || Stop.isMarkup(byte) { index += 1 }
    return index
  }

  /// Whether nothing but markup and an adjective stands before `start` in its line.
  private func isHeading(_ start: Int) -> Bool {
    let line = self[Swift.max(startIndex, start - 40)..<start]
    let before = line[(line.lastIndex(of: 0x0A).map { $0 + 1 } ?? line.startIndex)...]
    let words = before.split { !$0.isLetter }
    return words.count <= 2 && before.allSatisfy { $0.isLetter || $0 == 0x20 || Stop.isMarkup($0) }
  }

  /// The value that begins at `start`: a displayed formula as a whole, else the rest of the sentence. Nil =
  /// it states nothing.
  private func statedValue(from start: Int) -> Bytes? {
    var first = endOfBlanks(from: start)
    // A value below its heading may be the item of a list.
    if self[start..<first].contains(0x0A), byte(first) == UInt8(ascii: "-"), byte(first + 1) == 0x20 {
      first = endOfBlanks(from: first + 1)
    }
    if let formula = displayedFormula(at: first) { return formula }
    if StatementWords.denial.end(in: self, at: first) != nil { return correction(from: first) }
    let value = self[first..<endOfStatement(from: first)].trimmed()
    if value.isEmpty || StatementWords.comparative.endOfPrefix(in: value, at: first) != nil { return nil }
    return value
  }

  /// "not 10; it is 12": what stands behind the correction in the same line; nil where there is none.
  private func correction(from start: Int) -> Bytes? {
    var index = start
    while index < endIndex, self[index] != 0x0A {
      if self[index] == 0x20, let end = StatementWords.correction.end(in: self, at: index + 1) {
        let first = endOfBlanks(from: end)
        let value = self[first..<endOfStatement(from: first)].trimmed()
        return value.isEmpty ? nil : value
      }
      index += 1
    }
    return nil
  }

  /// `\[…\]` or `$$…$$` at `start`, with what follows in its line.
  private func displayedFormula(at start: Int) -> Bytes? {
    for (open, close) in Stop.displays where has(open, at: start) {
      let inner = start + open.bytes.count
      guard let end = firstIndex(of: close, from: inner) else { continue }
      return self[inner..<end].trimmed()
    }
    return nil
  }

  /// The end of the sentence or line that begins at `start`.
  private func endOfStatement(from start: Int) -> Int {
    var index = start
    while index < endIndex {
      switch self[index] {
      case 0x0A: return index
      case UInt8(ascii: "."):
        if byte(index + 1)?.isBlank ?? true, !isAbbreviation(index, from: start) { return index }
      case UInt8(ascii: "?"), UInt8(ascii: ";"):
        // "8? Or 9": a second value offered.
        let offers =
          self[index] == UInt8(ascii: "?") && StatementWords.offer.end(in: self, at: index + 2) != nil
        if byte(index + 1)?.isBlank ?? true, !offers { return index }
      case UInt8(ascii: "!"):
        // A factorial is rarely the end of a sentence with a blank behind it; an exclamation is.
        if byte(index + 1)?.isBlank ?? true, index > start, self[index - 1].isLetter { return index }
      case UInt8(ascii: ","), 0x20:
        if StatementWords.clause.endOfPrefix(in: self, at: index) != nil { return index }
      case 0xE3:
        if has(Stop.ideographic, at: index) { return index }
      default: break
      }
      index += 1
    }
    return index
  }

  /// The point of "p.m." or "a.m." inside a sentence.
  private func isAbbreviation(_ point: Int, from start: Int) -> Bool {
    point - 3 >= start && self[point - 2] == UInt8(ascii: ".") && self[point - 1].isLetter
      && self[point - 3].isLetter
  }
}

private enum StatementWords {
  /// In small letters where they have any that are ASCII; others in the spellings that occur.
  static let answer = WordTable([
    "answer", "antwoord", "antwort", "cevap", "jawaban", "odpov\u{11B}\u{10F}", "odpowied\u{17A}",
    "r\u{E9}ponse", "r\u{C9}ponse", "reponse", "resposta", "respuesta", "risposta", "svaret", "svar",
    "vastaus",
    "yan\u{131}t", "r\u{103}spuns", "\u{111}\u{E1}p \u{E1}n", "\u{111}\u{E1}p s\u{1ED1}",
    "\u{110}\u{E1}p \u{E1}n", "\u{110}\u{E1}p s\u{1ED1}",
    "\u{43E}\u{442}\u{432}\u{435}\u{442}", "\u{41E}\u{442}\u{432}\u{435}\u{442}",
    "\u{41E}\u{422}\u{412}\u{415}\u{422}",
    "\u{432}\u{456}\u{434}\u{43F}\u{43E}\u{432}\u{456}\u{434}\u{44C}",
    "\u{412}\u{456}\u{434}\u{43F}\u{43E}\u{432}\u{456}\u{434}\u{44C}",
    "\u{7B54}\u{6848}", "\u{7B54}\u{3048}", "\u{89E3}\u{7B54}", "\u{6B63}\u{89E3}", "\u{7B54}",
    "\u{C815}\u{B2F5}", "\u{B2F5}", "\u{627}\u{644}\u{62C}\u{648}\u{627}\u{628}",
    "\u{627}\u{644}\u{625}\u{62C}\u{627}\u{628}\u{629}", "\u{909}\u{924}\u{94D}\u{924}\u{930}",
    "\u{3B1}\u{3C0}\u{3AC}\u{3BD}\u{3C4}\u{3B7}\u{3C3}\u{3B7}",
    "\u{391}\u{3C0}\u{3AC}\u{3BD}\u{3C4}\u{3B7}\u{3C3}\u{3B7}", "\u{5EA}\u{5E9}\u{5D5}\u{5D1}\u{5D4}",
    "\u{E04}\u{E33}\u{E15}\u{E2D}\u{E1A}",
  ])
  /// Longer ones before those that begin them.
  static let copula = WordTable([
    "is equal to", "is given by", "is", "are", "equals", "equal to", "will be", "would be", "was",
    "turns out to be", "comes out to be", "comes to", "works out to be",
    "ist gleich", "ist", "lautet", "es igual a", "es", "est \u{E9}gale \u{E0}", "est", "\u{E8} uguale a",
    "\u{E8}", "\u{E9} igual a", "\u{E9}", "jest", "je", "\u{E4}r", "er", "on", "este", "adalah",
    "l\u{E0}", "to",
    "\u{440}\u{430}\u{432}\u{435}\u{43D}", "\u{440}\u{430}\u{432}\u{43D}\u{43E}", "\u{662F}", "\u{4E3A}",
    "\u{70BA}", "\u{5C31}\u{662F}", "\u{306F}", "\u{C740}", "\u{B294}", "\u{647}\u{648}", "\u{647}\u{64A}",
    "\u{939}\u{948}", "\u{E04}\u{E37}\u{E2D}",
  ])
  static let sign = WordTable([
    ":", "=", "\u{FF1A}", "\u{2014}", "\u{2013}", "\\to ", "\u{2192}", "->", "=>",
  ])
  static let adverb = WordTable([
    "indeed", "therefore", "thus", "then", "simply", "just", "clearly", "exactly", "hence", "now", "also",
    "still", "actually", "obviously", "indeed", "equal to", "given by", "option", "choice", "therefore",
  ])
  /// What may stand first between "answer" and its copula.
  static let opensQualifier = WordTable([
    "to", "for", "of", "in", "from", "here", "we", "i", "that", "which", "then", "therefore", "thus", "is",
    "final", "final", "finale", "choice", "option", "above", "below", "correcta", "correct", "da", "de", "a",
    "zu", "auf", "sur", "\u{E0}",
  ])
  /// What may not: it says what the answer must be, or is not.
  static let forbidsStatement = WordTable([
    "must", "should", "could", "might", "cannot", "can", "may", "not", "if", "larger", "smaller", "greater",
    "less", "more", "than", "when", "until", "before", "needs", "has", "was", "wrong", "does", "isn",
  ])
  /// Words behind a copula that say what the answer is compared with, not what it is.
  static let comparative = WordTable([
    "larger than", "greater than", "smaller than", "less than", "more than", "bigger than", "fewer than",
    "at least", "at most", "between", "close to", "supposed to", "going to", "expected to", "wrong",
    "correct",
    "right.", "incorrect", "unknown", "that ", "found by", "obtained", "the same as", "required to",
    "to be", "in the form", "a multiple", "an integer", "a number", "positive.", "negative.",
  ])
  static let denial = WordTable(["not"])
  static let offer = WordTable(["or"])
  static let correction = WordTable(["it is", "it's", "but rather", "but", "rather"])
  /// What begins a reason rather than a second value.
  static let clause = WordTable([
    " because ", ", because ", " since ", ", since ", ", as ", ", which ", ", so ", ", where ", ", i.e",
    ", that is", ", hence", ", meaning", ", after", ", with ", ", not ", " (not ", " (since ", " (because ",
    " (as ", ", because", " as desired", " as required", ", i hope", ", for a total", ", obtained",
    ", found by",
    " obtained by", " (that is,", " (i.e", " (see ", " [see ", " (checked", " [checked", " (verified",
    " [verified", " (obtained", " (found by", " (rounded", " \u{2014} as ", " \u{2013} as ", " - as ",
    " of the total", " and we are done",
  ])
}

private enum Stop {
  /// How many mentions of an answer are looked at, from the end.
  static let maximumMentions = 64
  static let ideographic: StaticPattern = "\u{3002}"
  static let displays: [(StaticPattern, StaticPattern)] = [("\\[", "\\]"), ("$$", "$$")]

  static func isMarkup(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "#"), UInt8(ascii: "}"),
      UInt8(ascii: ")"), UInt8(ascii: ">"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  static func isSentenceEnd(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
  }
}
