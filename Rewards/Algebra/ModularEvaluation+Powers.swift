internal import BigInt

/// Powers in a prime field.
extension ModularEvaluation {
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

  /// base^floor times a guessed square root, or atom(base, rest): equal bases with equal fractional exponents
  /// agree.
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

  /// A rational to a fraction: exact for square roots, else by atoms for the roots of its primes. nil for
  /// even roots of negative numbers other than square roots.
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

  /// A rational to a symbolic exponent: the constant part may be a half, the symbolic one counts as an
  /// integer. Fractions of symbols, as in 2^(n/2), become atoms unless a square makes them whole.
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
}
