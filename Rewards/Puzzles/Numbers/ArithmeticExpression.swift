/// The value of an expression of natural numbers, `+ - * /` and parentheses, and the numbers it is made of.
///
/// Read in one pass with two explicit stacks (Dijkstra's shunting yard): no recursion, so nesting cannot
/// exhaust the call stack, and nothing is ever executed. The text is ASCII, as ``TaskText`` leaves it.
struct ArithmeticExpression {
  enum Problem: Error {
    case malformed, divisionByZero, tooLarge
  }

  static let maximumLength = 4096

  let value: Fraction
  /// In the order of writing.
  let numbers: [Int]

  init(_ text: Bytes) throws(Problem) {
    if text.count > Self.maximumLength { throw .tooLarge }
    var machine = Machine()
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte.isBlank {
        index += 1
      } else if byte.isDigit {
        let literal = text[index...].prefix(while: \.isDigit)
        guard let number = Int(literal.text) else { throw .tooLarge }
        try machine.push(number)
        index = literal.endIndex
      } else if let symbol = Symbol(byte) {
        try machine.take(symbol)
        index += 1
      } else {
        throw .malformed
      }
    }
    (value, numbers) = try machine.finish()
  }
}

private enum Symbol {
  case plus, minus, times, over, open, close

  init?(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "+"): self = .plus
    case UInt8(ascii: "-"): self = .minus
    case UInt8(ascii: "*"): self = .times
    case UInt8(ascii: "/"): self = .over
    case UInt8(ascii: "("): self = .open
    case UInt8(ascii: ")"): self = .close
    default: return nil
    }
  }

  /// Binding strength of an operator; 0 for parentheses.
  var strength: Int {
    switch self {
    case .plus, .minus: 1
    case .times, .over: 2
    case .open, .close: 0
    }
  }
}

private struct Machine {
  private var values: [Fraction] = []
  private var symbols: [Symbol] = []
  private var numbers: [Int] = []
  /// A number or `(` must come next; else an operator or `)`.
  private var expectsOperand = true

  mutating func push(_ number: Int) throws(ArithmeticExpression.Problem) {
    guard expectsOperand else { throw .malformed }
    numbers.append(number)
    values.append(Fraction(number))
    expectsOperand = false
  }

  mutating func take(_ symbol: Symbol) throws(ArithmeticExpression.Problem) {
    guard expectsOperand == (symbol == .open) else { throw .malformed }
    switch symbol {
    case .open:
      symbols.append(.open)
    case .close:
      try apply { $0 != .open }
      guard symbols.popLast() == .open else { throw .malformed }
    case .plus, .minus, .times, .over:
      try apply { $0.strength >= symbol.strength }
      symbols.append(symbol)
      expectsOperand = true
    }
  }

  mutating func finish() throws(ArithmeticExpression.Problem) -> (Fraction, [Int]) {
    if expectsOperand { throw .malformed }
    try apply { $0 != .open }
    guard symbols.isEmpty, values.count == 1 else { throw .malformed }
    return (values[0], numbers)
  }

  /// Works off the operators on top of the stack for as long as `isDue`.
  private mutating func apply(while isDue: (Symbol) -> Bool) throws(ArithmeticExpression.Problem) {
    while let symbol = symbols.last, isDue(symbol) {
      symbols.removeLast()
      let right = values.removeLast()
      let left = values.removeLast()
      if symbol == .over, right.numerator == 0 { throw .divisionByZero }
      let result: Fraction? =
        switch symbol {
        case .plus: .sum(left, right)
        case .minus: .difference(left, right)
        case .times: .product(left, right)
        case .over: .quotient(left, right)
        case .open, .close: preconditionFailure("a parenthesis was applied as an operator")
        }
      guard let result else { throw .tooLarge }
      values.append(result)
    }
  }
}
