public import Randomness

/// Reach a target with all of the given numbers: `3,5,7->26` → `3*7=21`, `21+5=26`, `#### 3*7+5`.
///
/// Difficulty is how many numbers there are (each 1…12; target and intermediate values 1…99). A problem is
/// made from a solution, so it always has one; other solutions are as right.
///
/// Where a teacher slips: if the last step is a sum or a difference, it takes the other of the two.
public struct Countdown: ProceduralTask {
  public static let name = "countdown"
  public static let subject = TaskSubject.games
  public static let summary = "A target, made of all the given numbers"
  public static let difficultyUnit = "numbers"
  public static let difficulties = 2...6
  public static let defaultDifficulties = 3...4
  public static let verifier = "countdown"

  public struct Problem: Sendable, Hashable {
    var numbers: [Int]
    var steps: [Step]
    var target: Int { Countdown.work(numbers, steps).term.value }
  }

  /// Takes the terms at `left` and `right` out of the pool and puts their combination at its end.
  struct Step: Sendable, Hashable {
    var left: Int
    var right: Int
    var operation: Operation
  }

  enum Operation: String, CaseIterable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"

    var strength: Int { self == .plus || self == .minus ? 1 : 2 }

    /// The result; nil where it is no whole number of 1…99, or the operation changes nothing.
    func result(_ left: Int, _ right: Int) -> Int? {
      switch self {
      case .plus: left + right <= 99 ? left + right : nil
      case .minus: left > right ? left - right : nil
      case .times: left > 1 && right > 1 && left * right <= 99 ? left * right : nil
      case .over: right > 1 && left % right == 0 ? left / right : nil
      }
    }
  }

  struct Term {
    var text: String
    var value: Int
    /// Of the operation that binds it loosest; 3 for a bare number.
    var strength = 3
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let numbers = (0..<difficulty).map { _ in rng.draw(1...12) }
    var pool = numbers
    var steps: [Step] = []
    while pool.count > 1 {
      let left = rng.draw(0...(pool.count - 1))
      let others = pool.indices.filter { $0 != left }
      let right = rng.pick(others)
      // Never empty: a sum beyond 99 leaves the difference, and of equal numbers the quotient.
      let choices = Operation.allCases.filter { $0.result(pool[left], pool[right]) != nil }
      guard !choices.isEmpty else { continue }  // left < right and their sum is beyond 99: draw again
      let step = Step(left: left, right: right, operation: rng.pick(choices))
      let result = step.operation.result(pool[left], pool[right]) ?? 0
      pool = pool.indices.filter { $0 != left && $0 != right }.map { pool[$0] } + [result]
      steps.append(step)
    }
    return Problem(numbers: numbers, steps: steps)
  }

  public func prompt(for problem: Problem) -> String {
    problem.numbers.map(String.init).joined(separator: ",") + "->\(problem.target)"
  }

  public func groundTruth(of problem: Problem) -> String {
    "\(problem.target);" + problem.numbers.map(String.init).joined(separator: ",")
  }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var steps = problem.steps
    if let last = steps.last, last.operation.strength == 1, rng.chance(teacher.slipRate) {
      steps[steps.count - 1].operation = last.operation == .plus ? .minus : .plus
    }
    let (term, worked) = Self.work(problem.numbers, steps)
    return WorkedSolution(
      worked.enumerated().map { index, step in
        let numbers = step.pool.map(String.init).joined(separator: ",")
        return WorkedSolution.Step(
          step.line, details: ["from \(numbers) to \(problem.target)"], check: step.inverse,
          deadEnds: deadEnds(problem, steps, from: index, written: worked))
      }, answer: term.text)
  }

  /// Another operation at a step, and the rest as it was: it ends beside the target.
  private func deadEnds(
    _ problem: Problem, _ steps: [Step], from index: Int, written: [WorkedStep]
  ) -> [WorkedSolution.DeadEnd] {
    Operation.allCases.filter { $0 != steps[index].operation }.compactMap { operation in
      var other = steps
      other[index].operation = operation
      // Beyond the rules of the game only where the last step leads below zero: a target is then easily missed.
      let isLast = index == steps.count - 1
      guard Self.isAllowed(problem.numbers, other) || isLast && operation.strength == 1 else { return nil }
      let (term, worked) = Self.work(problem.numbers, other)
      let attempt = worked[index...].map(\.line)
      if term.value == problem.target || attempt == written[index...].map(\.line) { return nil }
      return WorkedSolution.DeadEnd(attempt, problem: "\(term.value) is not \(problem.target)")
    }
  }

  /// Whether every result is a whole number of 1…99.
  private static func isAllowed(_ numbers: [Int], _ steps: [Step]) -> Bool {
    var pool = numbers
    for step in steps {
      guard let result = step.operation.result(pool[step.left], pool[step.right]) else { return false }
      pool = pool.indices.filter { $0 != step.left && $0 != step.right }.map { pool[$0] } + [result]
    }
    return true
  }

  struct WorkedStep {
    /// What there was before.
    var pool: [Int]
    var left: Int
    var operation: Operation
    var right: Int
    var result: Int

    var line: String { "\(left)\(operation.rawValue)\(right)=\(result)" }

    var inverse: String {
      switch operation {
      case .plus: "\(result)-\(right)=\(left)"
      case .minus: "\(result)+\(right)=\(left)"
      case .times: "\(result)/\(left)=\(right)"
      case .over: "\(result)*\(right)=\(left)"
      }
    }
  }

  /// Carries the steps out: the last term, and each step with its numbers.
  private static func work(_ numbers: [Int], _ steps: [Step]) -> (term: Term, steps: [WorkedStep]) {
    var pool = numbers.map { Term(text: String($0), value: $0) }
    var worked: [WorkedStep] = []
    for step in steps {
      let (left, right) = (pool[step.left], pool[step.right])
      let combined = combine(left, right, step.operation)
      worked.append(
        WorkedStep(
          pool: pool.map(\.value), left: left.value, operation: step.operation, right: right.value,
          result: combined.value))
      pool = pool.indices.filter { $0 != step.left && $0 != step.right }.map { pool[$0] } + [combined]
    }
    return (pool[0], worked)
  }

  private static func combine(_ left: Term, _ right: Term, _ operation: Operation) -> Term {
    let strength = operation.strength
    let isOrdered = operation == .minus || operation == .over
    let leftText = left.strength < strength ? "(\(left.text))" : left.text
    let rightText =
      right.strength < strength || isOrdered && right.strength == strength ? "(\(right.text))" : right.text
    let value =
      switch operation {
      case .plus: left.value + right.value
      case .minus: left.value - right.value
      case .times: left.value * right.value
      case .over: left.value / right.value
      }
    return Term(text: leftText + operation.rawValue + rightText, value: value, strength: strength)
  }
}
