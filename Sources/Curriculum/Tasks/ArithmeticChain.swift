public import Randomness

/// Sums, differences and products in a row: `7*8-9+3=` → `7*8=56`, `56-9=47`, `47+3=50`, `#### 50`.
///
/// Difficulty is the number of operations. Operands are 1…9 and every intermediate value stays within ±99.
/// Products only stand at the beginning, so that left to right and the usual precedence agree. About 60 % of
/// the chains begin with a product and about 40 % go below zero on the way.
///
/// Where a teacher slips: a product of 10 or more loses its carry (56 becomes 46); a negative result loses
/// its sign (−4 becomes 4).
public struct ArithmeticChain: ProceduralTask {
  public static let name = "arithmetic_chain"
  public static let subject = TaskSubject.arithmetic
  public static let summary = "Sums, differences and products in a row, worked from left to right"
  public static let difficultyUnit = "operations"
  public static let difficulties = 1...20
  public static let defaultDifficulties = 2...5
  public static let verifier = "gsm8k"

  public struct Problem: Sendable, Hashable {
    var start: Int
    var steps: [Step] = []
    var value: Int { steps.reduce(start) { $1.result(from: $0) } }
  }

  struct Step: Sendable, Hashable {
    typealias Operation = Calculation.Operation

    var operation: Operation
    var operand: Int

    var text: String { operation.rawValue + String(operand) }

    func result(from value: Int) -> Int { Calculation(value, operation, operand).result }

    /// What someone writes who slips at this step; nil where the step holds no place to slip.
    func slip(from value: Int) -> Int? {
      let result = result(from: value)
      if operation == .times { return result >= 10 ? result - 10 : nil }
      return result < 0 ? -result : nil
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let multiplies = rng.chance(0.6)
    var descends = rng.chance(0.25) && (difficulty > 1 || !multiplies)
    var problem = multiplies ? product(difficulty, descends, &rng) : Problem(start: rng.draw(1...9))
    var value = problem.value
    while problem.steps.count < difficulty {
      let step = descends ? descent(from: value, &rng) : level(from: value, &rng)
      problem.steps.append(step)
      value = step.result(from: value)
      if value < 0 { descends = false }
    }
    return problem
  }

  public func prompt(for problem: Problem) -> String {
    String(problem.start) + problem.steps.map(\.text).joined() + "="
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.value) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var value = problem.start
    var steps: [WorkedSolution.Step] = []
    for step in problem.steps {
      var result = step.result(from: value)
      let slip = step.slip(from: value)
      if let slip, rng.chance(teacher.slipRate) { result = slip }
      steps.append(
        Calculation(value, step.operation, step.operand)
          .step(writing: result, tempting: [slip].compactMap(\.self)))
      value = result
    }
    return WorkedSolution(steps, answer: String(value))
  }

  /// A beginning with one product, sometimes two; small enough for the rest to lead below zero where it
  /// `descends`.
  private func product(_ difficulty: Int, _ descends: Bool, _ rng: inout CounterRNG) -> Problem {
    let limit = descends ? min(20, 9 * (difficulty - 1) - 1) : 81
    let start = rng.draw(2...min(9, limit / 2))
    var problem = Problem(
      start: start, steps: [Step(operation: .times, operand: rng.draw(2...min(9, limit / start)))])
    if !descends, difficulty > 2, problem.value <= 49, rng.chance(0.25) {
      problem.steps.append(Step(operation: .times, operand: rng.draw(2...min(9, 99 / problem.value))))
    }
    return problem
  }

  /// A step down, below zero where one step can do it.
  private func descent(from value: Int, _ rng: inout CounterRNG) -> Step {
    Step(operation: .minus, operand: value < 9 ? rng.draw((value + 1)...9) : rng.draw(5...9))
  }

  private func level(from value: Int, _ rng: inout CounterRNG) -> Step {
    let operand = rng.draw(1...9)
    let isSum = rng.chance(0.5) ? value + operand <= 99 : value - operand < -99
    return Step(operation: isSum ? .plus : .minus, operand: operand)
  }
}
