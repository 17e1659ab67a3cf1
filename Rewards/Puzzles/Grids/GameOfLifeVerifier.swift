/// Conway's game of life, some generations on.
public struct GameOfLifeVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "game_of_life", summary: "A board of Conway's game of life, some generations on.",
    groundTruth:
      "`generations;board`: rows separated by `/` or line breaks, `1` or `*` a living cell and `0`, `.` "
      + "or `_` a dead one; generations × cells up to 2^22",
    answer: "the marked answer: the board afterwards, in the same form",
    rules: [
      "Every cell is right. A living cell lives on with two or three living neighbors, a dead one comes "
        + "alive with three."
    ],
    parameters: [
      .init("wraps", "true or false", standard: "false", "whether opposite edges touch")
    ],
    examples: [
      .init("#### 000/111/000", groundTruth: "1;010/010/010", score: 1),
      .init("#### .*./.*./.*.", groundTruth: "1;010/010/010", score: 0),
    ],
    source: "Gardner 1970, Scientific American 223(4)")

  private static let cells: ASCIISet = "1*0._"
  private static let maximumWork = 1 << 22

  private var wraps = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    wraps = try parameters.bool("wraps", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: board) { answer, board in
      guard
        let cells = WrittenGrid(answer, cells: Self.cells)?.cells(height: board.height, width: board.width)
      else { return .wrong("not a board of \(board.height) × \(board.width)") }
      guard let wrong = cells.indices.first(where: { Self.isAlive(cells[$0]) != board.cells[$0] }) else {
        return .right("every cell is right")
      }
      return .wrong("row \(wrong / board.width + 1), column \(wrong % board.width + 1) is wrong")
    }
  }

  private static func isAlive(_ cell: UInt8) -> Bool {
    cell == UInt8(ascii: "1") || cell == UInt8(ascii: "*")
  }

  /// The board after the generations.
  private func board(_ text: Bytes) throws(UnusableGroundTruth) -> Board {
    let parts = text.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let generations = parts[0].trimmed().asInteger, generations >= 0,
      let grid = WrittenGrid(parts[1], cells: Self.cells), let width = grid.rows.first?.count,
      let cells = grid.cells(height: grid.rows.count, width: width)
    else { throw .form("generations;row/row/…") }
    var board = Board(height: grid.rows.count, width: width, cells: cells.map(Self.isAlive))
    let (work, overflow) = generations.multipliedReportingOverflow(by: cells.count)
    if overflow || work > Self.maximumWork {
      throw UnusableGroundTruth("asks for more than 2^22 cells in all generations")
    }
    for _ in 0..<generations { board = board.next(wraps: wraps) }
    return board
  }
}

private struct Board {
  let height: Int
  let width: Int
  var cells: [Bool]

  func next(wraps: Bool) -> Board {
    var next = self
    for row in 0..<height {
      for column in 0..<width {
        let neighbors = livingNeighbors(row, column, wraps: wraps)
        let index = row * width + column
        next.cells[index] = neighbors == 3 || neighbors == 2 && cells[index]
      }
    }
    return next
  }

  private func livingNeighbors(_ row: Int, _ column: Int, wraps: Bool) -> Int {
    var count = 0
    for down in -1...1 {
      for right in -1...1 where down != 0 || right != 0 {
        var (r, c) = (row + down, column + right)
        if wraps { (r, c) = ((r + height) % height, (c + width) % width) }
        if r >= 0, r < height, c >= 0, c < width, cells[r * width + c] { count += 1 }
      }
    }
    return count
  }
}
