/// A phrase to look for in a response, in any case.
struct PhraseSearch: Sendable {
  /// As the data writes it, for messages.
  let phrase: String
  private let search: SubstringSearch
  private let startsWithWord: Bool
  private let endsWithWord: Bool

  /// - Parameter phrase: Not empty.
  init(_ phrase: String) {
    self.init(phrase, lower: Bytes(phrase.utf8).smallLetters)
  }

  private init(_ phrase: String, lower: Bytes) {
    self.phrase = phrase
    startsWithWord = lower.firstScalar?.isWord ?? false
    endsWithWord = lower.scalar(before: lower.endIndex)?.isWord ?? false
    search = SubstringSearch(Array(lower))
  }

  /// How often it occurs, overlaps left out.
  ///
  /// - Parameters:
  ///   - lower: The text in small letters.
  ///   - atWordEnds: Count only where no word character adjoins those at its ends.
  /// - Returns: 0 where it does not occur.
  func count(in lower: Bytes, atWordEnds: Bool = false) -> Int {
    search.count(in: lower) { !atWordEnds || standsAlone($0, in: lower) }
  }

  /// As ``count(in:atWordEnds:)``, occurrences in disguise included.
  func countUndisguised(in text: InstructionText, atWordEnds: Bool = false) -> Int {
    let plain = count(in: text.lower, atWordEnds: atWordEnds)
    let undisguised = text.undisguised
    if undisguised == text.lower { return plain }
    let bare = Bytes(phrase.utf8).undisguised.smallLetters
    if bare.isEmpty { return plain }
    return max(plain, PhraseSearch(phrase, lower: bare).count(in: undisguised, atWordEnds: atWordEnds))
  }

  private func standsAlone(_ range: Range<Int>, in text: Bytes) -> Bool {
    if startsWithWord, text.scalar(before: range.lowerBound)?.isWord ?? false { return false }
    if endsWithWord, text[range.upperBound...].firstScalar?.isWord ?? false { return false }
    return true
  }
}
