/// Whether two expressions have the same value.
extension Algebra {
  package enum Sameness: Sendable, Equatable {
    case same(Reason)
    case different(Reason)
  }

  /// What decided.
  package enum Reason: String, Sendable {
    case spelling = "the same expression"
    case rational = "exact rational values"
    case infinite = "infinite values"
    case undefined = "an undefined value"
    case primes = "values modulo two primes"
    case points = "values at points"
    case symbols = "different symbols"
    case undecided = "too little precision to tell them apart"
  }

  /// Decides equality as functions of the symbols: first by structure and exact rational value, then modulo
  /// two 61-bit primes, then at points in double-double arithmetic.
  ///
  /// - Modulo primes a "different" is certain, as long as no atom is involved; square roots of unknown sign
  ///   count as different only if all choices of their signs are. A "same" is wrong with a chance of at
  ///   most d/2^48 per prime for expressions of degree d, numerators of exponents included; both primes and
  ///   the point are chosen by a hash of the expressions.
  /// - At points a "different" is certain: the balls of possible values do not meet. A "same" means that they
  ///   meet while smaller than 1e-20 relative, mostly 1e-29, at all usable points: at least three for
  ///   functions, the one value of a constant. For constants built from cube roots, nested roots, logarithms
  ///   of them and the like no bound is known; coincidences such as e^(π√163) with an integer, 3e-30
  ///   relative, pass.
  /// - Functions are compared where both sides are real: √x² = |x| but not x, and ln x² = 2 ln x.
  package mutating func same(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Sameness {
    if contains(.undefined, in: a) || contains(.undefined, in: b) { return .different(.undefined) }
    if let left = exactRational(a), let right = exactRational(b) {
      return left == right ? .same(.rational) : .different(.rational)
    }
    if contains(.infinity, in: a) || contains(.infinity, in: b) {
      guard let left = infinitySign(a), let right = infinitySign(b), left == right else {
        return .different(.infinite)
      }
      return .same(.infinite)
    }
    if a == b || haveOneSpelling(a, b) {
      return try isDefined(a) ? .same(.spelling) : .different(.undefined)
    }
    switch try compareModuloPrimes(a, b) {
    case .same: return .same(.primes)
    case .different: return .different(.primes)
    case .undefined: return .different(.undefined)
    case .unknown: return try compareAtPoints(a, b)
    }
  }

  /// Whether it has a value: not 1/0, 0/0, ∞ − ∞ or tan 90°.
  package mutating func isDefined(_ id: ExpressionID) throws(AlgebraFailure) -> Bool {
    if contains(.undefined, in: id) { return false }
    let node = node(id)
    switch node.kind {
    case .number, .piMultiple, .symbol, .euler, .imaginary, .infinity: return true
    default: break
    }
    // Only a quotient, a negative power or a pole can leave an expression without value.
    let members = members(of: id)
    for index in Int(node.low)...Int(id) where members.hold(index) {
      switch nodes[index].kind {
      case .quotient, .power, .function, .function2: return try hasValueModuloPrime(id)
      default: break
      }
    }
    return true
  }

  /// Whether two expressions are the same tree.
  private func haveOneSpelling(_ a: ExpressionID, _ b: ExpressionID) -> Bool {
    let left = Int(node(a).low)
    let right = Int(node(b).low)
    guard Int(a) - left == Int(b) - right else { return false }
    let shift = right - left
    var bound: [(SymbolID, SymbolID)] = []
    for index in left...Int(a) {
      let x = nodes[index]
      let y = nodes[index + shift]
      guard x.kind == y.kind, x.code == y.code else { return false }
      switch x.kind {
      case .number, .piMultiple: guard rationals[Int(x.a)] == rationals[Int(y.a)] else { return false }
      case .euler, .imaginary, .infinity, .undefined: break
      case .symbol:
        guard x.a == y.a || bound.contains(where: { $0 == (x.a, y.a) }) else { return false }
      case .application: guard x.a == y.a, Int(x.b) + shift == Int(y.b) else { return false }
      case .loopStart:
        guard Int(x.a) + shift == Int(y.a) else { return false }
        bound.append((loops[Int(nodes[Int(x.a)].a)].symbol, loops[Int(nodes[Int(y.a)].a)].symbol))
      case .loop:
        let (one, two) = (loops[Int(x.a)], loops[Int(y.a)])
        guard Int(one.start) + shift == Int(two.start), Int(one.lower) + shift == Int(two.lower),
          Int(one.upper) + shift == Int(two.upper), Int(one.body) + shift == Int(two.body)
        else { return false }
      default:
        guard Int(x.a) + shift == Int(y.a),
          x.kind == .negation || x.kind == .function || Int(x.b) + shift == Int(y.b)
        else { return false }
      }
    }
    return true
  }

  /// A hash of what two expressions are made of: it chooses primes and points.
  func seed(_ a: ExpressionID, _ b: ExpressionID) -> UInt64 {
    var state: UInt64 = 0
    for id in [a, b] {
      for index in Int(node(id).low)...Int(id) {
        let node = nodes[index]
        var word = UInt64(node.kind.rawValue) << 8 | UInt64(node.code)
        switch node.kind {
        case .number, .piMultiple:
          if let (n, d) = rationals[Int(node.a)].words {
            word ^= scrambled(UInt64(bitPattern: Int64(n))) ^ UInt64(d) << 20
          }
        case .symbol: for byte in symbols[Int(node.a)] { word = scrambled(word ^ UInt64(byte) << 24) }
        default: break
        }
        state = scrambled(state ^ word)
      }
    }
    return state
  }
}
