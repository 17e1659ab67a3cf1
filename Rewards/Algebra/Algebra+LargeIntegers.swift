internal import BigInt

/// Remainders and divisors of integers too large to be kept: 2^(10^12) mod 10.
extension Algebra {
  /// The deepest operation inside another that is followed.
  private static let maximumResidueDepth = 24

  /// gcd, lcm or modulo of integers of which at least one is beyond a machine word, by residues: powers by repeated
  /// squaring modulo what the other side is. Nil where it is another function, or an argument is not known to be an
  /// integer.
  ///
  /// - Throws: A limit where both are integers and neither is small enough to be kept, or the work is too much: the
  ///   value exists, but is not known here.
  mutating func largeIntegerFunction(
    _ function: MathFunction, _ a: ExpressionID, _ b: ExpressionID
  ) throws(AlgebraFailure) -> ExpressionID? {
    guard function == .modulo || function == .gcd || function == .lcm, isIntegral(a), isIntegral(b) else {
      return nil
    }
    let (left, right) = (exactRational(a)?.numerator, exactRational(b)?.numerator)
    switch (function, left, right) {
    case (.modulo, _, let divisor?):
      guard divisor != 0, let residue = try residue(of: a, modulo: divisor.magnitude) else { break }
      let isShifted = divisor.sign == .minus && residue != 0
      return try number(Rational(isShifted ? BigInt(residue) + divisor : BigInt(residue)))
    case (.gcd, let known?, _), (.gcd, nil, let known?):
      let other = left == nil ? a : b
      guard known != 0, let residue = try residue(of: other, modulo: known.magnitude) else { break }
      try spendWords(squaring: known.magnitude)
      return try number(Rational(BigInt(known.magnitude.greatestCommonDivisor(with: residue))))
    case (.lcm, let one?, let other?):
      if one == 0 || other == 0 { return try number(.zero) }
      try spendWords(squaring: one.magnitude)
      try spendWords(squaring: other.magnitude)
      let divisor = one.magnitude.greatestCommonDivisor(with: other.magnitude)
      return try number(Rational(BigInt(one.magnitude / divisor * other.magnitude)))
    default: break
    }
    throw .limit("a divisor or remainder of integers of more than \(Fuel.integerBits) bits")
  }

  private mutating func spendWords(squaring value: BigUInt) throws(AlgebraFailure) {
    let words = value.bitWidth / 64 + 1
    try fuel.spend(words: 100 + 40 * words * words)
  }

  /// Whether an expression is an integer by its structure.
  private func isIntegral(_ id: ExpressionID, depth: Int = 0) -> Bool {
    if depth > Self.maximumResidueDepth { return false }
    let node = node(id)
    switch node.kind {
    case .number: return exactRational(id)?.isInteger ?? false
    case .negation: return isIntegral(node.a, depth: depth + 1)
    case .sum, .product: return isIntegral(node.a, depth: depth + 1) && isIntegral(node.b, depth: depth + 1)
    case .power:
      guard isIntegral(node.a, depth: depth + 1), isIntegral(node.b, depth: depth + 1) else { return false }
      // A tower of positive numbers is positive; of anything else only the number itself says so.
      return exactRational(node.b).map { $0.sign >= 0 } ?? isPositivePower(node.b, depth: depth + 1)
    case .function:
      return node.code == MathFunction.factorial.rawValue && isIntegral(node.a, depth: depth + 1)
    default: return false
    }
  }

  private func isPositivePower(_ id: ExpressionID, depth: Int) -> Bool {
    let node = node(id)
    guard node.kind == .power else { return false }
    return exactRational(node.a).map { $0.sign > 0 } ?? false
  }

  /// The residue of an integer, 0 up to the modulus; nil where it cannot be told.
  private mutating func residue(
    of id: ExpressionID, modulo modulus: BigUInt, depth: Int = 0
  ) throws(AlgebraFailure) -> BigUInt? {
    if depth > Self.maximumResidueDepth { return nil }
    let node = node(id)
    if let value = exactRational(id) {
      try spendWords(squaring: max(modulus, value.numerator.magnitude))
      let rest = value.numerator.magnitude % modulus
      return value.sign < 0 && rest != 0 ? modulus - rest : rest
    }
    guard node.kind != .function, let left = try residue(of: node.a, modulo: modulus, depth: depth + 1) else {
      return nil
    }
    switch node.kind {
    case .negation: return left == 0 ? left : modulus - left
    case .power:
      guard let exponent = exactRational(node.b)?.numerator.magnitude else { return nil }
      let words = modulus.bitWidth / 64 + 1
      try fuel.spend(words: exponent.bitWidth * (100 + 4 * words * words))
      return left.power(exponent, modulus: modulus)
    case .sum, .product:
      guard let right = try residue(of: node.b, modulo: modulus, depth: depth + 1) else { return nil }
      try spendWords(squaring: modulus)
      return (node.kind == .sum ? left + right : left * right) % modulus
    default: return nil
    }
  }
}
