public import Randomness

/// Sort numbers, smallest first: `sort 42,7,19=` → `42`, `7,42`, `7,19,42`, `#### 7,19,42` (insertion, one
/// number a line).
///
/// Difficulty is how many numbers there are, all different, 1…99.
///
/// Where a teacher slips: at each insertion the new number may change places with a neighbor.
public struct Ordering: ProceduralTask {
  public static let name = "ordering"
  public static let difficultyUnit = "numbers"
  public static let difficulties = 2...12
  public static let defaultDifficulties = 3...6
  public static let verifier = "ordering"

  public struct Problem: Sendable, Hashable {
    var numbers: [Int]
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    var left = Array(1...99)
    return Problem(numbers: (0..<difficulty).map { _ in left.remove(at: rng.draw(0...(left.count - 1))) })
  }

  public func prompt(for problem: Problem) -> String { "sort \(text(problem.numbers))=" }

  public func groundTruth(of problem: Problem) -> String { text(problem.numbers.sorted()) }

  public func solution(of problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> String {
    var list: [Int] = []
    var lines: [String] = []
    for number in problem.numbers {
      let place = list.firstIndex { $0 > number } ?? list.count
      list.insert(number, at: place)
      if list.count > 1, rng.chance(teacher.slipRate) { list.swapAt(place, place > 0 ? place - 1 : 1) }
      lines.append(text(list))
    }
    lines.append("#### \(text(list))")
    return lines.joined(separator: "\n")
  }

  private func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
}
