public import Randomness

/// Find the unknown: `solve 3*(x+5)-4=32` → `3*(x+5)=36`, `x+5=12`, `x=7`, `#### 7`.
///
/// Difficulty is how many operations are done to x (−9…9): sums and differences with 1…9 take turns with products
/// by 2…5, and are undone from the outside in.
///
/// Where a teacher slips: a sum or a difference is done once more and not undone. What then does not divide
/// evenly is rounded toward zero.
public struct LinearEquation: ProceduralTask {
  public static let name = "linear_equation"
  public static let subject = TaskSubject.algebra
  public static let summary = "An equation in one unknown, undone from the outside in"
  public static let difficultyUnit = "operations"
  public static let difficulties = 1...8
  public static let defaultDifficulties = 2...4
  public static let verifier = "gsm8k"

  public struct Problem: Sendable, Hashable {
    var unknown: Int
    /// From the inside out.
    var steps: [Step]
    var value: Int { steps.reduce(unknown) { $1.calculation(on: $0).result } }

    /// What the first `count` operations make of x: `3*(x+5)`.
    func side(_ count: Int) -> String {
      var text = "x"
      var isSum = false
      for step in steps.prefix(count) {
        if step.operation == .times {
          text = "\(step.operand)*" + (isSum ? "(\(text))" : text)
        } else {
          text += step.operation.rawValue + String(step.operand)
        }
        isSum = step.operation != .times
      }
      return text
    }
  }

  struct Step: Sendable, Hashable {
    var operation: Calculation.Operation
    var operand: Int

    func calculation(on value: Int) -> Calculation { Calculation(value, operation, operand) }

    /// What has to be done to a value to undo this; nil for products.
    func undoing(_ value: Int) -> Calculation? {
      switch operation {
      case .plus: Calculation(value, .minus, operand)
      case .minus: Calculation(value, .plus, operand)
      case .times: nil
      }
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    var isProduct = rng.chance(0.5)
    var problem = Problem(unknown: rng.draw(-9...9), steps: [])
    for _ in 0..<difficulty {
      let sum: Calculation.Operation = rng.chance(0.5) ? .plus : .minus
      problem.steps.append(
        Step(operation: isProduct ? .times : sum, operand: isProduct ? rng.draw(2...5) : rng.draw(1...9)))
      isProduct.toggle()
    }
    return problem
  }

  public func prompt(for problem: Problem) -> String {
    "solve \(problem.side(problem.steps.count))=\(problem.value)"
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.unknown) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var right = problem.value
    var steps: [WorkedSolution.Step] = []
    for index in problem.steps.indices.reversed() {
      let step = problem.steps[index]
      let side = problem.side(index)
      var result: Int
      var details: [String]
      var wrong: [Int]
      if let undoing = step.undoing(right) {
        let slip = step.calculation(on: right).result
        result = undoing.result
        wrong = [slip, result + 1, result - 1]
        if rng.chance(teacher.slipRate) { result = slip }
        details = ["undo \(step.operation.rawValue)\(step.operand): \(undoing.text)=\(result)"]
      } else {
        result = right / step.operand
        wrong = [right - step.operand, result + 1, result - 1]
        details = ["undo \(step.operand)*: \(right)/\(step.operand)=\(result)"]
      }
      wrong = wrong.filter { $0 != result && step.calculation(on: $0).result != right }
      steps.append(
        WorkedSolution.Step(
          "\(side)=\(result)", details: details, check: "\(step.calculation(on: result).text)=\(right)",
          deadEnds: wrong.map {
            .init(["\(side)=\($0)"], problem: "\(step.calculation(on: $0).text) is not \(right)")
          }))
      right = result
    }
    return WorkedSolution(steps, answer: String(right))
  }
}
