// What a backslash and square brackets mean.

extension RegexParser {
  private enum Escape {
    case scalar(Unicode.Scalar)
    case named(ScalarSet.Named, isNegated: Bool)
    case assertion(RegexAssertion)
  }

  /// What follows a `\` outside of brackets.
  mutating func escape(from start: Int) throws(RegexError) -> RegexNode {
    switch try escaped(from: start, inBrackets: false) {
    case .scalar(let scalar): literal(scalar)
    case .named(let set, let isNegated): .set(ScalarSet(named: [set], isNegated: isNegated))
    case .assertion(let assertion): .assertion(assertion)
    }
  }

  /// What follows a `[`, up to its `]`.
  mutating func bracketed(from start: Int) throws(RegexError) -> ScalarSet {
    var ranges: [ClosedRange<UInt32>] = []
    var named: [ScalarSet.Named] = []
    var excluded: [ScalarSet.Named] = []
    let isNegated = skip("^")
    var isFirst = true
    while isFirst || peek != "]" {
      isFirst = false
      let position = index
      switch try member(of: start) {
      case .named(let set, isNegated: false): named.append(set)
      case .named(let set, isNegated: true): excluded.append(set)
      case .assertion: throw error("a place between characters stands in brackets", at: position)
      case .scalar(let first):
        guard peek == "-", index + 1 < pattern.count, pattern[index + 1] != "]" else {
          ranges.append(first.value...first.value)
          continue
        }
        index += 1
        guard case .scalar(let last) = try member(of: start) else {
          throw error("a range ends in a set of characters", at: position)
        }
        guard first.value <= last.value else { throw error("a range counts down", at: position) }
        ranges.append(first.value...last.value)
      }
    }
    index += 1
    return ScalarSet(
      ranges: ranges, named: named, excluded: excluded, isNegated: isNegated, ignoresCase: ignoresCase)
  }

  private mutating func member(of start: Int) throws(RegexError) -> Escape {
    let position = index
    guard let scalar = peek else { throw error("a `[` is never closed", at: start) }
    index += 1
    if scalar == "[", peek == ":" { throw error("`[:…:]` is not in the subset", at: position) }
    return scalar == "\\" ? try escaped(from: position, inBrackets: true) : .scalar(scalar)
  }

  private mutating func escaped(from start: Int, inBrackets: Bool) throws(RegexError) -> Escape {
    guard let scalar = peek else { throw error("a `\\` escapes nothing", at: start) }
    index += 1
    switch scalar {
    case "d", "D": return .named(.digit, isNegated: scalar == "D")
    case "w", "W": return .named(.word, isNegated: scalar == "W")
    case "s", "S": return .named(.blank, isNegated: scalar == "S")
    case "b" where inBrackets: return .scalar("\u{8}")
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    case "A": return .assertion(.textStart)
    case "z", "Z": return .assertion(.textEnd)
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "f": return .scalar("\u{C}")
    case "v": return .scalar("\u{B}")
    case "0": return .scalar("\0")
    case "x": return .scalar(try hexadecimal(digits: 2, from: start))
    case "u": return .scalar(try hexadecimal(digits: 4, from: start))
    case "U": return .scalar(try hexadecimal(digits: 8, from: start))
    case "1"..."9", "k": throw error("a back-reference is not in the linear-time subset", at: start)
    case "p", "P": throw error("`\\\(scalar)` is not in the subset", at: start)
    default:
      if scalar.isASCII, isWordScalar(scalar) { throw error("`\\\(scalar)` means nothing", at: start) }
      return .scalar(scalar)
    }
  }

  /// `41`, or `{1F600}` of any length.
  private mutating func hexadecimal(digits: Int, from start: Int) throws(RegexError) -> Unicode.Scalar {
    let isBraced = skip("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 8 : digits), let digit = peek?.digitValue(radix: 16) {
      // Eight hexadecimal digits are 32 bits.
      value = value << 4 | UInt32(digit)
      index += 1
      count += 1
    }
    let isComplete = isBraced ? count > 0 && skip("}") : count == digits
    guard isComplete, let scalar = Unicode.Scalar(value) else {
      throw error("no character has that number", at: start)
    }
    return scalar
  }
}

extension Unicode.Scalar {
  /// What an ASCII digit is worth; nil for all else.
  func digitValue(radix: Int) -> Int? {
    let digit: Int
    switch value {
    case 0x30...0x39: digit = Int(value) - 0x30
    case 0x41...0x46: digit = Int(value) - 0x41 + 10
    case 0x61...0x66: digit = Int(value) - 0x61 + 10
    default: return nil
    }
    return digit < radix ? digit : nil
  }
}
