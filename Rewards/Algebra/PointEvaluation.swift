internal import BigInt

/// Values of expressions at one point in double-double arithmetic with error bounds: the numeric half of the
/// identity test.
///
/// Roots with odd index of negative reals are real, as in schools; all else has its principal value. Symbols are
/// real, but z and w complex where i, a modulus or a conjugate occurs.
struct PointEvaluation {
  let algebra: Algebra
  var fuel: Fuel
  private var values: [ComplexBall?]
  private var members = Members.all
  private var symbols: [ComplexBall]
  private var integers: [Int?]
  /// Some part took a value off the real line although its operands were on it: √−1, ln −1.
  private(set) var leavesReals = false

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

  /// An unknown function is some smooth one, another for each symbol.
  private func application(_ node: Algebra.Node) -> ComplexBall? {
    guard let argument = values[Int(node.b)] else { return nil }
    let word = scrambled(UInt64(node.a) &+ 77)
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

  // MARK: Functions

  private mutating func apply(_ function: MathFunction, _ a: ComplexBall) -> ComplexBall? {
    switch function {
    case .sin: return a.sineAndCosine?.0
    case .cos: return a.sineAndCosine?.1
    case .tan, .cot, .sec, .csc:
      guard let (sine, cosine) = a.sineAndCosine else { return nil }
      switch function {
      case .tan: return sine / cosine
      case .cot: return cosine / sine
      case .sec: return .exact(1) / cosine
      default: return .exact(1) / sine
      }
    case .sinh: return a.hyperbolicSineAndCosine?.0
    case .cosh: return a.hyperbolicSineAndCosine?.1
    case .tanh, .coth, .sech, .csch:
      guard let (sine, cosine) = a.hyperbolicSineAndCosine else { return nil }
      switch function {
      case .tanh: return sine / cosine
      case .coth: return cosine / sine
      case .sech: return .exact(1) / cosine
      default: return .exact(1) / sine
      }
    case .ln: return logarithm(a)
    case .arctan: return a.arctangent
    case .arccot: return a.arctangent.map { ComplexBall.pi * .half - $0 }
    case .arcsin: return arcsine(a)
    case .arccos: return arcsine(a).map { ComplexBall.pi * .half - $0 }
    case .arccsc: return (ComplexBall.exact(1) / a).flatMap { arcsine($0) }
    case .arcsec:
      return (ComplexBall.exact(1) / a).flatMap { arcsine($0) }.map { ComplexBall.pi * .half - $0 }
    case .arsinh: return (a * a + .exact(1)).squareRoot.flatMap { logarithm(a + $0) }
    case .arcosh:
      guard let low = squareRoot(a - .exact(1)), let high = squareRoot(a + .exact(1)) else { return nil }
      return logarithm(a + low * high)
    case .artanh:
      return ((ComplexBall.exact(1) + a) / (.exact(1) - a)).flatMap { logarithm($0) }.map { $0 * .half }
    default: return applyPart(function, a)
    }
  }

  private mutating func logarithm(_ a: ComplexBall) -> ComplexBall? {
    if a.isReal, a.real.isNegative { leavesReals = true }
    return a.logarithm
  }

  private mutating func squareRoot(_ a: ComplexBall) -> ComplexBall? {
    if a.isReal, a.real.isNegative, !a.mayVanish { leavesReals = true }
    return a.squareRoot
  }

  private mutating func arcsine(_ a: ComplexBall) -> ComplexBall? {
    if a.isReal, a.real.high.magnitude > 1 + a.radius { leavesReals = true }
    return a.arcsine
  }

  private func applyPart(_ function: MathFunction, _ a: ComplexBall) -> ComplexBall? {
    switch function {
    case .abs: return a.magnitude
    case .realPart: return a.realPart
    case .imaginaryPart: return a.imaginaryPart
    case .conjugate: return a.conjugate
    case .argument: return a.argument
    case .sign:
      guard a.isReal, !a.mayVanish else { return nil }
      return .exact(a.real.isNegative ? -1 : 1)
    case .floor, .ceiling, .fractionalPart:
      guard a.isReal, a.real.high.magnitude < 1e15, let floor = (function == .ceiling ? -a : a).floor else {
        return nil
      }
      if function == .fractionalPart { return a - floor }
      return function == .ceiling ? -floor : floor
    case .factorial, .doubleFactorial, .gamma:
      guard let n = a.integer, n >= 0, n <= 170 else { return nil }
      let top = function == .gamma ? n - 1 : n
      guard top >= 0 else { return nil }
      var product = ComplexBall.exact(1)
      for factor in stride(from: top, through: 2, by: function == .doubleFactorial ? -2 : -1) {
        product = product * .exact(factor)
      }
      return product
    default: return nil
    }
  }

  private mutating func apply(_ function: MathFunction, _ a: ComplexBall, _ b: ComplexBall) -> ComplexBall? {
    switch function {
    case .log:
      guard let top = logarithm(b), let bottom = logarithm(a) else { return nil }
      return top / bottom
    case .maximum, .minimum:
      guard a.isReal, b.isReal else { return nil }
      return (a.real - b.real).isNegative == (function == .maximum) ? b : a
    case .modulo:
      guard a.isReal, b.isReal, let floor = (a / b)?.floor else { return nil }
      return a - b * floor
    case .gcd, .lcm:
      guard let x = a.integer, let y = b.integer, x != 0, y != 0 else { return nil }
      let divisor = Int(clamping: wordDivisor(x.magnitude, y.magnitude))
      return function == .gcd ? .exact(divisor) : (a * b / .exact(divisor))?.magnitude
    case .binomial, .permutations:
      guard let k = b.integer, k >= 0, k <= 1000 else { return nil }
      var value = ComplexBall.exact(1)
      for step in 0..<k {
        value = value * (a - .exact(step))
        if function == .binomial, let next = value / .exact(step + 1) { value = next }
      }
      return value
    default: return nil
    }
  }
}

extension ComplexBall {
  /// The integer it is, where only one is possible and the number is known to be exact.
  fileprivate var integer: Int? {
    guard isReal, radius < 1e-9, real.high.magnitude < 1e15 else { return nil }
    let nearest = real.high.rounded()
    return (real - DoubleDouble(nearest)).high.magnitude <= radius ? Int(nearest) : nil
  }

  /// nil where an integer lies within reach: the floor could be either side. An exact integer is its own floor.
  fileprivate var floor: ComplexBall? {
    let floor = real.floor
    let part = (real - floor).high
    if part > radius, part < 1 - radius { return ComplexBall(floor, radius: 0) }
    guard radius < 1e-20 * max(1, scale) else { return nil }
    // Closer to an integer than 20 digits: taken to be it.
    return ComplexBall(part < 0.5 ? floor : floor + .one, radius: 0)
  }
}
