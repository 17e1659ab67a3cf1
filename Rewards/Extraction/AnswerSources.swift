// Where answers stand in a text. Each source is one linear scan from the end.

/// The last box of a text.
enum Box {
  /// Its content, trimmed; may be empty.
  case closed(Bytes)
  /// Its brace is never closed: cut off, whatever its text looks like.
  case unclosed
}

extension ArraySlice<UInt8> {
  /// What follows the last "answer is", "answer:" or "answer =", to the end of its line or sentence, trimmed.
  ///
  /// "The answer must be…" states none.
  var statement: Bytes? {
    var end = endIndex
    while let word = lastAnswerWord(before: end) {
      if let start = endOfCopula(after: word.upperBound) {
        let value = self[start..<endOfSentence(from: start)].trimmed()
        if !value.isEmpty { return value }
      }
      end = word.lowerBound
    }
    return nil
  }

  private func lastAnswerWord(before end: Int) -> Range<Int>? {
    let word = Markers.answer.bytes
    var start = end - word.count
    while start >= startIndex {
      if word.indices.allSatisfy({ self[start + $0].lowercased == word[$0] }) {
        return start..<(start + word.count)
      }
      start -= 1
    }
    return nil
  }

  /// The position after ` is`, ` is:`, `:` or `=`, markdown stars skipped; nil where none of them follows.
  private func endOfCopula(after start: Int) -> Int? {
    var index = skipBlanksAndStars(from: start)
    var found = false
    if byte(index)?.lowercased == UInt8(ascii: "i"), byte(index + 1)?.lowercased == UInt8(ascii: "s"),
      byte(index + 2).map({ !$0.isLetter }) ?? true
    {
      index = skipBlanksAndStars(from: index + 2)
      found = true
    }
    if let byte = byte(index), byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") {
      index = skipBlanksAndStars(from: index + 1)
      found = true
    }
    return found ? index : nil
  }

  private func skipBlanksAndStars(from start: Int) -> Int {
    var index = start
    while let byte = byte(index), byte == 0x20 || byte == UInt8(ascii: "*") { index += 1 }
    return index
  }

  private func endOfSentence(from start: Int) -> Int {
    var index = start
    while index < endIndex, self[index] != 0x0A {
      if self[index] == UInt8(ascii: "."), byte(index + 1)?.isBlank ?? true { return index }
      index += 1
    }
    return index
  }

  /// What follows the last `####` (or a longer run of `#`) in its line, trimmed; may be empty.
  var hashLine: Bytes? {
    guard let marker = lastRange(of: Markers.hashes) else { return nil }
    let rest = self[marker.upperBound...]
    return rest.prefix { $0 != 0x0A }.trimmed()
  }

  /// The last `\boxed{…}` or `\fbox{…}`, braces matched, `\{` and `\}` not counted.
  var lastBox: Box? {
    guard let brace = lastBoxBrace() else { return nil }
    let start = brace + 1
    var index = brace
    var depth = 0
    while let byte = byte(index) {
      switch byte {
      case UInt8(ascii: "\\"): index += 1  // and the byte after it
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return .closed(self[start..<index].trimmed()) }
      default: break
      }
      index += 1
    }
    return .unclosed
  }

  /// The opening brace of the last box; the bare words `\boxed` and `\fbox` in prose are none.
  private func lastBoxBrace() -> Int? {
    var start = endIndex - 1
    while start >= startIndex {
      if self[start] == UInt8(ascii: "\\"), let command = boxCommand(at: start) {
        var index = start + command.bytes.count
        while let byte = byte(index), byte.isBlank { index += 1 }
        if byte(index) == UInt8(ascii: "{") { return index }
      }
      start -= 1
    }
    return nil
  }

  private func boxCommand(at start: Int) -> StaticPattern? {
    [Markers.boxed, Markers.framed].first { has($0, at: start) }
  }
}

private enum Markers {
  static let hashes: StaticPattern = "####"
  static let boxed: StaticPattern = "\\boxed"
  static let framed: StaticPattern = "\\fbox"
  static let answer: StaticPattern = "answer"
}
