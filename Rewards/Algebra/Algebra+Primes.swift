/// The identity test modulo primes.
extension Algebra {
  enum ModularResult { case same, different, undefined, unknown }

  /// Compares the values of two expressions modulo primes; see `same` for what the results are worth.
  mutating func compareModuloPrimes(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure)
    -> ModularResult
  {
    let seed = seed(a, b)
    let whole = integerSymbols(a, b)
    let (left, right) = (members(of: a), members(of: b))
    let hasIntegerExponents = hasIntegerExponents(a) || hasIntegerExponents(b)
    let rounds = rounds(whole, hasIntegerExponents)
    var agreements = 0
    var undefinedPoints = 0
    var isProven = true
    for attempt in 0..<2 * PrimeField.count where agreements < rounds {
      let field = PrimeField(Int(truncatingIfNeeded: seed >> 8 & 0xFFFF) + attempt)
      let values = integers(for: whole, seed: scrambled(seed ^ UInt64(attempt)), round: attempt)
      var tally = SignTally()
      var signs = 0
      repeat {
        var evaluation = ModularEvaluation(
          self, field, seed: scrambled(seed &+ UInt64(attempt)), integers: values, signs: signs,
          hasIntegerExponents: hasIntegerExponents, round: attempt)
        do {
          let pair = (try evaluation.value(of: a, left), try evaluation.value(of: b, right))
          tally.count(pair.0, pair.1)
        } catch {
          fuel = evaluation.fuel
          if case .algebra(let failure) = error { throw failure }
          tally = SignTally()
          break
        }
        fuel = evaluation.fuel
        // With atoms in play only sameness for all signs settles anything.
        if evaluation.usesAtoms, tally.equal == 0, tally.unequal > 0 { return .unknown }
        signs += 1
        if signs >> evaluation.guesses.count > 0 { break }
      } while true
      if tally.total == 0 { continue }
      if tally.undefined == tally.total {
        undefinedPoints += 1
        // Small integers may all lie below where an (n − 9)! begins: larger ones get their turn.
        if undefinedPoints >= (whole.isEmpty ? 3 : 12) { return .undefined }
        continue
      }
      if tally.unequal == tally.total { return .different }
      if tally.equal < tally.total { isProven = false }
      if tally.equal == 0 { return .unknown }
      agreements += 1
    }
    return agreements == rounds && isProven ? .same : .unknown
  }

  /// What became of the choices of signs at one point.
  private struct SignTally {
    var equal = 0
    var unequal = 0
    var undefined = 0
    var total: Int { equal + unequal + undefined }

    mutating func count(_ a: UInt64, _ b: UInt64) {
      if a == ModularEvaluation.undefined || b == ModularEvaluation.undefined {
        undefined += 1
      } else if a == b {
        equal += 1
      } else {
        unequal += 1
      }
    }
  }

  /// How many points must agree. Small integers prove less than random residues; and a power of −1 or of
  /// another root of unity takes few values, so that its exponent has to go through all residues modulo 12,
  /// twice.
  func rounds(_ whole: [SymbolID], _ hasIntegerExponents: Bool) -> Int {
    hasIntegerExponents ? 24 : whole.isEmpty ? 2 : 6
  }

  /// Whether a symbol is an exponent of a negative number or of a complex constant.
  func hasIntegerExponents(_ id: ExpressionID) -> Bool {
    guard contains(.root, in: id), contains(.symbol, in: id) else { return false }
    let members = members(of: id)
    for index in Int(node(id).low)...Int(id) where nodes[index].kind == .power && members.hold(index) {
      let node = nodes[index]
      guard contains(.symbol, in: node.b), !contains(.symbol, in: node.a) else { continue }
      if contains(.imaginary, in: node.a) || exactRational(node.a)?.sign == -1 { return true }
      // A constant that is not just a number may be anything, also −1.
      switch self.node(node.a).kind {
      case .number, .euler, .piMultiple: break
      default: return true
      }
    }
    return false
  }

  /// Whether the expression has a value at some point of a prime field; true where it cannot be told.
  mutating func hasValueModuloPrime(_ id: ExpressionID) throws(AlgebraFailure) -> Bool {
    let seed = seed(id, id)
    let whole = integerSymbols(id, id)
    for attempt in 0..<(whole.isEmpty ? 4 : 12) {
      var evaluation = ModularEvaluation(
        self, PrimeField(attempt), seed: scrambled(seed &+ UInt64(attempt)),
        integers: integers(for: whole, seed: scrambled(seed ^ UInt64(attempt)), round: attempt))
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

  /// Symbols inside factorials, binomials with symbolic lower part, loop bounds, integer functions: they
  /// stand for integers.
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

  /// Small integers for the symbols in `whole`, descending so that C(n, k) is not always 0, larger in later
  /// rounds.
  func integers(for whole: [SymbolID], seed: UInt64, round: Int) -> [Int?] {
    var integers = [Int?](repeating: nil, count: symbols.count)
    var value = 6 + Int(seed % 5) + 4 * whole.count + round
    for (position, symbol) in whole.enumerated() {
      integers[Int(symbol)] = max(2, value)
      value -= 1 + Int((seed >> UInt64(8 + position % 40)) % 4)
    }
    return integers
  }
}
