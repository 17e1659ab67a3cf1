/// Tokens that are found in a text before anything else looks at it: special tokens, tags, control words.
struct AddedTokens: Sendable, Hashable {
  enum Part: Hashable {
    case text(ArraySlice<UInt8>)
    case token(Int32)
  }

  private struct Entry: Hashable {
    var bytes: [UInt8]
    var id: Int32
  }

  /// By first byte, the longest first.
  private var entries: [UInt8: [Entry]] = [:]

  init(_ tokens: [String: Int32]) {
    for (text, id) in tokens {
      let bytes = Array(text.utf8)
      guard let first = bytes.first else { continue }
      entries[first, default: []].append(Entry(bytes: bytes, id: id))
    }
    for first in entries.keys { entries[first]?.sort { ($1.bytes.count, $1.id) < ($0.bytes.count, $0.id) } }
  }

  /// The parts of a text in order: the leftmost token first, of those that begin at one place the longest.
  func split(_ text: [UInt8]) -> [Part] {
    guard !entries.isEmpty else { return text.isEmpty ? [] : [.text(text[...])] }
    var parts: [Part] = []
    var start = 0
    var position = 0
    while position < text.count {
      guard let entry = entries[text[position]]?.first(where: { text[position...].starts(with: $0.bytes) })
      else {
        position += 1
        continue
      }
      if start < position { parts.append(.text(text[start..<position])) }
      parts.append(.token(entry.id))
      position += entry.bytes.count
      start = position
    }
    if start < text.count { parts.append(.text(text[start...])) }
    return parts
  }
}
