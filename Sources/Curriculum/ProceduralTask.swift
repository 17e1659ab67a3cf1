public import Randomness

/// A family of tasks made on the fly: same random numbers, same task, on every machine.
///
/// A conforming type says what a problem is; prompt, ground truth and worked solution follow from the
/// problem. These laws hold for each (`CurriculumTests` checks them): everything is ASCII; a flawless worked
/// solution ends in a line `#### answer` that passes the family's verifier; the answer is the same in every style,
/// slips and all; a verbose solution is longer than the concise one, and a branching one takes something back.
public protocol ProceduralTask: Sendable {
  associatedtype Problem: Sendable

  /// The name in recipes and task ids.
  static var name: String { get }
  /// What it is about.
  static var subject: TaskSubject { get }
  /// One line for people: what is asked, without a full stop.
  static var summary: String { get }
  /// What difficulty counts, for people: `operations`, `letters`…
  static var difficultyUnit: String { get }
  /// The difficulties that can be asked for.
  static var difficulties: ClosedRange<Int> { get }
  /// The difficulties drawn from where a recipe names none.
  static var defaultDifficulties: ClosedRange<Int> { get }
  /// The verifier in `Rewards` that judges answers.
  static var verifier: String { get }

  /// - Precondition: `difficulty` is one of ``difficulties``.
  func problem(difficulty: Int, rng: inout CounterRNG) -> Problem

  func prompt(for problem: Problem) -> String

  /// In the form the verifier documents.
  func groundTruth(of problem: Problem) -> String

  /// The steps and the answer. The teacher slips with its probability at each place that the family documents,
  /// and carries the slip through the steps that follow. Nothing else is drawn, and the style is not looked at, so
  /// that every style has the same slips.
  func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution
}

/// What a family of tasks is about.
public enum TaskSubject: String, Sendable, Hashable, CaseIterable {
  case arithmetic
  case algebra
  case numberTheory = "number theory"
  case logic
  case ordering
  case graphs
  case strings
  case games
  case procedures = "long procedures"
}

/// One task of a family, written out.
public struct ProceduralInstance: Sendable, Hashable {
  public var prompt: String
  public var groundTruth: String
  public var difficulty: Int
  /// What the teacher writes, slips and all.
  public var solution: String
  /// What a flawless teacher writes in the same style; passes the family's verifier.
  public var gold: String
}

extension ProceduralTask {
  /// The worked solution in the teacher's style: lines, the last one `#### answer`.
  public func solution(of problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> String {
    work(on: problem, by: teacher, rng: &rng).text(in: teacher.style, rng: &rng)
  }

  /// One task, from its own random numbers and the teacher's.
  public func instance(
    difficulty: Int, rng: inout CounterRNG, teacher: Teacher, teacherRNG: inout CounterRNG
  ) -> ProceduralInstance {
    precondition(
      Self.difficulties.contains(difficulty), "\(Self.name) was asked for difficulty \(difficulty)")
    let problem = problem(difficulty: difficulty, rng: &rng)
    var unused = teacherRNG
    let written = solution(of: problem, by: teacher, rng: &teacherRNG)
    return ProceduralInstance(
      prompt: prompt(for: problem), groundTruth: groundTruth(of: problem), difficulty: difficulty,
      solution: written,
      gold: teacher.slipRate == 0
        ? written : solution(of: problem, by: Teacher(style: teacher.style), rng: &unused))
  }
}

/// The families that recipes can name.
public enum ProceduralTasks {
  private static let all: [any ProceduralTask] = [
    ArithmeticChain(), BaseConversion(), Countdown(), GreatestCommonDivisor(), KnightsAndKnaves(),
    LinearEquation(), Maze(), ModularArithmetic(), Ordering(), PolynomialValue(), PrimeFactorization(),
    ProgramTrace(), ShortestPath(), StringManipulation(), Sudoku(), TopologicalOrder(), TruthTable(),
  ]

  /// All names, sorted.
  public static let names: [String] = all.map { type(of: $0).name }.sorted()

  /// The family of that name; nil where there is none.
  public static func named(_ name: String) -> (any ProceduralTask)? {
    all.first { type(of: $0).name == name }
  }
}

// The standard library's `random(in:using:)` may change between releases; tasks may not.
extension CounterRNG {
  /// A whole number, each of the range equally likely (to within 2⁻⁶⁴ times the range's size).
  mutating func draw(_ range: ClosedRange<Int>) -> Int {
    let size = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int(next().multipliedFullWidth(by: size).high)
  }

  /// True with this probability.
  mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// - Precondition: `choices` is not empty.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[draw(0...(choices.count - 1))]
  }

  /// The elements in an order of which each is equally likely (Fisher and Yates).
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for index in elements.indices.dropFirst() { elements.swapAt(index, draw(0...index)) }
    return elements
  }
}
