public import Randomness

/// The greatest common divisor of two numbers: `gcd(84,36)=` → `84=2*36+12`, `36=3*12+0`, `#### 12` (Euclid's
/// algorithm).
///
/// Difficulty is the number of divisions. A problem is made backward from the answer (1…12) and the quotients (1…4).
///
/// Where a teacher slips: a remainder is written one too small.
public struct GreatestCommonDivisor: ProceduralTask {
  public static let name = "gcd"
  public static let subject = TaskSubject.numberTheory
  public static let summary = "The greatest common divisor of two numbers, by Euclid's algorithm"
  public static let difficultyUnit = "divisions"
  public static let difficulties = 1...10
  public static let defaultDifficulties = 2...5
  public static let verifier = "gcd"

  public struct Problem: Sendable, Hashable {
    var larger: Int
    var smaller: Int
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let divisor = rng.draw(1...12)
    var problem = Problem(larger: divisor * rng.draw(2...5), smaller: divisor)
    for _ in 1..<difficulty {
      problem = Problem(
        larger: rng.draw(1...4) * problem.larger + problem.smaller, smaller: problem.larger)
    }
    return problem
  }

  public func prompt(for problem: Problem) -> String { "gcd(\(problem.larger),\(problem.smaller))=" }

  public func groundTruth(of problem: Problem) -> String { "\(problem.larger),\(problem.smaller)" }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var (dividend, divisor) = (problem.larger, problem.smaller)
    var steps: [WorkedSolution.Step] = []
    while true {
      let division = Division(dividend: dividend, divisor: divisor)
      var remainder = division.remainder
      if remainder > 0, rng.chance(teacher.slipRate) { remainder -= 1 }
      steps.append(division.step(remainder: remainder))
      if remainder == 0 { return WorkedSolution(steps, answer: String(divisor)) }
      (dividend, divisor) = (divisor, remainder)
    }
  }
}
