public import Randomness

/// A product, down to its primes: `primes of 12*35=` → `12=2*6`, `6=2*3`, `35=5*7`, `#### 2*2*3*5*7`.
///
/// Difficulty is how many numbers are multiplied, each composite and at most 99.
///
/// Where a teacher slips: in each number, the last factor that could be taken apart is left whole.
public struct PrimeFactorization: ProceduralTask {
  public static let name = "prime_factorization"
  public static let subject = TaskSubject.numberTheory
  public static let summary = "The primes of a product, by trial division of each number"
  public static let difficultyUnit = "numbers"
  public static let difficulties = 1...6
  public static let defaultDifficulties = 1...3
  public static let verifier = "prime_factorization"

  private static let primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
  private static let composites = (4...99).filter { number in
    primes.contains { number % $0 == 0 && number != $0 }
  }

  public struct Problem: Sendable, Hashable {
    var numbers: [Int]
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    Problem(numbers: (0..<difficulty).map { _ in rng.pick(Self.composites) })
  }

  public func prompt(for problem: Problem) -> String { "primes of \(text(problem.numbers))=" }

  /// The product: at most 99^6, below 2^63.
  public func groundTruth(of problem: Problem) -> String { String(problem.numbers.reduce(1, *)) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var steps: [WorkedSolution.Step] = []
    var answer: [Int] = []
    for number in problem.numbers {
      let stopsEarly = rng.chance(teacher.slipRate)
      var rest = number
      while let prime = smallestFactor(of: rest), !(stopsEarly && smallestFactor(of: rest / prime) == nil) {
        steps.append(step(rest, prime))
        answer.append(prime)
        rest /= prime
      }
      answer.append(rest)
    }
    return WorkedSolution(steps, answer: text(answer))
  }

  /// Nil for a prime.
  private func smallestFactor(of number: Int) -> Int? {
    Self.primes.first { number % $0 == 0 && number != $0 }
  }

  private func step(_ number: Int, _ prime: Int) -> WorkedSolution.Step {
    let other = number / prime
    return WorkedSolution.Step(
      "\(number)=\(prime)*\(other)",
      details: Self.primes.prefix { $0 <= prime }.map { trial in
        trial == prime ? "\(trial) divides \(number)" : "\(trial) leaves \(number % trial) of \(number)"
      },
      check: "\(prime)*\(other)=\(number)",
      deadEnds: Self.primes.filter { $0 < number && number % $0 > 0 }.prefix(2).map { trial in
        .init(
          ["\(number)=\(trial)*\(number / trial)"],
          problem: "\(trial)*\(number / trial)=\(number / trial * trial)")
      })
  }

  private func text(_ factors: [Int]) -> String { factors.map(String.init).joined(separator: "*") }
}
