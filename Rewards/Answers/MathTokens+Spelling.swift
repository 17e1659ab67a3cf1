// Questions about how an answer is spelled.

extension ArraySlice<UInt8> {
  /// Dots, a question mark or nothing: what stands where an answer is to be filled in.
  var isPlaceholder: Bool {
    allSatisfy { $0.isBlank || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "_") }
  }
}

extension MathTokens {
  /// The same tokens, whatever blanks and layout commands stood between them.
  func isSpelledLike(_ other: MathTokens) -> Bool {
    guard tokens.count == other.tokens.count, !tokens.isEmpty else { return false }
    for (left, right) in zip(tokens, other.tokens) {
      guard left.kind == right.kind, left.form == right.form else { return false }
      switch left.kind {
      case .number, .letter, .word, .text, .unknown, .begin, .numberSet:
        guard
          bytes[Int(left.start)..<Int(left.end)].elementsEqual(other.bytes[Int(right.start)..<Int(right.end)])
        else { return false }
      default: break
      }
    }
    return true
  }

  /// `\frac{6}{8}`, `\frac68`, `6/8`, `4/1`: a fraction of integers that can be reduced.
  var hasReducibleFraction: Bool {
    for (index, token) in tokens.enumerated().dropFirst()
    where token.kind == .number && tokens[index - 1].kind == .fraction {
      // TeX takes one digit for each.
      let digits = text(index..<(index + 1)).prefix { $0.isDigit }.map { UInt($0 - 0x30) }
      if digits.count > 1, digits[1] == 1 || commonDivisor(digits[0], digits[1]) > 1 { return true }
    }
    var integers: [(value: Int, index: Int)] = []
    for (index, token) in tokens.enumerated() where token.kind == .number {
      if let value = (try? literal(at: index))?.value.smallInteger { integers.append((value, index)) }
    }
    for (left, right) in zip(integers, integers.dropFirst()) {
      let between = tokens[(left.index + 1)..<right.index]
      let isSlash = between.count == 1 && between.first?.kind == .divide
      let isFraction =
        between.allSatisfy { $0.kind == .open || $0.kind == .close }
        && tokens[..<left.index].last { $0.kind != .open && $0.kind != .minus }?.kind == .fraction
      if isSlash || isFraction,
        right.value == 1 || commonDivisor(left.value.magnitude, right.value.magnitude) > 1
      {
        return true
      }
    }
    return false
  }
}

private func commonDivisor(_ left: UInt, _ right: UInt) -> UInt {
  var (a, b) = (left, right)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
