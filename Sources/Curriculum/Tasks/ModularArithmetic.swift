public import Randomness

/// A product, a sum and a remainder: `(17*5+9) mod 7=` → `17*5=85`, `85+9=94`, `94=13*7+3`, `#### 3`.
///
/// Difficulty sets the size of the numbers: the first factor goes up to 9 + 5·(difficulty − 1), the addend up
/// to 9 · difficulty, the modulus up to 7 + 2 · difficulty.
///
/// Where a teacher slips: the quotient is one too small, so the remainder is one modulus too large.
public struct ModularArithmetic: ProceduralTask {
  public static let name = "modular_arithmetic"
  public static let subject = TaskSubject.numberTheory
  public static let summary = "A product, a sum and the remainder of a division"
  public static let difficultyUnit = "size of the numbers"
  public static let difficulties = 1...8
  public static let defaultDifficulties = 1...4
  public static let verifier = "gsm8k"

  public struct Problem: Sendable, Hashable {
    var factors: [Int]
    var addend: Int
    var modulus: Int
    var product: Int { factors.reduce(1, *) }
    var sum: Int { product + addend }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    Problem(
      factors: [rng.draw(2...(9 + 5 * (difficulty - 1))), rng.draw(2...9)],
      addend: rng.draw(1...(9 * difficulty)),
      modulus: rng.draw(3...(7 + 2 * difficulty)))
  }

  public func prompt(for problem: Problem) -> String {
    "(\(problem.factors[0])*\(problem.factors[1])+\(problem.addend)) mod \(problem.modulus)="
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.sum % problem.modulus) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var (quotient, remainder) = problem.sum.quotientAndRemainder(dividingBy: problem.modulus)
    if quotient > 0, rng.chance(teacher.slipRate) {
      quotient -= 1
      remainder += problem.modulus
    }
    return WorkedSolution(
      [
        Calculation(problem.factors[0], .times, problem.factors[1]).step(writing: problem.product),
        Calculation(problem.product, .plus, problem.addend).step(writing: problem.sum),
        Division(dividend: problem.sum, divisor: problem.modulus).step(quotient: quotient),
      ], answer: String(remainder))
  }
}
