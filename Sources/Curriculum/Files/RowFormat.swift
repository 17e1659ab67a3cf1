/// How the records of one file are parsed.
enum RowFormat: Sendable {
  case jsonl
  case csv(CSVTable)

  /// One record as a row; `file` and `line`, where it begins, are for messages.
  func row(_ bytes: ArraySlice<UInt8>, file: String, line: Int) throws(DataError) -> DataRow {
    switch self {
    case .jsonl: try DataRow(file: file, line: line, bytes: bytes)
    case .csv(let table): try table.row(bytes, file: file, line: line)
    }
  }
}
