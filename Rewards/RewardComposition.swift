/// Puts the values of leaves together, bottom up, and writes every node down on the way.
///
/// No branch is skipped: a gate computes the side it does not take, a product goes on behind a zero. So the
/// breakdown is complete, and no term hides behind another.
struct RewardComposition {
  private let member: JudgedCompletion
  private let values: [Double?]
  private var nextLeaf = 0
  private var nodes: [RewardTermValue] = []

  /// - Parameters:
  ///   - terms: The tree's top level.
  ///   - member: Whose reward this is, for gates.
  ///   - values: The values of the leaves, depth first.
  /// - Returns: Every node, and the weighted sum of the top level.
  static func compose(
    _ terms: [RewardTerm], of member: JudgedCompletion, values: [Double?]
  ) -> (nodes: [RewardTermValue], total: Double?) {
    var composition = RewardComposition(member, values)
    let total = sum(composition.weighted(terms, below: nil))
    return (composition.nodes, total)
  }

  private init(_ member: JudgedCompletion, _ values: [Double?]) {
    self.member = member
    self.values = values
  }

  /// weight · value of each term; nil where one has no value.
  private mutating func weighted(_ terms: [RewardTerm], below parent: String?) -> [Double]? {
    var products: [Double]? = []
    for term in terms {
      let path = parent.map { "\($0)/\(term.name)" } ?? term.name
      let place = nodes.count
      nodes.append(RewardTermValue(name: path, value: nil, weight: term.weight))
      let value = value(of: term, at: path)
      nodes[place].value = value
      if let value { products?.append(term.weight * value) } else { products = nil }
    }
    return products
  }

  private mutating func value(of term: RewardTerm, at path: String) -> Double? {
    switch term.kind {
    case .sum(let terms): return Self.sum(weighted(terms, below: path))
    case .product(let terms): return weighted(terms, below: path)?.reduce(1, *)
    case .minimum(let terms): return weighted(terms, below: path)?.min()
    case .maximum(let terms): return weighted(terms, below: path)?.max()
    case .clip(let low, let high, let terms):
      return Self.sum(weighted(terms, below: path)).map { min(max($0, low ?? -.infinity), high ?? .infinity) }
    case .gate(let condition, let then, let otherwise):
      let holds = holds(condition)
      nodes.append(
        RewardTermValue(name: "\(path)/when", value: holds.map { $0 ? 1 : 0 }, weight: 1))
      let sides = (
        then: Self.sum(weighted(then, below: "\(path)/then")),
        otherwise: Self.sum(weighted(otherwise, below: "\(path)/else"))
      )
      return holds.flatMap { $0 ? sides.then : sides.otherwise }
    default:
      defer { nextLeaf += 1 }
      return values[nextLeaf]
    }
  }

  private func holds(_ condition: RewardCondition) -> Bool? {
    switch condition {
    case .correctness: member.verdict.score.map { $0 >= 1 }
    case .finished: !member.completion.isTruncated
    }
  }

  private static func sum(_ products: [Double]?) -> Double? {
    products?.reduce(0, +)
  }
}

extension [RewardTerm] {
  /// The paths of ``leaves``, in their order.
  var leafPaths: [String] { leafPaths(below: nil) }

  private func leafPaths(below parent: String?) -> [String] {
    flatMap { term -> [String] in
      let path = parent.map { "\($0)/\(term.name)" } ?? term.name
      let branches = term.kind.branches
      if branches.isEmpty { return [path] }
      return branches.flatMap { branch in
        branch.terms.leafPaths(below: branch.name.map { "\(path)/\($0)" } ?? path)
      }
    }
  }
}
