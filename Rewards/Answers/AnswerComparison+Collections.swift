// Lists, sets, tuples, intervals, systems.

extension AnswerComparison {
  // MARK: Lists and sets

  mutating func isSame(_ gold: AnswerList, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    if let verdict = try isSameRegionIfAny(.list(gold), answer) { return verdict }
    if let map = assignments(.list(gold)) { return try isSame(map, gold, answer) }
    rule = "compared as lists"
    switch answer {
    case .list(let list):
      let left = gold.elements.flatMap(\.values)
      let right = list.elements.flatMap(\.values)
      return rules.ordersLists ? try isSameInOrder(left, right) : try isSameWithoutOrder(left, right)
    case .set(let elements): return try isSameWithoutOrder(gold.elements.flatMap(\.values), elements)
    case .fence(let fence) where fence.open != UInt8(ascii: "["):
      return try isSameInOrder(gold.elements, fence.elements)
    case .relation(let relation):
      // `x = \pm 3`, `(x, y) = (1, 2)`
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(.list(gold), value)
    case .text(let text):
      return try isSameWithoutOrder(gold.elements.flatMap(\.values), [.text(text)])
    case .quantity:
      // A list whose values are all the same is that value.
      for element in gold.elements where try !isSame(element, answer) { return false }
      return true
    default: return false
    }
  }

  mutating func isSame(set gold: [AnswerValue], _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = "compared as sets"
    switch answer {
    case .set(let elements): return try isSameWithoutOrder(gold, elements)
    case .list(let list): return try isSameWithoutOrder(gold, list.elements.flatMap(\.values))
    case .quantity:
      if gold.count != 1 { return false }
      return try isSame(gold[0], answer)
    case .relation(let relation):
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(set: gold, value)
    case .setOperation:
      if let elements = elements(of: answer) { return try isSameWithoutOrder(gold, elements) }
      return try isSameRegion(.set(gold), answer)
    case .emptySet: return gold.isEmpty
    case .fence(let fence) where gold.count == 1 && fence.elements.count > 1:
      return try isSame(gold[0], answer)
    default: return false
    }
  }

  /// The elements of a union of finite sets; nil where some part is no such set.
  func elements(of value: AnswerValue) -> [AnswerValue]? {
    switch value {
    case .set(let elements): return elements
    case .emptySet: return []
    case .setOperation(.union, let left, let right):
      guard let a = elements(of: left), let b = elements(of: right) else { return nil }
      return a + b
    default: return nil
    }
  }

  /// Every value of the one is some value of the other, both ways; repetitions do not count.
  mutating func isSameWithoutOrder(
    _ gold: [AnswerValue], _ answer: [AnswerValue]
  ) throws(AlgebraFailure) -> Bool {
    let decided = rule
    defer { rule = decided }
    var isMatched = [Bool](repeating: false, count: answer.count)
    for element in gold {
      var found = false
      // A set is no member: {{1}, {2}} has other elements than {1, 2}.
      for (index, candidate) in answer.enumerated()
      where !(found && isMatched[index]) && element.isSet == candidate.isSet {
        if try isSame(element, candidate) {
          isMatched[index] = true
          found = true
        }
      }
      if !found { return false }
    }
    return isMatched.allSatisfy { $0 }
  }

  mutating func isSameInOrder(_ gold: [AnswerValue], _ answer: [AnswerValue]) throws(AlgebraFailure) -> Bool {
    let decided = rule
    defer { rule = decided }
    guard gold.count == answer.count else { return false }
    for (left, right) in zip(gold, answer) where try !isSame(left, right) { return false }
    return true
  }

  // MARK: Tuples and intervals

  mutating func isSame(_ gold: FencedAnswer, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = gold.isInterval ? "compared as tuples or intervals" : "compared as tuples"
    switch answer {
    case .fence(let fence):
      if try isSameFence(gold, fence) { return true }
      return try isSameRegionIfAny(.fence(gold), answer) ?? false
    case .list(let list):
      if gold.open == UInt8(ascii: "("), gold.close == UInt8(ascii: ")") || gold.open == UInt8(ascii: "<") {
        if let map = assignments(answer) { return try isSame(gold, map) }
        if try isSameInOrder(gold.elements, list.elements) { return true }
      }
      // Both signs of a tuple are two tuples; several intervals may be one.
      return try isSameRegionIfAny(.fence(gold), answer) ?? false
    case .matrix(let rows):
      rule = "compared as a vector"
      if rows.count == 1 { return try isSameInOrder(gold.elements, rows[0]) }
      guard rows.allSatisfy({ $0.count == 1 }) else {
        return try isSame(matrix: rows, .fence(gold))
      }
      return try isSameInOrder(gold.elements, rows.map { $0[0] })
    case .relation(let relation):
      if relation.isEquation {
        guard let value = value(of: relation, asGold: false) else { return false }
        return try isSame(gold, value)
      }
      if let verdict = try isSameRegionIfAny(.fence(gold), answer) { return verdict }
      guard rules.intervals == .both, let fence = interval(between: relation) else { return false }
      return try isSameFence(gold, fence)
    case .set(let elements) where elements.count == 1:
      if try isSame(gold, elements[0]) { return true }
      return try isSameRegionIfAny(.fence(gold), answer) ?? false
    case .quantity(let quantity):
      // `P(1, 2)` is a point with a name.
      let source = quantity.source
      guard gold.open == UInt8(ascii: "("), source.count > 2, source[source.startIndex].isLetter,
        source[source.startIndex + 1] == UInt8(ascii: "("), source.last == UInt8(ascii: ")")
      else { return false }
      let point = AnswerReader(text: try MathLexer.tokens(Array(source.dropFirst()), fuel: &algebra.fuel))
      guard case .fence(let fence) = try point.value(&algebra) else { return false }
      return try isSameFence(gold, fence)
    default: return try isSameRegionIfAny(.fence(gold), answer) ?? false
    }
  }

  /// The interval of `a \le x < b`, whatever its ends are.
  func interval(between relation: Relation) -> FencedAnswer? {
    guard relation.sides.count == 3, case .quantity(let middle) = relation.sides[1],
      algebra.singleSymbol(middle.expression) != nil
    else { return nil }
    var (low, high) = (relation.sides[0], relation.sides[2])
    var signs = relation.signs
    if signs.allSatisfy({ $0 == .greater || $0 == .greaterOrEqual }) {
      (low, high) = (high, low)
      signs = signs.reversed().map(\.mirrored)
    }
    guard signs.allSatisfy({ $0 == .less || $0 == .lessOrEqual }) else { return nil }
    return FencedAnswer(
      open: signs[0] == .less ? 0x28 : 0x5B, close: signs[1] == .less ? 0x29 : 0x5D, elements: [low, high])
  }

  mutating func isSameFence(_ gold: FencedAnswer, _ answer: FencedAnswer) throws(AlgebraFailure)
    -> Bool
  {
    guard gold.elements.count == answer.elements.count else { return false }
    let sameShape =
      gold.elements.count > 2
      || (gold.includesLower == answer.includesLower && gold.includesUpper == answer.includesUpper)
    guard sameShape else { return false }
    return try isSameInOrder(gold.elements, answer.elements)
  }

  /// Assignments for a tuple: by the alphabet where the names are `x`, `y`, `z`, else as they stand.
  mutating func isSame(_ gold: FencedAnswer, _ map: [Assignment]) throws(AlgebraFailure) -> Bool {
    rule = "assignments compared with a tuple"
    let usual = map.allSatisfy { name in
      let bytes = Array(algebra.name(name.symbol))
      return bytes.count == 1 && bytes[0] >= UInt8(ascii: "x") && bytes[0] <= UInt8(ascii: "z")
    }
    let ordered =
      usual
      ? map.sorted {
        Array(algebra.name($0.symbol)).lexicographicallyPrecedes(Array(algebra.name($1.symbol)))
      } : map
    return try isSameInOrder(gold.elements, ordered.map(\.value))
  }

  // MARK: Systems

  struct Assignment {
    var symbol: SymbolID
    var value: AnswerValue
  }

  /// `x = 2, y = 3` with names that differ; nil for anything else.
  func assignments(_ value: AnswerValue) -> [Assignment]? {
    guard case .list(let list) = value, list.joint != .or else { return nil }
    var map: [Assignment] = []
    for element in list.elements {
      guard case .relation(let relation) = element, relation.signs == [.equal],
        case .quantity(let left) = relation.sides[0], let symbol = algebra.singleSymbol(left.expression),
        !map.contains(where: { $0.symbol == symbol })
      else { return nil }
      map.append(Assignment(symbol: symbol, value: relation.sides[1]))
    }
    return map.count > 1 ? map : nil
  }

  mutating func isSame(
    _ gold: [Assignment], _ list: AnswerList, _ answer: AnswerValue
  ) throws(AlgebraFailure) -> Bool {
    rule = "compared name by name"
    if let other = assignments(answer) {
      guard gold.count == other.count else { return false }
      for assignment in gold {
        guard let match = other.first(where: { $0.symbol == assignment.symbol }),
          try isSame(assignment.value, match.value)
        else { return false }
      }
      return true
    }
    switch answer {
    case .fence(let fence): return try isSameInOrder(gold.map(\.value), fence.elements)
    case .list(let other):
      if other.elements.contains(where: { if case .relation = $0 { true } else { false } }) {
        return try isSameWithoutOrder(list.elements, other.elements)
      }
      return try isSameInOrder(gold.map(\.value), other.elements)
    case .relation(let relation):
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(gold, list, value)
    default: return false
    }
  }
}
