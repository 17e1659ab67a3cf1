/// Functions at a point.
extension PointEvaluation {
  mutating func apply(_ function: MathFunction, _ a: ComplexBall) -> ComplexBall? {
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

  mutating func apply(_ function: MathFunction, _ a: ComplexBall, _ b: ComplexBall) -> ComplexBall? {
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
  var integer: Int? {
    guard isReal, radius < 1e-9, real.high.magnitude < 1e15 else { return nil }
    let nearest = real.high.rounded()
    return (real - DoubleDouble(nearest)).high.magnitude <= radius ? Int(nearest) : nil
  }

  /// nil where an integer lies within reach: the floor could be either side. An exact integer is its own
  /// floor.
  var floor: ComplexBall? {
    let floor = real.floor
    let part = (real - floor).high
    if part > radius, part < 1 - radius { return ComplexBall(floor, radius: 0) }
    guard radius < 1e-20 * max(1, scale) else { return nil }
    // Closer to an integer than 20 digits: taken to be it.
    return ComplexBall(part < 0.5 ? floor : floor + .one, radius: 0)
  }
}
