// Questions about how an answer is spelled.

extension ArraySlice<UInt8> {
  /// Dots, a question mark or nothing: what stands where an answer is to be filled in.
  var isPlaceholder: Bool {
    allSatisfy { $0.isBlank || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "_") }
  }
}

extension ArraySlice<UInt8> {
  /// Every comma between digits parts a group of three from a number: `6,000,000`, but not `6,0` or `1,2345`.
  var hasThousands: Bool {
    var index = startIndex
    while index < endIndex {
      guard self[index].isDigit else {
        index += 1
        continue
      }
      var run = self[index...].prefix { $0.isDigit }
      let isFirst = (1...3).contains(run.count)
      while byte(run.endIndex) == UInt8(ascii: ","), byte(run.endIndex + 1)?.isDigit == true {
        run = self[(run.endIndex + 1)...].prefix { $0.isDigit }
        if !isFirst || run.count != 3 { return false }
      }
      index = run.endIndex
    }
    return true
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

  /// `Player 2`, `March 14`: words, with a number behind the first, as words with one blank between; nil for
  /// anything else. Signs and points that belong to a number stay: `Case -3` is not `Case 3`.
  var wordsAndNumbers: [UInt8]? {
    guard tokens.count <= 64, let first = tokens.first else { return nil }
    var source: [UInt8] = []
    for token in tokens {
      switch token.kind {
      case .text, .word, .number, .letter, .period, .quote: break
      case .open where token.form == 0x7B, .close where token.form == 0x7B: continue
      default: return nil
      }
      if token.isSpaced || token.kind == .text, !source.isEmpty { source.append(0x20) }
      source += bytes[Int(token.start)..<Int(token.end)]
    }
    guard first.kind != .number, source.contains(where: \.isDigit), source.prefix(while: \.isLetter).count > 1
    else { return nil }
    var words: [UInt8] = []
    for (index, byte) in source.enumerated() {
      let next = index + 1 < source.count ? source[index + 1] : 0x20
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "-"): if next.isDigit { words.append(byte) }
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: ","): break
      case _ where byte.isBlank: if !words.isEmpty, words.last != 0x20 { words.append(0x20) }
      default: words.append(byte)
      }
    }
    if words.last == 0x20 { words.removeLast() }
    return words
  }

  var hasWords: Bool { tokens.contains { $0.kind == .text || $0.kind == .word } }

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
