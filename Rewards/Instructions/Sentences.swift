extension ArraySlice<UInt8> {
  /// Its sentences, blanks at their ends left out. Line breaks end none; what follows the last full stop is
  /// one too if it holds a word.
  ///
  /// A sentence ends behind `. ! ? … 。 । ؟` and their like and any closing quotation marks or brackets, where
  /// a blank or the end follows (behind the full stops of scripts without blanks: anywhere). A single `.`
  /// ends none behind a title (`Dr.`), a Latin abbreviation (`e.g.`), an initial (`J.`), or the number of a
  /// list item, and behind `etc.`, `p.m.`, `U.S.` and `…` only where a capital or a script without case goes
  /// on.
  ///
  /// IFEval counts with NLTK's trained Punkt model instead (Kiss and Strunk 2006); the two differ on rare
  /// abbreviations and on list numbers, which Punkt counts as sentences.
  var sentences: [Bytes] {
    var sentences: [Bytes] = []
    var start = startIndex
    var holdsWord = false
    var index = startIndex
    while index < endIndex {
      guard let stop = sentenceStop(at: index) else {
        if self[index] >= 0x80 || self[index].isLetter || self[index].isDigit { holdsWord = true }
        index += 1
        continue
      }
      let end = endOfClosers(from: stop.end)
      if holdsWord, endsSentence(stop, from: start, at: index, closedAt: end) {
        sentences.append(self[start..<end].trimmed())
        start = end
        holdsWord = false
      }
      index = end
    }
    let rest = self[start...].trimmed()
    if holdsWord, rest.wordCount > 0 { sentences.append(rest) }
    return sentences
  }

  private func endsSentence(_ stop: SentenceStop, from start: Int, at index: Int, closedAt end: Int) -> Bool {
    if stop.needsNoBlank || end == endIndex { return true }
    guard self[end].isBlank else { return false }
    let next = self[end...].drop { !($0 >= 0x80 || $0.isLetter || $0.isDigit) }
    switch stop.kind {
    case .mark: return true
    case .dots: return next.startsLikeSentence
    case .dot:
      // Abbreviations are short; no need to look further back for the start of a word.
      let word = self[Swift.max(start, index - 24)..<index]
      let token = word[((word.lastIndex { $0.isBlank } ?? word.startIndex - 1) + 1)...]
      let isFirst = self[start..<token.startIndex].trimmed().isEmpty || startsLine(token.startIndex)
      return !Abbreviations.continues(token, isFirst: isFirst, next: next)
    }
  }

  private func startsLine(_ index: Int) -> Bool {
    var index = index
    while index > startIndex, self[index - 1] != 0x0A {
      guard self[index - 1].isBlank || self[index - 1] == UInt8(ascii: "*") else { return false }
      index -= 1
    }
    return true
  }

  /// A capital, or a letter of a script that has none.
  fileprivate var startsLikeSentence: Bool {
    guard let scalar = firstScalar else { return true }
    return scalar.isLetterOrMark && scalar.letterCase != .small
  }

  private func sentenceStop(at index: Int) -> SentenceStop? {
    guard let first = stopMark(at: index) else { return nil }
    var end = index + first.length
    var marks = 1
    var kind = first.kind
    var needsNoBlank = first.needsNoBlank
    while let next = stopMark(at: end) {
      if next.kind == .mark { kind = .mark }
      needsNoBlank = needsNoBlank || next.needsNoBlank
      end += next.length
      marks += 1
    }
    if kind == .dot, marks > 1 { kind = .dots }
    return SentenceStop(kind: kind, end: end, needsNoBlank: needsNoBlank)
  }

  private func stopMark(at index: Int) -> (kind: SentenceStop.Kind, length: Int, needsNoBlank: Bool)? {
    guard let byte = byte(index) else { return nil }
    switch byte {
    case UInt8(ascii: "."): return (.dot, 1, false)
    case UInt8(ascii: "!"), UInt8(ascii: "?"): return (.mark, 1, false)
    case 0..<0xD8: return nil
    default:
      return switch scalar(at: index).scalar.value {
      case 0x2026: (.dots, 3, false)
      case 0x061F, 0x06D4: (.mark, 2, false)
      case 0x0964, 0x0965: (.mark, 3, false)
      case 0x203C, 0x2047...0x2049: (.mark, 3, false)
      case 0x3002, 0xFF01, 0xFF1F, 0xFF61: (.mark, 3, true)
      default: nil
      }
    }
  }

  private func endOfClosers(from start: Int) -> Int {
    var end = start
    while let byte = byte(end) {
      if asciiClosers.contains(byte) {
        end += 1
      } else if byte >= 0xC2, scalar(at: end).scalar.isCloser {
        end += scalar(at: end).width
      } else {
        break
      }
    }
    return end
  }
}

private let asciiClosers: [UInt8] = Array("\"')]}*_`".utf8)

private struct SentenceStop {
  enum Kind { case dot, dots, mark }
  let kind: Kind
  /// The position behind it.
  let end: Int
  /// True for the full stops of scripts that write no blanks.
  let needsNoBlank: Bool
}

extension Unicode.Scalar {
  fileprivate var isCloser: Bool {
    switch properties.generalCategory {
    case .closePunctuation, .finalPunctuation: true
    default: false
    }
  }
}

/// Words before a full stop that does not end a sentence, or not always.
private enum Abbreviations {
  static let titles: Set<String> = [
    "mr", "mrs", "ms", "mx", "dr", "prof", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "gov", "sen",
    "rep", "st",
    "mt", "ft", "messrs", "mme", "mlle", "e.g", "i.e", "cf", "vs", "viz", "fig", "eq", "vol", "pp", "approx",
    "ph",
  ]
  static let endings: Set<String> = [
    "etc", "inc", "ltd", "co", "corp", "jr", "sr", "ph.d", "m.d", "b.a", "m.a", "al", "no",
  ]

  /// Whether the sentence goes on behind `token` and its full stop.
  static func continues(_ token: Bytes, isFirst: Bool, next: Bytes) -> Bool {
    let word = token.drop { !($0 >= 0x80 || $0.isLetter || $0.isDigit) }
    guard let first = word.first else { return false }
    if isFirst, word.count <= 3, word.allSatisfy(\.isDigit) { return true }
    let isInitial = word.count == 1 && first.isLetter && first < 0x60 && first != UInt8(ascii: "I")
    if isInitial { return isFirst || next.startsLikeSentence }
    let small = Bytes(word.map(\.lowercased)).text
    if titles.contains(small) { return true }
    if endings.contains(small) || isAcronym(word) { return !next.startsLikeSentence }
    return false
  }

  /// `U.S`, `p.m`: single letters with full stops between them.
  private static func isAcronym(_ word: Bytes) -> Bool {
    word.count >= 3 && word.count % 2 == 1
      && word.enumerated().allSatisfy {
        $0.offset % 2 == 0 ? $0.element.isLetter : $0.element == UInt8(ascii: ".")
      }
  }
}
