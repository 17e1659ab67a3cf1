/// Numbers in English words: `twelve`, `twenty-one`, `three hundred and five`, `one half`, `two thirds`.
enum NumberWords {
  /// The value of `text` where all of it is one number; small letters or capitals.
  static func value(_ text: Bytes) -> Rational? {
    let words = text.split { !$0.isLetter }.map { $0.map(\.lowercased) }
    guard !words.isEmpty, words.count <= 16 else { return nil }
    // Nothing but blanks and hyphens may stand between the words.
    guard text.allSatisfy({ $0.isLetter || $0.isBlank || $0 == UInt8(ascii: "-") }) else { return nil }
    if words[0] == Array("minus".utf8) || words[0] == Array("negative".utf8) {
      return magnitude(words.dropFirst())?.negated
    }
    return magnitude(words[...])
  }

  /// A multiplier behind a figure: `2.5 million`.
  static func multiplier(_ word: [UInt8]) -> Int? {
    let single = UnitTable.singular(word)
    if single == Array("dozen".utf8) { return 12 }
    return scales[single] ?? scales[word]
  }

  private static func magnitude(_ words: ArraySlice<[UInt8]>) -> Rational? {
    if let whole = cardinal(words) { return Rational(whole) }
    guard let last = words.last, let denominator = parts[last] else { return nil }
    let before = words.dropLast()
    if before.isEmpty { return Rational(1, over: denominator) }
    let numerator = before.count == 1 && before.first == Array("a".utf8) ? 1 : cardinal(before)
    return numerator.flatMap { Rational($0, over: denominator) }
  }

  private static func cardinal(_ words: ArraySlice<[UInt8]>) -> Int? {
    var total = 0
    var group = 0
    var hasNumber = false
    var lastKind = Kind.scale
    for word in words {
      if word == Array("and".utf8) {
        guard hasNumber else { return nil }
        continue
      }
      if let value = units[word] {
        // "twenty one" but not "one one" or "ten one".
        guard lastKind == .scale || (lastKind == .tens && value < 10 && value > 0) else { return nil }
        group += value
        lastKind = .unit
      } else if let value = tens[word] {
        guard lastKind == .scale else { return nil }
        group += value
        lastKind = .tens
      } else if word == Array("hundred".utf8) {
        guard hasNumber, group < 100 else { return nil }
        group = max(group, 1) * 100
        lastKind = .scale
      } else if let scale = scales[word], scale >= 1000 {
        guard hasNumber, group > 0, total == 0 || total % (scale * 1000) == 0 else { return nil }
        total += group * scale
        group = 0
        lastKind = .scale
      } else {
        return nil
      }
      hasNumber = true
    }
    return hasNumber ? total + group : nil
  }

  private enum Kind {
    case unit, tens, scale
  }

  private static func table(_ text: String, _ value: (Int) -> Int) -> [[UInt8]: Int] {
    var table: [[UInt8]: Int] = [:]
    for (index, word) in text.split(separator: " ").enumerated() { table[Array(word.utf8)] = value(index) }
    return table
  }

  private static let units = table(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
      + " seventeen eighteen nineteen"
  ) { $0 }
  private static let tens = table("twenty thirty forty fifty sixty seventy eighty ninety") { $0 * 10 + 20 }
  private static let scales = [
    Array("hundred".utf8): 100, Array("thousand".utf8): 1000, Array("million".utf8): 1_000_000,
    Array("billion".utf8): 1_000_000_000, Array("trillion".utf8): 1_000_000_000_000,
  ]
  private static let parts = table(
    "half third quarter fourth fifth sixth seventh eighth ninth tenth halves thirds quarters fourths fifths sixths"
      + " sevenths eighths ninths tenths"
  ) { index in [2, 3, 4, 4, 5, 6, 7, 8, 9, 10][index % 10] }
}
