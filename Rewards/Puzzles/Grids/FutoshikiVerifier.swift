/// Futoshiki: a Latin square with signs between cells. Any completion that keeps clues and signs is right.
public struct FutoshikiVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "futoshiki", summary: "A Latin square with inequality signs, filled in.",
    groundTruth:
      "`grid;signs`: the grid row by row (digits; `0`, `.` or `_` for empty cells; rows may be separated "
      + "by `/`), up to 9 × 9; then signs between cells named by row and column, `11<12,21>31`",
    answer: "the marked answer: the full grid in the same form",
    rules: [
      "Every clue is kept, every row and column holds each of 1 … n once, and every sign holds.",
      "Any such grid is right.",
    ],
    examples: [
      .init("#### 123/231/312", groundTruth: ".../.3./...;11<12,23<22", score: 1),
      .init("#### 213/132/321", groundTruth: ".../.3./...;11<12,23<22", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Futoshiki.init) { answer, task in
      guard
        let cells = WrittenGrid(answer, cells: "0123456789._")?.cells(height: task.side, width: task.side)
      else { return .wrong("not a grid of \(task.side) × \(task.side)") }
      return task.finding(on: cells)
    }
  }
}

private struct Futoshiki {
  let side: Int
  /// Row by row; a byte that is no digit above 0 is empty.
  let clues: [UInt8]
  /// The cell at `less` holds less than the one at `more`.
  let signs: [(less: Int, more: Int)]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let grid = WrittenGrid(parts[0], cells: "0123456789._"), let side = grid.side,
      (2...9).contains(side), let clues = grid.cells(height: side, width: side)
    else { throw .form("grid;11<12,21>31") }
    self.side = side
    self.clues = clues
    var signs: [(less: Int, more: Int)] = []
    for sign in parts[1].trimmedFields(at: ",") where !sign.isEmpty {
      let bytes = Array(sign.filter { !$0.isBlank })
      guard bytes.count == 5, let left = Self.index(bytes[0], bytes[1], side: side),
        let right = Self.index(bytes[3], bytes[4], side: side), "<>".utf8.contains(bytes[2])
      else { throw .form("grid;11<12,21>31") }
      signs.append(bytes[2] == UInt8(ascii: "<") ? (left, right) : (right, left))
    }
    self.signs = signs
  }

  private static func index(_ row: UInt8, _ column: UInt8, side: Int) -> Int? {
    let (row, column) = (Int(row) - 0x31, Int(column) - 0x31)
    return (0..<side).contains(row) && (0..<side).contains(column) ? row * side + column : nil
  }

  func finding(on cells: [UInt8]) -> TaskFinding {
    func name(_ index: Int) -> String { "row \(index / side + 1), column \(index % side + 1)" }

    var used = [UInt16](repeating: 0, count: 2 * side)
    for index in cells.indices {
      guard cells[index].isDigit, (1...side).contains(Int(cells[index]) - 0x30) else {
        return .wrong("\(name(index)) is not filled in")
      }
      if clues[index].isDigit, clues[index] != 0x30, clues[index] != cells[index] {
        return .wrong("the clue in \(name(index)) is not kept")
      }
      let bit = UInt16(1) << UInt16(cells[index] - 0x30)
      for unit in [index / side, side + index % side] {
        if used[unit] & bit != 0 { return .wrong("\(name(index)) repeats a digit") }
        used[unit] |= bit
      }
    }
    if let sign = signs.first(where: { cells[$0.less] >= cells[$0.more] }) {
      return .wrong("\(name(sign.less)) is not less than \(name(sign.more))")
    }
    return .right("clues, rows, columns and signs are kept")
  }
}
