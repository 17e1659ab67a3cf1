public import Randomness

/// The last column of a truth table: `table a|!b=` → `00 0|!0=1`, `01 0|!1=0`, `10 1|!0=1`, `11 1|!1=1`, `#### 1011`.
///
/// Difficulty is the number of operations `&`, `|` and `->`; one has two variables, more have three, and each place
/// of a variable is negated in three of ten. Rows count up from all false, in alphabetical order of the variables.
///
/// Where a teacher slips: in each row in which the two sides of the outermost operation differ, it is taken for the
/// other of `&` and `|`, or `->` for `<-`.
public struct TruthTable: ProceduralTask {
  public static let name = "truth_table"
  public static let subject = TaskSubject.logic
  public static let summary = "The last column of a formula's truth table, row by row"
  public static let difficultyUnit = "operations"
  public static let difficulties = 1...6
  public static let defaultDifficulties = 1...3
  public static let verifier = "truth_table"

  public struct Problem: Sendable, Hashable {
    var formula: Formula
    /// Sorted.
    var variables: [Character]
  }

  indirect enum Formula: Sendable, Hashable {
    case variable(Character, isNegated: Bool)
    case joined(Formula, Operation, Formula)
  }

  enum Operation: String, Sendable, Hashable, CaseIterable {
    case and = "&"
    case or = "|"
    case implies = "->"

    func result(_ left: Bool, _ right: Bool) -> Bool {
      switch self {
      case .and: left && right
      case .or: left || right
      case .implies: !left || right
      }
    }
  }

  /// A formula with values for its variables, and the steps by which it was worked out, innermost first.
  private struct Valued {
    var text: String
    var value: Bool
    var steps: [String] = []
    /// The outermost operation with its two sides; nil for a bare variable.
    var root: (left: Bool, operation: Operation, right: Bool)?
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let letters = Array(rng.shuffled(Array("abc")).prefix(difficulty == 1 ? 2 : 3))
    // Every letter once, in any place.
    let leaves = rng.shuffled(letters + (letters.count..<(difficulty + 1)).map { _ in rng.pick(letters) })
    // Two neighbors are joined until one formula is left: no more levels than operations.
    var parts = leaves.map { Formula.variable($0, isNegated: rng.chance(0.3)) }
    while parts.count > 1 {
      let place = rng.draw(0...(parts.count - 2))
      let joined = Formula.joined(parts[place], rng.pick(Operation.allCases), parts[place + 1])
      parts.replaceSubrange(place...(place + 1), with: [joined])
    }
    return Problem(formula: parts[0], variables: letters.sorted())
  }

  public func prompt(for problem: Problem) -> String { "table \(text(of: problem.formula))=" }

  public func groundTruth(of problem: Problem) -> String { text(of: problem.formula) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var column = ""
    var steps: [WorkedSolution.Step] = []
    let count = problem.variables.count
    for row in 0..<(1 << count) {
      let bits = (0..<count).map { row >> (count - 1 - $0) & 1 == 1 }
      let values = Dictionary(uniqueKeysWithValues: zip(problem.variables, bits))
      let valued = valued(problem.formula, values)
      guard let root = valued.root else { preconditionFailure("a formula without an operation") }
      var value = valued.value
      if root.left != root.right, rng.chance(teacher.slipRate) { value.toggle() }
      let start = bits.map(digit).joined() + " " + valued.text + "="
      let sides = "\(digit(root.left))\(root.operation.rawValue)\(digit(root.right))"
      let deadEnds: [WorkedSolution.DeadEnd] =
        value == valued.value
        ? [.init([start + digit(!value)], problem: "\(sides) is \(digit(valued.value))")] : []
      let check =
        root.operation == .implies
        ? "\(digit(!root.left))|\(digit(root.right))=\(digit(value))"
        : "\(digit(root.right))\(root.operation.rawValue)\(digit(root.left))=\(digit(value))"
      steps.append(
        WorkedSolution.Step(
          start + digit(value), details: valued.steps.dropLast() + ["\(sides)=\(digit(value))"], check: check,
          deadEnds: deadEnds))
      column += digit(value)
    }
    return WorkedSolution(steps, answer: column)
  }

  private func valued(_ formula: Formula, _ values: [Character: Bool]) -> Valued {
    switch formula {
    case .variable(let name, let isNegated):
      let value = values[name] ?? false
      let text = (isNegated ? "!" : "") + digit(value)
      return Valued(
        text: text, value: value != isNegated, steps: isNegated ? ["\(text)=\(digit(!value))"] : [])
    case .joined(let left, let operation, let right):
      let (left, right) = (valued(left, values), valued(right, values))
      let value = operation.result(left.value, right.value)
      let step = "\(digit(left.value))\(operation.rawValue)\(digit(right.value))=\(digit(value))"
      return Valued(
        text: enclosed(left.text, left.root != nil) + operation.rawValue
          + enclosed(right.text, right.root != nil),
        value: value, steps: left.steps + right.steps + [step], root: (left.value, operation, right.value))
    }
  }

  private func text(of formula: Formula) -> String {
    switch formula {
    case .variable(let name, let isNegated): (isNegated ? "!" : "") + String(name)
    case .joined(let left, let operation, let right):
      operand(left) + operation.rawValue + operand(right)
    }
  }

  private func operand(_ formula: Formula) -> String {
    if case .joined = formula { return enclosed(text(of: formula), true) }
    return text(of: formula)
  }

  private func enclosed(_ text: String, _ isJoined: Bool) -> String { isJoined ? "(\(text))" : text }

  private func digit(_ value: Bool) -> String { value ? "1" : "0" }
}
