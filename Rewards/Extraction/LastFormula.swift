// The last formula between math delimiters.

extension ArraySlice<UInt8> {
  /// The last `$…$`, `$$…$$`, `\(…\)` or `\[…\]` with its delimiters; one letter alone and the sign that ends a
  /// proof are passed over.
  func lastFormula(endingBefore last: Int) -> Range<Int>? {
    var end = last
    var tries = 0
    while tries < ValueText.maximumFormulas, let formula = lastFormula(before: end) {
      let content = self[formula].filter { $0 != 0x24 && !$0.isBlank }
      let isEndOfProof = ValueText.endsOfProof.contains { content.starts(with: $0.utf8) }
      if !isEndOfProof, content.count > 1 || content.first?.isDigit == true { return formula }
      end = formula.lowerBound
      tries += 1
    }
    return nil
  }

  func lastFormula(before end: Int) -> Range<Int>? {
    var index = end - 1
    while index > startIndex {
      let byte = self[index]
      if byte == UInt8(ascii: "$"), let open = openingDollar(ofClose: index) { return open..<(index + 1) }
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]"), self[index - 1] == UInt8(ascii: "\\") {
        let opening = byte == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "[")
        if let open = openingDelimiter(opening, before: index - 1) { return open..<(index + 1) }
      }
      index -= 1
    }
    return nil
  }

  /// The `$` that the one at `close` ends, by the rule that tells formulas from prices: no blank inside next
  /// to a single `$`, no digit behind it.
  private func openingDollar(ofClose close: Int) -> Int? {
    if byte(close - 1) == UInt8(ascii: "\\") { return nil }
    let isDouble = byte(close - 1) == UInt8(ascii: "$")
    let last = isDouble ? close - 2 : close - 1
    if !isDouble, byte(close - 1)?.isBlank ?? true { return nil }
    if byte(close + 1)?.isDigit == true { return nil }
    var index = last
    let lowest = Swift.max(startIndex, close - ValueText.maximumFormulaBytes)
    while index >= lowest {
      if self[index] == UInt8(ascii: "$"), byte(index - 1) != UInt8(ascii: "\\") {
        if index == last { return nil }
        if isDouble { return byte(index - 1) == UInt8(ascii: "$") ? index - 1 : nil }
        return self[index + 1].isBlank ? nil : index
      }
      if !isDouble, self[index] == 0x0A, byte(index - 1) == 0x0A { return nil }
      index -= 1
    }
    return nil
  }

  private func openingDelimiter(_ bracket: UInt8, before end: Int) -> Int? {
    var index = end - 1
    let lowest = Swift.max(startIndex + 1, end - ValueText.maximumFormulaBytes)
    while index >= lowest {
      if self[index] == bracket, self[index - 1] == UInt8(ascii: "\\") { return index - 1 }
      index -= 1
    }
    return nil
  }
}
