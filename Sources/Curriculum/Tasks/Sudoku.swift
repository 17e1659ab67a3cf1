public import Randomness

/// A sudoku of 4 × 4: `sudoku 1.34/3412/21.3/4321=` → `r1c2=2`, `r3c3=4`, `#### 1234/3412/2143/4321`.
///
/// Difficulty is the number of empty cells. They are emptied one after the other so that each can be filled again
/// from what its row, its column and its box hold, without guessing; there is one completion, and the solution fills
/// the cells in that order.
///
/// Where a teacher slips: in each cell, a digit of its row, column or box is overlooked and written.
public struct Sudoku: ProceduralTask {
  public static let name = "sudoku"
  public static let subject = TaskSubject.games
  public static let summary = "A sudoku of 16 cells, filled in without guessing"
  public static let difficultyUnit = "empty cells"
  public static let difficulties = 1...9
  public static let defaultDifficulties = 3...5
  public static let verifier = "sudoku"

  public struct Problem: Sendable, Hashable {
    /// Row by row.
    var solution: [Int]
    /// Places in the order in which they are filled in.
    var empty: [Int]

    var clues: [Int] {
      var cells = solution
      for place in empty { cells[place] = 0 }
      return cells
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    while true {  // ends: nine cells can be emptied in nearly every order that is drawn
      let solution = grid(&rng)
      var cells = solution
      var empty: [Int] = []
      for place in rng.shuffled(Array(0..<16)) where empty.count < difficulty {
        cells[place] = 0
        if seen(from: place, in: cells).count == 3 {
          empty.insert(place, at: 0)
        } else {
          cells[place] = solution[place]
        }
      }
      if empty.count == difficulty { return Problem(solution: solution, empty: empty) }
    }
  }

  public func prompt(for problem: Problem) -> String { "sudoku \(text(problem.clues))=" }

  public func groundTruth(of problem: Problem) -> String { text(problem.clues) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var cells = problem.clues
    var written = cells
    var steps: [WorkedSolution.Step] = []
    for place in problem.empty {
      let seen = seen(from: place, in: cells)
      let digit = problem.solution[place]
      var answer = digit
      if rng.chance(teacher.slipRate) { answer = rng.pick(seen.map(\.digit)) }
      cells[place] = digit
      written[place] = answer
      let (row, column) = (place / 4 + 1, place % 4 + 1)
      steps.append(
        WorkedSolution.Step(
          "r\(row)c\(column)=\(answer)",
          details: seen.map { "\($0.digit) is in \($0.unit)" },
          check: "row \(row) is \(text(written).split(separator: "/")[row - 1])",
          deadEnds: seen.filter { $0.digit != answer }.map {
            .init(["r\(row)c\(column)=\($0.digit)"], problem: "\($0.digit) is in \($0.unit)")
          }))
    }
    return WorkedSolution(steps, answer: text(written))
  }

  /// The digits that the cell's row, column and box hold, each with where it was found first; sorted.
  private func seen(from place: Int, in cells: [Int]) -> [(digit: Int, unit: String)] {
    let (row, column) = (place / 4, place % 4)
    return (1...4).compactMap { digit in
      let places = (0..<16).filter { cells[$0] == digit }
      if places.contains(where: { $0 / 4 == row }) { return (digit, "row \(row + 1)") }
      if places.contains(where: { $0 % 4 == column }) { return (digit, "column \(column + 1)") }
      let isInBox = places.contains { $0 / 8 == row / 2 && $0 % 4 / 2 == column / 2 }
      return isInBox ? (digit, "the box") : nil
    }
  }

  /// One of the 288 grids there are, each equally likely.
  ///
  /// Exchanging digits, rows of a band, columns of a stack, bands and stacks, and turning the grid over its diagonal
  /// leads from the first grid below to 96 of them and from the second to the other 192.
  private func grid(_ rng: inout CounterRNG) -> [Int] {
    let start =
      rng.chance(1.0 / 3)
      ? [1, 2, 3, 4, 3, 4, 1, 2, 2, 1, 4, 3, 4, 3, 2, 1]
      : [1, 2, 3, 4, 3, 4, 1, 2, 2, 3, 4, 1, 4, 1, 2, 3]
    let digits = rng.shuffled([1, 2, 3, 4])
    let (rows, columns) = (lines(&rng), lines(&rng))
    let isTransposed = rng.chance(0.5)
    return (0..<16).map { place in
      let (row, column) = (rows[place / 4], columns[place % 4])
      return digits[start[isTransposed ? column * 4 + row : row * 4 + column] - 1]
    }
  }

  /// Four rows or columns in an order that keeps the pairs of the boxes together.
  private func lines(_ rng: inout CounterRNG) -> [Int] {
    rng.shuffled([[0, 1], [2, 3]]).flatMap { rng.shuffled($0) }
  }

  private func text(_ cells: [Int]) -> String {
    (0..<4).map { row in cells[(row * 4)..<(row * 4 + 4)].map { $0 == 0 ? "." : String($0) }.joined() }
      .joined(separator: "/")
  }
}
