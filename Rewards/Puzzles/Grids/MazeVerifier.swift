/// A way through a maze: the moves are walked.
public struct MazeVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "maze", summary: "Moves that lead through a maze.",
    groundTruth:
      "the maze, rows separated by `/` or line breaks: `S` the start, `G` the goal, `#` a wall, `.` free",
    answer:
      "the marked answer: moves `U D L R`, `N E S W`, `↑ ↓ ← →` or `up`, `down`, `left`, `right`, "
      + "`north`, …; written together or separated by commas, blanks or `->`",
    rules: [
      "No move runs into a wall or off the board, and the last one ends on the goal.",
      "`length` says whether a shortest way is asked for.",
    ],
    parameters: [SolutionLength.parameter],
    examples: [
      .init("#### DDRR", groundTruth: "S.#/.#./..G", score: 1),
      .init("#### down, down, right, right", groundTruth: "S.#/.#./..G", score: 1),
      .init("#### RDDR", groundTruth: "S.#/.#./..G", score: 0),
      .init(
        "#### DUDDRR", groundTruth: "S.#/.#./..G", score: 2.0 / 3, parameters: ["length": .text("ratio")]),
    ],
    source: nil)

  private var length = SolutionLength.any

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    length = try parameters.choice("length", standard: .any)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(arrowsAreMoves: true, by: Maze.init) { answer, maze in
      var position = maze.start
      var count = 0
      for word in answer.split(whereSeparator: { !$0.isLetter && !$0.isDigit && $0 < 0x80 }) {
        guard let moves = Move.moves(in: word) else { return .wrong("move \(count + 1) is no move") }
        for move in moves {
          count += 1
          guard let next = maze.step(move, from: position) else {
            return .wrong("move \(count) runs into a wall")
          }
          position = next
        }
      }
      if position != maze.goal { return .wrong("the last move does not end on the goal") }
      return length.finding(moves: count, shortest: maze.shortest)
    }
  }
}

private enum Move: CaseIterable {
  case up, down, left, right

  private static let words: [(String, Move)] = [
    ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("north", .up), ("south", .down),
    ("west", .left), ("east", .right),
  ]

  /// A word for a move, or a run of letters for one each.
  static func moves(in word: Bytes) -> [Move]? {
    if let move = words.first(where: { word.isWord($0.0) }) { return [move.1] }
    var moves: [Move] = []
    for byte in word {
      switch byte.lowercased {
      case UInt8(ascii: "u"), UInt8(ascii: "n"): moves.append(.up)
      case UInt8(ascii: "d"), UInt8(ascii: "s"): moves.append(.down)
      case UInt8(ascii: "l"), UInt8(ascii: "w"): moves.append(.left)
      case UInt8(ascii: "r"), UInt8(ascii: "e"): moves.append(.right)
      default: return nil
      }
    }
    return moves
  }
}

private struct Maze {
  private let width: Int
  private let isWall: [Bool]
  let start: Int
  let goal: Int
  /// Moves of a shortest way.
  let shortest: Int

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let form = UnusableGroundTruth("is not a rectangle of `S`, `G`, `#` and `.` with one start and one goal")
    guard let grid = WrittenGrid(text, cells: "SG#."), let width = grid.rows.first?.count,
      grid.rows.allSatisfy({ $0.count == width })
    else { throw form }
    let cells = grid.rows.flatMap { $0 }
    guard let start = cells.firstIndex(of: UInt8(ascii: "S")),
      let goal = cells.firstIndex(of: UInt8(ascii: "G")),
      cells.count(where: { $0 == UInt8(ascii: "S") || $0 == UInt8(ascii: "G") }) == 2
    else { throw form }
    self.width = width
    self.start = start
    self.goal = goal
    isWall = cells.map { $0 == UInt8(ascii: "#") }
    guard let shortest = Self.shortest(from: start, to: goal, width: width, isWall: isWall) else {
      throw UnusableGroundTruth("is a maze without a way to the goal")
    }
    self.shortest = shortest
  }

  func step(_ move: Move, from position: Int) -> Int? {
    Self.step(move, from: position, width: width, isWall: isWall)
  }

  private static func step(_ move: Move, from position: Int, width: Int, isWall: [Bool]) -> Int? {
    let next: Int
    switch move {
    case .up: next = position - width
    case .down: next = position + width
    case .left:
      if position % width == 0 { return nil }
      next = position - 1
    case .right:
      if position % width == width - 1 { return nil }
      next = position + 1
    }
    return isWall.indices.contains(next) && !isWall[next] ? next : nil
  }

  /// Breadth first.
  private static func shortest(from start: Int, to goal: Int, width: Int, isWall: [Bool]) -> Int? {
    var isSeen = isWall
    isSeen[start] = true
    var frontier = [start]
    var distance = 0
    while !frontier.isEmpty {
      if frontier.contains(goal) { return distance }
      var next: [Int] = []
      for position in frontier {
        for move in Move.allCases {
          guard let cell = step(move, from: position, width: width, isWall: isWall), !isSeen[cell] else {
            continue
          }
          isSeen[cell] = true
          next.append(cell)
        }
      }
      frontier = next
      distance += 1
    }
    return nil
  }
}
