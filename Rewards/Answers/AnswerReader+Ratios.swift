// Ratios, times of day, residues.

extension AnswerReader {
  /// `3:4`, `1:2:3`, `3:45 PM`, `3 to 4`; nil for anything else.
  func ratio(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> AnswerValue? {
    var range = range
    var meridiem: Ratio.Meridiem?
    if let (found, start) = meridiemAtEnd(of: range) {
      meridiem = found
      range = range.lowerBound..<start
    }
    var members = pieces(of: range) { $0 == .colon }
    if members.count == 1 { members = piecesAroundTo(range) }
    guard (2...8).contains(members.count) || meridiem != nil, members.allSatisfy({ !$0.isEmpty }) else {
      return nil
    }
    var ratio = Ratio(members: [], meridiem: meridiem)
    ratio.isClock =
      members.count <= 3 && members.dropFirst().allSatisfy { isTwoDigits($0) }
      && tokens[members[0].lowerBound].kind == .number
    for member in members { ratio.members.append(try algebra.parse(text, member, signs: signs)) }
    return .ratio(ratio)
  }

  func isTwoDigits(_ range: Range<Int>) -> Bool {
    range.count == 1 && tokens[range.lowerBound].kind == .number
      && tokens[range.lowerBound].end - tokens[range.lowerBound].start == 2
  }

  func piecesAroundTo(_ range: Range<Int>) -> [Range<Int>] {
    for index in range.dropFirst().dropLast() {
      switch tokens[index].kind {
      case .text where text.text(index..<(index + 1)).elementsEqual("to".utf8):
        return [range.lowerBound..<index, (index + 1)..<range.upperBound]
      case .letter:
        let (run, end) = wordRun(at: index, in: range)
        if run.elementsEqual("to".utf8), tokens[index].isSpaced, end < range.upperBound, tokens[end].isSpaced
        {
          return [range.lowerBound..<index, end..<range.upperBound]
        }
      default: break
      }
    }
    return [range]
  }

  /// `PM`, `p.m.` at the end, as text or letters.
  func meridiemAtEnd(of range: Range<Int>) -> (Ratio.Meridiem, start: Int)? {
    var start = range.upperBound
    var letters: [UInt8] = []
    while start > range.lowerBound, letters.count < 4 {
      let token = tokens[start - 1]
      guard token.kind == .text || token.kind == .letter || token.kind == .period else { break }
      letters = text.text((start - 1)..<start).filter(\.isLetter).map(\.lowercased) + letters
      start -= 1
      if letters.count == 2 { break }
    }
    guard start > range.lowerBound else { return nil }
    if letters == Array("am".utf8) { return (.am, start) }
    return letters == Array("pm".utf8) ? (.pm, start) : nil
  }

  /// `a \pmod m`, `a (mod m)`; nil where the modulus is an operation inside the expression.
  func residue(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    guard
      let mark = range.dropFirst().first(where: { tokens[$0].kind == .pmod || tokens[$0].kind == .modulo })
    else {
      return nil
    }
    var value = range.lowerBound..<mark
    var modulus = (mark + 1)..<range.upperBound
    if tokens[mark].kind == .modulo {
      guard tokens[mark - 1].kind == .open, Int(tokens[mark - 1].value) == range.upperBound - 1 else {
        return nil
      }
      value = value.dropLast()
      modulus = modulus.dropLast()
    }
    if value.isEmpty || modulus.isEmpty { return nil }
    return .residue(
      value: try algebra.parse(text, value, signs: signs),
      modulus: try algebra.parse(text, modulus, signs: signs))
  }
}
