// Sets of reals, whether written as intervals, unions, or solved inequalities.

/// A set of reals and the variable it was said of, if any.
struct Region {
  var set: RealSet
  var variable: SymbolID?
}

extension AnswerComparison {
  /// The set of reals that a value describes; nil where it describes none.
  ///
  /// - Parameters:
  ///   - value: What was read.
  ///   - solves: Inequalities in absolute values are solved too, not only linear ones.
  /// - Returns: The set, and the variable of its inequalities.
  /// - Throws: Where a limit is exceeded.
  mutating func region(of value: AnswerValue, solves: Bool) throws(AlgebraFailure) -> Region? {
    switch value {
    case .fence(let fence): return try interval(fence).map { Region(set: $0) }
    case .emptySet: return Region(set: RealSet())
    case .numberSet(UInt8(ascii: "R")): return Region(set: try RealSet(all: &algebra))
    case .text(let text): return try region(of: text)
    case .set(let elements): return try points(elements)
    case .setOperation(let operation, let left, let right):
      guard let a = try region(of: left, solves: solves), let b = try region(of: right, solves: solves),
        let set = try combine(operation, a.set, b.set)
      else { return nil }
      return Region(set: set, variable: a.variable ?? b.variable)
    case .relation(let relation): return try region(of: relation, solves: solves)
    case .list(let list): return try region(of: list, solves: solves)
    default: return nil
    }
  }

  private mutating func region(of text: TextAnswer) throws(AlgebraFailure) -> Region? {
    switch text.meaning {
    case .allReals: Region(set: try RealSet(all: &algebra))
    case .noSolution: Region(set: RealSet())
    default: nil
    }
  }

  private mutating func interval(_ fence: FencedAnswer) throws(AlgebraFailure) -> RealSet? {
    guard fence.isInterval, case .quantity(let lower) = fence.elements[0],
      case .quantity(let upper) = fence.elements[1]
    else { return nil }
    let set = try RealSet(
      .init(
        lower: lower.expression, upper: upper.expression, includesLower: fence.includesLower,
        includesUpper: fence.includesUpper), &algebra)
    // `(3, -1)` is a point of the plane.
    return set?.isEmpty == true ? nil : set
  }

  private mutating func points(_ elements: [AnswerValue]) throws(AlgebraFailure) -> Region? {
    var set = RealSet()
    for element in elements {
      guard case .quantity(let quantity) = element else { return nil }
      let point = RealSet.Interval(
        lower: quantity.expression, upper: quantity.expression, includesLower: true, includesUpper: true)
      guard let single = try RealSet(point, &algebra), let union = try set.union(single, &algebra) else {
        return nil
      }
      set = union
    }
    return Region(set: set)
  }

  private mutating func combine(
    _ operation: SetOperation, _ left: RealSet, _ right: RealSet
  ) throws(AlgebraFailure) -> RealSet? {
    switch operation {
    case .union: return try left.union(right, &algebra)
    case .intersection: return try left.intersection(right, &algebra)
    case .difference:
      guard let rest = try right.complement(&algebra) else { return nil }
      return try left.intersection(rest, &algebra)
    }
  }

  /// `x > 1` and `x < 4`; `x < 1` or `x > 2`; intervals next to each other.
  private mutating func region(of list: AnswerList, solves: Bool) throws(AlgebraFailure) -> Region? {
    var regions: [Region] = []
    var hasRelation = false
    for element in list.elements {
      if case .relation = element { hasRelation = true }
      guard let region = try region(of: element, solves: solves) else { return nil }
      regions.append(region)
    }
    let variable = regions.lazy.compactMap(\.variable).first
    guard regions.allSatisfy({ $0.variable == nil || $0.variable == variable }) else { return nil }
    let joins = list.joint == .or || !hasRelation
    var total = regions[0].set
    for region in regions.dropFirst() {
      guard let next = try combine(joins ? .union : .intersection, total, region.set) else { return nil }
      total = next
    }
    return Region(set: total, variable: variable)
  }

  // MARK: Inequalities

  private mutating func region(of relation: Relation, solves: Bool) throws(AlgebraFailure) -> Region? {
    if relation.signs == [.element], case .quantity(let name) = relation.sides[0],
      let symbol = algebra.singleSymbol(name.expression),
      let inner = try region(of: relation.sides[1], solves: solves)
    {
      return Region(set: inner.set, variable: symbol)
    }
    if relation.signs == [.equal], case .quantity(let name) = relation.sides[0],
      let symbol = algebra.singleSymbol(name.expression), let point = try points([relation.sides[1]])
    {
      return Region(set: point.set, variable: symbol)
    }
    guard relation.isInequality else { return nil }
    var total: Region?
    for (index, sign) in relation.signs.enumerated() {
      guard case .quantity(let left) = relation.sides[index],
        case .quantity(let right) = relation.sides[index + 1],
        let part = try solution(of: left.expression, sign, right.expression, solves: solves)
      else { return nil }
      guard let before = total else {
        total = part
        continue
      }
      guard before.variable == part.variable, let both = try before.set.intersection(part.set, &algebra)
      else {
        return nil
      }
      total = Region(set: both, variable: part.variable)
    }
    return total
  }

  /// The solutions of `left sign right` in its one variable, where that is linear.
  private mutating func solution(
    of left: ExpressionID, _ sign: MathRelation, _ right: ExpressionID, solves: Bool
  ) throws(AlgebraFailure) -> Region? {
    if let all = try boundlessSolution(of: left, sign, right) { return all }
    let difference = try algebra.difference(left, right)
    let symbols = algebra.freeSymbols(difference)
    guard symbols.count == 1 else { return nil }
    let variable = symbols[0]
    if let linear = try algebra.linear(difference, in: variable) {
      guard let set = try halfLine(linear.slope, linear.offset, sign) else { return nil }
      return Region(set: set, variable: variable)
    }
    guard solves else { return nil }
    if let region = try absoluteSolution(of: left, sign, right) { return region }
    return try absoluteSolution(of: right, sign.mirrored, left)
  }

  /// `x < \infty`, `-\infty < x`: every real number.
  private mutating func boundlessSolution(
    of left: ExpressionID, _ sign: MathRelation, _ right: ExpressionID
  ) throws(AlgebraFailure) -> Region? {
    let isBelow = sign == .less || sign == .lessOrEqual
    guard isBelow || sign == .greater || sign == .greaterOrEqual else { return nil }
    let upper = algebra.infinitySign(right) == (isBelow ? 1 : -1) ? algebra.singleSymbol(left) : nil
    let lower = algebra.infinitySign(left) == (isBelow ? -1 : 1) ? algebra.singleSymbol(right) : nil
    guard let symbol = upper ?? lower else { return nil }
    return Region(set: try RealSet(all: &algebra), variable: symbol)
  }

  /// slope · x + offset `sign` 0
  private mutating func halfLine(
    _ slope: ExpressionID, _ offset: ExpressionID, _ sign: MathRelation
  ) throws(AlgebraFailure) -> RealSet? {
    let zero = try algebra.number(.zero)
    guard let direction = try algebra.order(slope, zero), direction != 0 else { return nil }
    let root = try algebra.negated(try algebra.quotient(offset, slope))
    let low = try algebra.infinity(isNegative: true)
    let high = try algebra.infinity(isNegative: false)
    func ray(_ sign: MathRelation) -> RealSet.Interval? {
      switch sign {
      case .less: .init(lower: low, upper: root, includesLower: false, includesUpper: false)
      case .lessOrEqual: .init(lower: low, upper: root, includesLower: false, includesUpper: true)
      case .greater: .init(lower: root, upper: high, includesLower: false, includesUpper: false)
      case .greaterOrEqual: .init(lower: root, upper: high, includesLower: true, includesUpper: false)
      default: nil
      }
    }
    if sign == .notEqual {
      let point = RealSet.Interval(lower: root, upper: root, includesLower: true, includesUpper: true)
      return try RealSet(point, &algebra)?.complement(&algebra)
    }
    guard let interval = ray(direction > 0 ? sign : sign.mirrored) else { return nil }
    return try RealSet(interval, &algebra)
  }

  /// |u| `sign` c with a constant c and u linear in one variable.
  private mutating func absoluteSolution(
    of left: ExpressionID, _ sign: MathRelation, _ right: ExpressionID
  ) throws(AlgebraFailure) -> Region? {
    guard let inner = algebra.absoluteArgument(left), algebra.freeSymbols(right).isEmpty else { return nil }
    let opposite = try algebra.negated(right)
    guard let upper = try solution(of: inner, sign, right, solves: false),
      let lower = try solution(of: inner, sign.mirrored, opposite, solves: false)
    else { return nil }
    switch sign {
    case .less, .lessOrEqual:
      return try upper.set.intersection(lower.set, &algebra).map { Region(set: $0, variable: upper.variable) }
    case .greater, .greaterOrEqual:
      return try upper.set.union(lower.set, &algebra).map { Region(set: $0, variable: upper.variable) }
    default: return nil
    }
  }
}

extension MathRelation {
  /// The sign that says the same with the sides exchanged.
  var mirrored: MathRelation {
    switch self {
    case .less: .greater
    case .greater: .less
    case .lessOrEqual: .greaterOrEqual
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}
