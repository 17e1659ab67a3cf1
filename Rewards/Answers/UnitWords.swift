/// A word that is the name of a unit by itself.
enum UnitName {
  static func isKnown(_ word: Bytes) -> Bool {
    guard !word.isEmpty, word.count <= 16, word.allSatisfy({ $0.isLetter || $0 >= 0x80 }) else {
      return false
    }
    return UnitTable.entry(for: word) != nil || UnitWords.isGeneric(word.map(\.lowercased))
      || UnitWords.isPercent(word.map(\.lowercased))
  }
}

/// Letters that are units by themselves where a number and a blank stand before them.
enum UnitLetter {
  static func isOne(_ letter: UInt8) -> Bool { "mgshLJNWVKA".utf8.contains(letter) }
}

/// The small words in and around unit phrases.
enum UnitWords {
  static let suffixPowers: [(StaticPattern, Int8)] = [("squared", 2), ("cubed", 3)]

  static func isPer(_ word: [UInt8]) -> Bool { per.contains(word) }
  static func isHarmless(_ word: [UInt8]) -> Bool { harmless.contains(word) }
  static func isGeneric(_ word: [UInt8]) -> Bool { word == Array("unit".utf8) || word == Array("units".utf8) }
  static func isPercent(_ word: [UInt8]) -> Bool { percent.contains(word) }
  static func isDegree(_ word: [UInt8]) -> Bool { degree.contains(word) }
  static func isRadian(_ word: [UInt8]) -> Bool { radian.contains(word) }
  static func changesValue(_ word: [UInt8]) -> Bool { stop.contains(word) }

  static func prefixPower(_ word: [UInt8]) -> Int8? {
    if word == Array("square".utf8) || word == Array("sq".utf8) { return 2 }
    return word == Array("cubic".utf8) || word == Array("cu".utf8) ? 3 : nil
  }

  private static func words(_ text: String) -> Set<[UInt8]> {
    Set(text.split(separator: " ").map { Array($0.utf8) })
  }

  private static let per = words("per")
  private static let percent = words("percent pct percentage")
  private static let degree = words("degree degrees deg")
  private static let radian = words("radian radians rad")
  /// Say how, not how much.
  private static let harmless = words(
    "approximately approx about roughly around exactly exact only total all altogether each left remaining of the a an"
      + " more")
  /// Make another value of the number before them, offer a second one, or set a condition.
  private static let stop = words(
    "or and not to than plus minus times over divided by mod modulo if but is are was wrong false incorrect nor"
      + " neither either else otherwise except unless when where provided assuming maybe perhaps possibly"
      + " anything something less fewer greater larger smaller least most between from until half halves"
      + " third thirds quarter fourth fourths fifth fifths pi sqrt log ln sin cos tan squared cubed"
      + " factorial choose power root no never none hundred thousand million billion trillion dozen dozens"
      + " undefined infinity infinite base solution solutions.")
}
