/// The identity test at points.
extension Algebra {
  /// Compares two expressions at seeded points: in (0, 1), above 1, of mixed sign, negative, and in between.
  ///
  /// A point counts where both sides have a value and, unless i occurs, stay on the real line in all their
  /// parts. One point whose discs do not meet settles a difference. If no point is real for both, complex
  /// values are compared instead.
  mutating func compareAtPoints(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Sameness {
    let isConstant = !contains(.symbol, in: a) && !contains(.symbol, in: b)
    let isComplex = contains(.imaginary, in: a) || contains(.imaginary, in: b)
    let seed = scrambled(seed(a, b) ^ 0x5EED)
    let whole = integerSymbols(a, b)
    var agreements = 0
    var offReals = 0
    let needed = isConstant ? 1 : 5
    for round in 0..<(isConstant ? 1 : 24) {
      var evaluation = PointEvaluation(
        self, symbols: point(round, seed: seed, isComplex: isComplex),
        integers: integers(for: whole, seed: scrambled(seed &+ UInt64(round)), round: round))
      defer { fuel = evaluation.fuel }
      guard let left = try evaluation.value(of: a) else { continue }
      var isReal = !evaluation.leavesReals
      guard let right = try evaluation.value(of: b) else { continue }
      isReal = isReal && !evaluation.leavesReals
      let meets = left.meets(right)
      if isReal || isComplex || isConstant {
        if meets == .apart { return .different(.points) }
        if meets == .together { agreements += 1 }
      } else if meets == .apart {
        offReals = -100
      } else if meets == .together {
        offReals += 1
      }
      if agreements >= needed { break }
    }
    if agreements >= (isConstant ? 1 : 3) || agreements == 0 && offReals >= needed { return .same(.points) }
    return .different(agreements == 0 && offReals < 0 ? .points : .undecided)
  }

  /// Values for all symbols: a range for each round, spread inside it by the seed.
  func point(_ round: Int, seed: UInt64, isComplex: Bool) -> [ComplexBall] {
    var values: [ComplexBall] = []
    values.reserveCapacity(symbols.count)
    for index in symbols.indices {
      let word = scrambled(seed ^ scrambled(UInt64(round * 1000 + index)))
      let part = Double(word >> 12) * 0x1p-52
      let isMixed = round % 8 == 3 || round % 8 == 6
      let isNegative = round % 8 == 4 || round % 8 == 5 || isMixed && word & 1 == 1
      let value: Double
      switch round % 8 {
      case 0: value = round < 8 ? 1.1 + 1.9 * part : 20 + 30 * part
      case 1: value = 0.05 + 0.9 * part
      case 2: value = round < 8 ? 3.1 + 4 * part : 30 + 70 * part
      case 3, 5: value = 1.05 + 2 * part
      case 4, 6: value = 0.05 + 0.9 * part
      default: value = round < 12 ? 11 + 29 * part : 70 + 400 * part
      }
      // z and w are complex by custom, where anything is.
      let isFree = isComplex && (symbols[index] == [0x7A] || symbols[index] == [0x77])
      let imaginary = isFree ? DoubleDouble(0.3 + 0.6 * Double(scrambled(word) >> 12) * 0x1p-52) : .zero
      values.append(
        ComplexBall(DoubleDouble(isNegative ? -value : value), imaginary, radius: 0, isReal: !isFree))
    }
    return values
  }

  /// The real value of a constant and a bound on its error; nil where it is not real, not constant or beyond
  /// double range.
  package mutating func realValue(_ id: ExpressionID) throws(AlgebraFailure) -> (
    value: Double, error: Double
  )? {
    guard let ball = try realBall(id) else { return nil }
    return (ball.real.high, ball.radius + ball.real.low.magnitude)
  }

  /// The same to 30 digits.
  mutating func realBall(_ id: ExpressionID) throws(AlgebraFailure) -> ComplexBall? {
    if contains([.symbol, .infinity, .undefined], in: id) { return nil }
    var evaluation = PointEvaluation(
      self, symbols: [ComplexBall](repeating: .exact(1), count: symbols.count),
      integers: [Int?](repeating: nil, count: symbols.count))
    defer { fuel = evaluation.fuel }
    guard let value = try evaluation.value(of: id),
      value.isReal || value.imaginary.high.magnitude <= value.radius
    else { return nil }
    return value
  }

  /// −1, 0, 1 as the real constant `a` is below, at or above `b`; ±∞ included; nil where that is not known.
  package mutating func order(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Int? {
    if let left = exactRational(a), let right = exactRational(b) { return Rational.order(left, right) }
    switch (infinitySign(a), infinitySign(b)) {
    case (let left?, let right?): return (left - right).signum()
    case (let left?, nil): return contains([.symbol, .infinity, .undefined], in: b) ? nil : left
    case (nil, let right?): return contains([.symbol, .infinity, .undefined], in: a) ? nil : -right
    case (nil, nil): break
    }
    guard let left = try realBall(a), let right = try realBall(b) else { return nil }
    let difference = left - right
    if !difference.mayVanish { return difference.real.isNegative ? -1 : 1 }
    if case .same = try same(a, b) { return 0 }
    return nil
  }
}

extension ComplexBall {
  enum Meeting { case apart, together, unclear }

  /// Whether two discs share a point, and if so whether they are small enough for that to mean something.
  func meets(_ other: ComplexBall) -> Meeting {
    let difference = self - other
    guard difference.isUsable else { return .unclear }
    if !difference.mayVanish { return .apart }
    return difference.radius <= 1e-20 * max(difference.scale, size) ? .together : .unclear
  }
}
