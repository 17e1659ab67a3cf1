internal import Randomness

/// A family whose problems take a whole number in and give one out, so that chains can be made of them.
///
/// The answer is the ground truth, which must be a plain whole number.
public protocol ChainableTask: ProceduralTask {
  /// The number that an earlier answer may replace; nil where this problem has none.
  func input(of problem: Problem) -> Int?

  /// The same problem about another number; nil where the family has no such problem.
  func replacing(inputOf problem: Problem, with number: Int) -> Problem?

  /// The prompt with `name`, one ASCII letter, in the place of the number. The number put in the place of the name
  /// gives back ``ProceduralTask/prompt(for:)``.
  func prompt(for problem: Problem, naming name: String) -> String
}

/// One problem of some chainable family.
protocol ChainProblem: Sendable {
  var family: String { get }
  var verifier: String { get }
  var input: Int? { get }
  /// Nil where the ground truth is no whole number.
  var answer: Int? { get }
  var prompt: String { get }

  func prompt(naming name: String) -> String
  func replacing(_ number: Int) -> (any ChainProblem)?
  func solution(by teacher: Teacher, rng: inout CounterRNG) -> String
}

/// A problem with its family.
private struct FamilyProblem<Family: ChainableTask>: ChainProblem {
  let task: Family
  let problem: Family.Problem

  var family: String { Family.name }
  var verifier: String { Family.verifier }
  var input: Int? { task.input(of: problem) }
  var answer: Int? { Int(task.groundTruth(of: problem)) }
  var prompt: String { task.prompt(for: problem) }

  func prompt(naming name: String) -> String { task.prompt(for: problem, naming: name) }

  func replacing(_ number: Int) -> (any ChainProblem)? {
    task.replacing(inputOf: problem, with: number).map { FamilyProblem(task: task, problem: $0) }
  }

  func solution(by teacher: Teacher, rng: inout CounterRNG) -> String {
    task.solution(of: problem, by: teacher, rng: &rng)
  }
}

extension ChainableTask {
  /// A problem that is drawn.
  func chainProblem(difficulty: Int, rng: inout CounterRNG) -> any ChainProblem {
    chainProblem(problem(difficulty: difficulty, rng: &rng))
  }

  func chainProblem(_ problem: Problem) -> any ChainProblem { FamilyProblem(task: self, problem: problem) }
}

/// A chainable family with the difficulties asked for.
struct ChainFamily: Sendable {
  let name: String
  let verifier: String
  let description: String
  private let family: any ChainableTask
  private let difficulties: ClosedRange<Int>

  init(_ source: ProceduralSource) throws(DataError) {
    let sampler = try ProceduralSampler(source)  // refuses unknown names and difficulties
    guard let family = ProceduralTasks.named(source.task) as? any ChainableTask else {
      throw DataError(.notChainable(task: source.task))
    }
    self.family = family
    name = source.task
    verifier = sampler.verifier
    difficulties = source.difficulty ?? type(of: family).defaultDifficulties
    description =
      "\(name), difficulty \(difficulties.lowerBound) to \(difficulties.upperBound) (\(type(of: family).difficultyUnit))"
  }

  func problem(_ rng: inout CounterRNG) -> any ChainProblem {
    let difficulty = rng.draw(difficulties)
    return family.chainProblem(difficulty: difficulty, rng: &rng)
  }
}

extension ProceduralTasks {
  /// Names of the families that chains can be made of, sorted.
  public static var chainableNames: [String] { names.filter { named($0) is any ChainableTask } }
}
