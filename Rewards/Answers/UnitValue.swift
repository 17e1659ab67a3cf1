/// A unit of measurement as written behind a number: `m/s^2`, `square feet`, `dollars per hour`, `apples`.
struct UnitValue: Sendable, Hashable {
  /// Exponents of the base dimensions, in the order of ``UnitTable/Base``.
  var dimension = SIMD8<Int8>(repeating: 0)
  /// How many of the base units one of these is.
  var scale = Rational.one
  /// What the table does not know, by name and exponent, in the order of writing: counted things, currencies.
  var names: [Name] = []
  /// Only a word that stands for any unit: `units`, `square units`.
  var isGeneric = false

  struct Name: Sendable, Hashable {
    var text: [UInt8]
    var exponent: Int8
  }

  /// Known to the table, so that other units of its kind can be converted to it.
  var isConvertible: Bool { names.isEmpty && !isGeneric }

  /// Whether quantities in both units can be equal; then `scale` says in which ratio.
  func isComparable(to other: UnitValue) -> Bool {
    if isGeneric || other.isGeneric { return true }
    if dimension != other.dimension { return false }
    if names == other.names { return true }
    // "7 different ways" counts the same things as "7 ways".
    let none = SIMD8<Int8>(repeating: 0)
    return dimension == none && !names.isEmpty && names.last == other.names.last
      && !UnitTable.isCurrency(names[names.count - 1].text)
  }

  mutating func multiply(by entry: UnitTable.Entry, exponent: Int8) -> Bool {
    guard let power = entry.scale.raised(to: Int(exponent)), let product = Rational.product(scale, power)
    else {
      return false
    }
    scale = product
    for index in 0..<8 { dimension[index] &+= entry.dimension[index] &* exponent }
    if let name = entry.currency { names.append(Name(text: Array(name.utf8), exponent: exponent)) }
    return true
  }
}

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
