internal import BigInt

/// Values of expressions in a prime field at one random point: the exact half of the identity test.
///
/// Rational functions, i, π, e, square roots of rationals, sines of rational angles, exponentials,
/// trigonometric and hyperbolic functions, logarithms of rationals and unknown functions get values that
/// agree exactly where the expressions do (π, e, logarithms of primes count as independent, which is
/// Schanuel's conjecture). Everything else becomes an atom: a value that depends on what it is made of, so
/// that sameness carries over but difference does not (`usesAtoms`).
struct ModularEvaluation {
  /// What the field cannot hold; another prime may.
  enum Failure: Error {
    case notASquare
    case algebra(AlgebraFailure)
  }

  /// The value of 1/0 and of all that depends on it.
  static let undefined = UInt64.max

  let nodes: [Algebra.Node]
  let rationals: [Rational]
  let loops: [Algebra.Loop]
  let field: PrimeField
  /// The order of the multiplicative group, prime − 1.
  let order: UInt64
  /// Chooses the images of π, e and other constants, and those of atoms.
  let seed: UInt64
  /// Chooses the values of symbols.
  let pointSeed: UInt64
  var fuel: Fuel
  var values: [UInt64]
  private var members: Members
  /// Small integers for symbols that stand where only integers make sense.
  var integers: [Int?]
  private(set) var usesAtoms = false
  /// Square roots whose sign is a guess: bit k of `signs` flips the k-th of them.
  private(set) var guesses: [(square: UInt64, root: UInt64)] = []
  private let signs: Int
  /// Some symbol is an exponent of −1 or i, so that symbols times iπ are integers times iπ.
  let hasIntegerExponents: Bool
  /// Chooses the residues of integer exponents modulo 12.
  let round: Int
  private var roots: [(radicand: UInt, root: UInt64)] = []

  init(
    _ algebra: Algebra, _ field: PrimeField, seed: UInt64, pointSeed: UInt64? = nil, integers: [Int?],
    signs: Int = 0, hasIntegerExponents: Bool = false, round: Int = 0
  ) {
    nodes = algebra.nodes
    rationals = algebra.rationals
    loops = algebra.loops
    fuel = algebra.fuel
    self.field = field
    self.seed = seed
    self.pointSeed = pointSeed ?? seed
    self.integers = integers
    self.signs = signs
    self.hasIntegerExponents = hasIntegerExponents
    self.round = round
    order = field.prime - 1
    values = [UInt64](repeating: 0, count: nodes.count)
    members = Members.all
  }

  // MARK: Evaluation

  mutating func value(of id: ExpressionID, _ members: Members) throws(Failure) -> UInt64 {
    self.members = members
    try run(Int(nodes[Int(id)].low), Int(id))
    return values[Int(id)]
  }

  private mutating func run(_ low: Int, _ high: Int) throws(Failure) {
    var index = low
    while index <= high {
      guard members.hold(index) else {
        index += 1
        continue
      }
      try spend(1)
      let node = nodes[index]
      if node.kind == .loopStart, node.a > index {
        index = Int(node.a)
        if index > high { return }
        values[index] = try loop(nodes[index])
      } else {
        values[index] = try value(node)
      }
      index += 1
    }
  }

  mutating func spend(_ count: Int) throws(Failure) {
    do { try fuel.spend(evaluations: count) } catch { throw .algebra(error) }
  }

  private mutating func value(_ node: Algebra.Node) throws(Failure) -> UInt64 {
    let undefined = ModularEvaluation.undefined
    switch node.kind {
    case .number: return element(rationals[Int(node.a)])
    case .piMultiple: return field.product(element(rationals[Int(node.a)]), random(1))
    case .euler: return exponentialBase(.real)
    case .imaginary: return field.unity(PrimeField.order / 4)
    case .infinity, .undefined, .loopStart: return undefined
    case .symbol:
      if let integer = integers[Int(node.a)] { return field.element(integer) }
      return scrambled(pointSeed ^ scrambled(0x100 + UInt64(node.a))) % (field.prime - 1) + 1
    case .sum, .product, .quotient:
      let a = values[Int(node.a)]
      let b = values[Int(node.b)]
      if a == undefined || b == undefined { return undefined }
      if node.kind == .sum { return field.sum(a, b) }
      if node.kind == .product { return field.product(a, b) }
      guard let inverse = field.inverse(b) else { return undefined }
      return field.product(a, inverse)
    case .negation:
      let a = values[Int(node.a)]
      return a == undefined ? undefined : field.negated(a)
    case .power:
      if values[Int(node.a)] == undefined || values[Int(node.b)] == undefined { return undefined }
      return try power(node)
    case .function:
      if values[Int(node.a)] == undefined { return undefined }
      return try function(node)
    case .function2:
      if values[Int(node.a)] == undefined || values[Int(node.b)] == undefined { return undefined }
      return try function2(node)
    case .application, .arguments:
      let b = values[Int(node.b)]
      if b == undefined { return undefined }
      // An unknown function is as good as random: differing arguments make differing values, and so do
      // differing points, for what it is at a constant is as unknown as a symbol.
      let a =
        node.kind == .application
        ? scrambled(pointSeed ^ scrambled(0x200 + UInt64(node.a))) : values[Int(node.a)]
      return a == undefined ? undefined : mixed(node.kind == .application ? 2 : 3, a, b)
    case .loop: return try loop(node)
    }
  }

  /// Σ or ∏ over bounds that are integers at this point.
  private mutating func loop(_ node: Algebra.Node) throws(Failure) -> UInt64 {
    let loop = loops[Int(node.a)]
    guard let lower = integer(loop.lower), let upper = integer(loop.upper) else {
      throw .algebra(.limit("a sum or product whose bounds are no small integers"))
    }
    let isProduct = node.code == 1
    var total = isProduct ? field.one : 0
    guard lower <= upper else { return total }
    let (count, overflow) = upper.subtractingReportingOverflow(lower)
    guard !overflow, count < Fuel.terms else {
      throw .algebra(.limit("a sum or product of more than 10,000 terms"))
    }
    let saved = integers[Int(loop.symbol)]
    for index in lower...upper {
      integers[Int(loop.symbol)] = index
      let low = Int(nodes[Int(loop.body)].low)
      try run(low, Int(loop.body))
      let term = values[Int(loop.body)]
      if term == ModularEvaluation.undefined { return term }
      total = isProduct ? field.product(total, term) : field.sum(total, term)
    }
    integers[Int(loop.symbol)] = saved
    return total
  }

  // MARK: Numbers

  func element(_ value: Rational) -> UInt64 {
    if let (numerator, denominator) = value.words {
      let top = field.element(numerator)
      if denominator == 1 { return top }
      return field.product(top, field.inverse(field.element(denominator)) ?? 0)
    }
    let top = element(value.numerator)
    if value.isInteger { return top }
    return field.product(top, field.inverse(element(value.denominator)) ?? 0)
  }

  private func element(_ value: BigInt) -> UInt64 {
    let rest = field.element(UInt64(value.magnitude % BigUInt(field.prime)))
    return value.sign == .minus ? field.negated(rest) : rest
  }

  /// A random element that belongs to `label`, never 0.
  func random(_ label: UInt64) -> UInt64 {
    // Any residue is as good as its Montgomery form.
    let word = scrambled(seed ^ scrambled(label)) % (field.prime - 1)
    return word + 1
  }

  private func mixed(_ label: UInt64, _ a: UInt64, _ b: UInt64) -> UInt64 {
    random(scrambled(scrambled(scrambled(label) ^ a) ^ b))
  }

  /// A value for what the field cannot express.
  mutating func atom(_ code: UInt8, _ a: UInt64, _ b: UInt64 = 0) -> UInt64 {
    usesAtoms = true
    return mixed(0x10_0000 + UInt64(code), a, b)
  }

  /// The expression as a machine integer at this point, where it is one.
  func integer(_ id: ExpressionID, depth: Int = 0) -> Int? {
    let node = nodes[Int(id)]
    if depth > 24 { return nil }
    switch node.kind {
    case .number: return rationals[Int(node.a)].smallInteger
    case .symbol: return integers[Int(node.a)]
    case .negation: return integer(node.a, depth: depth + 1).map { 0 &- $0 }
    case .sum, .product, .quotient, .power:
      guard let a = integer(node.a, depth: depth + 1), let b = integer(node.b, depth: depth + 1) else {
        return nil
      }
      return integer(node.kind, a, b)
    default: return nil
    }
  }

  private func integer(_ kind: Algebra.Node.Kind, _ a: Int, _ b: Int) -> Int? {
    switch kind {
    case .sum:
      let (value, overflow) = a.addingReportingOverflow(b)
      return overflow ? nil : value
    case .product:
      let (value, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? nil : value
    case .quotient: return b > 0 && a % b == 0 ? a / b : nil
    default:
      guard b >= 0, let value = Rational(a).raised(to: b) else { return nil }
      return value.smallInteger
    }
  }

  // MARK: Square roots

  /// A square root of any element, of a sign that may not fit the signs of other roots; nil for the fifth.
  ///
  /// An identity between expressions with such roots holds for some choice of signs in every field: if it
  /// fails for all of them, it is false. If it holds for one, that proves nothing.
  mutating func guessedRoot(_ square: UInt64) throws(Failure) -> UInt64? {
    if square == 0 { return 0 }
    for known in guesses where known.square == square { return known.root }
    if guesses.count >= 4 { return nil }
    guard let root = field.squareRoot(square) else { throw .notASquare }
    let signed = signs >> guesses.count & 1 == 1 ? field.negated(root) : root
    guesses.append((square, signed))
    return signed
  }

  /// √q of a prime, or of an integer that was not factored.
  mutating func squareRoot(_ radicand: UInt, isPrime: Bool) throws(Failure) -> UInt64 {
    for known in roots where known.radicand == radicand { return known.root }
    let root: UInt64
    switch radicand {
    case 2, 3, 5, 7, 11, 13, 17: root = field.smallRoot(Int(radicand))
    default:
      if !isPrime { return try guessedRoot(field.element(UInt64(radicand))) ?? atom(205, UInt64(radicand)) }
      guard let found = field.squareRoot(field.element(UInt64(radicand))) else { throw .notASquare }
      root = found
    }
    roots.append((radicand, root))
    return root
  }
}
