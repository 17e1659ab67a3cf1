/// A text as SQuAD's evaluation compares it: small letters, no punctuation, no articles, single blanks.
///
/// Differs from it in two ways. Punctuation of all scripts goes, not only that of ASCII, so that `“Paris”` is
/// `Paris`. And a text of nothing but articles and punctuation (`A`, `?`) keeps what would leave it empty.
///
/// Rajpurkar et al. 2016, arXiv:1606.05250 (official evaluation script, version 1.1).
struct NormalizedText: Sendable {
  /// Words with one blank between them.
  let bytes: [UInt8]
  /// Where each word stands in `bytes`.
  let words: [Range<Int>]

  init(_ text: Bytes) {
    let small = Self.words(of: text, keepsPunctuation: false)
    let words = small.filter { !Self.articles.contains($0) }
    if !words.isEmpty {
      self.init(words: words)
    } else if !small.isEmpty {
      self.init(words: small)
    } else {
      self.init(words: Self.words(of: text, keepsPunctuation: true))
    }
  }

  private init(words: [[UInt8]]) {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    for word in words {
      if !bytes.isEmpty { bytes.append(0x20) }
      ranges.append(bytes.count..<(bytes.count + word.count))
      bytes += word
    }
    self.bytes = bytes
    self.words = ranges
  }

  private static let articles: Set<[UInt8]> = [Array("a".utf8), Array("an".utf8), Array("the".utf8)]

  private static func words(of text: Bytes, keepsPunctuation: Bool) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    func endWord() {
      if !word.isEmpty { words.append(word) }
      word.removeAll()
    }

    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      guard byte >= 0x80 else {
        index += 1
        if byte.isBlank {
          endWord()
        } else if keepsPunctuation || byte.isDigit || byte.isLetter || byte < 0x20 || byte == 0x7F {
          word.append(byte.lowercased)
        }
        continue
      }
      let (scalar, width) = text.scalar(at: index)
      index += max(width, 1)
      if scalar.properties.isWhitespace {
        endWord()
      } else if keepsPunctuation || !scalar.isPunctuation {
        word += scalar.properties.lowercaseMapping.utf8
      }
    }
    endWord()
    return words
  }
}

extension Unicode.Scalar {
  /// Of one of the categories whose names begin with P.
  fileprivate var isPunctuation: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}
