/// How a text is split where people's habits differ.
package struct LexerOptions: Sendable {
  /// `1,234` is one number; otherwise a bare comma always separates.
  package var commaGroups = true
  /// `3.2e5` is one number; otherwise `e` is Euler's number.
  package var scientific = true

  package init() {}
}

/// Splits folded text into tokens in one pass. Blanks, sizes, styles, wrappers and math delimiters leave no
/// token; brackets know their partners.
package struct MathLexer {
  let bytes: [UInt8]
  let options: LexerOptions
  var fuel: Fuel
  var result: MathTokens
  var index = 0
  /// Where the brace opened at a byte is closed; filled when first asked for.
  var closings: [Int32] = []
  var isSpaced = false
  /// `\left` or `\right` was read and waits for its sign: +1, −1, or 0.
  private var fence = 0
  private var brackets = BracketStack()
  /// An odd `$`, or one before a digit and after a blank, is a currency sign.
  private var dollars = 0

  package static func tokens(
    _ folded: [UInt8], _ options: LexerOptions = LexerOptions(), fuel: inout Fuel
  ) throws(AlgebraFailure) -> MathTokens {
    if folded.count > Fuel.bytes { throw .limit("more than 65,536 bytes") }
    var lexer = MathLexer(folded, options, fuel)
    try lexer.run()
    if lexer.result.hasExponents, lexer.hasEuler {
      // Where `e` is a number elsewhere in the text, `2e-2` is 2e − 2.
      var plain = options
      plain.scientific = false
      lexer = MathLexer(folded, plain, lexer.fuel)
      try lexer.run()
    }
    fuel = lexer.fuel
    return lexer.result
  }

  private var hasEuler: Bool {
    result.tokens.contains { $0.kind == .letter && $0.form == UInt8(ascii: "e") }
  }

  private init(_ folded: [UInt8], _ options: LexerOptions, _ fuel: Fuel) {
    bytes = folded
    self.options = options
    self.fuel = fuel
    result = MathTokens(bytes: folded)
    result.tokens.reserveCapacity(min(folded.count, 64))
  }

  func byte(_ at: Int) -> UInt8 { at >= 0 && at < bytes.count ? bytes[at] : 0 }

  mutating func append(_ kind: MathToken.Kind, _ form: UInt8 = 0, from start: Int, to end: Int)
    throws(AlgebraFailure)
  {
    try fuel.spend(tokens: 1)
    result.tokens.append(
      MathToken(kind: kind, isSpaced: isSpaced, form: form, start: Int32(start), end: Int32(end)))
    isSpaced = false
    if kind == .open || kind == .close || kind == .begin || kind == .end {
      brackets.note(&result.tokens)
    } else if kind == .over || kind == .choose {
      result.hasOver = true
    }
  }

  private mutating func run() throws(AlgebraFailure) {
    while index < bytes.count {
      let start = index
      let sign = bytes[index]
      switch sign {
      case 0x30...0x39: try number()
      case 0x41...0x5A, 0x61...0x7A, 0x80...: try letters()
      case 0x5C: try command()
      case 0x20, 0x09...0x0D, 0x7E:
        isSpaced = true
        index += 1
      case 0x2E where byte(index + 1).isDigit: try number()
      default:
        index += 1
        try self.sign(sign, at: start)
      }
    }
  }

  private mutating func sign(_ sign: UInt8, at start: Int) throws(AlgebraFailure) {
    switch sign {
    case 0x7B where isBracedSign:
      // `{-}`, `{=}`: the braces only change the spacing.
      while byte(index).isBlank { index += 1 }
      index += 1
      let inner = index - 1
      try self.sign(bytes[inner], at: inner)
      while byte(index) != 0x7D { index += 1 }
      index += 1
    case 0x28, 0x5B, 0x7B: try append(.open, sign, from: start, to: index)
    case 0x29: try append(.close, 0x28, from: start, to: index)
    case 0x5D: try append(.close, 0x5B, from: start, to: index)
    case 0x7D: try append(.close, 0x7B, from: start, to: index)
    case 0x2B: try append(.plus, from: start, to: index)
    case 0x2D where byte(index) == 0x3E:
      index += 1
      try append(.arrow, from: start, to: index)
    case 0x2D: try append(.minus, from: start, to: index)
    case 0x2A: try star(at: start)
    case 0x2F: try append(.divide, from: start, to: index)
    case 0x5E: try caret(at: start)
    case 0x5F: try append(.underscore, from: start, to: index)
    case 0x2C: try append(.comma, from: start, to: index)
    case 0x3B: try append(.semicolon, from: start, to: index)
    case 0x3A where byte(index) == 0x3D: break
    case 0x3A: try append(.colon, from: start, to: index)
    case 0x26: try append(.ampersand, from: start, to: index)
    case 0x25: try append(.percent, from: start, to: index)
    case 0x7C: try bar(at: start)
    case 0x3C, 0x3D, 0x3E, 0x21: try comparison(sign, at: start)
    case 0x27: try append(.prime, from: start, to: index)
    case 0x22: try append(.quote, from: start, to: index)
    case 0x24: try dollar(at: start)
    case 0x2E: try period(at: start)
    default: try append(.unknown, sign, from: start, to: index)
    }
  }

  /// Behind an opening brace: one sign and the closing brace.
  private var isBracedSign: Bool {
    var at = index
    while byte(at).isBlank { at += 1 }
    switch byte(at) {
    case 0x2B, 0x2C, 0x2D, 0x2F, 0x3A, 0x3C, 0x3D, 0x3E: at += 1
    default: return false
    }
    while byte(at).isBlank { at += 1 }
    return byte(at) == 0x7D
  }

  /// `*` multiplies, `**` raises; at either end both are markdown.
  private mutating func star(at start: Int) throws(AlgebraFailure) {
    let isDouble = byte(index) == 0x2A
    if isDouble { index += 1 }
    var next = index
    while byte(next).isBlank { next += 1 }
    if result.tokens.isEmpty || next >= bytes.count { return }
    try append(isDouble ? .power : .times, from: start, to: index)
  }

  /// `^`, or the degree and prime signs written with it.
  private mutating func caret(at start: Int) throws(AlgebraFailure) {
    var next = index
    while byte(next).isBlank || byte(next) == 0x7B { next += 1 }
    let isDegree = has(circleCommand, at: next) || has(degreeCommand, at: next)
    if !isDegree, !has(primeCommand, at: next) { return try append(.power, from: start, to: index) }
    var primes = 0
    var depth = 0
    for at in index..<next where byte(at) == 0x7B { depth += 1 }
    if isDegree {
      next += has(circleCommand, at: next) ? 5 : 7
    } else {
      while has(primeCommand, at: next) {
        next += 6
        primes += 1
        while byte(next).isBlank { next += 1 }
      }
    }
    // Only a group that holds nothing else is such a sign.
    var end = next
    while depth > 0 {
      while byte(end).isBlank { end += 1 }
      guard byte(end) == 0x7D else { return try append(.power, from: start, to: index) }
      end += 1
      depth -= 1
    }
    index = end
    if isDegree { return try append(.degree, from: start, to: end) }
    for _ in 0..<primes { try append(.prime, from: start, to: end) }
  }

  private mutating func bar(at start: Int) throws(AlgebraFailure) {
    switch fence {
    case 1: try append(.open, UInt8(ascii: "|"), from: start, to: index)
    case -1: try append(.close, UInt8(ascii: "|"), from: start, to: index)
    default: try append(.bar, from: start, to: index)
    }
    fence = 0
  }

  private mutating func comparison(_ sign: UInt8, at start: Int) throws(AlgebraFailure) {
    let next = byte(index)
    let relation: MathRelation
    switch (sign, next) {
    case (0x3C, 0x3D): relation = .lessOrEqual
    case (0x3C, 0x3E): relation = .notEqual
    case (0x3C, _): relation = .less
    case (0x3E, 0x3D): relation = .greaterOrEqual
    case (0x3E, _): relation = .greater
    case (0x3D, 0x3C): relation = .lessOrEqual
    case (0x3D, 0x3E):
      index += 1
      return try append(.arrow, from: start, to: index)
    case (0x3D, _): relation = .equal
    case (0x21, 0x3D) where result.tokens.last?.kind != .number: relation = .notEqual
    default: return try append(.factorial, from: start, to: index)
    }
    switch (sign, next) {
    case (_, 0x3D) where sign != 0x3D || next == 0x3D, (0x3C, 0x3E), (0x3D, 0x3C): index += 1
    default: break
    }
    try append(.relation, relation.rawValue, from: start, to: index)
  }

  private mutating func dollar(at start: Int) throws(AlgebraFailure) {
    if dollars == 0 {
      for at in bytes.indices where bytes[at] == 0x24 && byte(at - 1) != 0x5C { dollars += 1 }
    }
    // Pairs are math delimiters; a single one, or any before a digit and after a blank, is money.
    let beforeDigit = byte(index).isDigit || byte(index) == 0x2E && byte(index + 1).isDigit
    let isMoney =
      beforeDigit && (dollars % 2 == 1 || start > 0 && byte(start - 1).isBlank && byte(start + 1) != 0x24)
    if isMoney { try append(.currency, 0x24, from: start, to: index) } else { isSpaced = true }
  }

  private mutating func period(at start: Int) throws(AlgebraFailure) {
    if fence != 0 {
      fence = 0
      return
    }
    if byte(index) == 0x2E, byte(index + 1) == 0x2E {
      while byte(index) == 0x2E { index += 1 }
      return try append(.ellipsis, from: start, to: index)
    }
    try append(.period, from: start, to: index)
  }

  mutating func setFence(_ side: Int) { fence = side }

  func has(_ pattern: StaticPattern, at start: Int) -> Bool { bytes[...].has(pattern, at: start) }
}

/// Pairs brackets as they come. Round and square ones may close each other, as in `[0,1)`; a brace closes
/// whatever was left open inside it.
private struct BracketStack {
  private var open: [Int32] = []
  private var braces = 0
  private var sets = 0

  mutating func note(_ tokens: inout [MathToken]) {
    let last = tokens.count - 1
    let token = tokens[last]
    if token.kind == .open || token.kind == .begin {
      open.append(Int32(last))
      if token.form == 0x7B { braces += 1 }
      if token.form == 0x73 { sets += 1 }
      return
    }
    if token.form == 0x7B {
      guard braces > 0 else { return }
      while let top = open.last, tokens[Int(top)].form != 0x7B { drop(tokens[Int(top)]) }
    } else if token.form == 0x73 {
      guard sets > 0 else { return }
      while let top = open.last, isRound(tokens[Int(top)].form) { open.removeLast() }
    }
    guard let top = open.last else { return }
    let opening = tokens[Int(top)]
    let fits =
      token.kind == .end
      ? opening.kind == .begin
      : opening.kind == .open
        && (opening.form == token.form || isRound(opening.form) && isRound(token.form))
    guard fits else { return }
    drop(opening)
    tokens[last].value = top
    tokens[Int(top)].value = Int32(last)
  }

  private mutating func drop(_ token: MathToken) {
    open.removeLast()
    if token.form == 0x7B { braces -= 1 }
    if token.form == 0x73 { sets -= 1 }
  }

  private func isRound(_ form: UInt8) -> Bool { form == 0x28 || form == 0x5B || form == 0x3C }
}

private let circleCommand: StaticPattern = "\\circ"
private let degreeCommand: StaticPattern = "\\degree"
private let primeCommand: StaticPattern = "\\prime"
