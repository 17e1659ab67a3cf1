// What is written behind a value: units, multipliers, percent in words, or nothing that matters.

extension AnswerReader {
  /// A value with words behind it that are a unit, a multiplier or nothing that matters.
  func withSuffix(
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
  func suffix(
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

  func firstWord(of phrase: Bytes) -> [UInt8]? {
    let word = phrase.prefix { $0.isLetter }
    return word.isEmpty ? nil : word.map(\.lowercased)
  }

  /// Where the words behind a value begin; nil where there are none.
  func startOfSuffix(_ range: Range<Int>) -> Int? {
    var isNumeric = true
    var hasNumber = false
    var index = range.lowerBound
    while index < range.upperBound {
      let token = tokens[index]
      if index > range.lowerBound {
        switch token.kind {
        case .text:
          // `2\text{A}_{16}` and `1011_\text{two}` are digits and a base.
          let isDigit = index + 1 < range.upperBound && tokens[index + 1].kind == .underscore
          if !isDigit, tokens[index - 1].kind != .underscore { return index }
        case .word, .not: if hasNumber { return index }
        case .open where token.form == UInt8(ascii: "{") && hasNumber && isNumeric && token.isSpaced:
          // `9.8\ \mathrm{m/s^2}`
          if index + 1 < range.upperBound, tokens[index + 1].kind == .letter,
            beginsUnit(at: index + 1, in: range, isApart: true)
          {
            return index
          }
        case .fraction where hasNumber && isNumeric && isUnitFraction(at: index, in: range):
          return index
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

  /// `\frac{\text{km}}{\text{h}}`: words only, or behind a blank letters that are units where letters may be.
  private func isUnitFraction(at index: Int, in range: Range<Int>) -> Bool {
    guard index + 1 < range.upperBound, tokens[index + 1].kind == .open else { return false }
    let middle = next(after: index + 1, in: range)
    guard middle < range.upperBound, tokens[middle].kind == .open else { return false }
    let parts = (index + 1)..<next(after: middle, in: range)
    var hasWord = false
    for part in parts {
      switch tokens[part].kind {
      case .text, .word: hasWord = true
      case .letter, .open, .close, .times, .power: break
      case .number: if tokens[part - 1].kind != .power && tokens[part - 2].kind != .power { return false }
      default: return false
      }
    }
    guard let unit = UnitPhrase.read(phrase(index..<parts.upperBound)) else { return false }
    return hasWord || (readsUnitLetters && tokens[index].isSpaced && unit.isConvertible)
  }

  /// Whether the letters at `index` are a unit's: "per" always; what the table knows where letters may be units,
  /// single ones only behind a blank.
  func beginsUnit(at index: Int, in range: Range<Int>, isApart: Bool) -> Bool {
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
  func compound(
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

  /// The tokens as a flat phrase of words, signs and digits; texts stand apart, and so do the parts of a fraction,
  /// by a slash.
  func phrase(_ range: Range<Int>) -> [UInt8] {
    var phrase: [UInt8] = []
    var isBehindWord = false
    var slash: Int?
    for index in range {
      let token = tokens[index]
      if index == slash { phrase.append(UInt8(ascii: "/")) }
      defer { isBehindWord = token.kind == .text || token.kind == .word }
      switch token.kind {
      case .open, .close, .quote, .period: continue
      case .fraction where index + 1 < range.upperBound && tokens[index + 1].kind == .open:
        slash = next(after: index + 1, in: range)
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
}
