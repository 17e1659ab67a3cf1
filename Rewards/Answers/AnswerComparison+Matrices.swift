// Matrices, ratios, times, residues, sequences.

extension AnswerComparison {
  // MARK: Matrices

  /// Entry by entry; a tuple stands for a row or a column, nested tuples for rows.
  mutating func isSame(matrix gold: [[AnswerValue]], _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = "compared entry by entry"
    switch answer {
    case .matrix(let rows):
      guard gold.count == rows.count else { return false }
      for (left, right) in zip(gold, rows) where try !isSameInOrder(left, right) { return false }
      return true
    case .fence(let fence):
      if gold.count == 1 { return try isSameInOrder(gold[0], fence.elements) }
      if gold.allSatisfy({ $0.count == 1 }) { return try isSameInOrder(gold.map { $0[0] }, fence.elements) }
      guard gold.count == fence.elements.count else { return false }
      for (row, element) in zip(gold, fence.elements) {
        guard case .fence(let inner) = element, try isSameInOrder(row, inner.elements) else { return false }
      }
      return true
    case .relation(let relation):
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(matrix: gold, value)
    default: return false
    }
  }

  // MARK: Ratios and times

  mutating func isSame(_ gold: Ratio, _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    switch answer {
    case .ratio(let ratio):
      if gold.isClock, ratio.isClock || ratio.meridiem != nil { return try isSameTime(gold, ratio) }
      rule = "compared as ratios"
      guard gold.meridiem == ratio.meridiem, gold.members.count == ratio.members.count else { return false }
      for index in gold.members.indices.dropFirst() {
        let left = try algebra.product(gold.members[index], ratio.members[0])
        let right = try algebra.product(ratio.members[index], gold.members[0])
        if try !areSame(left, right) { return false }
      }
      let zero = try algebra.number(.zero)
      return try areSame(gold.members[0], zero) == areSame(ratio.members[0], zero)
    case .quantity(let quantity):
      rule = "compared as a ratio"
      guard gold.meridiem == nil, gold.members.count == 2 else { return false }
      return try areSame(try algebra.quotient(gold.members[0], gold.members[1]), quantity.expression)
    case .relation(let relation):
      guard let value = value(of: relation, asGold: false) else { return false }
      return try isSame(gold, value)
    default: return false
    }
  }

  /// Times of day; without `am` or `pm` on one side, the same figures or the same time on 24 hours.
  mutating func isSameTime(_ gold: Ratio, _ answer: Ratio) throws(AlgebraFailure) -> Bool {
    rule = "compared as times of day"
    func minutes(_ ratio: Ratio, onDial: Bool) -> [Rational?] {
      var members = ratio.members.map { algebra.exactRational($0) }
      if members.count == 1 { members.append(.zero) }
      guard !onDial, let hour = members[0]?.smallInteger, let meridiem = ratio.meridiem,
        (1...12).contains(hour)
      else {
        return members
      }
      members[0] = Rational(hour % 12 + (meridiem == .pm ? 12 : 0))
      return members
    }
    if gold.meridiem != nil, answer.meridiem != nil, gold.meridiem != answer.meridiem { return false }
    let left = minutes(gold, onDial: false)
    let right = minutes(answer, onDial: false)
    if left.contains(nil) || right.contains(nil) { return false }
    if left == right { return true }
    return (gold.meridiem == nil) != (answer.meridiem == nil)
      && minutes(gold, onDial: true) == minutes(answer, onDial: true)
  }

  // MARK: Residues and sequences

  mutating func isSame(
    residue gold: ExpressionID, _ modulus: ExpressionID, _ answer: AnswerValue
  ) throws(AlgebraFailure) -> Bool {
    rule = "compared as residues"
    switch answer {
    case .residue(let value, let other):
      guard try areSame(modulus, other) else { return false }
      if try areSame(gold, value) { return true }
      let steps = try algebra.quotient(try algebra.difference(gold, value), modulus)
      return algebra.exactRational(steps)?.isInteger ?? false
    case .quantity(let quantity): return try areSame(gold, quantity.expression)
    case .relation(let relation):
      guard relation.isEquation, let last = relation.sides.last else { return false }
      return try isSame(residue: gold, modulus, last)
    default: return false
    }
  }

  mutating func isSame(sequence gold: [AnswerValue?], _ answer: AnswerValue) throws(AlgebraFailure) -> Bool {
    rule = "compared as sequences"
    guard case .sequence(let members) = answer, members.count == gold.count else { return false }
    for (left, right) in zip(gold, members) {
      switch (left, right) {
      case (nil, nil): continue
      case (let left?, let right?): if try !isSame(left, right) { return false }
      default: return false
      }
    }
    return true
  }
}
