/// The words that may stand behind a number and leave it the number it is.
struct UnitPhrase {
  static let maximumBytes = 80
  static let maximumWords = 6

  /// Reads a flat phrase: words, `/`, `per`, `^` with digits, `square`, `cubic`.
  ///
  /// - Parameter phrase: ASCII, letters as written.
  /// - Returns: Nil where the phrase is no unit: a word in it changes the value, offers a second one or sets a
  ///   condition, or it holds a number.
  static func read(_ phrase: [UInt8]) -> UnitValue? {
    guard phrase.count <= maximumBytes else { return nil }
    var unit = UnitValue()
    var index = 0
    var sign: Int8 = 1
    var prefixed: Int8 = 1
    var words = 0
    while index < phrase.count {
      let byte = phrase[index]
      if byte == UInt8(ascii: "/") {
        sign = -1
        index += 1
      } else if byte.isLetter || byte >= 0x80 {
        var end = index
        while end < phrase.count, phrase[end].isLetter || phrase[end] >= 0x80 || phrase[end] == 0x27 {
          end += 1
        }
        let word = phrase[index..<end]
        index = end
        words += 1
        if words > maximumWords { return nil }
        let small = word.map(\.lowercased)
        if UnitWords.changesValue(small) { return nil }
        if UnitWords.isPer(small) {
          sign = -1
          continue
        }
        if let power = UnitWords.prefixPower(small) {
          prefixed = power
          continue
        }
        if UnitWords.isHarmless(small) || isPreposition(small, in: phrase, index) { continue }
        guard let written = exponent(in: phrase, &index) else { return nil }
        let power = written &* prefixed
        prefixed = 1
        if UnitWords.isGeneric(small) {
          unit.isGeneric = true
        } else if let entry = UnitTable.entry(for: word) {
          if !unit.multiply(by: entry, exponent: sign &* power) { return nil }
        } else {
          if small.count == 1 { return nil }
          unit.names.append(.init(text: UnitTable.singular(small), exponent: sign &* power))
        }
      } else if byte == 0x20 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "'")
      {
        index += 1
      } else {
        return nil
      }
    }
    if unit.isGeneric, !unit.names.isEmpty || unit.dimension != SIMD8<Int8>(repeating: 0) {
      unit.isGeneric = false
    }
    return unit
  }

  /// The "in" of "in total", which is no inch.
  private static func isPreposition(_ word: [UInt8], in phrase: [UInt8], _ end: Int) -> Bool {
    word == Array("in".utf8) && end + 1 < phrase.count && phrase[end] == 0x20 && phrase[end + 1].isLetter
  }

  /// `^2`, `2` behind a unit, `squared`; 1 where there is none; nil where what follows `^` is no small integer.
  private static func exponent(in phrase: [UInt8], _ index: inout Int) -> Int8? {
    var next = index
    while next < phrase.count, phrase[next] == 0x20 { next += 1 }
    if next < phrase.count, phrase[next] == UInt8(ascii: "^") {
      next += 1
      var isNegative = false
      if next < phrase.count, phrase[next] == UInt8(ascii: "-") {
        isNegative = true
        next += 1
      }
      guard next < phrase.count, phrase[next].isDigit else { return nil }
      let digit = Int8(phrase[next] - 0x30)
      if next + 1 < phrase.count, phrase[next + 1].isDigit { return nil }
      index = next + 1
      return isNegative ? -digit : digit
    }
    for (word, power) in UnitWords.suffixPowers where phrase[next...].hasIgnoringCase(word, at: next) {
      index = next + word.bytes.count
      return power
    }
    if index < phrase.count, phrase[index] == UInt8(ascii: "2") || phrase[index] == UInt8(ascii: "3"),
      index + 1 == phrase.count || !phrase[index + 1].isDigit
    {
      index += 1
      return Int8(phrase[index - 1] - 0x30)
    }
    return 1
  }
}
