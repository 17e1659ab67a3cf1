/// Which nodes between the lowest and the highest of an expression belong to it.
struct Members {
  private let low: Int
  /// Empty where all do.
  private var flags: [Bool]

  static let all = Members(low: 0, count: 0)

  fileprivate init(low: Int, count: Int) {
    self.low = low
    flags = [Bool](repeating: false, count: count)
  }

  @inline(__always)
  func hold(_ index: Int) -> Bool { flags.isEmpty || flags[index - low] }

  fileprivate mutating func insert(_ id: ExpressionID) { flags[Int(id) - low] = true }
}

extension Algebra {
  /// Everything in range, if nothing was built but by `parse`; else what the expression reaches.
  func members(of id: ExpressionID) -> Members {
    isSparse ? reachable(from: id) : .all
  }

  /// What the expression reaches, exactly.
  func reachable(from id: ExpressionID) -> Members {
    let low = Int(node(id).low)
    var members = Members(low: low, count: Int(id) - low + 1)
    members.insert(id)
    for index in stride(from: Int(id), through: low, by: -1) where members.hold(index) {
      let node = nodes[index]
      switch node.kind {
      case .number, .piMultiple, .euler, .imaginary, .infinity, .undefined, .symbol, .loopStart: break
      case .negation, .function: members.insert(node.a)
      case .application: members.insert(node.b)
      case .sum, .product, .quotient, .power, .function2, .arguments:
        members.insert(node.a)
        members.insert(node.b)
      case .loop:
        let loop = loops[Int(node.a)]
        for part in [loop.start, loop.lower, loop.upper, loop.body] { members.insert(part) }
      }
    }
    return members
  }
}
