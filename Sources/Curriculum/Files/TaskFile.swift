public import Experience
private import Rewards

/// The tasks of one data file. Rows are parsed one at a time, when the file is opened to see that all is well and
/// again when a task is asked for; memory holds the text of a small file and the places of a large one's rows.
public struct TaskFile: Sendable {
  /// What was found in it.
  public let report: Report
  /// The file's name without folders, or another that keeps its tasks apart: their `source`, and what their ids begin
  /// with.
  package let name: String
  /// Nil where the source has none.
  let slice: RowSlice?
  private let path: String
  private let format: RowFormat
  private let reader: RowReader
  private let store: RowStore

  public struct Report: Sendable, Hashable {
    /// One line for people: which column is what, and which verifier judges.
    public var detected = ""
    /// Rows that can be used and pass the filter.
    public var rows = 0
    /// Rows whose ground truth the verifier cannot read: they will never get a verdict.
    public var unreadableGroundTruths = 0
    /// Rows left out by the filter, by the first criterion each failed.
    public var filtered: [RowFilter.Criterion: Int] = [:]
    /// Rows that could not be used; the first few with their places and why.
    public var badRows = 0
    public var badRowExamples: [String] = []
    /// The verifiers that the rows name.
    public var verifiers: Set<String> = []
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - source: The file, its columns and its filter.
  ///   - countTokens: Needed where the filter counts tokens.
  /// - Throws: ``DataError`` with file and line; with ``BadRowPolicy/skip`` only for what is no row's fault.
  public init(_ source: FileSource, countTokens: TokenCounter? = nil) throws(DataError) {
    try self.init(source, countTokens: countTokens, visit: { _ in })
  }

  /// The tasks there are.
  public var count: Int { store.count }

  /// The line that a row stands on, with which its task's id ends.
  func line(of row: Int) -> Int { store.line(of: row) }

  /// - Parameter row: Below ``count``, in the file's order.
  /// - Returns: The task.
  /// - Throws: Where the file cannot be read any more or has changed.
  public func task(at row: Int) throws(DataError) -> ReasoningTask {
    precondition(row >= 0 && row < count, "row \(row) of \(count) in \(path)")
    return try reader.task(
      from: format.row(try store.bytes(of: row), file: path, line: store.line(of: row)))
  }

  /// - Parameters:
  ///   - source: The file, its columns and its filter.
  ///   - name: nil = the file's name without folders.
  ///   - idPrefix: Put before the name in ids.
  ///   - countTokens: Needed where the filter counts tokens.
  ///   - keptSize: Files up to so many bytes are kept in memory; nil = 64 MiB.
  ///   - lineLimit: Longest row in bytes; nil = 64 MiB.
  ///   - visit: Sees every task once, in the file's order.
  /// - Throws: ``DataError`` with file and line.
  package init(
    _ source: FileSource, name: String? = nil, idPrefix: String = "", countTokens: TokenCounter? = nil,
    keptSize: Int? = nil, lineLimit: Int? = nil, visit: (ReasoningTask) -> Void
  ) throws(DataError) {
    let name = name ?? source.defaultName
    self.name = name
    path = source.path
    try source.validate(countsTokens: countTokens != nil)
    let file = try OpenFile(path: source.path)
    let written = source.format ?? DataFormat(ofFileAt: source.path)
    var records = RecordReader(file, format: written, limit: lineLimit ?? 64 << 20)
    format = try Self.format(written, &records)
    var reading = Reading(source, name: name, idPrefix: idPrefix, countTokens)
    var store = keptSize.map { RowStore(file, keptSize: $0) } ?? RowStore(file)
    var lengths: [UInt32] = []
    while let record = try records.next() {
      do throws(DataError) {
        if let fault = record.fault { throw DataError(fault, file: path, line: record.line) }
        let row = try format.row(record.bytes, file: path, line: record.line)
        guard let (task, length) = try reading.task(from: row) else { continue }
        try store.add(record)
        if let length { lengths.append(length) }
        visit(task)
      } catch {
        try reading.take(error)
      }
    }
    (reader, report) = try reading.finish(written)
    slice = source.slice.flatMap { RowSlice($0, lengths: lengths) }
    self.store = store
  }

  /// - Throws: Where a CSV file has no usable header, which no policy about rows forgives.
  private static func format(
    _ written: DataFormat, _ records: inout RecordReader
  ) throws(DataError) -> RowFormat {
    guard let delimiter = written.delimiter else { return .jsonl }
    let path = records.file.path
    guard let header = try records.next() else { throw DataError(.noTable, file: path) }
    if let fault = header.fault { throw DataError(fault, file: path, line: header.line) }
    return .csv(try CSVTable(header: header.bytes, delimiter: delimiter, file: path, line: header.line))
  }
}

/// What accumulates while a file is read.
private struct Reading {
  /// Bad rows that the report tells about.
  private static let examples = 3

  private let source: FileSource
  private let name: String
  private let idPrefix: String
  private let countTokens: TokenCounter?
  private var reader: RowReader?
  private var sources = SourceCounts()
  private var verifiers: [String: any Verifier] = [:]
  private var report = TaskFile.Report()

  init(_ source: FileSource, name: String, idPrefix: String, _ countTokens: TokenCounter?) {
    self.source = source
    self.name = name
    self.idPrefix = idPrefix
    self.countTokens = countTokens
  }

  /// The row's task, with its prompt's length where a slice asks for it; nil where the filter leaves it out.
  mutating func task(from row: DataRow) throws(DataError) -> (task: ReasoningTask, length: UInt32?)? {
    let reader: RowReader
    if let known = self.reader {
      reader = known
    } else {
      reader = try RowReader(source, name: name, idPrefix: idPrefix, firstRow: row)
    }
    self.reader = reader
    let task = try reader.task(from: row)
    let refusal: RowFilter.Criterion?
    var length: Int?
    do {
      refusal = try source.filter.refusal(of: task, countTokens)
      if refusal == nil { length = try source.slice?.length(of: task.prompt, countTokens) }
    } catch {
      throw row.error(.notTokenized("\(error)"))
    }
    if let refusal {
      report.filtered[refusal, default: 0] += 1
      return nil
    }
    if try !isReadable(task, of: row) { report.unreadableGroundTruths += 1 }
    if let column = reader.sourceColumn { sources.add(task, column: column) }
    report.rows += 1
    return (task, length.map { UInt32(clamping: $0) })
  }

  /// Whether the verifier can read the ground truth.
  ///
  /// - Throws: Where it cannot and refuses such rows, as where it would follow instructions that nobody knows.
  private mutating func isReadable(_ task: ReasoningTask, of row: DataRow) throws(DataError) -> Bool {
    let verifier: any Verifier
    if let known = verifiers[task.verifier] {
      verifier = known
    } else {
      do throws(VerifierSpecError) {
        verifier = try Verifiers.make(VerifierSpec(parsing: task.verifier))
      } catch {
        throw DataError(.verifier(error), file: source.path)
      }
      verifiers[task.verifier] = verifier
    }
    let silence = Completion(
      prompt: task.prompt, text: "", groundTruth: task.groundTruth, columns: task.columns)
    let verdict = verifier.verify(silence)
    guard verdict.status == .noVerdict else { return true }
    if type(of: verifier).refusesUnreadableTasks {
      throw row.error(.unusableTask(verifier: task.verifier, verdict.rule))
    }
    return false
  }

  /// Counts a row that cannot be used.
  ///
  /// - Throws: The error itself, where it is not to be passed over.
  mutating func take(_ error: DataError) throws(DataError) {
    guard source.onBadRow == .skip, error.isOneRow else { throw error }
    report.badRows += 1
    if report.badRows <= Self.examples { report.badRowExamples.append(error.description) }
  }

  /// - Throws: Where nothing is left.
  func finish(_ format: DataFormat) throws(DataError) -> (RowReader, TaskFile.Report) {
    guard let reader, report.rows > 0 else {
      if let first = report.badRowExamples.first {
        throw DataError(.onlyBadRows(count: report.badRows, first: first), file: source.path)
      }
      if !report.filtered.isEmpty {
        throw DataError(.nothingPassesFilter(report.filtered), file: source.path)
      }
      throw DataError(format == .jsonl ? .noRows : .noTable, file: source.path)
    }
    var report = report
    report.detected = reader.description(sources)
    report.verifiers = Set(verifiers.keys)
    return (reader, report)
  }
}

extension FileSource {
  /// The file's name, without folders.
  var defaultName: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Refuses what no row has to be read for.
  fileprivate func validate(countsTokens: Bool) throws(DataError) {
    for spec in [verifier].compactMap(\.self) + verifiers.entries.values {
      do throws(VerifierSpecError) {
        _ = try Verifiers.make(spec)
      } catch {
        throw DataError(.verifier(error), file: path)
      }
    }
    if let criterion = filter.tokenCriterion, !countsTokens {
      throw DataError(.nobodyCountsTokens(criterion), file: path)
    }
    if slice?.measure == .tokens, !countsTokens { throw DataError(.noTokenCounts, file: path) }
  }
}
