/// Whether two expressions differ by a constant factor: what makes two equations `a = 0` and `b = 0` the
/// same.
extension Algebra {
  /// Whether a = c·b with a constant c ≠ 0. Nothing is proportional to an undefined expression or to a constant:
  /// an equation without an unknown says nothing about one, whatever its sides differ by.
  ///
  /// Decided modulo primes as in `same`, from a(P)·b(Q) = a(Q)·b(P) at random points, else from the ratio at
  /// real points.
  package mutating func areProportional(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Bool {
    if contains([.undefined, .infinity], in: a) || contains([.undefined, .infinity], in: b) { return false }
    guard contains(.symbol, in: a), contains(.symbol, in: b) else { return false }
    let seed = seed(a, b)
    let whole = integerSymbols(a, b)
    let hasIntegerExponents = hasIntegerExponents(a) || hasIntegerExponents(b)
    let rounds = rounds(whole, hasIntegerExponents)
    var agreements = 0
    var usesAtoms = false
    for attempt in 0..<PrimeField.count where agreements < rounds {
      let field = PrimeField(Int(truncatingIfNeeded: seed >> 8 & 0xFFFF) + attempt)
      var sides: [UInt64] = []
      for point in 0..<2 {
        let pointSeed = scrambled(seed &+ UInt64(1 + 2 * attempt + point))
        var evaluation = ModularEvaluation(
          self, field, seed: scrambled(seed &+ UInt64(attempt)), pointSeed: pointSeed,
          integers: integers(for: whole, seed: pointSeed, round: attempt),
          hasIntegerExponents: hasIntegerExponents, round: attempt + 5 * point)
        do {
          sides.append(try evaluation.value(of: a, members(of: a)))
          sides.append(try evaluation.value(of: b, members(of: b)))
        } catch {
          fuel = evaluation.fuel
          if case .algebra(let failure) = error { throw failure }
          break
        }
        fuel = evaluation.fuel
        usesAtoms = usesAtoms || evaluation.usesAtoms || !evaluation.guesses.isEmpty
      }
      guard sides.count == 4, !sides.contains(ModularEvaluation.undefined) else { continue }
      // A value of 0 says nothing unless the other side vanishes as well, at both points.
      if (sides[0] == 0) != (sides[1] == 0) || (sides[2] == 0) != (sides[3] == 0) {
        if usesAtoms { break }
        return false
      }
      if sides[0] == 0, sides[2] == 0 { return false }
      // One value at both points: a constant, or a coincidence of small integers.
      if sides[0] == sides[2] { continue }
      guard field.product(sides[0], sides[3]) == field.product(sides[2], sides[1]) else {
        if usesAtoms { break }
        return false
      }
      agreements += 1
    }
    if agreements >= 2, !usesAtoms { return true }
    return usesAtoms ? try haveOneRatio(a, b) : false
  }

  /// The sign of the constant c with a = c·b: +1 or −1, 0 where it is not real; nil where there is none.
  package mutating func proportionality(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Int? {
    guard try areProportional(a, b) else { return nil }
    for round in 0..<16 {
      guard let (ratio, _) = try ratio(a, b, round: round) else { continue }
      if ratio.isReal, !ratio.mayVanish { return ratio.real.isNegative ? -1 : 1 }
    }
    return 0
  }

  private mutating func haveOneRatio(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Bool {
    var first: (ratio: ComplexBall, value: ComplexBall)?
    var agreements = 0
    var varies = false
    for round in 0..<16 where agreements < 4 {
      guard let (ratio, value) = try ratio(a, b, round: round) else { continue }
      guard !ratio.mayVanish else { return false }
      if let first {
        if case .apart = value.meets(first.value) { varies = true }
        switch ratio.meets(first.ratio) {
        case .apart: return false
        case .together: agreements += 1
        case .unclear: break
        }
      } else {
        first = (ratio, value)
      }
    }
    return agreements >= 2 && varies
  }

  /// a/b and a at a point.
  private mutating func ratio(_ a: ExpressionID, _ b: ExpressionID, round: Int) throws(AlgebraFailure)
    -> (ratio: ComplexBall, value: ComplexBall)?
  {
    let seed = seed(a, b)
    let isComplex = contains(.imaginary, in: a) || contains(.imaginary, in: b)
    var evaluation = PointEvaluation(
      self, symbols: point(round, seed: seed, isComplex: isComplex),
      integers: integers(for: integerSymbols(a, b), seed: scrambled(seed &+ UInt64(round)), round: round))
    defer { fuel = evaluation.fuel }
    guard let left = try evaluation.value(of: a), isComplex || !evaluation.leavesReals,
      let right = try evaluation.value(of: b), isComplex || !evaluation.leavesReals
    else { return nil }
    return (left / right).map { ($0, left) }
  }
}
