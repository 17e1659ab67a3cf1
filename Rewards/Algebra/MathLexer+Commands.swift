/// Commands, bare names and words.
extension MathLexer {
  /// At a backslash.
  mutating func command() throws(AlgebraFailure) {
    let start = index
    index += 1
    let sign = byte(index)
    guard sign.isLetter else { return try escapedSign(sign, at: start) }
    while byte(index).isLetter { index += 1 }
    let name = bytes[(start + 1)..<index]
    guard let command = MathCommand.command(name) else { return try unknownCommand(name, at: start) }
    try perform(command, at: start)
  }

  private mutating func perform(_ command: MathCommand, at start: Int) throws(AlgebraFailure) {
    switch command.action {
    case .token: try append(command.kind, command.form, from: start, to: index)
    case .drop, .wrapper: break
    case .blank: isSpaced = true
    case .left: setFence(1)
    case .right: setFence(-1)
    case .dropArgument:
      if let inside = group() { index = inside.upperBound + 1 }
    case .upright, .text: try text(command.action, at: start)
    case .begin, .end: try environment(command.action, at: start)
    case .numberSet:
      let braced = group()
      guard let inside = braced ?? singleLetter() else {
        return try append(.unknown, from: start, to: index)
      }
      // A brace behind a bare letter closes something else.
      index = braced == nil ? inside.upperBound : inside.upperBound + 1
      try append(.numberSet, byte(inside.lowerBound), from: start, to: index)
    }
  }

  /// `\,`, `\{`, `\%`, `\\` and the like.
  private mutating func escapedSign(_ sign: UInt8, at start: Int) throws(AlgebraFailure) {
    index = min(index + 1, bytes.count)
    switch sign {
    case 0x7B: try append(.open, UInt8(ascii: "s"), from: start, to: index)
    case 0x7D: try append(.close, UInt8(ascii: "s"), from: start, to: index)
    case 0x25: try append(.percent, from: start, to: index)
    case 0x24: try append(.currency, sign, from: start, to: index)
    case 0x7C: try append(.bar, UInt8(ascii: "n"), from: start, to: index)
    case 0x5C: try newRow(at: start)
    case 0x21, 0x28, 0x29, 0x5B, 0x5D, 0x00: break
    case 0x2C, 0x3B, 0x3A, 0x3E, 0x20, 0x09...0x0D: isSpaced = true
    case 0x26, 0x23, 0x5F: try append(.unknown, sign, from: start, to: index)
    default: index = start + 1
    }
  }

  /// `\\`, with the space it may ask for: `\\[4pt]`.
  private mutating func newRow(at start: Int) throws(AlgebraFailure) {
    if byte(index) == 0x2A { index += 1 }
    if byte(index) == 0x5B {
      var end = index + 1
      while byte(end).isDigit || byte(end) == 0x2E || byte(end) == 0x2D || byte(end).isBlank { end += 1 }
      let unit = end
      while byte(end).isLetter, end < unit + 2 { end += 1 }
      if end == unit + 2, byte(end) == 0x5D { index = end + 1 }
    }
    try append(.newRow, from: start, to: index)
  }

  /// A known command that lost its blank, as `\pir` or `\cdotx`, is not guessed at, but a style glued to
  /// digits is none of ours either: one unknown token.
  private mutating func unknownCommand(_ name: Bytes, at start: Int) throws(AlgebraFailure) {
    try append(.unknown, from: start, to: index)
  }

  /// The inside of the brace group that starts here, blanks skipped; does not move.
  mutating func group() -> Range<Int>? {
    var start = index
    while byte(start).isBlank { start += 1 }
    guard byte(start) == 0x7B else { return nil }
    if closings.isEmpty { closings = bracePartners(bytes) }
    let end = Int(closings[start])
    return end < 0 ? nil : (start + 1)..<end
  }

  private func singleLetter() -> Range<Int>? {
    var start = index
    while byte(start).isBlank { start += 1 }
    return byte(start).isLetter ? start..<(start + 1) : nil
  }

  /// `\text{…}` and `\mathrm{…}`: a function name, a word, or a wrapper around mathematics.
  private mutating func text(_ action: MathCommand.Action, at start: Int) throws(AlgebraFailure) {
    guard let inside = group() else { return }
    // The inside is looked at here and lexed again if it is mathematics; nested levels pay for that.
    try fuel.spend(tokens: 1 + inside.count / 64)
    var low = inside.lowerBound
    var high = inside.upperBound
    while low < high, bytes[low].isBlank { low += 1 }
    while low < high, bytes[high - 1].isBlank { high -= 1 }
    let name = bytes[low..<high]
    if !name.isEmpty, name.allSatisfy(\.isLetter), let word = MathCommand.word(name) {
      index = inside.upperBound + 1
      return try append(word.kind, word.form, from: low, to: high)
    }
    var run = 0
    var longest = 0
    var commands = false
    for byte in name {
      run = byte.isLetter || byte >= 0x80 ? run + 1 : 0
      longest = max(longest, run)
      if byte == 0x5C { commands = true }
    }
    let isText =
      action == .text
      ? longest >= 1 && !(commands && longest > 1 && name.first == 0x5C) : longest >= 2 && !commands
    guard isText else {
      if longest == 1, name.count == 1, action == .upright {
        index = inside.upperBound + 1
        return try append(.letter, byte(low), from: low, to: high)
      }
      return
    }
    index = inside.upperBound + 1
    isSpaced = isSpaced || low > inside.lowerBound
    try append(.text, from: low, to: high)
    if high < inside.upperBound { isSpaced = true }
  }

  private mutating func environment(_ action: MathCommand.Action, at start: Int) throws(AlgebraFailure) {
    guard let inside = group() else { return try append(.unknown, from: start, to: index) }
    index = inside.upperBound + 1
    try append(action == .begin ? .begin : .end, from: inside.lowerBound, to: inside.upperBound)
    if action == .begin, has("array", at: inside.lowerBound) || has("tabular", at: inside.lowerBound),
      let columns = group()
    {
      index = columns.upperBound + 1
    }
  }

  /// A run of letters: a known name, a word, or single letters.
  mutating func letters() throws(AlgebraFailure) {
    let start = index
    var isForeign = false
    while byte(index).isLetter || byte(index) >= 0x80 {
      isForeign = isForeign || byte(index) >= 0x80
      index += 1
    }
    let run = bytes[start..<index]
    if isForeign { return try append(.word, from: start, to: index) }
    if run.count > 1, let word = MathCommand.word(run) {
      return try append(word.kind, word.form, from: start, to: index)
    }
    if run.count > 2, try gluedNames(run) { return }
    if run.count >= 4 { return try append(.word, from: start, to: index) }
    for at in run.indices { try append(.letter, bytes[at], from: at, to: at + 1) }
  }

  /// `sinx`, `xcosx`, `pir`: names with single variables between them.
  private mutating func gluedNames(_ run: Bytes) throws(AlgebraFailure) -> Bool {
    guard run.count <= 16 else { return false }
    var pieces: [(range: Range<Int>, name: MathCommand?)] = []
    var at = run.startIndex
    var names = 0
    while at < run.endIndex {
      var length = min(6, run.endIndex - at)
      var found: MathCommand?
      while length >= 2 {
        if let word = MathCommand.word(run[at..<(at + length)]), word.kind == .function || word.kind == .pi {
          found = word
          break
        }
        length -= 1
      }
      if found == nil {
        guard isVariable(run[at]), pieces.last.map({ $0.name != nil }) ?? true else { return false }
        length = 1
      } else {
        names += 1
      }
      pieces.append((at..<(at + length), found))
      at += length
    }
    guard names > 0, pieces.last?.name?.kind != .function else { return false }
    for piece in pieces {
      let start = piece.range.lowerBound
      if let name = piece.name {
        try append(name.kind, name.form, from: start, to: piece.range.upperBound)
      } else {
        try append(.letter, bytes[start], from: start, to: start + 1)
      }
    }
    return true
  }

  /// Letters that people glue to a function name; others make a word, as in `cost` or `single`.
  private func isVariable(_ letter: UInt8) -> Bool {
    "xyzuvwrRhdABC".utf8.contains(letter)
  }
}

/// For each opening brace the place of its closing one, −1 for all else; a backslash hides the brace behind
/// it.
private func bracePartners(_ bytes: [UInt8]) -> [Int32] {
  var partners = [Int32](repeating: -1, count: bytes.count)
  var open: [Int] = []
  var index = 0
  while index < bytes.count {
    switch bytes[index] {
    case 0x5C: index += 1
    case 0x7B: open.append(index)
    case 0x7D:
      if let start = open.popLast() { partners[start] = Int32(index) }
    default: break
    }
    index += 1
  }
  return partners
}
