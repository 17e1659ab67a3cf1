/// A formula of propositional logic, as a program in reverse Polish notation.
///
/// Names are letters, digits and `_`, beginning with a letter. Signs, tightest first: `!` or `~` or `not`;
/// `&`, `&&` or `and`; `|`, `||` or `or`; `xor`; `->`, `=>` or `implies` (to the right); `<->`, `<=>`, `==`
/// or `iff`; parentheses; `true`, `false`. Unicode and LaTeX signs arrive in these forms from ``TaskText``.
/// Read with two explicit stacks: nesting cannot exhaust the call stack.
struct TruthFormula {
  enum Instruction: Hashable {
    case variable(Int)
    case constant(Bool)
    case not, and, or, xor, implies, iff
  }

  /// Signs and names together.
  static let maximumLength = 1 << 16

  let program: [Instruction]
  /// By number; in the order of first occurrence after those that were known before.
  let names: [[UInt8]]

  /// - Parameters:
  ///   - text: ASCII, as ``TaskText`` leaves it.
  ///   - names: Names that have their numbers already.
  init?(_ text: Bytes, names: [[UInt8]] = []) {
    var reading = FormulaReading(names: names)
    guard reading.read(text) else { return nil }
    program = reading.program
    self.names = reading.names
  }

  /// 64 values at once: bit k of the result is the value where each variable has bit k of its word.
  func values(_ words: (Int) -> UInt64) -> UInt64 {
    var stack: [UInt64] = []
    for instruction in program {
      switch instruction {
      case .variable(let index): stack.append(words(index))
      case .constant(let isTrue): stack.append(isTrue ? .max : 0)
      case .not: stack.append(~stack.removeLast())
      case .and, .or, .xor, .implies, .iff:
        let right = stack.removeLast()
        let left = stack.removeLast()
        stack.append(Self.combine(instruction, left, right))
      }
    }
    return stack[0]
  }

  private static func combine(_ instruction: Instruction, _ left: UInt64, _ right: UInt64) -> UInt64 {
    switch instruction {
    case .and: left & right
    case .or: left | right
    case .xor: left ^ right
    case .implies: ~left | right
    case .iff: ~(left ^ right)
    case .not, .variable, .constant: preconditionFailure("\(instruction) joins nothing")
    }
  }

  func isTrue(_ assignment: [Bool]) -> Bool {
    values { assignment[$0] ? .max : 0 } & 1 == 1
  }
}

private struct FormulaReading {
  enum Sign: Equatable {
    case open
    case operation(TruthFormula.Instruction)

    var strength: Int {
      switch self {
      case .open: 0
      case .operation(.iff): 1
      case .operation(.implies): 2
      case .operation(.xor): 3
      case .operation(.or): 4
      case .operation(.and): 5
      case .operation: 6
      }
    }
  }

  enum Token {
    case sign(TruthFormula.Instruction)
    case operand(TruthFormula.Instruction)
    case open, close
  }

  var program: [TruthFormula.Instruction] = []
  var names: [[UInt8]]
  private var numbers: [[UInt8]: Int]
  private var signs: [Sign] = []
  private var expectsOperand = true

  init(names: [[UInt8]]) {
    self.names = names
    numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  mutating func read(_ text: Bytes) -> Bool {
    var index = text.startIndex
    var length = 0
    while index < text.endIndex {
      if text[index].isBlank {
        index += 1
        continue
      }
      length += 1
      guard length <= TruthFormula.maximumLength, let token = token(in: text, at: &index), take(token) else {
        return false
      }
    }
    if expectsOperand { return false }
    apply { _ in true }
    return signs.isEmpty
  }

  private static let spellings: [(StaticPattern, TruthFormula.Instruction)] = [
    ("<->", .iff), ("<=>", .iff), ("==", .iff), ("->", .implies), ("=>", .implies), ("&&", .and),
    ("&", .and), ("||", .or), ("|", .or), ("!", .not), ("~", .not),
  ]

  private static let words: [String: TruthFormula.Instruction] = [
    "not": .not, "and": .and, "or": .or, "xor": .xor, "implies": .implies, "iff": .iff,
    "true": .constant(true), "false": .constant(false),
  ]

  private mutating func token(in text: Bytes, at index: inout Int) -> Token? {
    switch text[index] {
    case UInt8(ascii: "("), UInt8(ascii: "["):
      index += 1
      return .open
    case UInt8(ascii: ")"), UInt8(ascii: "]"):
      index += 1
      return .close
    default: break
    }
    if text[index].isLetter {
      let name = text[index...].prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
      index = name.endIndex
      // Longer than any operator's name; keeps the lower-casing below small.
      let word = name.count <= 7 ? Self.words[String(decoding: name.folded, as: UTF8.self)] : nil
      switch word {
      case .constant?: return word.map { .operand($0) }
      case let sign?: return .sign(sign)
      case nil: return .operand(.variable(number(of: Array(name))))
      }
    }
    guard let spelling = Self.spellings.first(where: { text.has($0.0, at: index) }) else { return nil }
    index += spelling.0.bytes.count
    return .sign(spelling.1)
  }

  private mutating func number(of name: [UInt8]) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  private mutating func take(_ token: Token) -> Bool {
    switch token {
    case .operand(let instruction):
      guard expectsOperand else { return false }
      program.append(instruction)
      expectsOperand = false
    case .open:
      guard expectsOperand else { return false }
      signs.append(.open)
    case .close:
      guard !expectsOperand else { return false }
      apply { $0 != .open }
      return signs.popLast() == .open
    case .sign(.not):
      guard expectsOperand else { return false }
      signs.append(.operation(.not))
    case .sign(let instruction):
      guard !expectsOperand else { return false }
      let sign = Sign.operation(instruction)
      let isRightAssociative = instruction == .implies
      apply { $0.strength > sign.strength || $0.strength == sign.strength && !isRightAssociative }
      signs.append(sign)
      expectsOperand = true
    }
    return true
  }

  /// Works off the signs on top of the stack for as long as `isDue`; stops at an open parenthesis.
  private mutating func apply(while isDue: (Sign) -> Bool) {
    while case .operation(let instruction)? = signs.last, isDue(.operation(instruction)) {
      program.append(instruction)
      signs.removeLast()
    }
  }
}
