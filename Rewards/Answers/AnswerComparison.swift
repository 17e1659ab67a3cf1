/// Compares an answer with the ground truth, kind by kind; the ground truth's kind decides how.
struct AnswerComparison {
  let rules: MathRules
  var algebra: Algebra
  /// The rule that decided last, for the verdict.
  var rule = "compared as expressions"
  /// Values compared so far, those inside others counted too.
  private var comparisons = 0

  static let maximumComparisons = 100_000

  init(rules: MathRules, fuel: Fuel = Fuel()) {
    self.rules = rules
    algebra = Algebra(fuel: fuel)
  }

  mutating func isSame(_ gold: AnswerValue, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    comparisons += 1
    if comparisons > Self.maximumComparisons {
      throw .limit("more than \(Self.maximumComparisons) comparisons")
    }
    let answer = unwrapped(answer)
    switch gold {
    case .quantity(let quantity): return try isSame(quantity, answer)
    case .text(let text): return try isSame(text, answer)
    case .relation(let relation): return try isSame(relation, answer)
    case .list(let list): return try isSame(list, answer)
    case .set(let elements): return try isSame(set: elements, answer)
    case .fence(let fence): return try isSame(fence, answer)
    case .matrix(let rows): return try isSame(matrix: rows, answer)
    case .setOperation, .emptySet, .numberSet: return try isSameRegion(gold, answer)
    case .ratio(let ratio): return try isSame(ratio, answer)
    case .residue(let value, let modulus): return try isSame(residue: value, modulus, answer)
    case .sequence(let members): return try isSame(sequence: members, answer)
    }
  }

  /// A list of one is its element.
  private func unwrapped(_ value: AnswerValue) -> AnswerValue {
    if case .list(let list) = value, list.elements.count == 1 { return unwrapped(list.elements[0]) }
    return value
  }

  // MARK: Scalars

  private mutating func isSame(_ gold: Quantity, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    switch answer {
    case .quantity(let quantity): return try isSame(gold, quantity)
    case .relation(let relation):
      rule = "a chain stands for its last member"
      if let value = value(of: relation, asGold: false) { return try isSame(.quantity(gold), value) }
      return try isSameApproximation(gold, relation)
    case .list(let list):
      // Several values for one: right only if they are all the same.
      rule = "several values where one is asked for"
      for element in list.elements where try !isSame(.quantity(gold), element) { return false }
      return true
    case .set(let elements):
      guard elements.count == 1 else {
        rule = "several values where one is asked for"
        return false
      }
      return try isSame(.quantity(gold), elements[0])
    case .ratio(let ratio):
      rule = "compared as a ratio"
      guard ratio.meridiem == nil, ratio.members.count == 2 else { return false }
      return try areSame(gold.expression, try algebra.quotient(ratio.members[0], ratio.members[1]))
    case .residue(let value, _): return try areSame(gold.expression, value)
    case .matrix(let rows) where rows.count == 1 && rows[0].count == 1:
      return try isSame(.quantity(gold), rows[0][0])
    case .text(let text):
      if text.meaning == .undefined {
        rule = "undefined, in words"
        return try !algebra.isDefined(gold.expression)
      }
      if gold.isLetters || algebra.singleSymbol(gold.expression) != nil {
        rule = "compared as words"
        return text.exact == TextAnswer(words: gold.source).exact
      }
      rule = "a number is no text"
      return false
    default:
      rule = "a single value is asked for"
      return false
    }
  }

  // MARK: Text

  private mutating func isSame(_ gold: TextAnswer, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = "compared as words"
    switch answer {
    case .text(let text):
      if gold.meaning != nil, gold.meaning == text.meaning { return true }
      return rules.textHasCase ? gold.exact == text.exact : gold.normalized == text.normalized
    case .quantity(let quantity):
      if gold.meaning == .undefined, try !algebra.isDefined(quantity.expression) { return true }
      guard quantity.isLetters || algebra.singleSymbol(quantity.expression) != nil else { return false }
      return try isSame(gold, .text(TextAnswer(words: quantity.source)))
    case .relation(let relation):
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(gold, value)
    case .list(let list):
      for element in list.elements where try !isSame(gold, element) { return false }
      return true
    default:
      return gold.meaning == nil ? false : try isSameRegion(.text(gold), answer)
    }
  }

  // MARK: Relations' values

  /// What an equation says its left side is worth; nil where it says none.
  ///
  /// - Parameters:
  ///   - relation: What was read.
  ///   - asGold: The ground truth `x^2 + y^2 = 25` is an equation; as an answer, a chain stands for its last
  ///     member.
  /// - Returns: The member that is the value.
  func value(of relation: Relation, asGold: Bool) -> AnswerValue? {
    if relation.signs == [.element] {
      // `x \in (3, \infty)` names a set, not a number.
      switch relation.sides[1] {
      case .quantity: return nil
      default: return relation.sides[1]
      }
    }
    guard relation.signs.allSatisfy({ $0 == .equal }), let last = relation.sides.last else { return nil }
    if relation.sides.count == 2, case .quantity(let right) = last,
      algebra.singleSymbol(right.expression) != nil,
      case .quantity(let left) = relation.sides[0], algebra.freeSymbols(left.expression).isEmpty
    {
      return relation.sides[0]
    }
    if !asGold { return last }
    if relation.isLabeled { return last }
    switch relation.sides[0] {
    case .quantity(let left):
      // `2 + 8 = 10` as well as `A = 10`
      if isName(left, of: last) || algebra.freeSymbols(left.expression).isEmpty { return last }
      return relation.sides.count > 2 ? last : nil
    case .fence, .matrix, .list: return last
    default: return nil
    }
  }

  /// `a = b \approx c`: the value before the first `≈`, or the last where it is near that.
  private mutating func isSameApproximation(_ gold: Quantity, _ relation: Relation) throws(AlgebraFailure)
    -> Bool
  {
    guard relation.isEquation, let sign = relation.signs.firstIndex(of: .approximately) else { return false }
    rule = "compared with the value before `≈`"
    if case .text = relation.sides[sign] {
      return try isSame(.quantity(gold), relation.sides[relation.sides.count - 1])
    }
    guard case .quantity(let exact) = relation.sides[sign] else { return false }
    if algebra.singleSymbol(exact.expression) != nil || algebra.application(exact.expression) != nil {
      return try isSame(.quantity(gold), relation.sides[relation.sides.count - 1])
    }
    guard case .quantity(let rounded)? = relation.sides.last else { return false }
    if let near = try algebra.realValue(rounded.expression),
      let value = try algebra.realValue(exact.expression),
      abs(near.value - value.value) > 0.01 * abs(value.value)
    {
      rule = "an approximation of another value"
      return false
    }
    if try isSame(gold, exact) { return true }
    return try isSame(gold, rounded)
  }

  // MARK: Expressions

  mutating func areSame(_ left: ExpressionID, _ right: ExpressionID) throws(AlgebraFailure) -> Bool {
    if case .same = try algebra.same(left, right) { return true }
    return false
  }
}
