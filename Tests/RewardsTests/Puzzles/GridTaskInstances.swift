import Rewards

/// Tasks on grids, made from their solutions or solved here by slow means.
enum GridTasks {
  static let makers: [String: @Sendable (inout TestDice) -> TaskInstance] = [
    "sudoku": sudoku, "futoshiki": futoshiki, "n_queens": queens, "game_of_life": life, "maze": maze,
  ]

  static func text(_ rows: [[Int]]) -> String {
    rows.map { $0.map(String.init).joined() }.joined(separator: "/")
  }

  /// A shifted pattern with digits, and rows within bands, drawn anew; some cells are blanked.
  @Sendable static func sudoku(_ dice: inout TestDice) -> TaskInstance {
    let (side, height, width) = dice.pick([(4, 2, 2), (6, 2, 3), (9, 3, 3)])
    let digits = dice.shuffled(Array(1...side))
    let order = (0..<side / height).flatMap { band in
      dice.shuffled(Array(0..<height)).map { band * height + $0 }
    }
    let rows = order.map { row in
      (0..<side).map { digits[(row % height * width + row / height + $0) % side] }
    }
    var puzzle = rows
    for row in 0..<side { for column in 0..<side where dice.roll(0...2) > 0 { puzzle[row][column] = 0 } }
    puzzle[0][0] = 0
    var wrong = rows
    wrong[0][0] = wrong[0][0] % side + 1
    return TaskInstance(gold: text(puzzle), right: "#### \(text(rows))", wrong: "#### \(text(wrong))")
  }

  @Sendable static func futoshiki(_ dice: inout TestDice) -> TaskInstance {
    let side = dice.roll(3...9)
    let digits = dice.shuffled(Array(1...side))
    let rows = dice.shuffled(Array(0..<side)).map { row in (0..<side).map { digits[(row + $0) % side] } }
    var puzzle = rows
    for row in 0..<side { for column in 0..<side where dice.roll(0...2) > 0 { puzzle[row][column] = 0 } }
    var signs: [String] = []
    for row in 0..<side {
      let column = dice.roll(0...side - 2)
      let sign = rows[row][column] < rows[row][column + 1] ? "<" : ">"
      signs.append("\(row + 1)\(column + 1)\(sign)\(row + 1)\(column + 2)")
    }
    // Every digit d becomes n + 1 − d: still a Latin square, but every sign is turned round.
    return TaskInstance(
      gold: "\(text(puzzle));\(signs.joined(separator: ","))", right: "#### \(text(rows))",
      wrong: "#### \(text(rows.map { $0.map { side + 1 - $0 } }))")
  }

  /// Backtracking over columns in an order drawn at random.
  @Sendable static func queens(_ dice: inout TestDice) -> TaskInstance {
    let side = dice.pick([4, 5, 6, 7, 8])
    let order = dice.shuffled(Array(0..<side))
    func place(_ placed: [Int]) -> [Int]? {
      if placed.count == side { return placed }
      for column in order
      where placed.enumerated().allSatisfy({ $1 != column && abs($1 - column) != placed.count - $0 }) {
        if let all = place(placed + [column]) { return all }
      }
      return nil
    }
    let columns = place([]) ?? []
    return TaskInstance(
      gold: "\(side)", right: "#### \(NumberTasks.list(columns.map { $0 + 1 }))",
      wrong: "#### \(NumberTasks.list(columns.map { $0 == columns[1] ? columns[0] : $0 }.map { $0 + 1 }))")
  }

  @Sendable static func life(_ dice: inout TestDice) -> TaskInstance {
    let (height, width, generations) = (dice.roll(2...6), dice.roll(2...6), dice.roll(0...4))
    let start = (0..<height).map { _ in (0..<width).map { _ in dice.roll(0...1) } }
    var board = start
    for _ in 0..<generations {
      board = (0..<height).map { row in
        (0..<width).map { column in
          let near = (max(0, row - 1)...min(height - 1, row + 1)).flatMap { r in
            (max(0, column - 1)...min(width - 1, column + 1)).map { c in board[r][c] }
          }
          let neighbors = near.reduce(0, +) - board[row][column]
          return neighbors == 3 || neighbors == 2 && board[row][column] == 1 ? 1 : 0
        }
      }
    }
    var wrong = board
    wrong[0][0] = 1 - wrong[0][0]
    return TaskInstance(
      gold: "\(generations);\(text(start))", right: "#### \(text(board))", wrong: "#### \(text(wrong))")
  }

  /// A way is walked at random, walls are set beside it.
  @Sendable static func maze(_ dice: inout TestDice) -> TaskInstance {
    let side = dice.roll(3...8)
    var cells = [[Character]](repeating: [], count: side).map { _ in
      (0..<side).map { _ in dice.flip() ? Character("#") : "." }
    }
    var (row, column, moves) = (0, 0, "")
    while row < side - 1 || column < side - 1 {
      if column == side - 1 || row < side - 1 && dice.flip() {
        row += 1
        moves += "D"
      } else {
        column += 1
        moves += "R"
      }
      cells[row][column] = "."
    }
    cells[0][0] = "S"
    cells[side - 1][side - 1] = "G"
    return TaskInstance(
      gold: cells.map { String($0) }.joined(separator: "/"), right: "#### \(moves)",
      wrong: "#### \(moves.dropLast())", parameters: ["length": .text("shortest")])
  }
}
