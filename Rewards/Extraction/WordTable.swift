/// Fixed words to be found at a place of a text: small letters, other bytes as they are.
///
/// One load tells nearly every place of a text that none of them begins there.
struct WordTable: Sendable {
  /// Sorted by first byte, and within one in the order given: longer words before those that begin them.
  private let words: [StaticPattern]
  /// By byte: bit 0, some word begins with it; bit 1, some word has it second; in either case.
  private let flags: [UInt8]
  /// By first byte, where its words begin in `words`; one more entry for the end.
  private let starts: [Int]

  init(_ words: [StaticPattern]) {
    var sorted: [StaticPattern] = []
    var flags = [UInt8](repeating: 0, count: 256)
    var starts: [Int] = []
    for first in UInt8.min...UInt8.max {
      starts.append(sorted.count)
      sorted += words.filter { $0.bytes[0] == first }
    }
    for word in words {
      for (place, byte) in word.bytes.prefix(2).enumerated() {
        flags[Int(byte)] |= 1 << UInt8(place)
        if byte.isLetter { flags[Int(byte ^ 0x20)] |= 1 << UInt8(place) }
      }
    }
    self.words = sorted
    self.flags = flags
    self.starts = starts + [sorted.count]
  }

  /// Whether some word begins with these two bytes, as far as one look at each tells.
  @inline(__always)
  func mayBegin(with first: UInt8, _ second: UInt8) -> Bool {
    flags[Int(first)] & 1 != 0 && flags[Int(second)] & 2 != 0
  }

  /// The end of the first entry that stands at `index` as a whole word: none that ends in a letter has one
  /// behind it.
  func end(in text: Bytes, at index: Int) -> Int? {
    guard index >= text.startIndex, index < text.endIndex, flags[Int(text[index])] & 1 != 0 else {
      return nil
    }
    let first = Int(text[index].lowercased)
    for word in words[starts[first]..<starts[first + 1]] where text.hasIgnoringCase(word, at: index) {
      let end = index + word.bytes.count
      if word.bytes[word.bytes.count - 1].isLetter, end < text.endIndex, text[end].isLetter { continue }
      return end
    }
    return nil
  }

  /// As ``end(in:at:)`` for words that a letter may follow.
  func endOfPrefix(in text: Bytes, at index: Int) -> Int? {
    guard index >= text.startIndex, index < text.endIndex, flags[Int(text[index])] & 1 != 0 else {
      return nil
    }
    let first = Int(text[index].lowercased)
    for word in words[starts[first]..<starts[first + 1]] where text.hasIgnoringCase(word, at: index) {
      return index + word.bytes.count
    }
    return nil
  }

  /// Whether `word` is one of the entries, in any case.
  func contains(_ word: Bytes) -> Bool { end(in: word, at: word.startIndex) == word.endIndex }
}
