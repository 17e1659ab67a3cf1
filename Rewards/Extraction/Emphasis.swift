// Markdown's bold in the middle of a sentence or formula.

extension ArraySlice<UInt8> {
  /// Without `**` and `__` around words and values: `x = **42**`, `**42** cm`, and the closing one alone where the
  /// opening one was left outside. `2**3` is a power and stays, and so does an opening one that nothing closes.
  var withoutEmphasis: Bytes {
    guard let last = lastClosingEmphasis else { return self }
    var kept: [UInt8] = []
    kept.reserveCapacity(count)
    var index = startIndex
    while index < endIndex {
      if let end = endOfEmphasis(at: index) {
        if closesEmphasis(index, end) || (index < last && opensEmphasis(index, end)) {
          index = end
          continue
        }
        kept += self[index..<end]
        index = end
      } else {
        kept.append(self[index])
        index += 1
      }
    }
    return kept[...]
  }

  private var lastClosingEmphasis: Int? {
    var index = startIndex
    var last: Int?
    while index < endIndex {
      if let end = endOfEmphasis(at: index) {
        if closesEmphasis(index, end) { last = index }
        index = end
      } else {
        index += 1
      }
    }
    return last
  }

  /// Behind two or three stars, or two underscores, that begin at `index`.
  private func endOfEmphasis(at index: Int) -> Int? {
    let sign = self[index]
    guard sign == UInt8(ascii: "*") || sign == UInt8(ascii: "_"), byte(index + 1) == sign else { return nil }
    var end = index + 2
    while end < endIndex, self[end] == sign { end += 1 }
    return end - index <= (sign == UInt8(ascii: "*") ? 3 : 2) ? end : nil
  }

  private func opensEmphasis(_ start: Int, _ end: Int) -> Bool {
    guard let next = byte(end), !next.isBlank else { return false }
    guard let before = byte(start - 1) else { return true }
    return before.isBlank || before == UInt8(ascii: "=") || before == UInt8(ascii: "(")
      || before == UInt8(ascii: ":")
  }

  private func closesEmphasis(_ start: Int, _ end: Int) -> Bool {
    guard let before = byte(start - 1), !before.isBlank else { return false }
    guard let next = byte(end) else { return true }
    return next.isBlank || ValueText.isTrailing(next) || next == UInt8(ascii: ")")
  }
}
