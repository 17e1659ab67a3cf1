/// An expression in an arena; a smaller index was made earlier.
package typealias ExpressionID = UInt32

/// A symbol of an arena.
package typealias SymbolID = UInt32

/// The expressions of one verification: scalars over numbers, constants, symbols and functions.
///
/// Nodes lie in one flat array, children before parents, so that evaluation is a loop and never recursion
/// over the depth of the input. Building folds what is exactly a rational number or a rational multiple of π.
package struct Algebra: Sendable {
  struct Node: Sendable {
    enum Kind: UInt8, Sendable {
      /// `a` indexes `rationals`.
      case number
      /// The rational at `a`, times π.
      case piMultiple
      case euler
      case imaginary
      /// `code` 1 for −∞.
      case infinity
      /// 1/0 and the like: equal to nothing.
      case undefined
      /// `a` is the symbol.
      case symbol
      case sum, product, quotient, negation
      case power
      /// A function of `a`; `code` is the raw value of a `MathFunction`.
      case function
      /// A function of `a` and `b`: `log` with base `a`, binomials, `gcd`, `modulo` …
      case function2
      /// An unknown function: symbol `a` of the argument `b`; more arguments are chained in `.arguments`.
      case application
      case arguments
      /// Stands before the body of a loop; `a` is the node that runs it.
      case loopStart
      /// Σ (`code` 0) or ∏ (`code` 1); `a` indexes `loops`.
      case loop
    }

    var kind: Kind
    var code: UInt8 = 0
    var flags: Flags = []
    var a: UInt32 = 0
    var b: UInt32 = 0
    /// The lowest index that belongs to this expression.
    var low: UInt32 = 0
  }

  /// What occurs somewhere inside an expression.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    static let symbol = Flags(rawValue: 1)
    static let imaginary = Flags(rawValue: 2)
    static let function = Flags(rawValue: 4)
    static let loop = Flags(rawValue: 8)
    static let undefined = Flags(rawValue: 16)
    static let infinity = Flags(rawValue: 32)
    /// A power whose exponent is not an integer.
    static let root = Flags(rawValue: 64)
    /// Re, Im, conjugate, modulus: needs to know which symbols are real.
    static let complexPart = Flags(rawValue: 128)
  }

  struct Loop: Sendable {
    let symbol: SymbolID
    /// The `.loopStart` before the body.
    let start: ExpressionID
    let lower: ExpressionID
    let upper: ExpressionID
    let body: ExpressionID
  }

  package var fuel: Fuel
  private(set) var nodes: [Node] = []
  private(set) var rationals: [Rational] = []
  private(set) var symbols: [[UInt8]] = []
  private(set) var loops: [Loop] = []
  /// Something was built outside `parse`: between the lowest and the highest node of an expression there may
  /// be nodes of others.
  private(set) var isSparse = false
  var isParsing = false

  package init(fuel: Fuel = Fuel()) {
    self.fuel = fuel
    nodes.reserveCapacity(32)
    rationals.reserveCapacity(16)
  }

  func node(_ id: ExpressionID) -> Node { nodes[Int(id)] }

  // MARK: Leaves

  /// - Throws: `AlgebraFailure.limit` where the arena is full.
  mutating func append(_ node: Node) throws(AlgebraFailure) -> ExpressionID {
    try fuel.spend(nodes: 1)
    if !isParsing { isSparse = true }
    nodes.append(node)
    return ExpressionID(nodes.count - 1)
  }

  private mutating func leaf(_ kind: Node.Kind, code: UInt8 = 0, a: UInt32 = 0, _ flags: Flags = [])
    throws(AlgebraFailure)
    -> ExpressionID
  {
    try append(Node(kind: kind, code: code, flags: flags, a: a, low: UInt32(nodes.count)))
  }

  package mutating func number(_ value: Rational) throws(AlgebraFailure) -> ExpressionID {
    rationals.append(value)
    return try leaf(.number, a: UInt32(rationals.count - 1))
  }

  /// value · π
  mutating func piMultiple(_ value: Rational) throws(AlgebraFailure) -> ExpressionID {
    if value.isZero { return try number(.zero) }
    rationals.append(value)
    return try leaf(.piMultiple, a: UInt32(rationals.count - 1))
  }

  mutating func euler() throws(AlgebraFailure) -> ExpressionID { try leaf(.euler) }

  mutating func imaginary() throws(AlgebraFailure) -> ExpressionID { try leaf(.imaginary, .imaginary) }

  mutating func infinity(isNegative: Bool) throws(AlgebraFailure) -> ExpressionID {
    try leaf(.infinity, code: isNegative ? 1 : 0, .infinity)
  }

  mutating func undefined() throws(AlgebraFailure) -> ExpressionID { try leaf(.undefined, .undefined) }

  mutating func symbol(_ id: SymbolID) throws(AlgebraFailure) -> ExpressionID {
    try leaf(.symbol, a: id, .symbol)
  }

  /// The symbol of a name, made if it is new.
  package mutating func symbol(named name: [UInt8]) throws(AlgebraFailure) -> SymbolID {
    for (index, known) in symbols.enumerated() where known == name { return SymbolID(index) }
    if symbols.count >= 500 { throw .limit("more than 500 different symbols") }
    symbols.append(name)
    return SymbolID(symbols.count - 1)
  }

  /// A symbol that no text can name: the index of a loop.
  mutating func boundSymbol() throws(AlgebraFailure) -> SymbolID {
    try symbol(named: Array("bound \(symbols.count)".utf8))
  }

  // MARK: Inner nodes, as they are

  mutating func unary(_ kind: Node.Kind, code: UInt8 = 0, _ a: ExpressionID, _ own: Flags = [])
    throws(AlgebraFailure)
    -> ExpressionID
  {
    let child = node(a)
    return try append(Node(kind: kind, code: code, flags: child.flags.union(own), a: a, low: child.low))
  }

  mutating func binary(
    _ kind: Node.Kind, code: UInt8 = 0, _ a: ExpressionID, _ b: ExpressionID, _ own: Flags = []
  ) throws(AlgebraFailure) -> ExpressionID {
    let left = node(a)
    let right = node(b)
    return try append(
      Node(
        kind: kind, code: code, flags: left.flags.union(right.flags).union(own), a: a, b: b,
        low: min(left.low, right.low)))
  }

  /// f(arguments) for an unknown f.
  mutating func application(_ function: SymbolID, _ arguments: [ExpressionID]) throws(AlgebraFailure)
    -> ExpressionID
  {
    guard var chain = arguments.last else { throw .unreadable("a function without an argument") }
    for argument in arguments.dropLast().reversed() { chain = try binary(.arguments, argument, chain) }
    let child = node(chain)
    return try append(
      Node(
        kind: .application, flags: child.flags.union([.function, .symbol]), a: function, b: chain,
        low: child.low))
  }

  /// Marks where a loop's body begins.
  mutating func beginLoop() throws(AlgebraFailure) -> ExpressionID { try leaf(.loopStart) }

  /// Σ or ∏, once its body was built behind `loop.start`.
  mutating func endLoop(_ loop: Loop, isProduct: Bool) throws(AlgebraFailure) -> ExpressionID {
    loops.append(loop)
    let bounds = node(loop.lower).flags.union(node(loop.upper).flags)
    // The body's own symbols stay; its bound one makes no difference to what is asked of the flag.
    let flags = bounds.union(node(loop.body).flags).union(.loop)
    let low = min(node(loop.lower).low, node(loop.upper).low, loop.start, node(loop.body).low)
    let id = try append(
      Node(kind: .loop, code: isProduct ? 1 : 0, flags: flags, a: UInt32(loops.count - 1), low: low))
    nodes[Int(loop.start)].a = id
    return id
  }

  // MARK: Questions

  /// The value of an expression that was folded to a rational number; nil for all others.
  package func exactRational(_ id: ExpressionID) -> Rational? {
    let node = node(id)
    return node.kind == .number ? rationals[Int(node.a)] : nil
  }

  /// r, where the expression was folded to r·π.
  func exactPiMultiple(_ id: ExpressionID) -> Rational? {
    let node = node(id)
    return node.kind == .piMultiple ? rationals[Int(node.a)] : nil
  }

  /// +1 or −1 for ±∞, nil for all else.
  func infinitySign(_ id: ExpressionID) -> Int? {
    let node = node(id)
    return node.kind == .infinity ? (node.code == 1 ? -1 : 1) : nil
  }

  /// The symbols it depends on, in order of first occurrence.
  package func freeSymbols(_ id: ExpressionID) -> [SymbolID] {
    guard node(id).flags.contains(.symbol) else { return [] }
    var found: [SymbolID] = []
    let members = members(of: id)
    for index in Int(node(id).low)...Int(id) where nodes[index].kind == .symbol && members.hold(index) {
      let symbol = nodes[index].a
      if !found.contains(symbol), !loops.contains(where: { $0.symbol == symbol }) { found.append(symbol) }
    }
    return found
  }

  /// As written: `x`, `x_1`, `f'`, `\alpha`.
  func name(_ symbol: SymbolID) -> Bytes { symbols[Int(symbol)][...] }

  /// The symbol, where the expression is exactly one.
  func singleSymbol(_ id: ExpressionID) -> SymbolID? {
    let node = node(id)
    return node.kind == .symbol ? node.a : nil
  }

  /// f and its arguments, where the expression is an unknown function applied.
  func application(_ id: ExpressionID) -> (function: SymbolID, arguments: [ExpressionID])? {
    let node = node(id)
    guard node.kind == .application else { return nil }
    var arguments: [ExpressionID] = []
    var next = node.b
    while self.node(next).kind == .arguments {
      arguments.append(self.node(next).a)
      next = self.node(next).b
    }
    return (node.a, arguments + [next])
  }

  /// u, where the expression is |u|.
  func absoluteArgument(_ id: ExpressionID) -> ExpressionID? {
    let node = node(id)
    return node.kind == .function && node.code == MathFunction.abs.rawValue ? node.a : nil
  }

  /// Whether `feature` occurs anywhere inside.
  func contains(_ feature: Flags, in id: ExpressionID) -> Bool { !node(id).flags.isDisjoint(with: feature) }
}
