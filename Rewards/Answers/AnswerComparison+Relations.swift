// Equations, inequalities, and the sets of reals they stand for.

extension AnswerComparison {
  mutating func isSame(_ gold: Relation, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    if !gold.isEquation {
      if let verdict = try isSameRegionIfAny(.relation(gold), answer) { return verdict }
      guard case .relation(let relation) = answer else {
        if rules.intervals != .off, case .fence(let fence) = answer, let interval = interval(between: gold) {
          return try isSame(interval, .fence(fence))
        }
        if gold.signs == [.element], let value = value(of: gold, asGold: true) {
          return try isSame(value, answer)
        }
        return false
      }
      return try isSameRelation(gold, relation)
    }
    switch answer {
    case .relation(let relation): return try isSameEquation(gold, relation)
    default:
      rule = "the value of the equation"
      if let value = value(of: gold, asGold: true) { return try isSame(value, answer) }
      if gold.isLabeled, let last = gold.sides.last { return try isSame(last, answer) }
      return false
    }
  }

  private mutating func isSameEquation(_ gold: Relation, _ answer: Relation) throws(AlgebraFailure) -> Bool {
    guard answer.isEquation else {
      rule = "an equation is asked for"
      return false
    }
    if gold.isLabeled || answer.isLabeled {
      rule = "the values of the labeled equations"
      guard let left = gold.sides.last, let right = answer.sides.last else { return false }
      if areSameLabels(gold, answer) { return try isSame(left, right) }
      rule = "the labels differ"
      return false
    }
    rule = "compared as equations"
    // Names and values: `x = 5` and `y = 5` differ; sides that are no scalars are compared as they stand.
    let isExact = gold.signs.allSatisfy { $0 == .equal } == answer.signs.allSatisfy { $0 == .equal }
    if let left = named(gold), let right = named(answer), isExact || isConstant(right.value) {
      if try areSameNames(left.name, right.name), try isSame(left.value, right.value) { return true }
    }
    guard isExact, gold.sides.count == 2, let left = try difference(gold), let right = try difference(answer)
    else {
      return false
    }
    rule = "compared as equations"
    if !algebra.contains(.symbol, in: left) {
      // `2 + 3 = 5` has no unknown: it says what its sides are.
      return try isSameInOrder(gold.sides, answer.sides)
    }
    if case .quantity(let one) = gold.sides[0], case .quantity(let other) = answer.sides[0],
      one.source.elementsEqual(other.source), try isSame(gold.sides[1], answer.sides[1])
    {
      return true
    }
    if try algebra.areProportional(left, right) { return true }
    if try solves(gold, right) { return true }
    return try solves(answer, left)
  }

  /// Labels agree where they are spelled alike, or where one is words and the other words or a plain name:
  /// `Area = 12` and `A = 12`, but not `\lim a_n = 3` and `y = 3`.
  private func areSameLabels(_ gold: Relation, _ answer: Relation) -> Bool {
    if gold.label.elementsEqual(answer.label) { return true }
    return isPlain(gold) && isPlain(answer) && (gold.isLabelInWords || answer.isLabelInWords)
  }

  private func isPlain(_ relation: Relation) -> Bool {
    if relation.isLabeled { return relation.isLabelInWords }
    guard case .quantity(let left)? = relation.sides.first else { return false }
    return algebra.singleSymbol(left.expression) != nil
  }

  func isConstant(_ value: AnswerValue) -> Bool {
    if case .quantity(let quantity) = value {
      !algebra.contains(.symbol, in: quantity.expression)
    } else {
      false
    }
  }

  /// `y` also names what `f(x)` names.
  private mutating func areSameNames(_ gold: AnswerValue, _ answer: AnswerValue) throws(AlgebraFailure)
    -> Bool
  {
    if try isSame(gold, answer) { return true }
    guard case .quantity(let left) = gold, case .quantity(let right) = answer else { return false }
    return (isOrdinate(left) && isImage(right)) || (isImage(left) && isOrdinate(right))
  }

  private func isOrdinate(_ quantity: Quantity) -> Bool {
    algebra.singleSymbol(quantity.expression).map { algebra.name($0).elementsEqual("y".utf8) } ?? false
  }

  private func isImage(_ quantity: Quantity) -> Bool {
    algebra.application(quantity.expression)?.arguments.count == 1
  }

  /// Whether f = 0 has the solutions of an equation that names a value, and no others: f vanishes there, is
  /// linear in the name, and slope and offset have no zeros in common, where any value would do.
  private mutating func solves(_ gold: Relation, _ f: ExpressionID) throws(AlgebraFailure) -> Bool {
    guard gold.sides.count == 2, case .quantity(let left) = gold.sides[0],
      let name = algebra.singleSymbol(left.expression),
      case .quantity(let right) = gold.sides[1], !algebra.freeSymbols(right.expression).contains(name),
      !algebra.freeSymbols(right.expression).isEmpty, algebra.freeSymbols(f).contains(name)
    else { return false }
    let zero = try algebra.number(.zero)
    let one = try algebra.number(.one)
    let atValue = try algebra.substitute(name, with: right.expression, in: f)
    guard try areSame(atValue, zero) else { return false }
    let above = try algebra.substitute(name, with: try algebra.sum(right.expression, one), in: f)
    let below = try algebra.substitute(name, with: try algebra.difference(right.expression, one), in: f)
    if try areSame(above, zero) { return false }
    guard try areSame(above, try algebra.negated(below)) else { return false }
    let offset = try algebra.substitute(name, with: zero, in: f)
    let slope = try algebra.difference(try algebra.substitute(name, with: one, in: f), offset)
    return try algebra.areCoprime(slope, offset, in: algebra.freeSymbols(f).filter { $0 != name })
  }

  private func named(_ relation: Relation) -> (name: AnswerValue, value: AnswerValue)? {
    guard relation.sides.count >= 2, let last = relation.sides.last else { return nil }
    switch relation.sides[0] {
    case .quantity(let left):
      guard algebra.singleSymbol(left.expression) != nil || algebra.application(left.expression) != nil else {
        return nil
      }
      return (relation.sides[0], last)
    case .fence, .matrix: return (relation.sides[0], last)
    default: return nil
    }
  }

  /// left − right of a relation of two scalars.
  private mutating func difference(_ relation: Relation) throws(AlgebraFailure) -> ExpressionID? {
    guard relation.sides.count == 2, case .quantity(let left) = relation.sides[0],
      case .quantity(let right) = relation.sides[1]
    else { return nil }
    return try algebra.difference(left.expression, right.expression)
  }

  /// Inequalities that no set of reals stands for: the same sides, or sides that differ by a constant factor.
  private mutating func isSameRelation(_ gold: Relation, _ answer: Relation) throws(AlgebraFailure) -> Bool {
    rule = "compared as relations"
    if gold.signs == answer.signs, try isSameInOrder(gold.sides, answer.sides) { return true }
    let mirrored = Relation(sides: answer.sides.reversed(), signs: answer.signs.reversed().map(\.mirrored))
    if gold.signs == mirrored.signs, try isSameInOrder(gold.sides, mirrored.sides) { return true }
    guard gold.isInequality, answer.isInequality, let left = try difference(gold),
      let right = try difference(answer),
      let factor = try algebra.proportionality(left, right), factor != 0
    else { return false }
    let sign = factor > 0 ? answer.signs[0] : answer.signs[0].mirrored
    return gold.signs[0] == sign
  }

  // MARK: Sets of reals

  mutating func isSameRegion(_ gold: AnswerValue, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = "compared as sets of reals"
    if case .numberSet(let left) = gold, case .numberSet(let right) = answer { return left == right }
    if case .relation(let relation) = answer, relation.isEquation,
      let value = value(of: relation, asGold: false)
    {
      return try isSameRegion(gold, value)
    }
    if let verdict = try isSameRegionIfAny(gold, answer) { return verdict }
    return try isSameStructure(gold, answer)
  }

  /// Whether both describe the same set of reals; nil where the ground truth describes none that is ordered.
  mutating func isSameRegionIfAny(_ gold: AnswerValue, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool?
  {
    guard isRegionLike(gold), isRegionLike(answer) else { return nil }
    guard let left = try region(of: gold, solves: true) else { return nil }
    // The answer must be solved, unless the ground truth itself is not.
    guard let right = try region(of: answer, solves: isUnsolved(gold)) else { return nil }
    rule = "compared as sets of reals"
    if let a = left.variable, let b = right.variable, a != b {
      rule = "the variables differ"
      return false
    }
    if (left.variable == nil) != (right.variable == nil) {
      switch rules.intervals {
      case .both: break
      case .goldRelationOnly: if left.variable == nil { return false }
      case .off: return false
      }
      rule = "an inequality compared with an interval"
    }
    return try left.set.isSame(as: right.set, &algebra)
  }

  /// Cheap: whether a value can describe more than single numbers.
  private func isRegionLike(_ value: AnswerValue) -> Bool {
    switch value {
    case .fence(let fence): fence.isInterval
    case .relation(let relation): !relation.isEquation
    case .list(let list):
      list.elements.contains { isRegionLike($0) }
        && list.elements.allSatisfy { isRegionLike($0) || isEquation($0) }
    case .setOperation, .emptySet, .numberSet, .set: true
    case .text(let text): text.meaning != nil
    default: false
    }
  }

  private func isEquation(_ value: AnswerValue) -> Bool {
    if case .relation(let relation) = value { relation.signs == [.equal] } else { false }
  }

  private func isUnsolved(_ value: AnswerValue) -> Bool {
    guard case .relation(let relation) = value else { return false }
    return relation.sides.contains {
      if case .quantity(let side) = $0 { algebra.absoluteArgument(side.expression) != nil } else { false }
    }
  }

  /// Unions of sets with ends that cannot be ordered, side by side.
  private mutating func isSameStructure(_ gold: AnswerValue, _ answer: AnswerValue) throws(AlgebraFailure)
    -> Bool
  {
    switch (gold, answer) {
    case (.setOperation(let left, let a, let b), .setOperation(let right, let c, let d)) where left == right:
      if try isSame(a, c), try isSame(b, d) { return true }
      if left == .difference { return false }
      guard try isSame(a, d) else { return false }
      return try isSame(b, c)
    case (.setOperation, .setOperation), (.emptySet, _), (.numberSet, _): return false
    case (_, .set(let elements)):
      guard let flat = flattened(gold) else { return false }
      return try isSameWithoutOrder(flat, elements)
    default: return false
    }
  }

  private func flattened(_ value: AnswerValue) -> [AnswerValue]? {
    switch value {
    case .set(let elements): return elements
    case .setOperation(.union, let left, let right):
      guard let a = flattened(left), let b = flattened(right) else { return nil }
      return a + b
    default: return nil
    }
  }
}
