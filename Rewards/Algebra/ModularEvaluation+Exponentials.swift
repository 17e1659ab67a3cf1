/// Exponentials and what exponents look like modulo prime − 1.
extension ModularEvaluation {
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
      var exponent = scrambled(pointSeed ^ scrambled(0x8000_0000 + UInt64(node.a))) % order
      if hasIntegerExponents {
        // The first symbol's residue is the round, the others' go with it at random. 12 divides `order`.
        // No sum overflows: the last multiple of 12 below `order` is at least 12 away from it.
        let shift = node.a == 0 ? 0 : scrambled(seed &+ UInt64(node.a)) % 12
        exponent = exponent / 12 * 12 + (UInt64(round) + shift * UInt64(round / 12 + 1)) % 12
      }
      return ExponentForm(symbol: exponent)
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
}
