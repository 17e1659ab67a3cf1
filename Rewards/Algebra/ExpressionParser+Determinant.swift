/// Determinants as numbers: `\begin{vmatrix}…`, `\det\begin{pmatrix}…`, `\left|\begin{matrix}…`.
extension Algebra {
  /// A matrix environment at the cursor, as its determinant.
  ///
  /// By Laplace along the rows, each minor once: 2^n·n products for n rows, at most six.
  mutating func readDeterminant(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> ExpressionID {
    let rows = try readRows(&cursor)
    guard !rows.isEmpty, rows.allSatisfy({ $0.count == rows.count }) else {
      throw .unreadable("a determinant that is not square")
    }
    guard rows.count <= 6 else { throw .limit("a determinant of more than six rows") }
    // minors[set] is the minor of the last rows over the columns in `set`.
    var minors = [ExpressionID?](repeating: nil, count: 1 << rows.count)
    minors[0] = try number(.one)
    for size in 1...rows.count {
      let row = rows[rows.count - size]
      for set in minors.indices where set.nonzeroBitCount == size {
        var total: ExpressionID?
        var isNegative = false
        for column in row.indices where set >> column & 1 == 1 {
          guard let minor = minors[set & ~(1 << column)] else { continue }
          var term = try product(row[column], minor)
          if isNegative { term = try negated(term) }
          if let sum = total { total = try self.sum(sum, term) } else { total = term }
          isNegative.toggle()
        }
        minors[set] = total
      }
    }
    guard let determinant = minors.last ?? nil else { throw .unreadable("a determinant without entries") }
    return determinant
  }

  /// The entries between `\begin` and `\end`, row by row; an empty last row is none.
  private mutating func readRows(_ cursor: inout ExpressionCursor) throws(AlgebraFailure) -> [[ExpressionID]]
  {
    guard let begin = cursor.token, begin.kind == .begin, Int(begin.value) > cursor.index,
      Int(begin.value) < cursor.end
    else { throw cursor.unreadable("a matrix") }
    let close = Int(begin.value)
    let name = cursor.bytes(begin).last
    // …matrix, array, tabular
    guard name == UInt8(ascii: "x") || name == UInt8(ascii: "y") || name == UInt8(ascii: "r") else {
      throw cursor.unreadable("a matrix")
    }
    let outerEnd = cursor.end
    let outerBars = cursor.bars
    cursor.bars = 0
    cursor.end = close
    cursor.index += 1
    var rows: [[ExpressionID]] = [[]]
    while cursor.index < close {
      rows[rows.count - 1].append(try readSum(&cursor))
      guard cursor.index < close else { break }
      guard cursor.kind == .ampersand || cursor.kind == .newRow else { throw cursor.unreadable("`&`") }
      if cursor.kind == .newRow, cursor.index + 1 < close { rows.append([]) }
      cursor.index += 1
    }
    cursor.index = close + 1
    cursor.end = outerEnd
    cursor.bars = outerBars
    return rows
  }
}
