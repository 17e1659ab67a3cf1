/// Sudoku of 4 × 4, 6 × 6 or 9 × 9: any completion that keeps the clues and the rules is right.
public struct SudokuVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "sudoku", summary: "A sudoku of 16, 36 or 81 cells, filled in.",
    groundTruth:
      "the puzzle, row by row: digits, and `0`, `.` or `_` for empty cells; rows may be separated by `/` "
      + "or line breaks",
    answer:
      "the marked answer: the full grid in the same form, also in JSON brackets, in a LaTeX array or "
      + "with frames drawn",
    rules: [
      "Every clue is kept; every row, column and box holds each digit once. Boxes are 2 × 2, 2 rows × 3 "
        + "columns, 3 × 3.",
      "Any completion is right, not only one.",
      "With `partial: true` a grid that is not right gets 0.9 × the share of the empty cells it fills in "
        + "as the only completion does; nothing for clues, and nothing at all if one is changed. A "
        + "puzzle without exactly one completion then gives no verdict.",
    ],
    parameters: [
      .init("partial", "true or false", standard: "false", "whether single cells are paid")
    ],
    examples: [
      .init("\\boxed{1234 / 3412 / 2143 / 4321}", groundTruth: "1.../..1./2.../...1", score: 1),
      .init("#### 1243342121344312", groundTruth: "1.../..1./2.../...1", score: 0),
      .init("#### 1234341221434312", groundTruth: "1.../..1./2.../...1", score: 0),
    ],
    source:
      "partial credit after reasoning-gym (github.com/open-thought/reasoning-gym), which also pays for clues")

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: sudoku) { answer, task in
      let grid = task.grid
      guard let cells = WrittenGrid(answer, cells: "0123456789._")?.cells(height: grid.side, width: grid.side)
      else { return .wrong("not a grid of \(grid.side) × \(grid.side)") }
      let values = cells.map { SudokuGrid.value(of: $0) }
      if let index = values.indices.first(where: { grid.cells[$0] != 0 && values[$0] != grid.cells[$0] }) {
        return .wrong("the clue in \(grid.name(of: index)) is not kept")
      }
      let conflict = grid.filled(with: values).conflict
      if conflict == nil, values.allSatisfy({ $0 > 0 }) { return .right("clues and rules are kept") }
      let why = conflict.map { "\(grid.name(of: $0)) is against the rules" } ?? "not every cell is filled in"
      guard let completion = task.completion else { return .wrong(why) }
      let empty = values.indices.filter { grid.cells[$0] == 0 }
      let share = Double(empty.count { values[$0] == completion[$0] }) / Double(max(1, empty.count))
      return TaskFinding(score: 0.9 * share, rule: why).with([VerdictMetric("partial", share)])
    }
  }

  private func sudoku(_ text: Bytes) throws(UnusableGroundTruth) -> (grid: SudokuGrid, completion: [Int]?) {
    guard let written = WrittenGrid(text, cells: "0123456789._"), let side = written.side,
      let cells = written.cells(height: side, width: side), let grid = SudokuGrid(cells: cells, side: side)
    else { throw UnusableGroundTruth("is not a sudoku of 16, 36 or 81 cells") }
    if let conflict = grid.conflict {
      throw UnusableGroundTruth("is a sudoku with clues against the rules in \(grid.name(of: conflict))")
    }
    guard paysParts else { return (grid, nil) }
    guard let completion = grid.onlyCompletion else {
      throw UnusableGroundTruth("is not a sudoku with exactly one completion")
    }
    return (grid, completion)
  }
}
