// What only an answer's reader makes of a lexed text: joints inside texts, and signs that people write with
// other ones.

extension MathTokens {
  /// `\text{, and }` is a joint, `\text{ hours and }` a word and a joint, `+/-` is `±`, `3.2x10^5` a product.
  func preparedForReading() -> MathTokens {
    guard tokens.contains(where: \.mayNeedPreparing) else { return self }
    return replacing { prepared, token, index in
      switch token.kind {
      case .text: prepared.appendText(token)
      case .unknown where token.form == UInt8(ascii: "&"): prepared.append(token, as: .and)
      case .unknown where token.form == UInt8(ascii: "`"): prepared.append(token, as: .quote)
      case .minus where prepared.endsInSlashedSign: prepared.replaceSlashedSign(with: token)
      case .letter where token.form == UInt8(ascii: "x") && isTimes(index): prepared.append(token, as: .times)
      case .open where holdsOneSign(index): break
      case .close where index >= 2 && holdsOneSign(index - 2): break
      default: prepared.tokens.append(token)
      }
    }
  }

  /// Without the tokens that `isDropped` names.
  func removing(_ isDropped: (Int) -> Bool) -> MathTokens {
    replacing { kept, token, index in if !isDropped(index) { kept.tokens.append(token) } }
  }

  /// The tokens as `append` writes them, brackets with their partners.
  private func replacing(_ append: (inout MathTokens, MathToken, Int) -> Void) -> MathTokens {
    var result = self
    result.tokens.removeAll(keepingCapacity: true)
    /// New places of the old tokens.
    var places: [Int32] = []
    places.reserveCapacity(tokens.count)
    for (index, token) in tokens.enumerated() {
      places.append(Int32(result.tokens.count))
      append(&result, token, index)
    }
    for index in result.tokens.indices {
      let partner = Int(result.tokens[index].value)
      switch result.tokens[index].kind {
      case .open, .close, .begin, .end:
        if places.indices.contains(partner) { result.tokens[index].value = places[partner] }
      default: break
      }
    }
    return result
  }

  /// `{` before a comma or a currency sign and `}`: `\text{, }`, `\text{\$}`.
  private func holdsOneSign(_ index: Int) -> Bool {
    guard index + 2 < tokens.count, tokens[index].kind == .open, tokens[index].form == UInt8(ascii: "{"),
      Int(tokens[index].value) == index + 2
    else { return false }
    return tokens[index + 1].kind == .comma || tokens[index + 1].kind == .currency
  }

  private mutating func append(_ token: MathToken, as kind: MathToken.Kind) {
    var token = token
    token.kind = kind
    tokens.append(token)
  }

  /// `+/` at the end, to be followed by `-`.
  private var endsInSlashedSign: Bool {
    tokens.count >= 2 && tokens[tokens.count - 1].kind == .divide && tokens[tokens.count - 2].kind == .plus
  }

  private mutating func replaceSlashedSign(with token: MathToken) {
    tokens.removeLast()
    let plus = tokens.removeLast()
    var sign = token
    sign.start = plus.start
    sign.isSpaced = plus.isSpaced
    append(sign, as: .plusMinus)
  }

  /// The `x` of `3.2x10^5`.
  private func isTimes(_ index: Int) -> Bool {
    guard index > 0, index + 2 < tokens.count, tokens[index - 1].kind == .number,
      tokens[index + 1].kind == .number,
      tokens[index + 2].kind == .power
    else { return false }
    return bytes[Int(tokens[index + 1].start)..<Int(tokens[index + 1].end)].elementsEqual("10".utf8)
  }

  /// Appends a text with commas and the words "and" and "or" at its ends as tokens of their own.
  private mutating func appendText(_ token: MathToken) {
    var low = Int(token.start)
    var high = Int(token.end)
    var leading: [MathToken] = []
    var trailing: [MathToken] = []
    while let (kind, end) = joint(from: low, to: high) {
      leading.append(MathToken(kind: kind, isSpaced: true, start: Int32(low), end: Int32(end)))
      low = end
    }
    while let (kind, start) = joint(endingAt: high, from: low) {
      trailing.insert(MathToken(kind: kind, isSpaced: true, start: Int32(start), end: Int32(high)), at: 0)
      high = start
    }
    while low < high, bytes[low].isBlank { low += 1 }
    while low < high, bytes[high - 1].isBlank { high -= 1 }
    tokens += leading
    if low < high {
      var text = token
      text.start = Int32(low)
      text.end = Int32(high)
      tokens.append(text)
    }
    tokens += trailing
  }

  private func joint(from low: Int, to high: Int) -> (MathToken.Kind, Int)? {
    var start = low
    while start < high, bytes[start].isBlank { start += 1 }
    guard start < high else { return nil }
    if bytes[start] == UInt8(ascii: ",") || bytes[start] == UInt8(ascii: ";") { return (.comma, start + 1) }
    let word = bytes[start..<high].prefix { $0.isLetter }
    if word.elementsEqual("and".utf8) { return (.and, word.endIndex) }
    return word.elementsEqual("or".utf8) ? (.or, word.endIndex) : nil
  }

  private func joint(endingAt high: Int, from low: Int) -> (MathToken.Kind, Int)? {
    var end = high
    while end > low, bytes[end - 1].isBlank { end -= 1 }
    guard end > low else { return nil }
    if bytes[end - 1] == UInt8(ascii: ",") || bytes[end - 1] == UInt8(ascii: ";") { return (.comma, end - 1) }
    var start = end
    while start > low, bytes[start - 1].isLetter { start -= 1 }
    let word = bytes[start..<end]
    if word.elementsEqual("and".utf8) { return (.and, start) }
    return word.elementsEqual("or".utf8) ? (.or, start) : nil
  }
}

extension MathToken {
  /// Cheap: whether ``MathTokens/preparedForReading()`` may make something else of it.
  fileprivate var mayNeedPreparing: Bool {
    switch kind {
    case .text, .unknown, .divide, .currency: true
    case .letter: form == UInt8(ascii: "x")
    case .comma: true
    default: false
    }
  }
}
