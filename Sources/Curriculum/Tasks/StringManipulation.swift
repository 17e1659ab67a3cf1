public import Randomness

/// Turn a word round, write it large, keep its consonants, or rotate it to the left: `reverse abcd=` → `a b c
/// d`, `d c b a`, `#### dcba`.
///
/// Difficulty is the number of letters, all of them small.
///
/// Where a teacher slips: two neighbors of the result that differ change places.
public struct StringManipulation: ProceduralTask {
  public static let name = "string_manipulation"
  public static let subject = TaskSubject.strings
  public static let summary = "A word, reversed, in capitals, without vowels or rotated to the left"
  public static let difficultyUnit = "letters"
  public static let difficulties = 2...16
  public static let defaultDifficulties = 3...6
  public static let verifier = "text"

  public struct Problem: Sendable, Hashable {
    var operation: Operation
    var letters: [Character]

    var result: [Character] {
      switch operation {
      case .reverse: letters.reversed()
      case .upper: letters.map { Character($0.uppercased()) }
      case .consonants: letters.filter { !"aeiou".contains($0) }
      case .rotate(let count): Array(letters[count...] + letters[..<count])
      }
    }

    /// What becomes of each letter, one after the other.
    var spelledOut: [String] {
      letters.enumerated().map { index, letter in
        switch operation {
        case .reverse: "\(letter) to place \(letters.count - index)"
        case .upper: "\(letter) is \(letter.uppercased())"
        case .consonants: "\(letter) is \("aeiou".contains(letter) ? "dropped" : "kept")"
        case .rotate(let count): "\(letter) to place \((index - count + letters.count) % letters.count + 1)"
        }
      }
    }
  }

  enum Operation: Sendable, Hashable {
    case reverse, upper, consonants
    case rotate(Int)

    var text: String {
      switch self {
      case .reverse: "reverse"
      case .upper: "upper"
      case .consonants: "consonants"
      case .rotate(let count): "rotate \(count)"
      }
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz")
    var problem = Problem(
      operation: rng.pick([.reverse, .upper, .consonants, .rotate(rng.draw(1...(difficulty - 1)))]),
      letters: (0..<difficulty).map { _ in rng.pick(alphabet) })
    if problem.result.isEmpty {  // nothing but vowels
      problem.letters[rng.draw(0...(difficulty - 1))] = rng.pick(alphabet.filter { !"aeiou".contains($0) })
    }
    return problem
  }

  public func prompt(for problem: Problem) -> String {
    "\(problem.operation.text) \(String(problem.letters))="
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.result) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var result = problem.result
    let places = result.indices.dropLast().filter { result[$0] != result[$0 + 1] }
    if !places.isEmpty, rng.chance(teacher.slipRate) {
      let place = rng.pick(places)
      result.swapAt(place, place + 1)
    }
    let step = WorkedSolution.Step(
      spaced(result), details: problem.spelledOut, check: "letters: \(result.count)",
      deadEnds: deadEnds(problem.result, written: result))
    return WorkedSolution(
      [WorkedSolution.Step(spaced(problem.letters), check: "letters: \(problem.letters.count)"), step],
      answer: String(result))
  }

  /// Neighbors that have changed places, and a letter that is written twice.
  private func deadEnds(_ letters: [Character], written: [Character]) -> [WorkedSolution.DeadEnd] {
    var deadEnds = letters.indices.dropLast().compactMap { place -> WorkedSolution.DeadEnd? in
      var wrong = letters
      wrong.swapAt(place, place + 1)
      if wrong == letters || wrong == written { return nil }
      return .init([spaced(wrong)], problem: "letter \(place + 1) is \(letters[place])")
    }
    deadEnds.append(
      .init(
        [spaced(letters + letters.suffix(1))],
        problem: "letters: \(letters.count + 1), not \(letters.count)"))
    return deadEnds
  }

  private func spaced(_ letters: [Character]) -> String { letters.map(String.init).joined(separator: " ") }
}
