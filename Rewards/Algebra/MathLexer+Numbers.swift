/// Numbers as people write them.
extension MathLexer {
  /// At a digit or at a point with a digit behind it. Form bits: 1 point, 2 groups, 4 repeating, 8 exponent.
  mutating func number() throws(AlgebraFailure) {
    let start = index
    var form: UInt8 = 0
    while byte(index).isDigit { index += 1 }
    if index > start, index - start <= 3, byte(start) != 0x30 || index - start > 1, groups() { form |= 2 }
    if byte(index) == 0x2E, byte(index + 1).isDigit || repeats(at: index + 1) != nil {
      form |= 1
      index += 1
      while byte(index).isDigit { index += 1 }
      while let end = repeats(at: index) {
        form |= 4
        index = end
        while byte(index).isDigit { index += 1 }
      }
    }
    if options.scientific, byte(index) | 0x20 == 0x65, form & 4 == 0 {
      var end = index + 1
      if byte(end) == 0x2B || byte(end) == 0x2D { end += 1 }
      if byte(end).isDigit {
        while byte(end).isDigit { end += 1 }
        // `2e3x` is left alone: a letter behind the digits means that `e` is a letter too.
        if !byte(end).isLetter {
          form |= 8
          index = end
        }
      }
    }
    try append(.number, form, from: start, to: index)
  }

  /// Thousands: moves over them and says so, or stays.
  private mutating func groups() -> Bool {
    var end = index
    var separator: StaticPattern?
    while true {
      guard let (sign, length) = groupSeparator(at: end), separator.map({ $0.bytes == sign.bytes }) ?? true else {
        break
      }
      let digits = end + length
      guard byte(digits).isDigit, byte(digits + 1).isDigit, byte(digits + 2).isDigit, !byte(digits + 3).isDigit
      else {
        // `1,234,56` and `1, 234, 5`: no thousands at all.
        if separator != nil, byte(digits).isDigit { return false }
        break
      }
      separator = sign
      end = digits + 3
    }
    guard let separator else { return false }
    // `5 125/200` is a mixed number.
    if separator.bytes == [0x20], byte(end) == 0x2F || has("\\frac", at: end) { return false }
    index = end
    return true
  }

  private func groupSeparator(at: Int) -> (StaticPattern, Int)? {
    for separator: StaticPattern in ["{,}", ",\\!", ",\\,", "\\,", "\\;", "\\:", "\\ ", "{\\,}", "{\\ }", "{ }", "~", " "]
    where has(separator, at: at) {
      return (separator, separator.bytes.count)
    }
    if options.commaGroups, byte(at) == 0x2C { return (",", 1) }
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
    for name: StaticPattern in ["\\overline", "\\dot", "\\bar", "\\overbar"] where has(name, at: start) {
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
