/// Rows of text under each other, columns two spaces apart.
struct TextTable {
  private var rows: [[String]]
  /// Columns that end where their heading ends: numbers.
  private let right: Set<Int>

  /// - Parameter header: Headings; those that begin with ">" are of numbers.
  init(_ header: [String]) {
    right = Set(header.indices.filter { header[$0].hasPrefix(">") })
    rows = [header.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }]
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return right.contains(column) ? space + row[column] : row[column] + space
      }
      let line = cells.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }
  }
}
