internal import BigInt

/// Functions, folded where their value is exactly rational or a rational multiple of π.
extension Algebra {
  /// f(a)
  mutating func apply(_ function: MathFunction, _ a: ExpressionID) throws(AlgebraFailure) -> ExpressionID {
    if contains(.undefined, in: a) { return try undefined() }
    if infinitySign(a) != nil {
      switch function {
      case .abs, .exp, .ln, .log, .lg:
        return try infinitySign(a) == 1 || function == .abs ? infinity(isNegative: false) : undefined()
      default: return try undefined()
      }
    }
    switch function {
    case .exp: return try power(try euler(), a)
    case .ln, .log, .lg: return try logarithm(function, a)
    case .sin, .cos, .tan, .cot, .sec, .csc: if let value = try trigonometric(function, a) { return value }
    case .arcsin, .arccos, .arctan:
      if let value = inverseTrigonometric(function, a) { return try piMultiple(value) }
    case .abs, .floor, .ceiling, .sign, .realPart, .imaginaryPart, .conjugate, .fractionalPart:
      if let value = realValued(function, a) { return try number(value) }
      if exactPiMultiple(a) != nil {
        if function == .realPart || function == .conjugate { return a }
        if function == .abs { return exactPiMultiple(a)?.sign == -1 ? try negated(a) : a }
      }
    case .cis: return try power(try euler(), try product(try imaginary(), a))
    case .factorial, .doubleFactorial:
      if let n = exactRational(a) {
        guard n.isInteger, n.sign >= 0 else { return try undefined() }
        if let value = try smallFactorial(n, step: function == .factorial ? 1 : 2) {
          return try number(value)
        }
      }
    case .gamma:
      if let n = exactRational(a), n.isInteger {
        guard n.sign > 0 else { return try undefined() }
        return try apply(.factorial, try sum(a, try number(Rational(-1))))
      }
    default: break
    }
    return try unary(.function, code: function.rawValue, a, flags(of: function))
  }

  private func flags(of function: MathFunction) -> Flags {
    switch function {
    case .abs, .realPart, .imaginaryPart, .conjugate, .argument, .sign, .floor, .ceiling:
      [.function, .complexPart]
    default: .function
    }
  }

  /// f(a, b)
  mutating func apply(_ function: MathFunction, _ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID
  {
    if contains([.undefined, .infinity], in: a) || contains([.undefined, .infinity], in: b) {
      return try undefined()
    }
    if function == .log {
      if node(a).kind == .euler { return try apply(.ln, b) }
      if let base = exactRational(a), let value = exactRational(b),
        let folded = rationalLogarithm(value, base: base)
      {
        return try number(folded)
      }
      if let base = exactRational(a), base.sign <= 0 || base == .one { return try undefined() }
    } else if let left = exactRational(a), let right = exactRational(b) {
      if let value = try integerFunction(function, left, right) { return try number(value) }
      if function == .modulo, right.isZero { return try undefined() }
    }
    if let value = try largeIntegerFunction(function, a, b) { return value }
    return try binary(.function2, code: function.rawValue, a, b, .function)
  }

  // MARK: Logarithms

  private mutating func logarithm(_ function: MathFunction, _ a: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID
  {
    if let value = exactRational(a), value.isZero { return try undefined() }
    if function != .ln { return try apply(.log, try number(Rational(10)), a) }
    if exactRational(a) == .one { return try number(.zero) }
    let inner = node(a)
    if inner.kind == .euler { return try number(.one) }
    if inner.kind == .power, node(inner.a).kind == .euler, exactRational(inner.b) != nil { return inner.b }
    return try unary(.function, code: MathFunction.ln.rawValue, a, .function)
  }

  private func rationalLogarithm(_ value: Rational, base: Rational) -> Rational? {
    if value == .one, base.sign > 0, base != .one { return .zero }
    guard let top = PrimePowers(value), let bottom = PrimePowers(base) else { return nil }
    return top.exponent(over: bottom)
  }

  // MARK: Angles

  /// The values of Niven's theorem; undefined at the poles.
  private mutating func trigonometric(_ function: MathFunction, _ a: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID?
  {
    let angle: Rational
    if let multiple = exactPiMultiple(a) {
      angle = multiple
    } else if let value = exactRational(a), value.isZero {
      angle = .zero
    } else {
      return nil
    }
    guard let (n, d) = angle.words, d <= 6 else { return nil }
    // In steps of 15°: 24 to the circle. Denominators that do not fit have no rational value.
    guard 12 % d == 0 else { return nil }
    let step = (((n % (2 * d)) * (12 / d)) % 24 + 24) % 24
    switch function {
    case .sin: return try sine(step).map { value throws(AlgebraFailure) in try number(value) }
    case .cos: return try sine((step + 6) % 24).map { value throws(AlgebraFailure) in try number(value) }
    case .csc: return try inverted(sine(step))
    case .sec: return try inverted(sine((step + 6) % 24))
    case .tan: return try tangent(step)
    default: return try tangent((30 - step) % 24)
    }
  }

  private mutating func inverted(_ value: Rational?) throws(AlgebraFailure) -> ExpressionID? {
    guard let value else { return nil }
    guard let inverse = value.inverse else { return try undefined() }
    return try number(inverse)
  }

  /// sin(step · 15°), where it is rational.
  private func sine(_ step: Int) -> Rational? {
    switch step {
    case 0, 12: .zero
    case 2, 10: .half
    case 6: .one
    case 14, 22: Rational.half.negated
    case 18: Rational(-1)
    default: nil
    }
  }

  private mutating func tangent(_ step: Int) throws(AlgebraFailure) -> ExpressionID? {
    switch step % 12 {
    case 0: try number(.zero)
    case 3: try number(.one)
    case 9: try number(Rational(-1))
    case 6: try undefined()
    default: nil
    }
  }

  /// The multiple of π, for arguments with a rational sine, cosine or tangent.
  private func inverseTrigonometric(_ function: MathFunction, _ a: ExpressionID) -> Rational? {
    guard let value = exactRational(a), let (n, d) = value.words else { return nil }
    if function == .arctan {
      guard d == 1, n.magnitude <= 1 else { return nil }
      return Rational(n, over: 4)
    }
    let sine: Rational?
    switch (n, d) {
    case (-1...1, 1): sine = Rational(n, over: 2)
    case (1, 2), (-1, 2): sine = Rational(n, over: 6)
    default: return nil
    }
    guard let sine else { return nil }
    return function == .arcsin ? sine : Rational.sum(.half, sine.negated)
  }

  // MARK: Integers

  private func realValued(_ function: MathFunction, _ a: ExpressionID) -> Rational? {
    guard let value = exactRational(a) else { return nil }
    switch function {
    case .abs: return value.magnitude
    case .sign: return Rational(value.sign)
    case .floor: return value.floor
    case .ceiling: return value.negated.floor.negated
    case .fractionalPart: return Rational.sum(value, value.floor.negated)
    case .imaginaryPart: return .zero
    default: return value
    }
  }

  /// n! or n!!, while it stays below `Fuel.integerBits`.
  private mutating func smallFactorial(_ n: Rational, step: Int) throws(AlgebraFailure) -> Rational? {
    guard let count = n.smallInteger, count <= 600 * step else { return nil }
    if count <= 20 {
      var value = 1
      for factor in stride(from: count, through: 2, by: -step) { value *= factor }
      return Rational(value)
    }
    try fuel.spend(words: 100 + count * 10)
    var value = BigUInt(1)
    // Machine words are filled before a large multiplication.
    var word: UInt = 1
    for factor in stride(from: UInt(count), through: 2, by: -step) {
      let (next, overflow) = word.multipliedReportingOverflow(by: factor)
      if overflow {
        value *= BigUInt(word)
        word = factor
      } else {
        word = next
      }
    }
    value *= BigUInt(word)
    return value.bitWidth <= Fuel.integerBits + 1024 ? Rational(BigInt(value)) : nil
  }

  private mutating func integerFunction(_ function: MathFunction, _ a: Rational, _ b: Rational)
    throws(AlgebraFailure) -> Rational?
  {
    switch function {
    case .maximum: return Rational.order(a, b) < 0 ? b : a
    case .minimum: return Rational.order(a, b) > 0 ? b : a
    case .modulo:
      guard !b.isZero, let quotient = Rational.quotient(a, b),
        let multiple = Rational.product(quotient.floor, b)
      else { return nil }
      return Rational.sum(a, multiple.negated)
    case .gcd, .lcm:
      guard let x = a.smallInteger, let y = b.smallInteger else { return nil }
      if x == 0 || y == 0 {
        return function == .lcm ? .zero : Rational(Int(clamping: max(x.magnitude, y.magnitude)))
      }
      let divisor = wordDivisor(x.magnitude, y.magnitude)
      if function == .gcd { return Rational(Int(clamping: divisor)) }
      return Rational.product(Rational(x).magnitude, Rational(Int(clamping: y.magnitude / divisor)))
    case .binomial, .permutations:
      guard let n = a.smallInteger, let k = b.smallInteger, n >= 0 else { return nil }
      if k < 0 || k > n { return .zero }
      return try smallChoice(n, function == .binomial ? min(k, n - k) : k, isBinomial: function == .binomial)
    default: return nil
    }
  }

  /// n (n−1) … (n−k+1), over k! for a binomial; nil where it may exceed `Fuel.integerBits`.
  private mutating func smallChoice(_ n: Int, _ k: Int, isBinomial: Bool) throws(AlgebraFailure) -> Rational?
  {
    let bits = max(1, Int.bitWidth - n.leadingZeroBitCount)
    guard k <= Fuel.integerBits / bits else { return nil }
    try fuel.spend(words: k * (2 + 80 * min(k, 2) + k * bits / 256))
    var value = BigUInt(1)
    for step in 0..<k {
      value *= BigUInt(n - step)
      // After step + 1 factors the product is divisible by (step + 1)!.
      if isBinomial { value /= BigUInt(step + 1) }
    }
    return Rational(BigInt(value))
  }
}
