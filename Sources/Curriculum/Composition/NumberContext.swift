/// What stands around a number in an English text, and whether that makes it an amount.
struct NumberContext: Sendable {
  private let before: ArraySlice<UInt8>
  private let after: ArraySlice<UInt8>
  private let digits: ArraySlice<UInt8>

  /// - Parameters:
  ///   - range: Of the number, in bytes of UTF-8.
  ///   - text: All of it.
  init(_ range: Range<Int>, in text: [UInt8]) {
    before = text[Swift.max(0, range.lowerBound - 40)..<range.lowerBound]
    after = text[range.upperBound..<Swift.min(text.count, range.upperBound + 40)]
    digits = text[range]
  }

  /// Whether a name can stand for the number: it is no part of a date, a time, a fraction, a label or a word.
  var isAmount: Bool {
    guard isFree, !isYear else { return false }
    let (last, next) = (lastWord, words(2))
    if Self.labels.contains(last) || Self.months.contains(last) { return false }
    guard let first = next.first else { return true }
    if Self.clock.contains(first) || Self.months.contains(first) { return false }
    if first == "o" { return false }  // o'clock
    if first.utf8.first.map(NumberToken.isDigit) == true { return false }  // 3 1/2
    if first == "and", next.count > 1, next[1].utf8.first.map(NumberToken.isDigit) == true, hasFraction {
      return false
    }
    // 6 in the morning
    let rest = String(decoding: after, as: UTF8.self)
    return ![" in the morning", " in the afternoon", " in the evening", " at night"].contains {
      rest.hasPrefix($0)
    }
  }

  /// Whether everybody knows the number from the word behind it: 7 days, 60 minutes.
  func isKnown(_ value: Int) -> Bool {
    guard let unit = words(1).first else { return false }
    return Self.known[value]?.contains(unit) == true
  }

  /// Nothing is glued to it but a currency sign before, and punctuation, `%` or `-word` behind.
  private var isFree: Bool {
    let opens: Bool
    switch before.last {
    case nil, 0x20?, 0x09?, 0x0A?, UInt8(ascii: "("), UInt8(ascii: "\""), UInt8(ascii: "$"): opens = true
    default: opens = ["£", "€", "“"].contains { before.reversed().starts(with: $0.utf8.reversed()) }
    }
    guard opens, let next = after.first else { return opens }
    let second = after.dropFirst().first
    switch next {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "?"), UInt8(ascii: "!"),
      UInt8(ascii: ";"):
      return true
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"):
      return second.map { $0 == 0x20 || $0 == 0x0A || $0 == UInt8(ascii: "\"") } ?? true
    case UInt8(ascii: "%"):
      return digits.elementsEqual("100".utf8) == false && second.map(Self.isLetter) != true
    case UInt8(ascii: "-"): return second.map(Self.isLetter) ?? false
    default: return false
    }
  }

  private var isYear: Bool {
    guard digits.count == 4, let value = Int(String(decoding: digits, as: UTF8.self)) else { return false }
    return (1700...2100).contains(value) && before.last != UInt8(ascii: "$")
  }

  private var hasFraction: Bool { after.prefix(16).contains(UInt8(ascii: "/")) }

  /// The word before it, in small letters; empty behind a sign or at the beginning of a sentence.
  private var lastWord: String {
    guard before.last == 0x20 else { return "" }
    let word = before.dropLast().reversed().prefix { Self.isLetter($0) || $0 == UInt8(ascii: ".") }
    var letters = Array(word.reversed())
    if letters.last == UInt8(ascii: "."), letters.count > 4 { return "" }  // a sentence ends there
    letters.removeAll { $0 == UInt8(ascii: ".") }
    return String(decoding: letters.map { $0 | 0x20 }, as: UTF8.self)
  }

  /// The first words behind it, in small letters; nothing beyond the end of a clause.
  private func words(_ count: Int) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    for byte in after {
      if Self.isLetter(byte) || NumberToken.isDigit(byte) {
        word.append(Self.isLetter(byte) ? byte | 0x20 : byte)
      } else if byte == UInt8(ascii: ".") && words.isEmpty && word.count == 1 {
        continue  // a.m.
      } else if byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "'")
        || byte == UInt8(ascii: "/")
      {
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
        if words.count == count { return words }
      } else {
        break
      }
    }
    if !word.isEmpty, words.count < count { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }

  private static let labels: Set<String> = [
    "day", "week", "month", "year", "grade", "number", "no", "room", "highway", "route", "interstate", "exit",
    "team",
    "level", "group", "chapter", "step", "question", "problem", "option", "class", "type", "part", "phase",
    "stage",
    "round", "apartment", "size", "page", "lane", "line", "box", "bag", "section", "unit", "store", "house",
    "district",
    "season", "episode", "volume", "book", "game", "lap", "quarter", "period", "floor", "car", "bus", "train",
    "since",
  ]
  private static let months: Set<String> = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec",
  ]
  private static let clock: Set<String> = ["am", "pm", "oclock", "noon", "midnight"]
  private static let known: [Int: Set<String>] = [
    2: ["legs", "hands", "feet", "eyes", "ears", "arms", "wings"],
    4: ["quarters", "weeks", "seasons", "legs", "wheels", "wheel"], 7: ["days", "day"],
    12: ["months", "inches", "hours"],
    16: ["ounces"],
    24: ["hours", "hour"], 28: ["days"], 30: ["days"], 31: ["days"], 36: ["inches"], 52: ["weeks", "cards"],
    60: ["minutes", "seconds", "minute", "second"], 100: ["cents", "percent", "centimeters", "years"],
    360: ["degrees", "degree"], 180: ["degrees", "degree"], 90: ["degrees", "degree"], 365: ["days"],
    366: ["days"],
    1000: ["meters", "grams", "milliliters", "ml", "g", "m"],
  ]
}
