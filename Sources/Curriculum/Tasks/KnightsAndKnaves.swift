public import Randomness

/// Who tells the truth? `knights A:!B B:A&C C:!A=` → `A=knave: !B is false`, … , `#### A=knave,B=knight,C=knight`.
///
/// A letter stands for "is a knight", so `A:!B` is A saying that B is a knave. Difficulty is the number of people;
/// nobody speaks of himself, and each statement is about one or two others. A problem is made from who is what, so it
/// has a solution; any assignment that fits every statement is right.
///
/// Where a teacher slips: the last one's role is taken the wrong way round. It never fits then, for turning one role
/// round leaves that one's own statement as it is.
public struct KnightsAndKnaves: ProceduralTask {
  public static let name = "knights_and_knaves"
  public static let subject = TaskSubject.logic
  public static let summary = "Who tells the truth and who lies, from what they say of each other"
  public static let difficultyUnit = "people"
  public static let difficulties = 3...8
  public static let defaultDifficulties = 3...4
  public static let verifier = "knights_knaves"

  public struct Problem: Sendable, Hashable {
    /// By person: whether it is a knight.
    var isKnight: [Bool]
    var statements: [Statement]
  }

  struct Statement: Sendable, Hashable {
    enum Operation: String {
      case and = "&"
      case or = "|"
    }

    /// One or two.
    var literals: [Literal]
    var operation: Operation

    var text: String { literals.map(\.text).joined(separator: operation.rawValue) }

    func isTrue(_ isKnight: [Bool]) -> Bool {
      let values = literals.map { $0.isTrue(isKnight) }
      return operation == .and ? values.allSatisfy(\.self) : values.contains(true)
    }
  }

  struct Literal: Sendable, Hashable {
    var person: Int
    var isNegated: Bool

    var text: String { (isNegated ? "!" : "") + KnightsAndKnaves.name(of: person) }

    func isTrue(_ isKnight: [Bool]) -> Bool { isKnight[person] != isNegated }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let isKnight = (0..<difficulty).map { _ in rng.chance(0.5) }
    let statements = (0..<difficulty).map { speaker in
      let others = rng.shuffled((0..<difficulty).filter { $0 != speaker })
      let isTrue = isKnight[speaker]
      let operation: Statement.Operation = rng.chance(0.5) ? .and : .or
      let values: [Bool]
      if rng.chance(0.4) {
        values = [isTrue]
      } else if isTrue == (operation == .and) {
        values = [isTrue, isTrue]
      } else {
        values = rng.pick([[isTrue, isTrue], [isTrue, !isTrue], [!isTrue, isTrue]])
      }
      return Statement(
        literals: zip(others, values).map { Literal(person: $0, isNegated: isKnight[$0] != $1) },
        operation: operation)
    }
    return Problem(isKnight: isKnight, statements: statements)
  }

  public func prompt(for problem: Problem) -> String {
    "knights " + statements(of: problem).joined(separator: " ") + "="
  }

  public func groundTruth(of problem: Problem) -> String { statements(of: problem).joined(separator: ";") }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var isKnight = problem.isKnight
    if rng.chance(teacher.slipRate) { isKnight[isKnight.count - 1].toggle() }
    let steps = problem.statements.enumerated().map { speaker, statement in
      let isTrue = statement.isTrue(problem.isKnight)
      let fact = "\(statement.text) is \(isTrue)"
      func line(_ isKnight: Bool) -> String { "\(Self.role(of: speaker, isKnight)): \(fact)" }

      var deadEnds: [WorkedSolution.DeadEnd] = []
      if isKnight[speaker] == isTrue {
        deadEnds = [
          .init(
            [line(!isTrue)], problem: isTrue ? "a knave cannot speak true" : "a knight cannot speak false")
        ]
      }
      return WorkedSolution.Step(
        line(isKnight[speaker]),
        details: statement.literals.map {
          "\(Self.role(of: $0.person, problem.isKnight[$0.person])), \($0.text) is \($0.isTrue(problem.isKnight))"
        },
        check: isKnight[speaker] ? "a knight speaks true" : "a knave speaks false", deadEnds: deadEnds)
    }
    return WorkedSolution(
      steps, answer: isKnight.enumerated().map { Self.role(of: $0, $1) }.joined(separator: ","))
  }

  private func statements(of problem: Problem) -> [String] {
    problem.statements.enumerated().map { "\(Self.name(of: $0)):\($1.text)" }
  }

  private static func name(of person: Int) -> String { String(Array("ABCDEFGH")[person]) }

  private static func role(of person: Int, _ isKnight: Bool) -> String {
    "\(name(of: person))=\(isKnight ? "knight" : "knave")"
  }
}
