/// A stretch of UTF-8. Verifiers scan bytes: every marker they look for is ASCII, and indexing stays constant
/// time.
typealias Bytes = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
  /// Where `pattern` occurs last; linear for the short patterns used here.
  func lastRange(of pattern: StaticPattern) -> Range<Int>? {
    var start = endIndex - pattern.bytes.count
    while start >= startIndex {
      if self[start] == pattern.bytes[0], has(pattern, at: start) {
        return start..<(start + pattern.bytes.count)
      }
      start -= 1
    }
    return nil
  }

  func has(_ pattern: StaticPattern, at start: Int) -> Bool {
    guard start >= startIndex, start + pattern.bytes.count <= endIndex else { return false }
    for offset in pattern.bytes.indices where self[start + offset] != pattern.bytes[offset] { return false }
    return true
  }

  /// The byte at `index`, nil outside.
  func byte(_ index: Int) -> UInt8? {
    indices.contains(index) ? self[index] : nil
  }

  /// Without what `isTrimmed` names at both ends.
  func trimmed(_ isTrimmed: (UInt8) -> Bool = { $0.isBlank }) -> Bytes {
    var low = startIndex
    var high = endIndex
    while low < high, isTrimmed(self[low]) { low += 1 }
    while low < high, isTrimmed(self[high - 1]) { high -= 1 }
    return self[low..<high]
  }

  /// As text, cut to 200 bytes.
  var excerpt: String {
    count <= 200 ? text : String(decoding: prefix(200), as: UTF8.self) + "…"
  }

  var text: String { String(decoding: self, as: UTF8.self) }
}

/// A marker to search for; never empty.
struct StaticPattern: Sendable, ExpressibleByStringLiteral {
  let bytes: [UInt8]

  init(stringLiteral text: String) {
    bytes = Array(text.utf8)
    precondition(!bytes.isEmpty, "a pattern to search for is empty")
  }
}

extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  /// Blank, tab, line feed or carriage return.
  var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
  /// ASCII letters made small, all else as it is.
  var lowercased: UInt8 { isLetter ? self | 0x20 : self }
}
