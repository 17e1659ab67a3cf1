internal import BigInt

/// Symbols with their indices and primes, unknown functions, and numbers in other bases.
extension Algebra {
  /// `x`, `x_1`, `f'(x)`, `C(6,2)`, `C_6^2`; `e` and `i` are the constants.
  mutating func readSymbol(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    guard let token = cursor.token else { throw cursor.unreadable("a symbol") }
    if token.kind == .letter, cursor.kind(1) != nil, let value = try readBaseLiteral(&cursor) {
      return try number(value)
    }
    var name: [UInt8]
    if token.kind == .letter {
      name = [token.form]
      if let choice = try readChoice(&cursor, token.form) { return choice }
    } else {
      name = Array("\\greek".utf8) + [token.form]
    }
    cursor.index += 1
    let plain = name
    var primes = 0
    while true {
      if cursor.kind == .prime {
        primes += 1
        cursor.index += 1
      } else if cursor.kind == .underscore, !name.contains(0x5F) {
        cursor.index += 1
        name.append(0x5F)
        name += try readSubscript(&cursor)
      } else {
        break
      }
    }
    name += [UInt8](repeating: 0x27, count: primes)
    let isFunctionName = token.kind == .letter && (token.form >= 0x66 && token.form <= 0x68)
    let isInverse = isFunctionName && beginsInverse(cursor)
    if name == plain, cursor.kind != .open, !isInverse { return try symbolOrConstant(name, cursor) }
    if isInverse {
      cursor.index += 5
      return try application(try symbol(named: name + Array("^-1".utf8)), try readList(&cursor))
    }
    if cursor.openForm == Fence.round, isFunctionName || primes > 0 || holdsComma(cursor) {
      return try application(try symbol(named: name), try readList(&cursor))
    }
    return try name == plain ? symbolOrConstant(name, cursor) : symbol(symbol(named: name))
  }

  mutating func symbolOrConstant(_ name: [UInt8], _ cursor: ExpressionCursor) throws(AlgebraFailure)
    -> ExpressionID
  {
    for bound in cursor.bound.reversed() where bound.name == name { return try symbol(bound.symbol) }
    if name == [0x65] { return try euler() }
    if name == [0x69] { return try imaginary() }
    return try symbol(try symbol(named: name))
  }

  /// Whether `^{-1}(` stands here: f^{-1}(x) is the inverse function's value.
  private func beginsInverse(_ cursor: ExpressionCursor) -> Bool {
    guard cursor.kind == .power, cursor.kind(1) == .open, cursor.kind(2) == .minus, cursor.kind(4) == .close,
      let one = cursor.token(3), one.kind == .number, let argument = cursor.token(5)
    else { return false }
    return cursor.bytes(one) == [0x31] && argument.kind == .open && argument.form == Fence.round
  }

  /// Whether the parentheses here hold a comma of their own.
  private func holdsComma(_ cursor: ExpressionCursor) -> Bool {
    guard let close = cursor.partner, close - cursor.index < 64 else { return false }
    var index = cursor.index + 1
    while index < close {
      let token = cursor.text.tokens[index]
      if token.kind == .comma { return true }
      if token.kind == .open, Int(token.value) > index { index = Int(token.value) }
      index += 1
    }
    return false
  }

  /// The spelling of an index, without braces and blanks.
  private mutating func readSubscript(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> [UInt8] {
    guard let token = cursor.token else { throw cursor.unreadable("an index") }
    guard cursor.openForm == Fence.brace, let close = cursor.partner else {
      cursor.index += 1
      return Array(cursor.bytes(token))
    }
    var name: [UInt8] = []
    for at in (cursor.index + 1)..<close {
      let token = cursor.text.tokens[at]
      if token.kind == .open || token.kind == .close, token.form == 0x7B { continue }
      name += cursor.bytes(token)
    }
    cursor.index = close + 1
    return name
  }

  // MARK: Combinations

  /// `C(n,k)`, `C_n^k`, `P(n,k)`, `A_n^k`; moves only if it is one.
  private mutating func readChoice(_ cursor: inout ExpressionCursor, _ letter: UInt8) throws(AlgebraFailure)
    -> ExpressionID?
  {
    let isBinomial = letter == UInt8(ascii: "C")
    guard isBinomial || letter == UInt8(ascii: "P") || letter == UInt8(ascii: "A") else { return nil }
    let function = isBinomial ? MathFunction.binomial : .permutations
    let start = cursor
    cursor.index += 1
    if letter != UInt8(ascii: "A"), cursor.openForm == Fence.round, holdsComma(cursor) {
      let pair = try readList(&cursor)
      if pair.count == 2 { return try apply(function, pair[0], pair[1]) }
    } else if cursor.kind == .underscore || cursor.kind == .power {
      let first = cursor.kind
      cursor.index += 1
      if let one = try readIndex(&cursor), cursor.kind != first,
        cursor.kind == .underscore || cursor.kind == .power
      {
        cursor.index += 1
        if let two = try readIndex(&cursor) {
          let (n, k) = first == .underscore ? (one, two) : (two, one)
          if let top = exactRational(n), let bottom = exactRational(k), Rational.order(top, bottom) >= 0 {
            return try apply(function, n, k)
          }
          if isBinomial, singleSymbol(n) != nil { return try apply(function, n, k) }
        }
      }
    }
    cursor = start
    return nil
  }

  /// A number or symbol as an index; nil for words and anything else.
  private mutating func readIndex(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID? {
    if cursor.kind == .number { return try number(try literal(&cursor)) }
    guard cursor.openForm == Fence.brace, let close = cursor.partner, close > cursor.index + 1 else {
      return cursor.kind == .letter ? try readArgument(&cursor) : nil
    }
    for at in (cursor.index + 1)..<close {
      switch cursor.text.tokens[at].kind {
      case .number, .letter, .plus, .minus: break
      default: return nil
      }
    }
    return try readArgument(&cursor)
  }

  /// `_{10}C_4`, `^{10}C_4`, after an empty group or none.
  mutating func readPrescript(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    guard cursor.kind == .underscore || cursor.kind == .power else {
      throw cursor.unreadable("a number or a symbol")
    }
    cursor.index += 1
    guard let n = try readIndex(&cursor), let letter = cursor.token, letter.kind == .letter,
      cursor.kind(1) == .underscore
    else {
      throw cursor.unreadable("`C` or `P` with an index")
    }
    cursor.index += 2
    guard letter.form == UInt8(ascii: "C") || letter.form == UInt8(ascii: "P"), let k = try readIndex(&cursor)
    else {
      throw cursor.unreadable("`C` or `P` with an index")
    }
    return try apply(letter.form == UInt8(ascii: "C") ? .binomial : .permutations, n, k)
  }

  // MARK: Bases

  /// `1011_2`, `2A_{16}`, `10.1_2`: digits and capitals without a blank between them, at least one a digit
  /// unless the base is 16; small letters are digits in base 16 only. Moves only if it is one.
  mutating func readBaseLiteral(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> Rational? {
    var length = 0
    var letters = 0
    var isSmall = false
    while let token = cursor.token(length), length < 64, length == 0 || !token.isSpaced {
      switch token.kind {
      case .number:
        guard token.form & ~3 == 0 else { return nil }
      case .letter, .word, .text:
        letters += 1
        for byte in cursor.bytes(token) {
          guard byte.isDigit || byte.isLetter else { return nil }
          isSmall = isSmall || byte >= 0x61
        }
      default: break
      }
      guard token.kind == .number || token.kind == .letter || token.kind == .word || token.kind == .text
      else { break }
      length += 1
    }
    guard length > 0, cursor.kind(length) == .underscore else { return nil }
    let start = cursor
    var digits: [UInt8] = []
    for offset in 0..<length {
      if let token = cursor.token(offset) {
        digits += cursor.bytes(token).filter { $0.isDigit || $0.isLetter || $0 == 0x2E }
      }
    }
    let hasDigit = digits.contains(where: \.isDigit)
    cursor.index += length
    if let base = readBase(&cursor),
      letters == 0 || base == 16 && (hasDigit || !isSmall) || base > 10 && hasDigit && !isSmall,
      let value = try baseValue(digits[...], base)
    {
      return value
    }
    cursor = start
    return nil
  }

  /// `_2`, `_{16}`, `_{\text{two}}`, `_{(2)}` at the cursor.
  func readBase(_ cursor: inout ExpressionCursor) -> Int? {
    guard cursor.kind == .underscore else { return nil }
    var at = cursor.index + 1
    var closes: [Int] = []
    while at < cursor.end, closes.count < 2, cursor.text.tokens[at].kind == .open {
      closes.append(Int(cursor.text.tokens[at].value))
      at += 1
    }
    // Every bracket closes right behind the one inside it.
    guard at < cursor.end, closes.reversed().elementsEqual((at + 1)..<(at + 1 + closes.count)) else {
      return nil
    }
    let token = cursor.text.tokens[at]
    let name = cursor.bytes(token)
    var base: Int?
    if token.kind == .number, token.form == 0, name.count <= 2 {
      base = name.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    } else if token.kind == .text || token.kind == .word || token.kind == .letter {
      base = baseNames.firstIndex { $0.bytes[...] == name.map(\.lowercased)[...] }.map { $0 + 2 }
    }
    guard let base, base >= 2, base <= 36 else { return nil }
    cursor.index = at + 1 + closes.count
    return base
  }

  /// The number that `digits` spell in a base, with or without a point; nil where one is no digit of it.
  mutating func baseValue(_ digits: Bytes, _ base: Int) throws(AlgebraFailure) -> Rational? {
    if digits.count > 800 { throw .limit("more than 800 digits in a base") }
    try fuel.spend(words: digits.count * 40)
    var value = BigInt(0)
    var places: Int?
    for byte in digits {
      if byte == 0x2E {
        guard places == nil else { return nil }
        places = 0
        continue
      }
      // Separators of thousands are no digits.
      guard byte.isDigit || byte.isLetter else { continue }
      let digit = Int(byte.isDigit ? byte & 0x0F : byte.lowercased - 0x61 + 10)
      guard digit < base else { return nil }
      value = value * BigInt(base) + BigInt(digit)
      places = places.map { $0 + 1 }
    }
    guard let places, places > 0 else { return Rational(value) }
    return Rational(value, over: BigInt(base).power(places))
  }
}

/// Base two to base sixteen.
private let baseNames: [StaticPattern] = [
  "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
  "fourteen", "fifteen", "sixteen",
]
