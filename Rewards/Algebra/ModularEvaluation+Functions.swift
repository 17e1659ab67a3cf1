internal import BigInt

/// Functions in a prime field.
extension ModularEvaluation {
  mutating func function(_ node: Algebra.Node) throws(Failure) -> UInt64 {
    guard let function = MathFunction(rawValue: node.code) else { return ModularEvaluation.undefined }
    let a = values[Int(node.a)]
    switch function {
    case .sin, .cos, .tan, .cot, .sec, .csc, .sinh, .cosh, .tanh, .coth, .sech, .csch:
      try spend(100)
      guard let (sine, cosine) = sineAndCosine(function, node.a) else { return atom(node.code, a) }
      switch function {
      case .sin, .sinh: return sine
      case .cos, .cosh: return cosine
      case .tan, .tanh: return quotient(sine, cosine)
      case .cot, .coth: return quotient(cosine, sine)
      case .sec, .sech: return quotient(field.one, cosine)
      default: return quotient(field.one, sine)
      }
    case .ln: return try logarithm(node.a) ?? atom(node.code, a)
    case .factorial, .doubleFactorial:
      guard let n = integer(node.a) else { return atom(node.code, a) }
      return try factorial(n, step: function == .factorial ? 1 : 2)
    case .abs: return atom(node.code, min(a, field.negated(a)))
    case .conjugate, .realPart, .imaginaryPart:
      // Symbols are real.
      if !nodes[Int(node.a)].flags.contains(.imaginary), !nodes[Int(node.a)].flags.contains(.root) {
        return function == .imaginaryPart ? 0 : a
      }
      return atom(node.code, a)
    default: return atom(node.code, a)
    }
  }

  private func quotient(_ a: UInt64, _ b: UInt64) -> UInt64 {
    guard let inverse = field.inverse(b) else { return ModularEvaluation.undefined }
    return field.product(a, inverse)
  }

  /// (e^z ∓ e^−z)/2, over i for the circular functions, z = iu there.
  private mutating func sineAndCosine(_ function: MathFunction, _ id: ExpressionID) -> (UInt64, UInt64)? {
    let isCircular = function.rawValue < MathFunction.sinh.rawValue
    let imaginary = field.unity(PrimeField.order / 4)
    let positive: UInt64
    let node = nodes[Int(id)]
    if isCircular, node.kind == .piMultiple, let (n, d) = rationals[Int(node.a)].words,
      PrimeField.order / 2 % d == 0
    {
      positive = field.unity((n % (2 * d)) * (PrimeField.order / 2 / d))
    } else if let form = exponentForm(id) {
      positive = exponential(isCircular ? form.rotated(order) : form)
    } else {
      return nil
    }
    guard let negative = field.inverse(positive) else { return nil }
    let half = (field.prime + 1) / 2
    let halved = field.element(half)
    let cosine = field.product(field.sum(positive, negative), halved)
    let sine = field.product(field.difference(positive, negative), halved)
    return (isCircular ? field.product(sine, field.negated(imaginary)) : sine, cosine)
  }

  /// ln of products of powers of positive rationals and of e: a sum over its primes.
  private mutating func logarithm(_ id: ExpressionID, depth: Int = 0) throws(Failure) -> UInt64? {
    let node = nodes[Int(id)]
    if depth > 8 { return nil }
    try spend(60)
    switch node.kind {
    case .euler: return field.one
    case .number:
      guard let powers = PrimePowers(rationals[Int(node.a)]) else { return nil }
      var total: UInt64 = 0
      for (prime, count) in powers.powers {
        total = field.sum(total, field.product(field.element(count), random(0x2_0000_0000 + UInt64(prime))))
      }
      if !powers.isComplete {
        // Not factored: equal numbers still have equal logarithms.
        let rest = field.product(
          element(Rational(BigInt(powers.largeNumerator))),
          field.inverse(element(Rational(BigInt(powers.largeDenominator)))) ?? 0)
        total = field.sum(total, atom(203, rest))
      }
      return total
    case .product, .quotient:
      guard let a = try logarithm(node.a, depth: depth + 1), let b = try logarithm(node.b, depth: depth + 1)
      else { return nil }
      return node.kind == .product ? field.sum(a, b) : field.difference(a, b)
    case .power:
      guard nodes[Int(node.b)].kind == .number, let a = try logarithm(node.a, depth: depth + 1) else {
        return nil
      }
      return field.product(a, values[Int(node.b)])
    default: return nil
    }
  }

  private mutating func factorial(_ n: Int, step: Int) throws(Failure) -> UInt64 {
    guard n >= 0 else { return ModularEvaluation.undefined }
    guard n <= Fuel.factorial else { throw .algebra(.limit("a factorial above 200,000!")) }
    try spend(n / step)
    var product = field.one
    var factor = field.element(n)
    let less = field.element(step)
    for _ in stride(from: n, through: 2, by: -step) {
      product = field.product(product, factor)
      factor = field.difference(factor, less)
    }
    return product
  }

  mutating func function2(_ node: Algebra.Node) throws(Failure) -> UInt64 {
    guard let function = MathFunction(rawValue: node.code) else { return ModularEvaluation.undefined }
    let a = values[Int(node.a)]
    let b = values[Int(node.b)]
    if function == .log {
      let top = try logarithm(node.b) ?? atom(MathFunction.ln.rawValue, b)
      let bottom = try logarithm(node.a) ?? atom(MathFunction.ln.rawValue, a)
      return quotient(top, bottom)
    }
    guard let n = integer(node.a), let k = integer(node.b) else {
      if function == .gcd || function == .lcm || function == .maximum || function == .minimum {
        return atom(node.code, min(a, b), max(a, b))
      }
      // C(n, k) and n!/(n−k)! are polynomials in n for a fixed small k.
      if function == .binomial || function == .permutations, let k = integer(node.b), k >= 0, k <= 1000 {
        return try falling(a, k, isBinomial: function == .binomial)
      }
      return atom(node.code, a, b)
    }
    switch function {
    case .binomial, .permutations:
      if k < 0 || n >= 0 && k > n { return 0 }
      let steps = function == .binomial && n >= 0 ? min(k, n - k) : k
      guard steps <= Fuel.factorial else { throw .algebra(.limit("a binomial of more than 200,000 factors")) }
      return try falling(a, steps, isBinomial: function == .binomial)
    case .gcd, .lcm:
      let divisor = Int(clamping: wordDivisor(n.magnitude, k.magnitude))
      return function == .gcd ? field.element(divisor) : field.product(field.element(n / divisor), b)
    case .maximum: return n > k ? a : b
    case .minimum: return n < k ? a : b
    case .modulo:
      guard k > 0 else { return atom(node.code, a, b) }
      return field.element(n % k < 0 ? n % k + k : n % k)
    default: return atom(node.code, a, b)
    }
  }

  /// a (a−1) … (a−k+1), over k!
  private mutating func falling(_ a: UInt64, _ k: Int, isBinomial: Bool) throws(Failure) -> UInt64 {
    try spend(2 * k)
    var top = field.one
    var bottom = field.one
    var factor = a
    for step in 0..<k {
      top = field.product(top, factor)
      factor = field.difference(factor, field.one)
      if isBinomial { bottom = field.product(bottom, field.element(step + 1)) }
    }
    return quotient(top, bottom)
  }
}
