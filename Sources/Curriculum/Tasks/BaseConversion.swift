public import Randomness

/// A number in another base: `11 in base 2=` → `11=5*2+1`, `5=2*2+1`, `2=1*2+0`, `1=0*2+1`, `#### 1011`.
///
/// Difficulty is the number of decimal digits; the base is 2…9.
///
/// Where a teacher slips: the remainders are read from the top down, not from the bottom up.
public struct BaseConversion: ProceduralTask {
  public static let name = "base_conversion"
  public static let subject = TaskSubject.arithmetic
  public static let summary = "A decimal number written in another base, by repeated division"
  public static let difficultyUnit = "decimal digits"
  public static let difficulties = 1...6
  public static let defaultDifficulties = 2...3
  public static let verifier = "base_conversion"

  public struct Problem: Sendable, Hashable {
    var number: Int
    var base: Int
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let low = (1..<difficulty).reduce(1) { power, _ in power * 10 }
    return Problem(number: rng.draw(low...(10 * low - 1)), base: rng.draw(2...9))
  }

  public func prompt(for problem: Problem) -> String { "\(problem.number) in base \(problem.base)=" }

  public func groundTruth(of problem: Problem) -> String { "\(problem.number);10;\(problem.base)" }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var rest = problem.number
    var digits = ""
    var steps: [WorkedSolution.Step] = []
    repeat {
      let division = Division(dividend: rest, divisor: problem.base)
      steps.append(division.step())
      digits = String(division.remainder) + digits
      rest = division.quotient
    } while rest > 0
    let misread = String(digits.reversed())
    if misread != digits, rng.chance(teacher.slipRate) { digits = misread }
    return WorkedSolution(steps, answer: digits)
  }
}
