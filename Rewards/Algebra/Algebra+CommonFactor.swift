/// Whether two polynomials have a factor in common: what an equation slope · x + offset = 0 gains in solutions
/// over x = −offset / slope.
extension Algebra {
  /// Degree up to which polynomials are recognized.
  private static let maximumDegree = 12
  /// Points beyond the degree at which a polynomial must keep to what the others say.
  private static let spareValues = 3

  /// Whether it is proven that a and b are polynomials, in each symbol that `symbols` names, without a common
  /// factor in which it occurs. Neither may be 0 for that.
  ///
  /// Both are interpolated in one symbol at a time, modulo a 61-bit prime, the other symbols at random values;
  /// Euclid's algorithm decides. A common factor over the rationals is one modulo every prime, so a "true" is
  /// wrong only where the interpolation is: a function that is no polynomial but passes for one at three further
  /// points. A "false" may be a function of another kind.
  mutating func areCoprime(
    _ a: ExpressionID, _ b: ExpressionID, in symbols: [SymbolID]
  ) throws(AlgebraFailure) -> Bool {
    let seed = scrambled(seed(a, b))
    let field = PrimeField(Int(truncatingIfNeeded: seed >> 8 & 0xFFFF))
    for symbol in symbols {
      // The other symbols have the same values in both.
      guard let left = try polynomial(a, in: symbol, field, seed),
        let right = try polynomial(b, in: symbol, field, seed),
        greatestCommonDivisor(left, right, field).count == 1
      else { return false }
    }
    return true
  }

  /// Coefficients from the constant up, without zeros at the end; nil where it is no polynomial.
  private mutating func polynomial(
    _ id: ExpressionID, in symbol: SymbolID, _ field: PrimeField, _ seed: UInt64
  ) throws(AlgebraFailure) -> [UInt64]? {
    var differences: [UInt64] = []
    for place in 0..<(Self.maximumDegree + Self.spareValues + 1) {
      var integers = [Int?](repeating: nil, count: symbols.count)
      integers[Int(symbol)] = place
      var evaluation = ModularEvaluation(
        self, field, seed: seed, integers: integers, round: 0)
      let value: UInt64
      do {
        value = try evaluation.value(of: id, members(of: id))
      } catch {
        fuel = evaluation.fuel
        if case .algebra(let failure) = error { throw failure }
        return nil
      }
      fuel = evaluation.fuel
      guard value != ModularEvaluation.undefined else { return nil }
      // Divided differences at 0, 1, …, the new one from those before it.
      var next = value
      for (index, known) in differences.enumerated() {
        guard let inverse = field.inverse(field.element(place - index)) else { return nil }
        next = field.product(field.difference(next, known), inverse)
      }
      differences.append(next)
    }
    guard differences.suffix(Self.spareValues).allSatisfy({ $0 == 0 }) else { return nil }
    while differences.last == 0 { differences.removeLast() }
    // Newton's form to powers, from the inside out: p ← p · (x − place) + difference.
    var coefficients: [UInt64] = []
    for place in differences.indices.reversed() {
      let shift = field.negated(field.element(place))
      var product = [differences[place]] + coefficients
      for (index, coefficient) in coefficients.enumerated() {
        product[index] = field.sum(product[index], field.product(coefficient, shift))
      }
      coefficients = product
    }
    while coefficients.last == 0 { coefficients.removeLast() }
    return coefficients
  }

  /// Of a count above 1 where there is a common factor; empty where both are 0.
  private func greatestCommonDivisor(_ a: [UInt64], _ b: [UInt64], _ field: PrimeField) -> [UInt64] {
    var (a, b) = (a, b)
    while let leading = b.last, let inverse = field.inverse(leading) {
      while a.count >= b.count, let top = a.last {
        let factor = field.product(top, inverse)
        let shift = a.count - b.count
        for (index, coefficient) in b.enumerated() {
          a[shift + index] = field.difference(a[shift + index], field.product(factor, coefficient))
        }
        while a.last == 0 { a.removeLast() }
      }
      (a, b) = (b, a)
    }
    return a
  }
}
