internal import Experience
internal import Rewards

/// Turns the rows of one file into tasks, once the columns are known.
struct RowReader: Sendable {
  /// Who judges a row.
  private enum Judge {
    case one(VerifierSpec, text: String)
    case bySource(column: String, VerifierRouting)
  }

  private let name: String
  private let idPrefix: String
  private let columns: ColumnMapping
  private let readColumns: Set<String>
  private let judge: Judge
  private let mayAnswerInJSON: Bool
  private let answersHoldMarkers: Bool
  private let firstHasSolution: Bool

  init(_ source: FileSource, name: String, idPrefix: String, firstRow row: DataRow) throws(DataError) {
    self.name = name
    self.idPrefix = idPrefix
    columns = try ColumnMapping(source, firstRow: row)
    readColumns = Set([columns.prompt, columns.answer, columns.solution].compactMap(\.self))
    let sourceColumn = source.sourceField ?? "data_source"
    var routing = source.verifiers
    let isRouted = row[sourceColumn] != nil || source.sourceField != nil || !routing.entries.isEmpty
    // Who names a verifier knows what it reads; else a list of answers is as likely a mistake.
    mayAnswerInJSON = source.verifier != nil || isRouted
    let answer = try Self.answer(of: row, columns.answer, mayBeJSON: mayAnswerInJSON)
    answersHoldMarkers = answer.hasMarker
    firstHasSolution = columns.solution != nil || answer.solution != nil
    if let verifier = source.verifier {
      // Named for all rows: nothing is left for the sources that are built in.
      if routing.entries["*"] == nil { routing.entries["*"] = verifier }
      judge =
        source.verifiers.entries.isEmpty
        ? .one(verifier, text: verifier.text) : .bySource(column: sourceColumn, routing)
    } else if isRouted {
      judge = .bySource(column: sourceColumn, routing)
    } else {
      // Where worked solutions end in `####`, answers are taught in that form.
      let solution = try columns.solution.map { column throws(DataError) in
        try row.text(column, role: "solution")
      }
      let isMarked = answer.hasMarker || solution.map { Answer($0).hasMarker } ?? false
      let verifier = VerifierSpec(isMarked ? GSM8KVerifier.name : MathVerifier.name)
      judge = .one(verifier, text: verifier.text)
    }
  }

  private static func answer(
    of row: DataRow, _ column: String?, mayBeJSON: Bool
  ) throws(DataError) -> Answer {
    guard let column else { return Answer("") }
    let answer = Answer(try mayBeJSON ? row.groundTruth(column) : row.text(column, role: "answer"))
    if answer.groundTruth.isEmpty { throw row.error(.nothingBehindMarker(column: column)) }
    return answer
  }

  /// The column whose values decide who judges; nil where one verifier judges all.
  var sourceColumn: String? {
    if case .bySource(let column, _) = judge { column } else { nil }
  }

  /// Which column is what, and who judges, for people; `sources` has how many rows each data source has.
  func description(_ sources: SourceCounts) -> String {
    let solution = columns.solution ?? (firstHasSolution ? columns.answer : nil)
    let verifier =
      switch judge {
      case .one(_, let text): ", verifier `\(text)`"
      case .bySource(let column, _): ", verifier by `\(column)`: \(sources.words)"
      }
    return "\(name): question ← `\(columns.prompt)`, "
      + (columns.answer.map { "answer ← `\($0)`" } ?? "no answers")
      + (answersHoldMarkers ? " (####)" : "")
      + (solution.map { ", worked solution ← `\($0)`" } ?? ", no worked solutions")
      + verifier
  }

  func task(from row: DataRow) throws(DataError) -> ReasoningTask {
    let answer = try Self.answer(of: row, columns.answer, mayBeJSON: mayAnswerInJSON)
    var solution = answer.solution
    if let column = columns.solution { solution = try row.text(column, role: "solution") }
    return ReasoningTask(
      id: "\(idPrefix)\(name)/\(row.line)", source: name, prompt: try row.prompt(columns.prompt),
      groundTruth: answer.groundTruth, verifier: try verifier(of: row), solution: solution,
      columns: row.columns(except: readColumns))
  }

  private func verifier(of row: DataRow) throws(DataError) -> String {
    switch judge {
    case .one(_, let text): return text
    case .bySource(let column, let routing):
      let source =
        routing.entries["*"] == nil ? try row.text(column, role: "source") : row[column]?.plain ?? ""
      if let spec = routing.verifier(for: source) { return spec.text }
      // Rows that `apus tasks sample` wrote name the family they are from.
      guard let family = ProceduralTasks.named(source) else {
        throw row.error(.noVerifier(source: source, column: column))
      }
      return type(of: family).verifier
    }
  }
}

/// How many rows each data source has.
struct SourceCounts: Sendable {
  /// A column with a value of its own in every row names no sources; past so many they are no longer told apart.
  private static let maximum = 10_000

  private var counts: [String: (verifier: String, rows: Int)] = [:]
  private var hasMore = false

  mutating func add(_ task: ReasoningTask, column: String) {
    let source = task.columns[column] ?? ""
    if let known = counts[source]?.rows {
      counts[source] = (task.verifier, known + 1)
    } else if counts.count < Self.maximum {
      counts[source] = (task.verifier, 1)
    } else {
      hasMore = true
    }
  }

  /// The largest eight.
  fileprivate var words: String {
    let sources = counts.sorted { ($1.value.rows, $0.key) < ($0.value.rows, $1.key) }
    let words = sources.prefix(8).map { "\($0.key) → `\($0.value.verifier)` (\($0.value.rows))" }
    return words.joined(separator: ", ")
      + (sources.count > 8 ? " and \(hasMore ? "over " : "")\(sources.count - 8) more" : "")
  }
}
