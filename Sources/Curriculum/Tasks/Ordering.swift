public import Randomness

/// Sort numbers, smallest first: `sort 42,7,19=` → `42`, `7,42`, `7,19,42`, `#### 7,19,42` (insertion, one
/// number a line).
///
/// Difficulty is how many numbers there are, all different, 1…99.
///
/// Where a teacher slips: at each insertion the new number may change places with a neighbor.
public struct Ordering: ProceduralTask {
  public static let name = "ordering"
  public static let subject = TaskSubject.ordering
  public static let summary = "Numbers, put in order by inserting one after the other"
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

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var list: [Int] = []
    var steps: [WorkedSolution.Step] = []
    for number in problem.numbers {
      let place = list.firstIndex { $0 > number } ?? list.count
      let details = list.map { "\(number) is \(number < $0 ? "below" : "above") \($0)" }
      list.insert(number, at: place)
      let inserted = list
      if list.count > 1, rng.chance(teacher.slipRate) { list.swapAt(place, place > 0 ? place - 1 : 1) }
      steps.append(
        WorkedSolution.Step(
          text(list), details: details,
          check: list.count == 1 ? nil : list.map(String.init).joined(separator: "<"),
          deadEnds: deadEnds(inserted, at: place, written: list)))
    }
    return WorkedSolution(steps, answer: text(list))
  }

  /// The new number one place too far to the left or to the right.
  private func deadEnds(_ list: [Int], at place: Int, written: [Int]) -> [WorkedSolution.DeadEnd] {
    [place - 1, place + 1].filter(list.indices.contains).compactMap { neighbor in
      var wrong = list
      wrong.swapAt(place, neighbor)
      let (left, right) = (wrong[min(place, neighbor)], wrong[max(place, neighbor)])
      // After an earlier slip, the wrong place may be the right one.
      guard left > right, wrong != written else { return nil }
      return WorkedSolution.DeadEnd([text(wrong)], problem: "\(left) is not below \(right)")
    }
  }

  private func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
}
