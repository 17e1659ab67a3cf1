/// n queens on an n × n board, none attacking another.
public struct NQueensVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "n_queens", summary: "n queens on a board, none attacking another.",
    groundTruth:
      "`n`, 1 … 1,000; or a board with some queens placed, rows separated by `/` or line breaks, `Q` a "
      + "queen and `.`, `_` or `0` an empty square",
    answer:
      "the marked answer: a board in that form, or one column for each row from the top, counted from 0 "
      + "or from 1",
    rules: [
      "One queen in every row and column, no two on a diagonal, and every placed queen stays.",
      "Any such placement is right.",
    ],
    examples: [
      .init("#### 2, 4, 1, 3", groundTruth: "4", score: 1),
      .init("#### [1, 3, 0, 2]", groundTruth: ".Q../..../..../....", score: 1),
      .init("\\boxed{.Q../...Q/Q.../..Q.}", groundTruth: "4", score: 1),
      .init("#### 1, 2, 3, 4", groundTruth: "4", score: 0),
      .init("#### 3, 1, 4, 2", groundTruth: ".Q../..../..../....", score: 0),
    ],
    source: nil)

  fileprivate static let cells: ASCIISet = "Qq._0"
  fileprivate static let maximumSide = 1000

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Queens.init, rules: Self.finding)
  }

  private static func finding(on answer: Bytes, _ task: Queens) -> TaskFinding {
    guard let columns = columns(in: answer, side: task.side) else {
      return .wrong("neither a board of \(task.side) × \(task.side) nor a column for each row")
    }
    var isTaken = [Bool](repeating: false, count: task.side)
    var rising = [Bool](repeating: false, count: 2 * task.side)
    var falling = rising
    for (row, column) in columns.enumerated() {
      if let placed = task.placed[row], placed != column {
        return .wrong("the queen of row \(row + 1) was moved")
      }
      if isTaken[column] || rising[row + column] || falling[row - column + task.side] {
        return .wrong("the queen of row \(row + 1) is attacked")
      }
      isTaken[column] = true
      rising[row + column] = true
      falling[row - column + task.side] = true
    }
    return .right("no queen attacks another")
  }

  private static func columns(in answer: Bytes, side: Int) -> [Int]? {
    // The list of one number and the board of one empty square look alike; only the number can be meant.
    if case .list(let numbers) = WrittenIntegers(answer), numbers.count == side {
      let base = numbers.contains(0) ? 0 : 1
      let columns = numbers.map { $0.subtractingReportingOverflow(base).partialValue }
      return columns.allSatisfy { (0..<side).contains($0) } ? columns : nil
    }
    guard let board = WrittenGrid(answer, cells: cells), let squares = board.cells(height: side, width: side)
    else { return nil }
    var columns: [Int] = []
    for row in 0..<side {
      let queens = (0..<side).filter { squares[row * side + $0].lowercased == UInt8(ascii: "q") }
      guard queens.count == 1 else { return nil }
      columns += queens
    }
    return columns
  }
}

private struct Queens {
  let side: Int
  /// By row: the column of the queen that stands there.
  let placed: [Int: Int]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    if text.isWrittenInteger {
      guard let side = text.asInteger, (1...NQueensVerifier.maximumSide).contains(side) else {
        throw UnusableGroundTruth("is not a number of queens from 1 to 1,000")
      }
      self.side = side
      placed = [:]
      return
    }
    guard let board = WrittenGrid(text, cells: NQueensVerifier.cells), let side = board.side,
      side <= NQueensVerifier.maximumSide, let squares = board.cells(height: side, width: side)
    else { throw UnusableGroundTruth("is neither a number of queens nor a square board") }
    self.side = side
    let queens = squares.indices.filter { squares[$0].lowercased == UInt8(ascii: "q") }
      .map { ($0 / side, $0 % side) }
    placed = Dictionary(queens) { first, _ in first }
    if placed.count < queens.count { throw UnusableGroundTruth("is a board with two queens in a row") }
  }
}
