// UTF-8 read scalar by scalar.

/// The Unicode scalars of a stretch of UTF-8, each with the position at which it starts.
struct ScalarReader: Sequence, IteratorProtocol {
  private let bytes: Bytes
  private var index: Int

  init(_ bytes: Bytes) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  mutating func next() -> (start: Int, scalar: Unicode.Scalar)? {
    guard index < bytes.endIndex else { return nil }
    let start = index
    let found = bytes.scalar(at: start)
    index += Swift.max(1, found.width)
    return (start, found.scalar)
  }
}

extension Unicode.Scalar {
  /// Letters, marks, digits and `_`: what belongs to a word. As `\w` in Python, but for the marks, without
  /// which every vowel sign of Hindi would end a word.
  var isWord: Bool {
    if isASCII { return UInt8(value).isLetter || UInt8(value).isDigit || self == "_" }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      true
    default: isJoiner
    }
  }

  /// A letter or a mark on one.
  var isLetterOrMark: Bool {
    if isASCII { return UInt8(value).isLetter }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark:
      true
    default: false
    }
  }

  /// The invisible joiners that Persian and the Indic scripts write inside words.
  var isJoiner: Bool { value == 0x200C || value == 0x200D }

  var letterCase: LetterCase? {
    if isASCII {
      return UInt8(value).isLetter ? (value < 0x60 ? .capital : .small) : nil
    }
    return switch properties.generalCategory {
    case .uppercaseLetter: .capital
    case .titlecaseLetter: .title
    case .lowercaseLetter: .small
    default: nil
    }
  }
}

enum LetterCase {
  case capital, small
  /// One sign for a capital and a small letter; neither all-caps nor all-lowercase text may hold it.
  case title
}

extension ArraySlice<UInt8> {
  /// In small letters, by Unicode's full mapping.
  var smallLetters: Bytes {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for (_, scalar) in ScalarReader(self) {
      if scalar.isASCII {
        result.append(UInt8(scalar.value).lowercased)
      } else if scalar.properties.changesWhenLowercased {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return result[...]
  }

  /// The stretches of word characters.
  var words: [Bytes] {
    var words: [Bytes] = []
    forEachWord { words.append($0) }
    return words
  }

  var wordCount: Int {
    var count = 0
    forEachWord { _ in count += 1 }
    return count
  }

  private func forEachWord(_ visit: (Bytes) -> Void) {
    var start: Int?
    for (index, scalar) in ScalarReader(self) {
      if scalar.isWord {
        if start == nil, !scalar.isJoiner { start = index }
      } else if let begun = start {
        visit(self[begun..<index])
        start = nil
      }
    }
    if let start { visit(self[start...]) }
  }

  /// True where all letters that have a case have this one, and there is one.
  func isAll(_ wanted: LetterCase) -> Bool {
    var found = false
    for (_, scalar) in ScalarReader(self) {
      guard let letterCase = scalar.letterCase else { continue }
      if letterCase != wanted { return false }
      found = true
    }
    return found
  }

  /// nil where there is nothing.
  var firstScalar: Unicode.Scalar? { isEmpty ? nil : scalar(at: startIndex).scalar }
}
