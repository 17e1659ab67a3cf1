/// Substitution, and expressions linear in one symbol.
extension Algebra {
  /// `id` with every occurrence of a symbol replaced, folded again.
  package mutating func substitute(
    _ symbol: SymbolID, with replacement: ExpressionID, in id: ExpressionID
  ) throws(AlgebraFailure) -> ExpressionID {
    let low = Int(node(id).low)
    let members = reachable(from: id)
    var copies = [ExpressionID](repeating: 0, count: Int(id) - low + 1)
    for index in low...Int(id) where members.hold(index) {
      let node = nodes[index]
      let a = Int(node.a) - low
      let b = Int(node.b) - low
      let copy: ExpressionID
      switch node.kind {
      case .symbol where node.a == symbol: copy = replacement
      case .number, .piMultiple, .euler, .imaginary, .infinity, .undefined, .symbol:
        var leaf = node
        leaf.low = UInt32(nodes.count)
        copy = try append(leaf)
      case .sum: copy = try sum(copies[a], copies[b])
      case .product: copy = try product(copies[a], copies[b])
      case .quotient: copy = try quotient(copies[a], copies[b])
      case .power: copy = try power(copies[a], copies[b])
      case .negation: copy = try negated(copies[a])
      case .function:
        guard let function = MathFunction(rawValue: node.code) else { continue }
        copy = try apply(function, copies[a])
      case .function2:
        guard let function = MathFunction(rawValue: node.code) else { continue }
        copy = try apply(function, copies[a], copies[b])
      case .arguments: copy = try binary(.arguments, copies[a], copies[b])
      case .application:
        let argument = copies[b]
        let child = self.node(argument)
        copy = try append(Node(kind: .application, flags: node.flags, a: node.a, b: argument, low: child.low))
      case .loopStart: copy = try beginLoop()
      case .loop:
        let loop = loops[Int(node.a)]
        copy = try endLoop(
          Loop(
            symbol: loop.symbol, start: copies[Int(loop.start) - low], lower: copies[Int(loop.lower) - low],
            upper: copies[Int(loop.upper) - low], body: copies[Int(loop.body) - low]),
          isProduct: node.code == 1)
      }
      copies[index - low] = copy
    }
    return copies[Int(id) - low]
  }

  /// f = slope · x + offset with constant parts; nil where f is anything else or holds another symbol.
  package mutating func linear(
    _ f: ExpressionID, in x: SymbolID
  ) throws(AlgebraFailure) -> (slope: ExpressionID, offset: ExpressionID)? {
    if contains([.undefined, .infinity], in: f) { return nil }
    if let (slope, offset) = rationalLine(f, x) { return (try number(slope), try number(offset)) }
    guard freeSymbols(f).allSatisfy({ $0 == x }) else { return nil }
    let offset = try substitute(x, with: try number(.zero), in: f)
    let slope = try difference(try substitute(x, with: try number(.one), in: f), offset)
    guard !contains([.undefined, .symbol], in: slope) else { return nil }
    let line = try sum(try product(slope, try symbol(x)), offset)
    guard case .same = try same(f, line) else { return nil }
    return (slope, offset)
  }

  /// The line of an expression made of rational numbers, x, sums and products with numbers.
  private mutating func rationalLine(_ f: ExpressionID, _ x: SymbolID) -> (slope: Rational, offset: Rational)?
  {
    let low = Int(node(f).low)
    guard Int(f) - low < 200 else { return nil }
    var lines = [(slope: Rational, offset: Rational)?](repeating: nil, count: Int(f) - low + 1)
    let members = reachable(from: f)
    for index in low...Int(f) where members.hold(index) {
      let node = nodes[index]
      // Nodes of other expressions may lie between; their children can be older than this one.
      let a = max(Int(node.a) - low, -1)
      let b = max(Int(node.b) - low, -1)
      switch node.kind {
      case .negation, .sum, .product, .quotient:
        if a < 0 || a >= lines.count || b < -1 || b >= lines.count || (node.kind != .negation && b < 0) {
          continue
        }
      default: break
      }
      switch node.kind {
      case .number: lines[index - low] = (.zero, rationals[Int(node.a)])
      case .symbol where node.a == x: lines[index - low] = (.one, .zero)
      case .negation:
        if let line = lines[a] { lines[index - low] = (line.slope.negated, line.offset.negated) }
      case .sum:
        if let left = lines[a], let right = lines[b], let slope = Rational.sum(left.slope, right.slope),
          let offset = Rational.sum(left.offset, right.offset)
        {
          lines[index - low] = (slope, offset)
        }
      case .product:
        guard let left = lines[a], let right = lines[b] else { break }
        lines[index - low] =
          left.slope.isZero
          ? scaled(right, left.offset) : right.slope.isZero ? scaled(left, right.offset) : nil
      case .quotient:
        if let left = lines[a], let right = lines[b], right.slope.isZero, let factor = right.offset.inverse {
          lines[index - low] = scaled(left, factor)
        }
      default: break
      }
    }
    return lines[Int(f) - low]
  }

  private func scaled(_ line: (slope: Rational, offset: Rational), _ factor: Rational) -> (
    slope: Rational, offset: Rational
  )? {
    guard let slope = Rational.product(line.slope, factor), let offset = Rational.product(line.offset, factor)
    else { return nil }
    return (slope, offset)
  }
}
