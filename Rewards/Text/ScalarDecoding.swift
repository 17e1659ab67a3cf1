extension ArraySlice<UInt8> {
  /// The Unicode scalar whose UTF-8 begins at `index`, and how many bytes it takes; 0 at the end. A byte that
  /// begins none is U+FFFD.
  func scalar(at index: Int) -> (scalar: Unicode.Scalar, width: Int) {
    guard index < endIndex else { return ("\u{FFFD}", 0) }
    let first = self[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
    guard width > 1, index + width <= endIndex else { return ("\u{FFFD}", 1) }
    var value = UInt32(first) & (0xFF >> UInt32(width + 1))
    for offset in 1..<width {
      guard self[index + offset] & 0xC0 == 0x80 else { return ("\u{FFFD}", 1) }
      value = value << 6 | UInt32(self[index + offset] & 0x3F)
    }
    return Unicode.Scalar(value).map { ($0, width) } ?? ("\u{FFFD}", 1)
  }

  /// The scalar that ends before `index`; nil at the start.
  func scalar(before index: Int) -> Unicode.Scalar? {
    guard index > startIndex else { return nil }
    var start = index - 1
    while start > startIndex, index - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
    let found = scalar(at: start)
    return start + found.width == index ? found.scalar : "\u{FFFD}"
  }

  func satisfies(_ assertion: RegexAssertion, at index: Int) -> Bool {
    switch assertion {
    case .textStart: index == startIndex
    case .textEnd: index == endIndex
    case .textEndOrFinalLineFeed: index == endIndex || (index == endIndex - 1 && self[index] == 0x0A)
    case .lineStart: index == startIndex || self[index - 1] == 0x0A
    case .lineEnd: index == endIndex || self[index] == 0x0A
    case .wordBoundary: hasWordBoundary(at: index)
    case .noWordBoundary: !hasWordBoundary(at: index)
    }
  }

  private func hasWordBoundary(at index: Int) -> Bool {
    let before = scalar(before: index).map(isWordScalar) ?? false
    let after = index < endIndex && isWordScalar(scalar(at: index).scalar)
    return before != after
  }
}
