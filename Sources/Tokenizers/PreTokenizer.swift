/// Cuts a text into the words within which a byte-level BPE merges.
///
/// Files give the rule as a regular expression. The three that byte-level models use are recognized by their text and
/// carried out by a scanner that looks at each character a bounded number of times.
package struct PreTokenizer: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case words(WordPattern)
    /// Every number character (Unicode N) stands alone, or each run of them.
    case digits(individual: Bool)
  }

  /// Applied one after the other, each to the pieces of the one before.
  package var steps: [Step]

  package init(steps: [Step]) { self.steps = steps }

  /// The pieces of a text, which together are the text, as ranges of `scalars`.
  package func pieces(of scalars: [Unicode.Scalar]) -> [Range<Int>] {
    let kinds = scalars.map(CharacterKind.init)
    return steps.reduce(scalars.isEmpty ? [] : [scalars.indices]) { pieces, step in
      pieces.flatMap { piece in
        let scanner = WordScanner(scalars: scalars[piece], kinds: kinds[piece])
        var cuts: [Range<Int>] = []
        var start = piece.lowerBound
        while start < piece.upperBound {
          let end =
            switch step {
            case .words(let pattern): scanner.endOfWord(from: start, pattern)
            case .digits(let individual): scanner.endOfDigitRun(from: start, individual: individual)
            }
          cuts.append(start..<end)
          start = end
        }
        return cuts
      }
    }
  }
}

/// The expressions we know.
package enum WordPattern: Sendable, Hashable {
  case gpt2
  /// Llama 3 takes up to 3 digits at a time, Qwen one.
  case llama3(maxDigits: Int)

  /// nil where the expression is none of ours.
  package init?(regex: String) {
    func llama3(_ digits: String) -> String {
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }
    switch regex {
    case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: self = .gpt2
    case llama3("{1,3}"): self = .llama3(maxDigits: 3)
    case llama3(""): self = .llama3(maxDigits: 1)
    default: return nil
    }
  }
}

/// What the expressions ask of a character.
private enum CharacterKind {
  case letter  // \p{L}
  case number  // \p{N}
  case lineBreak  // [\r\n]
  case space  // \s but for line breaks
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "a"..."z", "A"..."Z": self = .letter
    case "0"..."9": self = .number
    case "\n", "\r": self = .lineBreak
    case "\u{0}"..."\u{7F}": self = scalar == " " || ("\t"..."\u{C}").contains(scalar) ? .space : .other
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .space : .other
      }
    }
  }

  var isSpace: Bool { self == .space || self == .lineBreak }
}

/// Finds where the word that begins at a place ends. Alternatives are tried in the order of the expressions.
private struct WordScanner {
  var scalars: ArraySlice<Unicode.Scalar>
  var kinds: ArraySlice<CharacterKind>

  func endOfWord(from start: Int, _ pattern: WordPattern) -> Int {
    switch pattern {
    case .gpt2: endOfGPT2Word(from: start)
    case .llama3(let maxDigits): endOfLlama3Word(from: start, maxDigits: maxDigits)
    }
  }

  func endOfDigitRun(from start: Int, individual: Bool) -> Int {
    guard kinds[start] == .number else { return end(from: start) { $0 != .number } }
    return individual ? start + 1 : end(from: start) { $0 == .number }
  }

  private func endOfGPT2Word(from start: Int) -> Int {
    if let end = endOfContraction(from: start, ignoringCase: false) { return end }
    // ` ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+`
    let first = scalars[start] == " " && start + 1 < kinds.endIndex ? start + 1 : start
    let kind = kinds[first]
    if !kind.isSpace { return end(from: first) { $0 == kind } }
    return endOfSpaces(from: start)
  }

  private func endOfLlama3Word(from start: Int, maxDigits: Int) -> Int {
    if let end = endOfContraction(from: start, ignoringCase: true) { return end }
    let kind = kinds[start]
    let next = start + 1 < kinds.endIndex ? kinds[start + 1] : nil
    // `[^\r\n\p{L}\p{N}]?\p{L}+`
    if kind == .letter || (next == .letter && (kind == .space || kind == .other)) {
      return end(from: start + 1) { $0 == .letter }
    }
    if kind == .number { return min(start + maxDigits, end(from: start) { $0 == .number }) }
    // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    if kind == .other || (scalars[start] == " " && next == .other) {
      let endOfSigns = end(from: start + 1) { $0 == .other }
      return end(from: endOfSigns) { $0 == .lineBreak }
    }
    // `\s*[\r\n]+`: up to the last line break of the run of spaces
    let endOfRun = end(from: start) { $0.isSpace }
    if let lastBreak = kinds[start..<endOfRun].lastIndex(of: .lineBreak) { return lastBreak + 1 }
    return endOfSpaces(from: start)
  }

  /// `\s+(?!\S)|\s+`: a run of spaces leaves its last one to the word behind it.
  private func endOfSpaces(from start: Int) -> Int {
    let endOfRun = end(from: start) { $0.isSpace }
    return endOfRun < kinds.endIndex && endOfRun > start + 1 ? endOfRun - 1 : endOfRun
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`
  private func endOfContraction(from start: Int, ignoringCase: Bool) -> Int? {
    guard scalars[start] == "'" else { return nil }
    let letters = scalars[(start + 1)...].prefix(2).map { ignoringCase ? Self.folded($0) : $0 }
    switch letters.first {
    case "s", "t", "m", "d": return start + 2
    case "r" where letters.dropFirst().first == "e", "v" where letters.dropFirst().first == "e",
      "l" where letters.dropFirst().first == "l":
      return start + 3
    default: return nil
    }
  }

  /// Lower case, for the letters of contractions; the long s (U+017F) is an s here, as regular expressions have it.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) + 32)
    case "\u{17F}": "s"
    default: scalar
    }
  }

  private func end(from start: Int, while belongs: (CharacterKind) -> Bool) -> Int {
    var end = start
    while end < kinds.endIndex, belongs(kinds[end]) { end += 1 }
    return end
  }
}
