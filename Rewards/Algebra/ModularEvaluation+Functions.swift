internal import BigInt

/// Powers and functions in a prime field.
extension ModularEvaluation {
  // MARK: Powers

  mutating func power(_ node: Algebra.Node) throws(Failure) -> UInt64 {
    // What an exponentiation costs, against the ten nanoseconds of a sum.
    try spend(20)
    let base = values[Int(node.a)]
    let baseNode = nodes[Int(node.a)]
    let exponentNode = nodes[Int(node.b)]
    if exponentNode.kind == .number {
      let exponent = rationals[Int(exponentNode.a)]
      if exponent.isInteger { return integerPower(base, exponent) }
      if baseNode.kind == .number, let value = try rationalPower(rationals[Int(baseNode.a)], exponent) {
        return value
      }
      if baseNode.kind == .euler, let form = ExponentForm(exponent, .real) { return exponential(form) }
      return try fractionalPower(base, exponent)
    }
    if let integer = integer(node.b) { return integerPower(base, Rational(integer)) }
    guard let form = exponentForm(node.b) else { return atom(200, base, values[Int(node.b)]) }
    if baseNode.kind == .euler { return exponential(form) }
    guard form.isReal else { return atom(200, base, values[Int(node.b)]) }
    if baseNode.kind == .number, let value = try rationalPower(rationals[Int(baseNode.a)], form) {
      return value
    }
    guard form.denominator == 1, base != 0 else { return atom(200, base, values[Int(node.b)]) }
    return field.power(base, (form.symbolic.0 &+ residue(form.constant.0, order)) % order)
  }

  private func integerPower(_ base: UInt64, _ exponent: Rational) -> UInt64 {
    if base == 0 {
      return exponent.sign > 0 ? 0 : exponent.sign == 0 ? field.one : ModularEvaluation.undefined
    }
    if let small = exponent.smallInteger {
      let power = field.power(base, UInt64(small.magnitude))
      return small < 0 ? field.inverse(power) ?? ModularEvaluation.undefined : power
    }
    let rest = UInt64(exponent.numerator.magnitude % BigUInt(order))
    let power = field.power(base, rest)
    return exponent.sign < 0 ? field.inverse(power) ?? ModularEvaluation.undefined : power
  }

  /// base^floor times a guessed square root, or atom(base, rest): equal bases with equal fractional exponents agree.
  private mutating func fractionalPower(_ base: UInt64, _ exponent: Rational) throws(Failure) -> UInt64 {
    let whole = exponent.floor
    guard let rest = Rational.sum(exponent, whole.negated), let (n, d) = rest.words else {
      return atom(201, base, element(exponent))
    }
    let guess = d == 2 ? try guessedRoot(base) : nil
    let part = guess ?? field.power(atom(201, base, UInt64(d)), UInt64(n))
    let power = integerPower(base, whole)
    return power == ModularEvaluation.undefined ? power : field.product(power, part)
  }

  /// A rational to a fraction: exact for square roots, else by atoms for the roots of its primes. nil for even roots
  /// of negative numbers other than square roots.
  private mutating func rationalPower(_ base: Rational, _ exponent: Rational) throws(Failure) -> UInt64? {
    try spend(60)
    guard let (n, d) = exponent.words, n.magnitude < 1 << 31, d < 1 << 31,
      let powers = PrimePowers(base.magnitude)
    else { return nil }
    var value = field.one
    if base.sign < 0 {
      if d == 2 {
        value = field.unity(PrimeField.order / 4 * (n & 3))
      } else if d.isMultiple(of: 2) {
        return nil
      } else if !n.isMultiple(of: 2) {
        value = field.negated(value)
      }
    }
    for (prime, count) in powers.powers {
      let (total, overflow) = count.multipliedReportingOverflow(by: n)
      if overflow { return nil }
      let whole = Rational(total, over: d)?.floor.smallInteger ?? 0
      let rest = total - whole * d
      value = field.product(value, integerPower(field.element(UInt64(prime)), Rational(whole)))
      if rest == 0 { continue }
      // Reduced, so that 4^(1/4) is the square root of 2.
      let divisor = Int(wordDivisor(rest.magnitude, d.magnitude))
      if d / divisor == 2 {
        value = field.product(value, try squareRoot(prime, isPrime: prime < 1_000_000))
      } else {
        value = field.product(
          value, field.power(atom(202, UInt64(prime), UInt64(d / divisor)), UInt64(rest / divisor)))
      }
    }
    if powers.largeNumerator > 1 || powers.largeDenominator > 1 {
      guard let left = Rational(BigInt(powers.largeNumerator), over: BigInt(powers.largeDenominator)) else {
        return nil
      }
      value = field.product(value, try fractionalPower(element(left), exponent))
    }
    return value
  }

  /// A rational to a symbolic exponent: the constant part may be a half, the symbolic one counts as an integer.
  /// Fractions of symbols, as in 2^(n/2), become atoms unless a square makes them whole.
  private mutating func rationalPower(_ base: Rational, _ form: ExponentForm) throws(Failure) -> UInt64? {
    try spend(60)
    guard let powers = PrimePowers(base.magnitude), powers.largeNumerator == 1, powers.largeDenominator == 1,
      let constant = Rational(form.constant.0, over: form.denominator)
    else { return nil }
    var value = field.one
    if !constant.isZero {
      if constant.isInteger {
        value = integerPower(element(base.magnitude), constant)
      } else if let part = try rationalPower(base.magnitude, constant) {
        value = part
      } else {
        return nil
      }
    }
    for (prime, count) in powers.powers {
      let divisor = Int(wordDivisor(count.magnitude, form.denominator.magnitude))
      let exponent = multiply(form.symbolic.0, residue(count / divisor, order), order)
      let rest = form.denominator / divisor
      let image = rest == 1 ? field.element(UInt64(prime)) : atom(204, UInt64(prime), UInt64(rest))
      value = field.product(value, field.power(image, exponent))
    }
    if base.sign < 0 {
      guard form.denominator == 1 else { return nil }
      let parity = (form.symbolic.0 & 1) ^ UInt64(form.constant.0 & 1)
      if parity == 1 { value = field.negated(value) }
    }
    return value
  }

  // MARK: Exponentials

  /// numerator · scale / denominator
  private func scaled(_ numerator: UInt64, _ form: ExponentForm) -> UInt64 {
    multiply(numerator, UInt64(ExponentForm.scale / form.denominator), order)
  }

  /// The image of e, e^i, e^π or e^(iπ·symbol).
  func exponentialBase(_ part: ExponentForm.Part) -> UInt64 {
    field.power(random(4 + UInt64(part.rawValue)), UInt64(ExponentForm.scale))
  }

  /// e^u
  func exponential(_ form: ExponentForm) -> UInt64 {
    var value = field.one
    let symbolic = [form.symbolic.0, form.symbolic.1, form.symbolic.2, form.symbolic.3]
    let constant = [form.constant.0, form.constant.1, form.constant.2, 0]
    for part in 0..<4 where symbolic[part] != 0 || constant[part] != 0 {
      if part == 3, hasIntegerExponents {
        let turns = Int(symbolic[3] % UInt64(2 * form.denominator))
        value = field.product(value, field.unity(turns * (PrimeField.order / (2 * form.denominator))))
        continue
      }
      let total = (symbolic[part] &+ residue(constant[part], order)) % order
      value = field.product(value, field.power(random(4 + UInt64(part)), scaled(total, form)))
    }
    if form.constant.3 != 0 {
      // e^(iπ·c/d) is a root of unity; 2·5040 divides the order of those the field holds.
      let step = (form.constant.3 % (2 * form.denominator)) * (PrimeField.order / (2 * form.denominator))
      value = field.product(value, field.unity(step))
    }
    return value
  }

  /// The exponent form of a small expression; nil for what does not fit.
  func exponentForm(_ id: ExpressionID, depth: Int = 0) -> ExponentForm? {
    let node = nodes[Int(id)]
    if depth > 24 { return nil }
    switch node.kind {
    case .number: return ExponentForm(rationals[Int(node.a)], .real)
    case .piMultiple: return ExponentForm(rationals[Int(node.a)], .pi)
    case .imaginary: return ExponentForm(.one, .imaginary)
    case .symbol:
      if let integer = integers[Int(node.a)] { return ExponentForm(Rational(integer), .real) }
      return ExponentForm(symbol: scrambled(pointSeed ^ scrambled(0x8000_0000 + UInt64(node.a))) % order)
    case .negation: return exponentForm(node.a, depth: depth + 1)?.negated(order)
    case .sum, .product:
      guard let a = exponentForm(node.a, depth: depth + 1), let b = exponentForm(node.b, depth: depth + 1)
      else { return nil }
      return node.kind == .sum ? .sum(a, b, order) : .product(a, b, order)
    case .quotient:
      guard let a = exponentForm(node.a, depth: depth + 1), nodes[Int(node.b)].kind == .number,
        let inverse = rationals[Int(nodes[Int(node.b)].a)].inverse, let b = ExponentForm(inverse, .real)
      else { return nil }
      return .product(a, b, order)
    case .power:
      guard nodes[Int(node.b)].kind == .number, let count = rationals[Int(nodes[Int(node.b)].a)].smallInteger,
        count >= 1, count <= 16, let base = exponentForm(node.a, depth: depth + 1)
      else { return nil }
      var value = base
      for _ in 1..<count {
        guard let next = ExponentForm.product(value, base, order) else { return nil }
        value = next
      }
      return value
    default: return nil
    }
  }

  // MARK: Functions

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
