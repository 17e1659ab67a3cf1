/// A sudoku, its rules, and a bounded search for its completions.
struct SudokuGrid {
  /// Guesses of the search; a puzzle with one completion that people can solve needs a few hundred.
  static let maximumGuesses = 20_000

  let side: Int
  private let boxHeight: Int
  private let boxWidth: Int
  /// Row by row; 0 = empty.
  private(set) var cells: [Int]

  /// Nil for other sides than 4, 6 and 9, and for digits beyond the side.
  init?(cells: [UInt8], side: Int) {
    switch side {
    case 4: (boxHeight, boxWidth) = (2, 2)
    case 6: (boxHeight, boxWidth) = (2, 3)
    case 9: (boxHeight, boxWidth) = (3, 3)
    default: return nil
    }
    self.side = side
    self.cells = cells.map(Self.value)
    if self.cells.contains(where: { $0 > side }) { return nil }
  }

  static func value(of cell: UInt8) -> Int { cell.isDigit ? Int(cell - 0x30) : 0 }

  func name(of index: Int) -> String { "row \(index / side + 1), column \(index % side + 1)" }

  func filled(with values: [Int]) -> SudokuGrid {
    var grid = self
    grid.cells = values
    return grid
  }

  /// The first cell whose digit stands in its row, column or box already, or is none of the side's.
  var conflict: Int? {
    var used = Used(side: side)
    for index in cells.indices where cells[index] != 0 {
      if cells[index] > side || used.mask(of: units(of: index)) & bit(cells[index]) != 0 { return index }
      used.toggle(bit(cells[index]), in: units(of: index))
    }
    return nil
  }

  /// The completion where there is exactly one; nil also where the search takes too many guesses.
  ///
  /// Depth-first, always at the empty cell with the fewest choices, with an explicit stack of at most 81
  /// levels.
  var onlyCompletion: [Int]? {
    var values = cells
    var used = Used(side: side)
    for index in cells.indices where cells[index] != 0 {
      used.toggle(bit(cells[index]), in: units(of: index))
    }
    var stack: [(index: Int, choices: UInt16)] = []
    var found: [Int]?
    var guesses = 0
    var isForward = true
    while true {
      if isForward {
        if let next = narrowest(values, used) {
          stack.append(next)
        } else {
          if found != nil { return nil }
          found = values
        }
      }
      // Take the next choice of the deepest cell that has one.
      guard var top = stack.popLast() else { return found }
      if values[top.index] != 0 {
        used.toggle(bit(values[top.index]), in: units(of: top.index))
        values[top.index] = 0
      }
      if top.choices == 0 {
        isForward = false
        continue
      }
      guesses += 1
      if guesses > Self.maximumGuesses { return nil }
      let digit = top.choices.trailingZeroBitCount
      top.choices &= top.choices - 1
      values[top.index] = digit
      used.toggle(bit(digit), in: units(of: top.index))
      stack.append(top)
      isForward = true
    }
  }

  private func narrowest(_ values: [Int], _ used: Used) -> (index: Int, choices: UInt16)? {
    let all = (UInt16(1) << UInt16(side + 1)) - 2
    var best: (index: Int, choices: UInt16)?
    for index in values.indices where values[index] == 0 {
      let choices = all & ~used.mask(of: units(of: index))
      if best.map({ choices.nonzeroBitCount < $0.choices.nonzeroBitCount }) ?? true {
        best = (index, choices)
      }
    }
    return best
  }

  private func bit(_ digit: Int) -> UInt16 { 1 << UInt16(digit) }

  private func units(of index: Int) -> (row: Int, column: Int, box: Int) {
    let (row, column) = (index / side, index % side)
    return (row, column, row / boxHeight * (side / boxWidth) + column / boxWidth)
  }
}

/// Which digits the rows, columns and boxes hold, as bits.
private struct Used {
  private var rows: [UInt16]
  private var columns: [UInt16]
  private var boxes: [UInt16]

  init(side: Int) {
    rows = Array(repeating: 0, count: side)
    (columns, boxes) = (rows, rows)
  }

  func mask(of unit: (row: Int, column: Int, box: Int)) -> UInt16 {
    rows[unit.row] | columns[unit.column] | boxes[unit.box]
  }

  mutating func toggle(_ bit: UInt16, in unit: (row: Int, column: Int, box: Int)) {
    rows[unit.row] ^= bit
    columns[unit.column] ^= bit
    boxes[unit.box] ^= bit
  }
}
