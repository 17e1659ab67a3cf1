public import Randomness

/// What a polynomial is at a point: `p=2x^2-3x+1 p(4)=` → `2*4=8`, `8-3=5`, `5*4=20`, `20+1=21`, `#### 21`
/// (Horner's scheme).
///
/// Difficulty is the degree. Coefficients are −9…9, the point is one of ±2, ±3, ±4 and 5.
///
/// Where a teacher slips: a coefficient that is to be taken off is added.
public struct PolynomialValue: ProceduralTask {
  public static let name = "polynomial_value"
  public static let subject = TaskSubject.algebra
  public static let summary = "The value of a polynomial at a point, by Horner's scheme"
  public static let difficultyUnit = "degree"
  public static let difficulties = 1...6
  public static let defaultDifficulties = 1...3
  public static let verifier = "gsm8k"

  public struct Problem: Sendable, Hashable {
    /// Highest power first; the first is not 0.
    var coefficients: [Int]
    var point: Int
    var value: Int { coefficients.reduce(0) { $0 * point + $1 } }

    /// `2x^2-3x+1`
    var polynomial: String {
      let degree = coefficients.count - 1
      return coefficients.enumerated().filter { $0.element != 0 }.map { index, coefficient in
        let power = degree - index
        let sign = coefficient < 0 ? "-" : index == 0 ? "" : "+"
        let size = abs(coefficient) == 1 && power > 0 ? "" : String(abs(coefficient))
        return sign + size + (power == 0 ? "" : power == 1 ? "x" : "x^\(power)")
      }.joined()
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    Problem(
      coefficients: [rng.draw(1...9)] + (0..<difficulty).map { _ in rng.draw(-9...9) },
      point: rng.pick([-4, -3, -2, 2, 3, 4, 5]))
  }

  public func prompt(for problem: Problem) -> String { prompt(for: problem, at: String(problem.point)) }

  private func prompt(for problem: Problem, at point: String) -> String {
    "p=\(problem.polynomial) p(\(point))="
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.value) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var value = problem.coefficients[0]
    var steps: [WorkedSolution.Step] = []
    for coefficient in problem.coefficients.dropFirst() {
      let product = Calculation(value, .times, problem.point)
      steps.append(product.step(writing: product.result, tempting: [-product.result]))
      value = product.result
      if coefficient == 0 { continue }
      let sum = Calculation(value, coefficient < 0 ? .minus : .plus, abs(coefficient))
      let slip = value + abs(coefficient)
      var result = sum.result
      if coefficient < 0, rng.chance(teacher.slipRate) { result = slip }
      steps.append(sum.step(writing: result, tempting: [slip]))
      value = result
    }
    return WorkedSolution(steps, answer: String(value))
  }
}

extension PolynomialValue: ChainableTask {
  public func input(of problem: Problem) -> Int? { problem.point }

  /// Points at which no value on the way is beyond ±99,999.
  public func replacing(inputOf problem: Problem, with number: Int) -> Problem? {
    guard (-9999...9999).contains(number) else { return nil }
    var value = 0
    for coefficient in problem.coefficients {
      value = value * number + coefficient
      if abs(value) > 99_999 { return nil }
    }
    return Problem(coefficients: problem.coefficients, point: number)
  }

  public func prompt(for problem: Problem, naming name: String) -> String { prompt(for: problem, at: name) }
}
