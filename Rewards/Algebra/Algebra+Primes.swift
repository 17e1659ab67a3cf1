/// The identity test modulo primes.
extension Algebra {
  enum ModularResult { case same, different, undefined, unknown }

  /// Compares the values of two expressions modulo primes; see `same` for what the results are worth.
  mutating func compareModuloPrimes(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ModularResult
  {
    let seed = seed(a, b)
    let whole = integerSymbols(a, b)
    // With small integers for some symbols a point proves less: take more of them.
    let rounds = whole.isEmpty ? 2 : 6
    let (left, right) = (members(of: a), members(of: b))
    let hasIntegerExponents = hasIntegerExponents(a) || hasIntegerExponents(b)
    var agreements = 0
    var undefinedPoints = 0
    var usesAtoms = false
    var hasGuesses = false
    var attempt = 0
    while agreements < rounds, attempt < 2 * PrimeField.count {
      let field = PrimeField(Int(truncatingIfNeeded: seed >> 8 & 0xFFFF) + attempt)
      attempt += 1
      var pair: (UInt64, UInt64) = (0, 0)
      var signs = 0
      repeat {
        var evaluation = ModularEvaluation(
          self, field, seed: scrambled(seed &+ UInt64(attempt)),
          integers: integers(for: whole, seed: scrambled(seed ^ UInt64(attempt))), signs: signs,
          hasIntegerExponents: hasIntegerExponents)
        do { pair = (try evaluation.value(of: a, left), try evaluation.value(of: b, right)) } catch {
          fuel = evaluation.fuel
          guard case .algebra(let failure) = error else {
            signs = -1
            break
          }
          throw failure
        }
        fuel = evaluation.fuel
        usesAtoms = usesAtoms || evaluation.usesAtoms
        hasGuesses = hasGuesses || !evaluation.guesses.isEmpty
        if pair.0 == pair.1 || pair.0 == ModularEvaluation.undefined { break }
        // With atoms in play no choice of signs settles anything.
        if usesAtoms { return .unknown }
        signs += 1
        if signs >> evaluation.guesses.count > 0 { break }
      } while true
      if signs < 0 { continue }
      if pair.0 == ModularEvaluation.undefined || pair.1 == ModularEvaluation.undefined {
        undefinedPoints += 1
        if undefinedPoints >= 3 { return usesAtoms ? .unknown : .undefined }
        continue
      }
      guard pair.0 == pair.1 else { return usesAtoms ? .unknown : .different }
      agreements += 1
    }
    return agreements == rounds && !hasGuesses ? .same : .unknown
  }

  /// Whether a symbol is an exponent of −1 or i, or of another negative number.
  private func hasIntegerExponents(_ id: ExpressionID) -> Bool {
    guard contains(.root, in: id), contains(.symbol, in: id) else { return false }
    let members = members(of: id)
    for index in Int(node(id).low)...Int(id) where nodes[index].kind == .power && members.hold(index) {
      let node = nodes[index]
      guard contains(.symbol, in: node.b) else { continue }
      if self.node(node.a).kind == .imaginary || exactRational(node.a)?.sign == -1 { return true }
    }
    return false
  }

  /// Whether the expression has a value at some point of a prime field; true where it cannot be told.
  mutating func hasValueModuloPrime(_ id: ExpressionID) throws(AlgebraFailure) -> Bool {
    let seed = seed(id, id)
    let whole = integerSymbols(id, id)
    for attempt in 0..<4 {
      var evaluation = ModularEvaluation(
        self, PrimeField(attempt), seed: scrambled(seed &+ UInt64(attempt)),
        integers: integers(for: whole, seed: scrambled(seed ^ UInt64(attempt))))
      do {
        if try evaluation.value(of: id, members(of: id)) != ModularEvaluation.undefined { return true }
      } catch {
        fuel = evaluation.fuel
        return true
      }
      fuel = evaluation.fuel
    }
    return false
  }

  /// Symbols inside factorials, binomials with symbolic lower part, loop bounds, integer functions: they stand for
  /// integers.
  func integerSymbols(_ a: ExpressionID, _ b: ExpressionID) -> [SymbolID] {
    guard contains([.function, .loop], in: a) || contains([.function, .loop], in: b) else { return [] }
    var found: [SymbolID] = []
    for id in [a, b] where contains(.symbol, in: id) {
      let members = members(of: id)
      for index in Int(node(id).low)...Int(id) where members.hold(index) {
        let node = nodes[index]
        var parts: [ExpressionID] = []
        switch node.kind {
        case .loop: parts = [loops[Int(node.a)].lower, loops[Int(node.a)].upper]
        case .function
        where node.code == MathFunction.factorial.rawValue
          || node.code == MathFunction.doubleFactorial.rawValue:
          parts = [node.a]
        case .function2
        where node.code == MathFunction.binomial.rawValue || node.code == MathFunction.permutations.rawValue:
          if contains(.symbol, in: node.b) { parts = [node.a, node.b] }
        case .function2 where [.gcd, .lcm, .modulo].contains(MathFunction(rawValue: node.code)):
          parts = [node.a, node.b]
        default: break
        }
        for part in parts {
          for symbol in freeSymbols(part) where !found.contains(symbol) { found.append(symbol) }
        }
      }
    }
    return found
  }

  /// Small integers for the symbols in `whole`, descending so that C(n, k) is not always 0.
  func integers(for whole: [SymbolID], seed: UInt64) -> [Int?] {
    var integers = [Int?](repeating: nil, count: symbols.count)
    var value = 6 + Int(seed % 5) + 4 * whole.count
    for (position, symbol) in whole.enumerated() {
      integers[Int(symbol)] = max(2, value)
      value -= 1 + Int((seed >> UInt64(8 + position % 40)) % 4)
    }
    return integers
  }
}
