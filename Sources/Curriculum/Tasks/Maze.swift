public import Randomness

/// A way through a maze: `maze S.#/.#./..G=` → `D 2,1`, `D 3,1`, `R 3,2`, `R 3,3`, `#### DDRR`.
///
/// Each step is a move (up, down, left, right) and the row and column it leads to, counted from 1 at the top left.
/// Difficulty is the side of the board; about four of ten squares are walls, and the goal is at least side − 1
/// moves away. The solution is a shortest way; any way is right.
///
/// Where a teacher slips: at each move to the side, left and right change places.
public struct Maze: ProceduralTask {
  public static let name = "maze"
  public static let subject = TaskSubject.games
  public static let summary = "Moves that lead from the start of a maze to its goal"
  public static let difficultyUnit = "side"
  public static let difficulties = 3...9
  public static let defaultDifficulties = 3...4
  public static let verifier = "maze"

  public struct Problem: Sendable, Hashable {
    var side: Int
    var start: Square
    var goal: Square
    var isWall: [Bool]

    func contains(_ square: Square) -> Bool {
      (0..<side).contains(square.row) && (0..<side).contains(square.column)
    }

    func isFree(_ square: Square) -> Bool {
      contains(square) && !isWall[square.row * side + square.column]
    }

    func neighbors(of square: Square) -> [Square] {
      Move.allCases.map(square.after).filter(isFree)
    }
  }

  struct Square: Sendable, Hashable {
    var row: Int
    var column: Int

    var text: String { "\(row + 1),\(column + 1)" }

    func after(_ move: Move) -> Square {
      switch move {
      case .up: Square(row: row - 1, column: column)
      case .down: Square(row: row + 1, column: column)
      case .left: Square(row: row, column: column - 1)
      case .right: Square(row: row, column: column + 1)
      }
    }
  }

  enum Move: String, Sendable, CaseIterable {
    case up = "U"
    case down = "D"
    case left = "L"
    case right = "R"

    var mirrored: Move {
      switch self {
      case .left: .right
      case .right: .left
      case .up, .down: self
      }
    }
  }

  /// Boards drawn before an empty one is taken: about a third of them have a way that is long enough.
  private static let attempts = 100

  public init() {}

  public func problem(difficulty side: Int, rng: inout CounterRNG) -> Problem {
    for _ in 0..<Self.attempts {
      var problem = Problem(
        side: side, start: Square(row: rng.draw(0...(side - 1)), column: rng.draw(0...(side - 1))),
        goal: Square(row: rng.draw(0...(side - 1)), column: rng.draw(0...(side - 1))),
        isWall: (0..<(side * side)).map { _ in rng.chance(0.4) })
      for end in [problem.start, problem.goal] { problem.isWall[end.row * side + end.column] = false }
      if let distance = distances(in: problem)[problem.start], distance >= side - 1 { return problem }
    }
    return Problem(
      side: side, start: Square(row: 0, column: 0), goal: Square(row: side - 1, column: side - 1),
      isWall: [Bool](repeating: false, count: side * side))
  }

  public func prompt(for problem: Problem) -> String { "maze \(board(problem))=" }

  public func groundTruth(of problem: Problem) -> String { board(problem) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    let distances = distances(in: problem)
    var (square, written) = (problem.start, problem.start)
    var before: Square?
    var moves = ""
    var steps: [WorkedSolution.Step] = []
    while square != problem.goal {
      let distance = distances[square] ?? 0
      guard let move = Move.allCases.first(where: { distances[square.after($0)] == distance - 1 }) else {
        preconditionFailure("a maze without a way")
      }
      var step = move
      if move != move.mirrored, rng.chance(teacher.slipRate) { step = move.mirrored }
      written = written.after(step)
      let open = Move.allCases.filter { problem.isFree(square.after($0)) }
      steps.append(
        WorkedSolution.Step(
          "\(step.rawValue) \(written.text)",
          details: ["from \(square.text) open: \(open.map(\.rawValue).joined(separator: ","))"],
          check: "\(distance - 1) to go",
          deadEnds: deadEnds(problem, at: square, before: before, except: [move, step])))
      moves += step.rawValue
      (before, square) = (square, square.after(move))
    }
    return WorkedSolution(steps, answer: moves)
  }

  /// Moves that lead nowhere: into a wall, off the board, back, or where nothing goes on.
  private func deadEnds(
    _ problem: Problem, at square: Square, before: Square?, except taken: Set<Move>
  ) -> [WorkedSolution.DeadEnd] {
    Move.allCases.filter { !taken.contains($0) }.compactMap { move in
      let next = square.after(move)
      let why: String
      if !problem.contains(next) {
        why = "off the board"
      } else if !problem.isFree(next) {
        why = "\(next.text) is a wall"
      } else if next == before {
        why = "\(next.text) was passed"
      } else if problem.neighbors(of: next).count == 1 {
        why = "\(next.text) is a dead end"
      } else {
        return nil
      }
      return WorkedSolution.DeadEnd(["\(move.rawValue) \(next.text)"], problem: why)
    }
  }

  /// Moves to the goal, by square from which it can be reached.
  private func distances(in problem: Problem) -> [Square: Int] {
    var distances = [problem.goal: 0]
    var queue = [problem.goal]
    var index = 0
    while index < queue.count {
      let square = queue[index]
      index += 1
      for next in problem.neighbors(of: square) where distances[next] == nil {
        distances[next] = (distances[square] ?? 0) + 1
        queue.append(next)
      }
    }
    return distances
  }

  private func board(_ problem: Problem) -> String {
    (0..<problem.side).map { row in
      (0..<problem.side).map { column in
        let square = Square(row: row, column: column)
        return square == problem.start
          ? "S" : square == problem.goal ? "G" : problem.isFree(square) ? "." : "#"
      }.joined()
    }.joined(separator: "/")
  }
}
