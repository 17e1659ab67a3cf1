/// Named functions with and without parentheses, and bounded sums and products.
extension Algebra {
  /// `\sin^2 2x`, `\log_2 8`, `\gcd(12,18)`, `\sin^{-1}(x)`.
  mutating func readFunction(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    guard let token = cursor.token, let function = MathFunction(rawValue: token.form) else {
      throw cursor.unreadable("a function")
    }
    cursor.index += 1
    var exponent: ExpressionID?
    var base: ExpressionID?
    while true {
      if cursor.kind == .power, exponent == nil {
        cursor.index += 1
        exponent = try readArgument(&cursor)
      } else if cursor.kind == .underscore, base == nil, function == .log || function == .lg {
        cursor.index += 1
        base = try readArgument(&cursor)
      } else {
        break
      }
    }
    switch function {
    case .gcd, .lcm, .maximum, .minimum: return try raised(try readFolded(function, &cursor), exponent)
    case .determinant:
      let isWrapped = cursor.openForm == Fence.round && cursor.kind(1) == .begin
      if isWrapped { cursor.index += 1 }
      let value = try readDeterminant(&cursor)
      if isWrapped {
        guard cursor.kind == .close else { throw cursor.unreadable("`)`") }
        cursor.index += 1
      }
      return try raised(value, exponent)
    default: break
    }
    cursor.depth += 1
    let argument = try readFunctionArgument(&cursor)
    cursor.depth -= 1
    if let base { return try raised(try apply(.log, base, argument), exponent) }
    if let power = exponent, exactRational(power) == Rational(-1), let inverse = function.inverse {
      return try apply(inverse, argument)
    }
    return try raised(try apply(function, argument), exponent)
  }

  private mutating func raised(_ value: ExpressionID, _ exponent: ExpressionID?) throws(AlgebraFailure)
    -> ExpressionID
  {
    guard let exponent else { return value }
    return try power(value, exponent)
  }

  /// A group, or the factors up to the next function, parenthesis, explicit operator or sign.
  private mutating func readFunctionArgument(_ cursor: inout ExpressionCursor) throws(AlgebraFailure)
    -> ExpressionID
  {
    if cursor.openForm == Fence.set {
      let list = try readList(&cursor)
      guard let only = list.first, list.count == 1 else { throw cursor.unreadable("one argument") }
      return only
    }
    switch cursor.openForm {
    case Fence.round, Fence.square, Fence.brace, Fence.bar, Fence.doubleBar:
      if cursor.partner != nil { return try readPrimary(&cursor) }
    default: break
    }
    var isNegative = false
    while cursor.kind == .minus || cursor.kind == .plus {
      if cursor.kind == .minus { isNegative.toggle() }
      cursor.index += 1
    }
    if cursor.depth > Fuel.nesting { throw .limit("more than 200 levels of nesting") }
    var isNumber = cursor.kind == .number
    var argument = try readPower(&cursor)
    while beginsFactor(cursor), let kind = cursor.kind, kind != .function, kind != .sum, kind != .product,
      kind != .open || isNumber, kind != .number
    {
      isNumber = false
      argument = try product(argument, try readPower(&cursor))
    }
    return try isNegative ? negated(argument) : argument
  }

  /// gcd, lcm, max, min of any number of arguments.
  private mutating func readFolded(_ function: MathFunction, _ cursor: inout ExpressionCursor)
    throws(AlgebraFailure) -> ExpressionID
  {
    switch cursor.openForm {
    case Fence.round, Fence.square, Fence.brace, Fence.set: break
    default: throw cursor.unreadable("arguments in parentheses")
    }
    let items = try readList(&cursor)
    guard var result = items.first else { throw cursor.unreadable("an argument") }
    for item in items.dropFirst() { result = try apply(function, result, item) }
    return result
  }

  /// `\sum_{k=a}^{b} term`, `\prod…`; the term reaches as far as a product does.
  mutating func readLoop(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    let isProduct = cursor.kind == .product
    cursor.index += 1
    var upper: ExpressionID?
    var lower: ExpressionID?
    var name: [UInt8] = []
    while cursor.kind == .underscore || cursor.kind == .power {
      let isLower = cursor.kind == .underscore
      cursor.index += 1
      if isLower {
        guard cursor.openForm == Fence.brace, let close = cursor.partner, cursor.kind(1) == .letter,
          cursor.kind(2) == .relation,
          let index = cursor.token(1), cursor.token(2)?.form == MathRelation.equal.rawValue
        else { throw cursor.unreadable("`{k=…}`") }
        name = [index.form]
        let end = cursor.end
        cursor.index += 3
        cursor.end = close
        lower = try readSum(&cursor)
        guard cursor.index == close else { throw cursor.unreadable("`}`") }
        cursor.index = close + 1
        cursor.end = end
      } else {
        upper = try readArgument(&cursor)
      }
    }
    guard let lower, let upper, !contains(.infinity, in: upper) else {
      throw .unreadable("a sum or product without finite bounds")
    }
    let bound = try boundSymbol()
    cursor.bound.append((name, bound))
    cursor.depth += 1
    if cursor.depth > Fuel.nesting { throw .limit("more than 200 levels of nesting") }
    let start = try beginLoop()
    let body = try readProduct(&cursor)
    cursor.depth -= 1
    cursor.bound.removeLast()
    return try endLoop(
      Loop(symbol: bound, start: start, lower: lower, upper: upper, body: body), isProduct: isProduct)
  }
}

extension MathFunction {
  /// What an exponent −1 makes of a trigonometric or hyperbolic function.
  fileprivate var inverse: MathFunction? {
    switch self {
    case .sin: .arcsin
    case .cos: .arccos
    case .tan: .arctan
    case .cot: .arccot
    case .sec: .arcsec
    case .csc: .arccsc
    case .sinh: .arsinh
    case .cosh: .arcosh
    case .tanh: .artanh
    default: nil
    }
  }
}
