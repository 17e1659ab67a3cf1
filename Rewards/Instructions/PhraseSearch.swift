/// A phrase to look for, prepared so that a search is linear in the text however the phrase repeats itself
/// (Knuth, Morris and Pratt 1977, "Fast pattern matching in strings").
struct PhraseSearch: Sendable {
  /// As the data writes it, for messages.
  let phrase: String
  private let pattern: [UInt8]
  /// Of every prefix, the length of its longest proper prefix that is also its end.
  private let borders: [Int]
  private let startsWithWord: Bool
  private let endsWithWord: Bool

  /// - Parameter phrase: Not empty; case does not matter.
  init(_ phrase: String) {
    self.init(phrase, small: Bytes(phrase.utf8).smallLetters)
  }

  private init(_ phrase: String, small: Bytes) {
    self.phrase = phrase
    startsWithWord = small.scalar(at: small.startIndex)?.isWord ?? false
    endsWithWord = small.scalar(before: small.endIndex)?.isWord ?? false
    pattern = Array(small)
    var borders = [0]
    var border = 0
    for byte in pattern.dropFirst() {
      while border > 0, byte != pattern[border] { border = borders[border - 1] }
      if byte == pattern[border] { border += 1 }
      borders.append(border)
    }
    self.borders = borders
  }

  /// How often it occurs, overlaps left out.
  ///
  /// - Parameters:
  ///   - lower: The text in small letters.
  ///   - atWordEnds: Count only where no word character adjoins those at its ends.
  /// - Returns: 0 where it does not occur.
  func count(in lower: Bytes, atWordEnds: Bool = false) -> Int {
    var count = 0
    var matched = 0
    for index in lower.indices {
      while matched > 0, lower[index] != pattern[matched] { matched = borders[matched - 1] }
      if lower[index] == pattern[matched] { matched += 1 }
      guard matched == pattern.count else { continue }
      let range = (index + 1 - matched)..<(index + 1)
      if !atWordEnds || standsAlone(range, in: lower) {
        count += 1
        matched = 0
      } else {
        matched = borders[matched - 1]
      }
    }
    return count
  }

  /// As ``count(in:atWordEnds:)``, occurrences in disguise included.
  func countUndisguised(in text: InstructionText, atWordEnds: Bool = false) -> Int {
    let plain = count(in: text.lower, atWordEnds: atWordEnds)
    let undisguised = text.undisguised
    if undisguised == text.lower { return plain }
    let bare = PhraseSearch(phrase, small: Bytes(phrase.utf8).undisguised.smallLetters)
    return bare.pattern.isEmpty ? plain : max(plain, bare.count(in: undisguised, atWordEnds: atWordEnds))
  }

  private func standsAlone(_ range: Range<Int>, in text: Bytes) -> Bool {
    if startsWithWord, text.scalar(before: range.lowerBound)?.isWord ?? false { return false }
    if endsWithWord, text.scalar(at: range.upperBound)?.isWord ?? false { return false }
    return true
  }
}
