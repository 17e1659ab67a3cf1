internal import BigInt

/// Sums, products, quotients and powers, folded where they are exactly rational or a rational multiple of π.
extension Algebra {
  /// a + b
  package mutating func sum(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> ExpressionID {
    if let left = exactRational(a) {
      if let right = exactRational(b) {
        try charge(left, right)
        if let value = Rational.sum(left, right) { return try number(value) }
      } else if left.isZero {
        return b
      }
    } else if let right = exactRational(b), right.isZero {
      return a
    } else if let left = exactPiMultiple(a), let right = exactPiMultiple(b),
      let value = Rational.sum(left, right)
    {
      return try piMultiple(value)
    }
    if contains([.infinity, .undefined], in: a) || contains([.infinity, .undefined], in: b) {
      if let folded = try endlessSum(a, b) { return folded }
    }
    return try binary(.sum, a, b)
  }

  /// a − b
  package mutating func difference(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID
  {
    try sum(a, try negated(b))
  }

  /// −a
  package mutating func negated(_ a: ExpressionID) throws(AlgebraFailure) -> ExpressionID {
    let child = node(a)
    switch child.kind {
    case .number: return try number(rationals[Int(child.a)].negated)
    case .piMultiple: return try piMultiple(rationals[Int(child.a)].negated)
    case .infinity: return try infinity(isNegative: child.code == 0)
    case .undefined: return a
    case .negation: return child.a
    default: return try unary(.negation, a)
    }
  }

  /// a · b
  package mutating func product(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> ExpressionID {
    if let left = exactRational(a) {
      if left == .one { return b }
      if let right = exactRational(b) {
        try charge(left, right)
        if let value = Rational.product(left, right) { return try number(value) }
      } else if let right = exactPiMultiple(b), let value = Rational.product(left, right) {
        return try piMultiple(value)
      }
    } else if let right = exactRational(b) {
      if right == .one { return a }
      if let left = exactPiMultiple(a), let value = Rational.product(left, right) {
        return try piMultiple(value)
      }
    } else if node(a).kind == .imaginary, node(b).kind == .imaginary {
      return try number(Rational(-1))
    }
    if contains([.infinity, .undefined], in: a) || contains([.infinity, .undefined], in: b) {
      return try endlessProduct(a, b)
    }
    return try binary(.product, a, b)
  }

  /// a / b
  package mutating func quotient(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> ExpressionID
  {
    if let right = exactRational(b) {
      if right.isZero { return try undefined() }
      if right == .one { return a }
      if let left = exactRational(a) {
        try charge(left, right)
        if let value = Rational.quotient(left, right) { return try number(value) }
      } else if let left = exactPiMultiple(a), let value = Rational.quotient(left, right) {
        return try piMultiple(value)
      }
    } else if let left = exactPiMultiple(a), let right = exactPiMultiple(b),
      let value = Rational.quotient(left, right)
    {
      return try number(value)
    }
    if contains([.infinity, .undefined], in: b) { return try undefined() }
    if contains([.infinity, .undefined], in: a) {
      guard let right = exactRational(b) else { return try undefined() }
      return try endlessProduct(a, try number(right))
    }
    return try binary(.quotient, a, b)
  }

  /// base ^ exponent
  package mutating func power(_ base: ExpressionID, _ exponent: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID
  {
    if contains([.infinity, .undefined], in: base) || contains([.infinity, .undefined], in: exponent) {
      return try undefined()
    }
    if let index = exactRational(exponent) {
      if index == .one { return base }
      if let value = exactRational(base) {
        if value.isZero { return index.sign < 0 ? try undefined() : try number(index.isZero ? .one : .zero) }
        if let folded = try exactPower(value, index) { return try number(folded) }
      }
      if index.isZero { return try number(.one) }
      if node(base).kind == .imaginary, let (n, d) = index.words, d == 1 { return try imaginaryPower(n & 3) }
      return try binary(.power, base, exponent, index.isInteger ? [] : .root)
    }
    if node(base).kind == .euler, let folded = try exponential(exponent) { return folded }
    return try binary(.power, base, exponent, .root)
  }

  /// a^(1/n); real roots of negative numbers where n is odd.
  mutating func root(_ a: ExpressionID, _ index: ExpressionID) throws(AlgebraFailure) -> ExpressionID {
    try power(a, try quotient(try number(.one), index))
  }

  /// e^u for the exponents that undo it: ln v, and r·ln v.
  private mutating func exponential(_ exponent: ExpressionID) throws(AlgebraFailure) -> ExpressionID? {
    let inner = node(exponent)
    let ln = MathFunction.ln.rawValue
    if inner.kind == .function, inner.code == ln { return inner.a }
    if inner.kind == .product, let factor = exactRational(inner.a) {
      let other = node(inner.b)
      if other.kind == .function, other.code == ln { return try power(other.a, try number(factor)) }
    }
    if inner.kind == .negation {
      let other = node(inner.a)
      if other.kind == .function, other.code == ln { return try quotient(try number(.one), other.a) }
    }
    return nil
  }

  private mutating func imaginaryPower(_ exponent: Int) throws(AlgebraFailure) -> ExpressionID {
    switch exponent {
    case 0: try number(.one)
    case 1: try imaginary()
    case 2: try number(Rational(-1))
    default: try negated(try imaginary())
    }
  }

  /// The exact value of a rational to a rational power, where it is rational and small enough.
  private mutating func exactPower(_ base: Rational, _ exponent: Rational) throws(AlgebraFailure) -> Rational?
  {
    guard let (p, q) = exponent.words else {
      // A large exponent changes nothing on 1 and −1.
      if base == .one { return .one }
      guard exponent.isInteger, base == Rational(-1) else { return nil }
      return exponent.numerator.magnitude.trailingZeroBitCount > 0 ? .one : base
    }
    try charge(base, base)
    var root = base
    if q > 1 {
      guard q <= 64, let exact = exactRoot(base, q) else { return nil }
      root = exact
    }
    if root.words == nil || p.magnitude > 8 { try fuel.spend(words: 400) }
    return root.raised(to: p)
  }

  /// Pays for arithmetic beyond machine words, in units of some 25 ns: 40 for an operation's memory, one for
  /// four words multiplied, and 60 for each of the some 40 divisions per word of a greatest common divisor.
  func wordCost(_ a: Rational, _ b: Rational) -> Int {
    if a.words != nil, b.words != nil { return 0 }
    let words = (max(a.numerator.bitWidth, b.numerator.bitWidth) + 63) / 64
    if a.isInteger, b.isInteger { return 40 + words * words / 4 }
    let bottom = (a.denominator.bitWidth + b.denominator.bitWidth + 63) / 64
    return 200 + words * words + 40 * 60 * min(words + bottom, bottom, Fuel.fractionBits / 64)
  }

  mutating func charge(_ a: Rational, _ b: Rational) throws(AlgebraFailure) {
    let cost = wordCost(a, b)
    if cost > 0 { try fuel.spend(words: cost) }
  }

  // MARK: ±∞ and undefined

  private mutating func endlessSum(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID?
  {
    if contains(.undefined, in: a) || contains(.undefined, in: b) { return try undefined() }
    switch (infinitySign(a), infinitySign(b)) {
    case (let left?, let right?): return left == right ? a : try undefined()
    case (_?, nil): return contains([.symbol, .infinity], in: b) ? nil : a
    case (nil, _?): return contains([.symbol, .infinity], in: a) ? nil : b
    case (nil, nil): return nil
    }
  }

  private mutating func endlessProduct(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ExpressionID
  {
    let left = infinitySign(a) ?? exactRational(a)?.sign ?? exactPiMultiple(a)?.sign ?? 0
    let right = infinitySign(b) ?? exactRational(b)?.sign ?? exactPiMultiple(b)?.sign ?? 0
    if left == 0 || right == 0 { return try undefined() }
    return try infinity(isNegative: left != right)
  }
}

/// The q-th root of a rational, where it is rational; the real one of a negative number for odd q.
func exactRoot(_ value: Rational, _ q: Int) -> Rational? {
  if value.sign < 0 {
    guard !q.isMultiple(of: 2) else { return nil }
    return exactRoot(value.negated, q)?.negated
  }
  guard let top = exactRoot(value.numerator.magnitude, q),
    let bottom = exactRoot(value.denominator.magnitude, q)
  else {
    return nil
  }
  return Rational(coprime: BigInt(top), BigInt(bottom))
}

private func exactRoot(_ value: BigUInt, _ q: Int) -> BigUInt? {
  if value <= 1 { return value }
  if let small = UInt64(exactly: value) {
    guard let root = exactRoot(small, q) else { return nil }
    return BigUInt(root)
  }
  if q == 2 {
    let root = value.squareRoot()
    return root * root == value ? root : nil
  }
  return integerRoot(value, q)
}

/// From the root in floating point, tried with its neighbors.
private func exactRoot(_ value: UInt64, _ q: Int) -> UInt64? {
  if q >= 64 { return nil }
  var low: UInt64 = 1
  var high: UInt64 = 1 << UInt64((64 - value.leadingZeroBitCount + q - 1) / q)
  while low <= high {
    let middle = low + (high - low) / 2
    switch comparePower(middle, q, value) {
    case 0: return middle
    case let order where order < 0: low = middle + 1
    default: high = middle - 1
    }
  }
  return nil
}

/// −1, 0, 1 as base^q is below, at or above `value`; q ≥ 1.
private func comparePower(_ base: UInt64, _ q: Int, _ value: UInt64) -> Int {
  var power: UInt64 = 1
  for _ in 0..<q {
    let (next, overflow) = power.multipliedReportingOverflow(by: base)
    if overflow || next > value { return 1 }
    power = next
  }
  return power < value ? -1 : 0
}

/// Newton's iteration from above; nil where the root is no integer.
private func integerRoot(_ value: BigUInt, _ q: Int) -> BigUInt? {
  var root = BigUInt(1) << ((value.bitWidth + q - 1) / q)
  while true {
    let next = (root * BigUInt(q - 1) + value / root.power(q - 1)) / BigUInt(q)
    if next >= root { break }
    root = next
  }
  return root.power(q) == value ? root : nil
}
