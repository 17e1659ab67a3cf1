private import Foundation
internal import Randomness

/// The runs of `n` words of a text, as hashes: what two texts have in common that were not written independently.
///
/// A word is a run of letters and digits, in lowercase; what stands between words does not count. A Chinese or
/// Japanese ideograph is a word by itself, since no blanks divide them.
struct WordRuns {
  /// In the order of the text; empty where it has fewer words.
  let hashes: [UInt64]
  private let text: String
  private let words: [Range<String.Index>]
  private let count: Int

  /// - Parameters:
  ///   - text: Any.
  ///   - count: Words in a run, at least 1.
  init(_ text: String, of count: Int) {
    let text = PromptKey.isASCII(text) ? text : text.precomposedStringWithCanonicalMapping
    var words: [Range<String.Index>] = []
    var keys: [UInt64] = []
    var begin: String.Index?
    var hash = StableHash()
    func end(at index: String.Index) {
      guard let first = begin else { return }
      words.append(first..<index)
      keys.append(hash.value)
      begin = nil
    }
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      let isIdeograph = scalar.value >= 0x80 && scalar.properties.isIdeographic
      guard isIdeograph || Self.isPartOfWord(scalar) else {
        end(at: index)
        continue
      }
      if isIdeograph { end(at: index) }
      if begin == nil {
        begin = index
        hash = StableHash()
      }
      hash.combine(lowercase: scalar)
      if isIdeograph { end(at: text.unicodeScalars.index(after: index)) }
    }
    end(at: text.endIndex)
    self.text = text
    self.words = words
    self.count = count
    hashes = Self.runs(of: keys, count)
  }

  /// The words of one run, as they stand in the text.
  func text(of run: Int) -> String {
    text[words[run].lowerBound..<words[run + count - 1].upperBound]
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0..<0x80: false
    default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  }

  /// Each run's hash follows from the one before: Σ keyⱼ · Bⁿ⁻¹⁻ʲ, modulo 2⁶⁴.
  private static func runs(of keys: [UInt64], _ count: Int) -> [UInt64] {
    guard keys.count >= count else { return [] }
    let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    var leading: UInt64 = 1
    for _ in 1..<max(count, 1) { leading &*= base }
    var value: UInt64 = 0
    for key in keys[..<count] { value = value &* base &+ key }
    var runs = [value]
    runs.reserveCapacity(keys.count - count + 1)
    for next in count..<keys.count {
      value = (value &- keys[next - count] &* leading) &* base &+ keys[next]
      runs.append(value)
    }
    return runs
  }
}

/// The runs of words of the held-out prompts.
///
/// A run that stands in more than ten of them is a phrase of the data set (a question's fixed frame), not a copy, and
/// is not looked for.
struct WordRunSet: Sendable {
  private static let mostPrompts = 10

  private let sorted: [UInt64]
  /// One bit for each hash's low bits, sixteen times as many as hashes: most texts are cleared by it alone.
  private let bits: [UInt64]
  private let mask: UInt64

  /// - Parameter hashes: Of all prompts; those of one prompt must be distinct.
  init(_ hashes: [UInt64]) {
    var kept: [UInt64] = []
    let all = hashes.sorted()
    var start = 0
    while start < all.count {
      let end = all[start...].firstIndex { $0 != all[start] } ?? all.count
      if end - start <= Self.mostPrompts { kept.append(all[start]) }
      start = end
    }
    sorted = kept
    var size: UInt64 = 1024
    while size < UInt64(kept.count) * 16 { size *= 2 }
    mask = size - 1
    var bits = [UInt64](repeating: 0, count: Int(size / 64))
    for hash in kept { bits[Int((hash & (size - 1)) >> 6)] |= 1 << (hash & 63) }
    self.bits = bits
  }

  var isEmpty: Bool { sorted.isEmpty }

  func contains(_ hash: UInt64) -> Bool {
    guard bits[Int((hash & mask) >> 6)] & (1 << (hash & 63)) != 0 else { return false }
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == hash
  }
}
