// The last formula or number of a text: what counts where nothing says "this is the answer".

extension ArraySlice<UInt8> {
  /// The last formula between math delimiters or the last number, whichever ends later; with what it is
  /// listed with ("2 and 3") and without the sentence around it. Nil where there is neither.
  var lastValue: Bytes? {
    guard let last = lastPlaceOfValue else { return nil }
    let number = lastNumberToken(before: last + 1)
    guard let formula = lastFormula(endingBefore: last + 1) else { return number.map { self[listed($0)] } }
    if let number, number.lowerBound >= formula.upperBound { return self[listed(number)] }
    return self[listed(withUnit(formula))]
  }

  /// The whole text where it is one short line that is no prose: a bare formula, a word, yes or no.
  var asBareAnswer: Bytes? {
    let line = trimmed()
    guard !line.isEmpty, line.count <= ValueText.maximumBareBytes, !line.contains(0x0A) else { return nil }
    return line
  }

  /// Words only: no digit, no command, no operator.
  var isWords: Bool {
    allSatisfy { $0.isLetter || $0.isBlank || $0 >= 0x80 || ".,;:!?'-\"".utf8.contains($0) }
  }

  /// Whether the text reads as a formula without delimiters: it has a digit or an operator, and its words
  /// are commands.
  var isBareFormula: Bool {
    var index = startIndex
    var hasMathematics = false
    while index < endIndex {
      let byte = self[index]
      if byte == UInt8(ascii: "\\") {
        hasMathematics = true
        index += 1
        while index < endIndex, self[index].isLetter { index += 1 }
        continue
      }
      if byte.isLetter {
        let word = self[index...].prefix { $0.isLetter }
        if word.count > 1, !ValueText.joins.contains(word), !isInsideBraces(at: index) { return false }
        index = word.endIndex
        continue
      }
      if byte.isDigit || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "^") { hasMathematics = true }
      index += 1
    }
    return hasMathematics
  }

  private func isInsideBraces(at index: Int) -> Bool {
    var depth = 0
    for byte in self[..<index] {
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
    }
    return depth > 0
  }

  /// The last byte that can end a formula or belong to a number.
  private var lastPlaceOfValue: Int? {
    let bytes = span
    var offset = bytes.count
    while offset > 0 {
      offset -= 1
      let byte = bytes[offset]
      // Letters and blanks are told apart by two comparisons.
      if byte == 0x20 || (byte > 0x5D && byte < 0xC2) || (byte > 0x39 && byte < 0x5D) { continue }
      let index = startIndex + offset
      if byte == 0x24 || byte == 0x29 || byte == 0x5D || isNumberSign(at: index) { return index }
    }
    return nil
  }

  /// A formula and the word behind it where that is a unit's: `$12$ cm`.
  private func withUnit(_ value: Range<Int>) -> Range<Int> {
    let start = value.upperBound
    guard byte(start) == 0x20 else { return value }
    let word = self[(start + 1)...].prefix { $0.isLetter }
    return UnitName.isKnown(word) ? value.lowerBound..<word.endIndex : value
  }

  // MARK: Numbers

  /// The last stretch without blanks that holds a number of its own, with what belongs to it across blanks.
  private func lastNumberToken(before end: Int) -> Range<Int>? {
    var index = end - 1
    while index >= startIndex {
      guard isNumberSign(at: index) else {
        index -= 1
        continue
      }
      let token = unpunctuated(stretch(around: index))
      if isNumeric(token) { return withUnit(extendedLeft(token)) }
      index = Swift.min(index, stretch(around: index).lowerBound) - 1
    }
    return nil
  }

  /// A digit, a vulgar fraction, π, ∞ or a full-width digit begins at `index`.
  private func isNumberSign(at index: Int) -> Bool {
    switch self[index] {
    case 0x30...0x39: true
    case 0xC2: (0xBC...0xBE).contains(byte(index + 1) ?? 0)
    case 0xCF: byte(index + 1) == 0x80
    case 0xE2: byte(index + 1) == 0x88 && byte(index + 2) == 0x9E
    case 0xEF: byte(index + 1) == 0xBC && (0x90...0x99).contains(byte(index + 2) ?? 0)
    default: false
    }
  }

  /// Whether the byte at `index` can be part of a number or formula: ASCII but no blank, or a mathematical
  /// sign; letters of other scripts end it.
  private func isFormulaByte(at index: Int) -> Bool {
    let byte = self[index]
    if byte < 0x80 { return !byte.isBlank }
    var lead = index
    while lead > startIndex, self[lead] & 0xC0 == 0x80, index - lead < 3 { lead -= 1 }
    switch self[lead] {
    case 0xC2, 0xE2: return true
    case 0xC3: return self.byte(lead + 1) == 0x97 || self.byte(lead + 1) == 0xB7
    default: return isNumberSign(at: lead)
    }
  }

  /// The stretch of formula bytes around `index`, bounded.
  private func stretch(around index: Int) -> Range<Int> {
    var low = index
    var high = index + 1
    let floor = Swift.max(startIndex, index - ValueText.maximumNumberBytes)
    let ceiling = Swift.min(endIndex, index + ValueText.maximumNumberBytes)
    while low > floor, isFormulaByte(at: low - 1) { low -= 1 }
    while high < ceiling, isFormulaByte(at: high) { high += 1 }
    return low..<high
  }

  /// Without emphasis, quotes, sentence marks and a bracket of the sentence at its ends.
  private func unpunctuated(_ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, ValueText.isWrapping(self[low]) { low += 1 }
    while low < high, ValueText.isWrapping(self[high - 1]) || ValueText.isTrailing(self[high - 1]) {
      high -= 1
    }
    let text = self[low..<high]
    let opens = text.count { $0 == UInt8(ascii: "(") }
    let closes = text.count { $0 == UInt8(ascii: ")") }
    if opens > closes, text.first == UInt8(ascii: "(") { low += 1 }
    if closes > opens, text.last == UInt8(ascii: ")") { high -= 1 }
    while low < high, ValueText.isTrailing(self[high - 1]) { high -= 1 }
    return low..<high
  }

  /// Whether a stretch is a number, a formula or an equation rather than a word with digits (`H2O`, `2nd`).
  private func isNumeric(_ range: Range<Int>) -> Bool {
    let text = self[range]
    guard range.contains(where: { isNumberSign(at: $0) }) else { return false }
    var letters = 0
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "\\") {
        index += 1
        while index < text.endIndex, text[index].isLetter { index += 1 }
        continue
      }
      if text[index].isLetter { letters += 1 }
      index += 1
    }
    if letters == 0 { return true }
    if text.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "^") }) { return true }
    let digits = text.prefix { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
    if digits.isEmpty || digits.endIndex == text.endIndex { return false }
    return UnitName.isKnown(text[digits.endIndex...])
  }

  /// `1 1/2`, `1 234`, `3.2 \times 10^5`, `$ 5`, `- 5`: what stands before, where it is part of the number.
  private func extendedLeft(_ token: Range<Int>) -> Range<Int> {
    var low = token.lowerBound
    for _ in 0..<ValueText.maximumParts {
      guard low - 1 > startIndex, self[low - 1] == 0x20, !self[low - 2].isBlank else { break }
      let before = stretch(around: low - 2)
      let word = self[before]
      let isInteger = word.allSatisfy(\.isDigit)
      if isInteger, self[low..<token.upperBound].isFraction {
        low = before.lowerBound
      } else if isInteger, word.count <= 3, self[low..<token.upperBound].startsWithGroupOfThree {
        low = before.lowerBound
      } else if ValueText.operators.contains(where: {
        $0.bytes.count == word.count && word.has($0, at: word.startIndex)
      }),
        before.lowerBound - 2 > startIndex
      {
        let left = unpunctuated(stretch(around: before.lowerBound - 2))
        guard left.upperBound == before.lowerBound - 1, isNumeric(left) else { break }
        low = left.lowerBound
      } else {
        break
      }
    }
    return low..<token.upperBound
  }

  private var isFraction: Bool {
    let parts = split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
  }

  private var startsWithGroupOfThree: Bool {
    let digits = prefix { $0.isDigit }
    return digits.count == 3 && (digits.endIndex == endIndex || self[digits.endIndex] == 0x20)
  }

  // MARK: Lists and hedges

  /// A value together with the values it is listed with and the words that make it something else: "2 and
  /// 3", "12 or 13", "more than 12", "not 5".
  private func listed(_ value: Range<Int>) -> Range<Int> {
    var low = value.lowerBound
    let floor = Swift.max(startIndex, low - ValueText.maximumFormulaBytes)
    if let denial = startOfDeniedAnswer(before: low, floor) { return denial..<value.upperBound }
    while low > floor {
      var end = low
      while end > floor, self[end - 1] == 0x20 || ValueText.isWrapping(self[end - 1]) { end -= 1 }
      if end > floor, self[end - 1] == UInt8(ascii: ","), end < low {
        guard let before = valueEnding(at: end - 1) else { break }
        low = before
        continue
      }
      if let change = startOfChange(before: low, floor) { return change..<value.upperBound }
      let start = startOfWord(endingAt: end, floor)
      var word = self[start..<end]
      if ValueText.hedges.contains(word) { return start..<value.upperBound }
      if let doubt = startOfDoubt(before: start, word, floor) { return doubt..<value.upperBound }
      word = word.drop { !$0.isLetter }
      guard ValueText.joins.contains(word) else { break }
      var left = start
      while left > floor, self[left - 1] == 0x20 || self[left - 1] == UInt8(ascii: ",") { left -= 1 }
      guard let before = valueEnding(at: left) else { break }
      low = before
    }
    return low..<value.upperBound
  }

  private func startOfWord(endingAt end: Int, _ floor: Int) -> Int {
    var start = end
    while start > floor, self[start - 1].isLetter || self[start - 1] == UInt8(ascii: "'") { start -= 1 }
    return start
  }

  /// "cannot be", "could be", "might be": `word` is "be" and what stands before it leaves the value open.
  private func startOfDoubt(before start: Int, _ word: Bytes, _ floor: Int) -> Int? {
    guard word.elementsEqual("be".utf8) else { return nil }
    var end = start
    while end > floor, self[end - 1] == 0x20 { end -= 1 }
    let first = startOfWord(endingAt: end, floor)
    return ValueText.doubts.contains(self[first..<end]) ? first : nil
  }

  /// Where the formula or number begins that ends at `end`.
  private func valueEnding(at end: Int) -> Int? {
    guard end > startIndex, !self[end - 1].isBlank else { return nil }
    let head = self[..<end]
    if let formula = head.lastFormula(before: end), formula.upperBound == end { return formula.lowerBound }
    let token = head.unpunctuated(head.stretch(around: end - 1))
    return !token.isEmpty && head.isNumeric(token) ? token.lowerBound : nil
  }
}

enum ValueText {
  static let maximumBareBytes = 120
  static let maximumFormulaBytes = 2000
  static let maximumNumberBytes = 400
  static let maximumFormulas = 8
  static let maximumParts = 6
  static let operators: [StaticPattern] = [
    "\\times", "\\cdot", "\u{D7}", "*", "+", "-", "/", "\u{2212}", "x", "\u{B7}", "\u{F7}",
  ]
  static let hedges = WordTable([
    "not", "than", "least", "most", "never", "above", "below", "over", "under", "except", "isn't", "wasn't",
    "aren't", "either", "neither",
  ])
  static let joins = WordTable(["and", "or"])
  static let endsOfProof = ["\\blacksquare", "\\square", "\\qed", "\\Box"]
  static let doubts = WordTable(["cannot", "can't", "couldn't", "could", "might", "may", "not", "can"])

  static func isWrapping(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "`")
      || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "~")
  }

  static func isTrailing(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
  }
}
