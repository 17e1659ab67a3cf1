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
    self.init(text, keepsPunctuation: false, keepsArticles: false)
    if words.isEmpty { self.init(text, keepsPunctuation: false, keepsArticles: true) }
    if words.isEmpty { self.init(text, keepsPunctuation: true, keepsArticles: true) }
  }

  private init(_ text: Bytes, keepsPunctuation: Bool, keepsArticles: Bool) {
    var bytes: [UInt8] = []
    var words: [Range<Int>] = []
    bytes.reserveCapacity(text.count)
    /// Where the word being written begins.
    var start = 0
    func endWord() {
      if bytes.count == start { return }
      if !keepsArticles, Self.isArticle(bytes[start...]) {
        bytes.removeSubrange(start...)
        return
      }
      words.append(start..<bytes.count)
      bytes.append(0x20)
      start = bytes.count
    }

    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      guard byte >= 0x80 else {
        index += 1
        if byte.isBlank {
          endWord()
        } else if keepsPunctuation || byte.isDigit || byte.isLetter || byte < 0x20 || byte == 0x7F {
          bytes.append(byte.lowercased)
        }
        continue
      }
      let (scalar, width) = text.scalar(at: index)
      index += max(width, 1)
      if scalar.properties.isWhitespace {
        endWord()
      } else if keepsPunctuation || !scalar.isPunctuation {
        bytes += scalar.properties.lowercaseMapping.utf8
      }
    }
    endWord()
    if bytes.last == 0x20 { bytes.removeLast() }
    self.bytes = bytes
    self.words = words
  }

  private static func isArticle(_ word: ArraySlice<UInt8>) -> Bool {
    switch word.count {
    case 1: word.elementsEqual("a".utf8)
    case 2: word.elementsEqual("an".utf8)
    case 3: word.elementsEqual("the".utf8)
    default: false
    }
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
