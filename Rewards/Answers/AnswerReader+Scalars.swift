// Scalars: numbers and expressions with their percent signs, degrees, currencies and units; words.

extension AnswerReader {
  func scalar(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue {
    if let words = try words(range, depth, &algebra) { return words }
    if let angle = try degreesAndMinutes(range, &algebra) { return .quantity(angle) }
    if let money = try moneyBefore(range, depth, &algebra) { return .quantity(money) }
    return .quantity(try measured(range, depth, &algebra))
  }

  // MARK: Words

  /// A range that is words only, or a text with numbers in it; nil for anything else.
  private func words(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> AnswerValue? {
    let first = range.lowerBound
    if isWordy(range), let number = try numberInWords(range, &algebra) { return .quantity(number) }
    if range.count == 1, tokens[first].kind == .text {
      let inside = text.text(range)
      if inside.contains(where: { $0.isDigit || $0 == 0x5C || $0 == 0x2C }) || WordList.joins(inside) {
        return try relexed(prose(inside), depth, &algebra)
      }
    }
    guard isWordy(range) else { return nil }
    return .text(TextAnswer(words: text.text(range)))
  }

  /// A text with its words kept apart from products of letters.
  private func prose(_ inside: Bytes) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = inside.startIndex
    while index < inside.endIndex {
      if inside[index].isLetter, index == inside.startIndex || inside[index - 1] != UInt8(ascii: "\\") {
        let word = inside[index...].prefix { $0.isLetter || $0 == 0x27 || $0 == 0x2D }
        index = word.endIndex
        let isSingle = word.count == 1
        bytes +=
          isSingle || WordList.isJoint(word) ? Array(word) : Array("\\text{".utf8) + word + Array("}".utf8)
      } else {
        bytes.append(inside[index])
        index += 1
      }
    }
    return bytes
  }

  /// Only texts, words and letters that make words, and at least one of the first two; or a short word such
  /// as `Yes`.
  private func isWordy(_ range: Range<Int>) -> Bool {
    var hasWord = false
    var index = range.lowerBound
    while index < range.upperBound {
      switch tokens[index].kind {
      case .text, .word: hasWord = true
      case .letter, .quote, .minus, .period, .not, .prime, .factorial, .imaginaryUnit: break
      default: return false
      }
      index += 1
    }
    if hasWord { return true }
    let (run, end) = wordRun(at: range.lowerBound, in: range)
    return end == range.upperBound && run.count > 1 && TextAnswer.isShortAnswer(run)
  }

  /// `twelve`, `twenty-one apples`.
  private func numberInWords(
    _ range: Range<Int>, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let plain = phrase(range)
    let words = plain.split { $0.isBlank }
    guard words.count <= 16 else { return nil }
    if words.count == 1, TextAnswer(words: plain[...]).normalized == Array("infinity".utf8) {
      return quantity(try algebra.infinity(isNegative: false), range)
    }
    for count in stride(from: words.count, to: 0, by: -1) {
      guard let value = NumberWords.value(plain[plain.startIndex..<words[count - 1].endIndex]) else {
        continue
      }
      var quantity = quantity(try algebra.number(value), range)
      if count == words.count { return quantity }
      // "one of the values" counts nothing.
      if words[count].elementsEqual("of".utf8) { return nil }
      guard let read = try suffix(Array(plain[words[count].startIndex...]), &quantity, &algebra), read else {
        return nil
      }
      return quantity
    }
    return nil
  }

  // MARK: Money

  /// `$18`, `-$20`, `USD 18`.
  private func moneyBefore(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    var first = range.lowerBound
    let isNegative =
      tokens[first].kind == .minus && first + 1 < range.upperBound
      && tokens[first + 1].kind == .currency
    if isNegative { first += 1 }
    let entry: UnitTable.Entry
    var start = first + 1
    if tokens[first].kind == .currency, let currency = UnitTable.currency(sign: tokens[first].form) {
      entry = currency
    } else {
      guard tokens[first].kind == .letter || tokens[first].kind == .text else { return nil }
      let (word, end) = wordRun(at: first, in: range)
      guard word.count > 1, let named = UnitTable.entry(for: word), named.currency != nil else { return nil }
      entry = named
      start = end
      if start < range.upperBound, tokens[start].kind == .period { start += 1 }
      // `US\$18`, `USD \$18`.
      if start < range.upperBound, tokens[start].kind == .currency { start += 1 }
    }
    guard start < range.upperBound else { return nil }
    var quantity = try measured(start..<range.upperBound, depth, &algebra)
    if isNegative {
      quantity.expression = try algebra.negated(quantity.expression)
      quantity.isNegative.toggle()
    }
    var unit = quantity.unit ?? UnitValue()
    guard unit.multiply(by: entry, exponent: 1) else { throw .unreadable("a unit out of range") }
    // `$18 dollars` names its currency twice.
    if unit.names.count == 2, unit.names[0] == unit.names[1] { unit.names.removeLast() }
    quantity.unit = unit
    return quantity
  }

  // MARK: Degrees

  /// `30^\circ 30'`, `12^\circ 5' 20''`: nil for anything else.
  private func degreesAndMinutes(
    _ range: Range<Int>, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    guard range.count >= 4, tokens[range.lowerBound].kind == .number,
      tokens[range.lowerBound + 1].kind == .degree,
      tokens[range.lowerBound + 2].kind == .number
    else { return nil }
    var total = try text.literal(at: range.lowerBound).value
    var index = range.lowerBound + 2
    while index < range.upperBound {
      guard tokens[index].kind == .number else { return nil }
      let value = try text.literal(at: index).value
      var primes = 0
      index += 1
      while index < range.upperBound, tokens[index].kind == .prime || tokens[index].kind == .quote {
        primes += tokens[index].kind == .quote ? 2 : 1
        index += 1
      }
      guard primes == 1 || primes == 2, let part = Rational(1, over: primes == 1 ? 60 : 3600),
        let scaled = Rational.product(value, part), let sum = Rational.sum(total, scaled)
      else { return nil }
      total = sum
    }
    var quantity = quantity(try algebra.number(total), range)
    quantity.angle = .degrees
    return quantity
  }

  // MARK: Measured scalars

  /// An expression and what is written behind it.
  func measured(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity {
    if depth > Self.maximumDepth { throw .limit("signs nested more than \(Self.maximumDepth) deep") }
    var start = range.lowerBound
    while start < range.upperBound, let end = endOfIntroduction(start, in: range) { start = end }
    if start == range.upperBound { throw .unreadable("no value") }
    let range = start..<range.upperBound
    if let opposite = try negatedInWords(range, depth, &algebra) { return opposite }
    let last = range.upperBound - 1
    switch tokens[last].kind {
    case .percent where range.count > 1:
      var quantity = try measured(range.dropLast(), depth + 1, &algebra)
      quantity.isPercent = true
      return quantity
    case .currency where range.count > 1:
      var quantity = try measured(range.dropLast(), depth + 1, &algebra)
      var unit = quantity.unit ?? UnitValue()
      guard let entry = UnitTable.currency(sign: tokens[last].form), unit.multiply(by: entry, exponent: 1)
      else {
        throw .unreadable("an unknown currency")
      }
      quantity.unit = unit
      return quantity
    default: break
    }
    if let quantity = try temperature(range, &algebra) { return quantity }
    if let angle = try degrees(range, &algebra) { return angle }
    if let quantity = try withSuffix(range, depth, &algebra) { return quantity }
    return try bare(range, &algebra)
  }

  /// Behind a text that only introduces the value.
  private func endOfIntroduction(_ index: Int, in range: Range<Int>) -> Int? {
    guard tokens[index].kind == .text || tokens[index].kind == .word, index + 1 < range.upperBound else {
      return nil
    }
    let word = text.text(index..<(index + 1))
    if word.last == UInt8(ascii: ":") { return WordList.hedges(word) ? nil : index + 1 }
    return WordList.introduces(word) ? index + 1 : nil
  }

  /// `30^\circ`, `180^\circ - 38^\circ`, `\frac{360^\circ}{5}`: an angle, unless a function takes it or π turns it
  /// into radians; nil for anything else.
  private func degrees(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity? {
    var hasDegrees = false
    for token in tokens[range] {
      if token.kind == .function || token.kind == .pi || token.kind == .text || token.kind == .word {
        return nil
      }
      if token.kind == .degree { hasDegrees = true }
    }
    guard hasDegrees, range.count > 1 else { return nil }
    let isLast =
      tokens[range.upperBound - 1].kind == .degree
      && !tokens[range.dropLast()].contains { $0.kind == .degree }
    var quantity: Quantity
    if isLast {
      quantity = try bare(range.dropLast(), &algebra)
    } else {
      let plain = text.removing { !range.contains($0) || tokens[$0].kind == .degree }
      if plain.tokens.isEmpty { return nil }
      quantity = self.quantity(try algebra.parse(plain, 0..<plain.tokens.count, signs: signs), range)
    }
    quantity.angle = .degrees
    return quantity
  }

  /// `minus 5`, `\text{negative }5`.
  private func negatedInWords(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let first = range.lowerBound
    guard range.count > 1, tokens[first].kind == .text || tokens[first].kind == .word else { return nil }
    let word = text.text(first..<(first + 1)).map(\.lowercased)
    guard word == Array("minus".utf8) || word == Array("negative".utf8) else { return nil }
    var quantity = try measured(range.dropFirst(), depth + 1, &algebra)
    quantity.expression = try algebra.negated(quantity.expression)
    quantity.isNegative.toggle()
    return quantity
  }

  /// `1011\text{ (base 2)}`: the number with a subscript; nil for anything else.
  private func withBase(
    _ value: Range<Int>, _ words: [UInt8], _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    let parts = words.split { $0.isBlank }
    guard parts.count == 2 || parts.count == 3, let last = parts.last,
      parts[parts.count - 2].elementsEqual("base".utf8), parts.count == 2 || parts[0].elementsEqual("in".utf8)
    else { return nil }
    let base = last.allSatisfy(\.isDigit) ? Array(last) : Array("\\text{".utf8) + last + Array("}".utf8)
    let bytes = Array(text.text(value)) + Array("_{".utf8) + base + Array("}".utf8)
    guard case .quantity(let quantity) = try relexed(bytes, depth + 1, &algebra) else { return nil }
    return quantity
  }

  /// `100^\circ\mathrm{C}`: degrees of a temperature scale, which are no angle.
  private func temperature(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity?
  {
    guard range.count >= 3, tokens[range.upperBound - 2].kind == .degree else { return nil }
    let scale = text.text((range.upperBound - 1)..<range.upperBound)
    guard scale.count == 1 || scale.count > 3 else { return nil }
    guard let letter = scale.first, letter == UInt8(ascii: "C") || letter == UInt8(ascii: "F") else {
      return nil
    }
    var quantity = try bare(range.lowerBound..<(range.upperBound - 2), &algebra)
    quantity.unit = UnitValue(names: [
      .init(text: Array(letter == 0x43 ? "celsius".utf8 : "fahrenheit".utf8), exponent: 1)
    ])
    return quantity
  }

  /// A value with words behind it that are a unit, a multiplier or nothing that matters.
  private func withSuffix(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    guard let start = startOfSuffix(range) else { return nil }
    let suffixRange = start..<range.upperBound
    if tokens[suffixRange].contains(where: { $0.kind == .number }),
      let total = try compound(range, depth, &algebra)
    {
      return total
    }
    var quantity: Quantity
    let value = range.lowerBound..<start
    if let based = try withBase(value, phrase(suffixRange), depth, &algebra) { return based }
    if tokens[value].last?.kind == .currency || tokens[value].last?.kind == .percent {
      quantity = try measured(value, depth, &algebra)
    } else {
      quantity = try bare(value, &algebra)
    }
    guard let isRead = try suffix(phrase(suffixRange), &quantity, &algebra) else { return nil }
    if isRead { return quantity }
    throw .unreadable("words that are no unit behind the value")
  }

  /// Applies words behind a value to it.
  ///
  /// - Returns: False where the words are no unit; nil where they may still be read as a product.
  private func suffix(
    _ words: [UInt8], _ quantity: inout Quantity, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Bool? {
    var phrase = words[...].trimmed()
    while let word = firstWord(of: phrase), let factor = NumberWords.multiplier(word) {
      quantity.expression = try algebra.product(quantity.expression, try algebra.number(Rational(factor)))
      quantity.literal = nil
      phrase = phrase.dropFirst(word.count).trimmed()
    }
    guard let word = firstWord(of: phrase) else {
      if phrase.isEmpty { return true }
      guard let unit = UnitPhrase.read(Array(phrase)) else { return false }
      quantity.unit = unit == UnitValue() ? quantity.unit : unit
      return true
    }
    let rest = phrase.dropFirst(word.count).trimmed()
    if UnitWords.isPercent(word), rest.isEmpty {
      quantity.isPercent = true
      return true
    }
    if UnitWords.isDegree(word) || UnitWords.isRadian(word) {
      if rest.isEmpty {
        quantity.angle = UnitWords.isDegree(word) ? .degrees : .radians
        return true
      }
      phrase = UnitWords.isDegree(word) ? rest : phrase
    }
    guard let unit = UnitPhrase.read(Array(phrase)) else { return false }
    if unit != UnitValue() { quantity.unit = unit }
    return true
  }

  private func firstWord(of phrase: Bytes) -> [UInt8]? {
    let word = phrase.prefix { $0.isLetter }
    return word.isEmpty ? nil : word.map(\.lowercased)
  }

  /// Where the words behind a value begin; nil where there are none.
  private func startOfSuffix(_ range: Range<Int>) -> Int? {
    var isNumeric = true
    var hasNumber = false
    var index = range.lowerBound
    while index < range.upperBound {
      let token = tokens[index]
      if index > range.lowerBound {
        switch token.kind {
        case .text: return index
        case .word, .not: if hasNumber { return index }
        case .open where token.form == UInt8(ascii: "{") && hasNumber && isNumeric && token.isSpaced:
          // `9.8\ \mathrm{m/s^2}`
          if index + 1 < range.upperBound, tokens[index + 1].kind == .letter,
            beginsUnit(at: index + 1, in: range, isApart: true)
          {
            return index
          }
        case .open where token.form == UInt8(ascii: "(") && index + 1 < range.upperBound:
          if tokens[index + 1].kind == .text || tokens[index + 1].kind == .word { return index }
        case .function where readsUnitLetters && hasNumber && isNumeric:
          if UnitName.isKnown(text.text(index..<(index + 1))) { return index }
        case .letter
        where hasNumber && isNumeric && beginsUnit(at: index, in: range, isApart: token.isSpaced):
          return index
        default: break
        }
      }
      switch token.kind {
      case .number, .pi, .infinity: hasNumber = true
      case .letter, .greek: isNumeric = false
      default: break
      }
      index = next(after: index, in: range)
    }
    return nil
  }

  /// Whether the letters at `index` are a unit's: "per" always; what the table knows where letters may be units,
  /// single ones only behind a blank.
  private func beginsUnit(at index: Int, in range: Range<Int>, isApart: Bool) -> Bool {
    let (run, _) = wordRun(at: index, in: range)
    if run.count > 1 {
      let small = run.map(\.lowercased)
      if UnitWords.isPer(small) || UnitWords.prefixPower(small) != nil { return true }
      return readsUnitLetters && UnitName.isKnown(run)
    }
    guard readsUnitLetters, isApart, UnitLetter.isOne(run[run.startIndex]) else { return false }
    return UnitPhrase.read(phrase(index..<range.upperBound))?.isConvertible ?? false
  }

  /// `2\text{ hours } 30\text{ minutes}`.
  private func compound(
    _ range: Range<Int>, _ depth: Int, _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Quantity? {
    var starts: [Int] = []
    for index in range where tokens[index].kind == .number {
      if index == range.lowerBound || tokens[index - 1].kind == .text || tokens[index - 1].kind == .word
        || tokens[index - 1].kind == .letter || tokens[index - 1].kind == .function
      {
        starts.append(index)
      }
    }
    guard (2...4).contains(starts.count), starts[0] == range.lowerBound else { return nil }
    starts.append(range.upperBound)
    var parts: [Quantity] = []
    for (start, end) in zip(starts, starts.dropFirst()) {
      var reader = self
      reader.readsUnitLetters = true
      let part = try reader.measured(start..<end, depth, &algebra)
      guard let unit = part.unit, unit.isConvertible else { return nil }
      if let last = parts.last?.unit,
        last.dimension != unit.dimension || Rational.order(unit.scale, last.scale) >= 0
      {
        return nil
      }
      parts.append(part)
    }
    return try sum(of: parts, &algebra)
  }

  /// The tokens as a flat phrase of words, signs and digits; texts stand apart.
  func phrase(_ range: Range<Int>) -> [UInt8] {
    var phrase: [UInt8] = []
    var isBehindWord = false
    for token in tokens[range] {
      defer { isBehindWord = token.kind == .text || token.kind == .word }
      switch token.kind {
      case .open, .close, .quote, .period: continue
      case .power: phrase.append(UInt8(ascii: "^"))
      case .divide: phrase.append(UInt8(ascii: "/"))
      case .times: phrase.append(0x20)
      default:
        let bytes = text.bytes[Int(token.start)..<Int(token.end)]
        let isApart = token.isSpaced || token.kind == .text || token.kind == .word || isBehindWord
        if isApart, phrase.last?.isLetter == true { phrase.append(0x20) }
        phrase += bytes.filter {
          $0 != 0x24 && $0 != 0x7B && $0 != 0x7D && $0 != 0x28 && $0 != 0x29 && $0 != 0x5C
        }
      }
    }
    return phrase
  }

  /// An expression with nothing around it.
  func bare(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity {
    if let quantity = try openEnded(range, &algebra) { return quantity }
    var quantity = quantity(try algebra.parse(text, range, signs: signs), range)
    var first = range.lowerBound
    while first < range.upperBound, tokens[first].kind == .minus || tokens[first].kind == .plus {
      if tokens[first].kind == .minus { quantity.isNegative.toggle() }
      first += 1
    }
    if first == range.upperBound - 1, tokens[first].kind == .number {
      quantity.literal = try text.literal(at: first)
    }
    quantity.isLetters = range.count > 1 && tokens[range].allSatisfy { $0.kind == .letter }
    return quantity
  }

  /// `0.333...`: the last digit, written at least twice, goes on for ever; nil for anything else.
  private func openEnded(_ range: Range<Int>, _ algebra: inout Algebra) throws(AlgebraFailure) -> Quantity? {
    guard let last = range.last, tokens[last].kind == .ellipsis, range.count >= 2,
      tokens[last - 1].kind == .number,
      tokens[last - 1].form == 1
    else { return nil }
    let digits = text.bytes[Int(tokens[last - 1].start)..<Int(tokens[last - 1].end)]
    guard let digit = digits.last, digits.dropLast().last == digit else { return nil }
    let whole = text.text(range.dropLast())
    let bytes = Array(whole.dropLast()) + Array("\\overline{".utf8) + [digit] + Array("}".utf8)
    let repeated = AnswerReader(text: try MathLexer.tokens(bytes, fuel: &algebra.fuel))
    return quantity(try algebra.parse(repeated.text, 0..<repeated.tokens.count), range)
  }

  // MARK: Ratios, times, residues

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

  private func isTwoDigits(_ range: Range<Int>) -> Bool {
    range.count == 1 && tokens[range.lowerBound].kind == .number
      && tokens[range.lowerBound].end - tokens[range.lowerBound].start == 2
  }

  private func piecesAroundTo(_ range: Range<Int>) -> [Range<Int>] {
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
  private func meridiemAtEnd(of range: Range<Int>) -> (Ratio.Meridiem, start: Int)? {
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

extension WordList {
  /// `and` or `or` stands in the text as a word.
  static func joins(_ text: Bytes) -> Bool { text.split { !$0.isLetter }.contains(where: isJoint) }

  static func isJoint(_ word: Bytes) -> Bool {
    word.elementsEqual("and".utf8) || word.elementsEqual("or".utf8)
  }
}
