/// How the rows of a data file are written.
public enum DataFormat: String, Sendable, Hashable, CaseIterable {
  /// JSON Lines: one JSON object per line.
  case jsonl
  /// RFC 4180: a line of column names, then rows. A field in double quotes may hold commas, line ends and, written
  /// twice, quotes.
  case csv
  /// The same with tabs for commas.
  case tsv

  /// By a file's ending; JSON Lines where that says nothing.
  init(ofFileAt path: String) {
    let parts = path.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false) ?? []
    self = parts.count > 1 ? DataFormat(rawValue: parts[parts.count - 1].lowercased()) ?? .jsonl : .jsonl
  }

  /// What stands between two fields; nil in JSON Lines, which has none.
  var delimiter: UInt8? {
    switch self {
    case .jsonl: nil
    case .csv: UInt8(ascii: ",")
    case .tsv: UInt8(ascii: "\t")
    }
  }
}
