internal import BigInt

/// Values of expressions at one point in double-double arithmetic with error bounds: the numeric half of the
/// identity test.
///
/// Roots with odd index of negative reals are real, as in schools; all else has its principal value. Symbols
/// are real, but z and w complex where i, a modulus or a conjugate occurs.
struct PointEvaluation {
  let algebra: Algebra
  var fuel: Fuel
  private var values: [ComplexBall?]
  private var members = Members.all
  private var symbols: [ComplexBall]
  private var integers: [Int?]
  /// Some part took a value off the real line although its operands were on it: √−1, ln −1.
  var leavesReals = false

  init(_ algebra: Algebra, symbols: [ComplexBall], integers: [Int?]) {
    self.algebra = algebra
    fuel = algebra.fuel
    values = [ComplexBall?](repeating: nil, count: algebra.nodes.count)
    self.symbols = symbols
    self.integers = integers
  }

  /// nil where it is undefined, not known at all, or beyond double range.
  mutating func value(of id: ExpressionID) throws(AlgebraFailure) -> ComplexBall? {
    leavesReals = false
    members = algebra.members(of: id)
    try run(Int(algebra.node(id).low), Int(id))
    return values[Int(id)]
  }

  private mutating func run(_ low: Int, _ high: Int) throws(AlgebraFailure) {
    var index = low
    while index <= high {
      guard members.hold(index) else {
        index += 1
        continue
      }
      try fuel.spend(points: 1)
      let node = algebra.nodes[index]
      if node.kind == .loopStart, node.a > index {
        index = Int(node.a)
        if index > high { return }
        values[index] = try loop(algebra.nodes[index])
      } else {
        let value = value(node)
        values[index] = value.map(\.isUsable) == true ? value : nil
      }
      index += 1
    }
  }

  private mutating func value(_ node: Algebra.Node) -> ComplexBall? {
    switch node.kind {
    case .number: return ball(algebra.rationals[Int(node.a)])
    case .piMultiple: return ball(algebra.rationals[Int(node.a)]).map { $0 * .pi }
    case .euler: return ComplexBall(.e, radius: 0x1p-104)
    case .imaginary: return .i
    case .symbol:
      if let integer = integers[Int(node.a)] { return .exact(integer) }
      return symbols[Int(node.a)]
    case .negation: return values[Int(node.a)].map { -$0 }
    case .sum, .product, .quotient, .arguments:
      guard let a = values[Int(node.a)], let b = values[Int(node.b)] else { return nil }
      switch node.kind {
      case .sum: return a + b
      case .product: return a * b
      case .quotient: return a / b
      // Any function of both will do that does not treat them alike.
      default: return a + b * b * .half
      }
    case .power:
      guard let a = values[Int(node.a)], let b = values[Int(node.b)] else { return nil }
      return power(a, b, node)
    case .function:
      guard let a = values[Int(node.a)], let function = MathFunction(rawValue: node.code) else { return nil }
      return apply(function, a)
    case .function2:
      guard let a = values[Int(node.a)], let b = values[Int(node.b)],
        let function = MathFunction(rawValue: node.code)
      else { return nil }
      return apply(function, a, b)
    case .application: return application(node)
    case .infinity, .undefined, .loop, .loopStart: return nil
    }
  }

  private mutating func loop(_ node: Algebra.Node) throws(AlgebraFailure) -> ComplexBall? {
    let loop = algebra.loops[Int(node.a)]
    guard let lower = values[Int(loop.lower)]?.integer, let upper = values[Int(loop.upper)]?.integer else {
      return nil
    }
    let isProduct = node.code == 1
    var total = ComplexBall.exact(isProduct ? 1 : 0)
    guard lower <= upper else { return total }
    guard upper - lower < Fuel.terms else { throw .limit("a sum or product of more than 10,000 terms") }
    for index in lower...upper {
      integers[Int(loop.symbol)] = index
      try run(Int(algebra.node(loop.body).low), Int(loop.body))
      guard let term = values[Int(loop.body)] else { return nil }
      total = isProduct ? total * term : total + term
    }
    return total
  }

  /// An unknown function is some smooth one, another for each symbol and point.
  private func application(_ node: Algebra.Node) -> ComplexBall? {
    guard let argument = values[Int(node.b)] else { return nil }
    let word = scrambled(symbols[Int(node.a)].real.high.bitPattern &+ UInt64(node.a) &+ 77)
    let factor = ComplexBall(DoubleDouble(Double(word >> 40) * 0x1p-24 + 0.5), radius: 0)
    guard let (sine, cosine) = (argument * factor).sineAndCosine else { return nil }
    return sine + cosine * cosine * factor
  }

  // MARK: Numbers

  private func ball(_ value: Rational) -> ComplexBall? {
    if let (n, d) = value.words {
      if d == 1 { return .exact(n) }
      return ComplexBall.exact(n) / ComplexBall.exact(d)
    }
    let (top, a) = leadingPart(value.numerator)
    let (bottom, b) = leadingPart(value.denominator)
    let quotient = (top / bottom).scaled(a - b)
    guard quotient.isFinite, quotient.high.magnitude > 0x1p-900 else { return nil }
    return ComplexBall(quotient, radius: quotient.high.magnitude * 16 * DoubleDouble.epsilon)
  }

  /// The top 104 bits and the power of two they stand for.
  private func leadingPart(_ value: BigInt) -> (DoubleDouble, Int) {
    let shift = max(0, value.magnitude.bitWidth - 104)
    let top = value.magnitude >> shift
    let high = Double(UInt64(truncatingIfNeeded: top >> 52))
    let low = Double(UInt64(truncatingIfNeeded: top & BigUInt((1 << 52) - 1)))
    let part = DoubleDouble(high).scaled(52) + DoubleDouble(low)
    return (value.sign == .minus ? -part : part, shift)
  }

  // MARK: Powers

  private mutating func power(_ base: ComplexBall, _ exponent: ComplexBall, _ node: Algebra.Node)
    -> ComplexBall?
  {
    if let rational = algebra.exactRational(node.b), let (n, d) = rational.words {
      if d == 1 { return base.raised(to: n) }
      if base.isReal, base.real.isNegative, !base.mayVanish, d.isMultiple(of: 2) { leavesReals = true }
      if d == 2, let root = base.squareRoot { return n == 1 ? root : root.raised(to: n) }
      if base.isReal, base.real.isNegative, !d.isMultiple(of: 2) {
        guard let length = exponential(-base, exponent) else { return nil }
        return n.isMultiple(of: 2) ? length : -length
      }
      return exponential(base, exponent)
    }
    if let integer = exponent.integer, exponent.radius == 0 { return base.raised(to: integer) }
    if algebra.node(node.a).kind == .euler { return exponent.exponential }
    if base.isReal, base.real.isNegative { leavesReals = true }
    return exponential(base, exponent)
  }

  private func exponential(_ base: ComplexBall, _ exponent: ComplexBall) -> ComplexBall? {
    if base.isReal, base.radius == 0, base.real.isZero, exponent.isReal, exponent.real.high > 0 {
      return .exact(0)
    }
    guard let logarithm = base.logarithm else { return nil }
    return (logarithm * exponent).exponential
  }
}
