/// Finds a stretch of bytes in others, in time linear in both together (Knuth, Morris, Pratt 1977).
struct SubstringSearch: Sendable {
  private let pattern: [UInt8]
  /// By length of what matched so far: the length of its longest proper end that is also a beginning.
  private let fallbacks: [Int]

  /// - Parameter pattern: Not empty.
  init(_ pattern: [UInt8]) {
    precondition(!pattern.isEmpty, "a pattern to search for is empty")
    self.pattern = pattern
    var fallbacks = [0, 0]
    var length = 0
    for index in pattern.indices.dropFirst() {
      while length > 0, pattern[index] != pattern[length] { length = fallbacks[length] }
      if pattern[index] == pattern[length] { length += 1 }
      fallbacks.append(length)
    }
    self.fallbacks = fallbacks
  }

  init(_ pattern: String) {
    self.init(Array(pattern.utf8))
  }

  /// Where it occurs, from the left, without overlaps.
  func occurrences(in text: Bytes) -> [Range<Int>] {
    var found: [Range<Int>] = []
    scan(text) { range in
      found.append(range)
      return true
    }
    return found
  }

  func first(in text: Bytes) -> Range<Int>? {
    var found: Range<Int>?
    scan(text) { range in
      found = range
      return false
    }
    return found
  }

  func last(in text: Bytes) -> Range<Int>? {
    var found: Range<Int>?
    scan(text) { range in
      found = range
      return true
    }
    return found
  }

  /// How many occurrences `counts` accepts, from the left; those accepted do not overlap each other.
  func count(in text: Bytes, where counts: (Range<Int>) -> Bool) -> Int {
    var count = 0
    var length = 0
    for index in text.indices {
      while length > 0, text[index] != pattern[length] { length = fallbacks[length] }
      if text[index] == pattern[length] { length += 1 }
      guard length == pattern.count else { continue }
      let isCounted = counts((index + 1 - length)..<(index + 1))
      if isCounted { count += 1 }
      length = isCounted ? 0 : fallbacks[length]
    }
    return count
  }

  /// `visit` is told of each occurrence; false ends the search.
  private func scan(_ text: Bytes, _ visit: (Range<Int>) -> Bool) {
    var length = 0
    for index in text.indices {
      while length > 0, text[index] != pattern[length] { length = fallbacks[length] }
      if text[index] == pattern[length] { length += 1 }
      if length == pattern.count {
        if !visit((index + 1 - length)..<(index + 1)) { return }
        length = 0
      }
    }
  }
}
