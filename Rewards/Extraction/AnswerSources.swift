// Where the numeric and task verifiers look for an answer. Each source is one linear scan from the end.

/// The last box of a text.
enum Box {
  /// Its content, trimmed; may be empty.
  case closed(Bytes)
  /// Its brace is never closed: cut off, whatever its text looks like.
  case unclosed
}

extension ArraySlice<UInt8> {
  /// What follows the last `####` (or a longer run of `#`) in its line, trimmed; may be empty.
  var hashLine: Bytes? {
    guard let marker = lastRange(of: hashes) else { return nil }
    let rest = self[marker.upperBound...]
    return rest.prefix { $0 != 0x0A }.trimmed()
  }

  /// The last `\boxed{…}` or `\fbox{…}`, braces matched, `\{` and `\}` not counted.
  var lastBox: Box? {
    guard let brace = lastBoxBrace() else { return nil }
    return closingBrace(of: brace).map { .closed(self[(brace + 1)..<$0].trimmed()) } ?? .unclosed
  }

  /// The opening brace of the last box; the bare words `\boxed` and `\fbox` in prose are none.
  private func lastBoxBrace() -> Int? {
    var start = endIndex - 1
    while start >= startIndex {
      if self[start] == UInt8(ascii: "\\"), let end = endOfBoxCommand(at: start) {
        let brace = endOfBlanks(from: end)
        if byte(brace) == UInt8(ascii: "{") { return brace }
      }
      start -= 1
    }
    return nil
  }
}

private let hashes: StaticPattern = "####"
