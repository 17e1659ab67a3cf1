/// A grid of one-byte cells as people write it: one row a line, or all cells in one line.
///
/// Rows end at line breaks or `/`. Blanks, commas, brackets, quotes and what frames are drawn with (`|`, `+`,
/// `-`, `=`, `&`) lie between cells; any other byte makes it no grid.
struct WrittenGrid {
  let rows: [[UInt8]]

  private static let between: ASCIISet = " \t\r,;[](){}|+-=&\"'`$*"

  init?(_ text: Bytes, cells: ASCIISet) {
    var rows: [[UInt8]] = []
    var row: [UInt8] = []
    for byte in text {
      if cells.contains(byte) {
        row.append(byte)
      } else if byte == 0x0A || byte == UInt8(ascii: "/") {
        if !row.isEmpty { rows.append(row) }
        row = []
      } else if !Self.between.contains(byte) {
        return nil
      }
    }
    if !row.isEmpty { rows.append(row) }
    self.rows = rows
  }

  /// All cells, row by row, where the grid is `height` × `width` or is one line of as many cells; else nil.
  func cells(height: Int, width: Int) -> [UInt8]? {
    if rows.count == 1, rows[0].count == height * width { return rows[0] }
    guard rows.count == height, rows.allSatisfy({ $0.count == width }) else { return nil }
    return rows.flatMap { $0 }
  }

  /// The side of a square grid, also where it is written in one line; nil where it is none.
  var side: Int? {
    let count = rows.count == 1 ? Int(Double(rows[0].count).squareRoot()) : rows.count
    return count > 0 && cells(height: count, width: count) != nil ? count : nil
  }
}
