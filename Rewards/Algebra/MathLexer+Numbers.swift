/// Numbers as people write them.
extension MathLexer {
  /// At a digit or at a point with a digit behind it. Form bits: 1 point, 2 groups, 4 repeating by a sign, 8
  /// exponent, 16 repeating by dots at the end: `0.333\ldots`.
  mutating func number() throws(AlgebraFailure) {
    let start = index
    var form: UInt8 = 0
    while byte(index).isDigit { index += 1 }
    if index > start, index - start <= 3, byte(start) != 0x30 || index - start > 1, mayHaveGroups, groups() {
      form |= 2
    }
    if byte(index) == 0x2E, byte(index + 1).isDigit || repeats(at: index + 1) != nil {
      form |= 1
      index += 1
      while byte(index).isDigit { index += 1 }
      while let end = repeats(at: index) {
        form |= 4
        index = end
        while byte(index).isDigit { index += 1 }
      }
      if form & 4 == 0, let end = dots(at: index), decimalPeriod(bytes[start..<index]) != nil {
        form |= 16
        index = end
      }
    }
    if options.scientific, byte(index) | 0x20 == 0x65, form & 20 == 0 {
      var end = index + 1
      if byte(end) == 0x2B || byte(end) == 0x2D { end += 1 }
      if byte(end).isDigit {
        while byte(end).isDigit { end += 1 }
        // `2e3x` is left alone: a letter behind the digits means that `e` is a letter too.
        if !byte(end).isLetter {
          if byte(index) == 0x65 { result.hasExponents = true }
          form |= 8
          index = end
        }
      }
    }
    try append(.number, form, from: start, to: index)
  }

  /// Whether groups may follow the digits before the cursor. A bare index ends with its digits, and so does a
  /// bare exponent before a blank: `\log_2 128`, `x^2 100`.
  private var mayHaveGroups: Bool {
    switch result.tokens.last?.kind {
    case .underscore: false
    case .power: byte(index) != 0x20 && byte(index) != 0x7E
    default: true
    }
  }

  /// Thousands: moves over them and says so, or stays.
  private mutating func groups() -> Bool {
    var end = index
    var separator: UInt64 = 0
    while true {
      let length = groupSeparator(at: end)
      if length == 0 { break }
      // The separator's own bytes tell whether the next one is of the same kind.
      let sign = bytes[end..<(end + length)].reduce(0) { $0 << 8 | UInt64($1) }
      if separator != 0, sign != separator { break }
      let digits = end + length
      guard byte(digits).isDigit, byte(digits + 1).isDigit, byte(digits + 2).isDigit,
        !byte(digits + 3).isDigit
      else {
        // `1,234,56` and `1, 234, 5`: no thousands at all.
        if separator != 0, byte(digits).isDigit { return false }
        break
      }
      separator = sign
      end = digits + 3
    }
    if separator == 0 { return false }
    // `5 125/200` is a mixed number.
    if separator == 0x20, byte(end) == 0x2F || byte(end) == 0x5C && byte(end + 1) == 0x66 { return false }
    index = end
    return true
  }

  /// Length of `,` `{,}` `\,` `,\!` `~` or a blank between groups of digits; 0 for anything else.
  private func groupSeparator(at: Int) -> Int {
    switch (byte(at), byte(at + 1)) {
    case (0x20, _), (0x7E, _): return 1
    case (0x2C, 0x5C) where byte(at + 2) == 0x21 || byte(at + 2) == 0x2C: return 3
    case (0x2C, _): return options.commaGroups ? 1 : 0
    case (0x5C, 0x2C), (0x5C, 0x3B), (0x5C, 0x3A), (0x5C, 0x20): return 2
    case (0x7B, 0x2C), (0x7B, 0x20): return byte(at + 2) == 0x7D ? 3 : 0
    case (0x7B, 0x5C): return (byte(at + 2) == 0x2C || byte(at + 2) == 0x20) && byte(at + 3) == 0x7D ? 4 : 0
    default: return 0
    }
  }

  /// The end of `...` or `\ldots`.
  private func dots(at start: Int) -> Int? {
    if byte(start) == 0x2E, byte(start + 1) == 0x2E, byte(start + 2) == 0x2E {
      var end = start
      while byte(end) == 0x2E { end += 1 }
      return end
    }
    guard byte(start) == 0x5C else { return nil }
    for name in dotCommands where has(name, at: start) && !byte(start + name.bytes.count).isLetter {
      return start + name.bytes.count
    }
    return nil
  }

  /// The end of a repeating part: `\overline{3}`, `\dot{6}`, `\bar3`, `(3)`.
  private func repeats(at start: Int) -> Int? {
    if byte(start) == 0x28 {
      var end = start + 1
      while byte(end).isDigit { end += 1 }
      return end > start + 1 && byte(end) == 0x29 ? end + 1 : nil
    }
    guard byte(start) == 0x5C else { return nil }
    for name in repeatCommands where has(name, at: start) {
      var end = start + name.bytes.count
      if byte(end).isDigit { return end + 1 }
      guard byte(end) == 0x7B else { return nil }
      end += 1
      let digits = end
      while byte(end).isDigit { end += 1 }
      return end > digits && byte(end) == 0x7D ? end + 1 : nil
    }
    return nil
  }
}

private let repeatCommands: [StaticPattern] = ["\\overline", "\\dot", "\\bar", "\\overbar"]
private let dotCommands: [StaticPattern] = ["\\ldots", "\\dots", "\\cdots"]

/// How many of the last digits of a decimal repeat, going by its spelling: three equal groups at the end, or
/// two of three or more digits. nil where nothing repeats.
func decimalPeriod(_ text: Bytes) -> Int? {
  guard let point = text.firstIndex(of: 0x2E) else { return nil }
  let digits = text[(point + 1)...].prefix { $0.isDigit }
  for period in 1...60 {
    let count = period * (period < 3 ? 3 : 2)
    if count > digits.count { return nil }
    let tail = digits.suffix(count)
    if tail.dropFirst(period).elementsEqual(tail.dropLast(period)) { return period }
  }
  return nil
}
