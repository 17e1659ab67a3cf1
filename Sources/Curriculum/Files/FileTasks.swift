internal import Experience
internal import Rewards

/// The tasks of one data file, with what was found out about it.
struct FileTasks: Sendable {
  /// As in the path, without folders.
  let name: String
  var tasks: [ReasoningTask]
  /// One line for people: which column is what, and which verifier judges.
  let detected: String
  /// Rows whose ground truth the verifier cannot read: they will never get a verdict.
  let unreadableGroundTruths: Int

  /// Reads a whole file; the first row that cannot be used ends it with an error.
  init(_ source: FileSource) throws(DataError) {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    for spec in [source.verifier].compactMap(\.self) + source.verifiers.entries.values {
      do throws(VerifierSpecError) {
        _ = try Verifiers.make(spec)
      } catch {
        throw DataError(.verifier(error), file: source.path)
      }
    }
    var reader: RowReader?
    var tasks: [ReasoningTask] = []
    try forEachLine(ofFileAt: source.path) { (number, bytes) throws(DataError) in
      let row = try DataRow(file: source.path, line: number, bytes: bytes)
      let current: RowReader
      if let reader { current = reader } else { current = try RowReader(source, name: name, firstRow: row) }
      reader = current
      tasks.append(try current.task(from: row))
    }
    guard let reader else { throw DataError(.noRows, file: source.path) }
    self.name = name
    self.tasks = tasks
    detected = reader.description(of: tasks)
    unreadableGroundTruths = try Self.unreadable(tasks, source.path)
  }

  /// How many rows have a ground truth that their verifier cannot read; throws where that verifier asks for it.
  private static func unreadable(_ tasks: [ReasoningTask], _ path: String) throws(DataError) -> Int {
    var unusable: (task: ReasoningTask, why: String)?
    var count = 0
    do throws(VerifierSpecError) {
      let verifiers = try PreparedVerifiers(for: RewardConfiguration(), tasks: tasks.map(\.verifier))
      for task in tasks {
        let silence = Completion(
          prompt: task.prompt, text: "", groundTruth: task.groundTruth, columns: task.columns)
        let verifier = try verifiers.verifier(named: task.verifier)
        let verdict = verifier.verify(silence)
        guard verdict.status == .noVerdict else { continue }
        if type(of: verifier).refusesUnreadableTasks { unusable = unusable ?? (task, verdict.rule) }
        count += 1
      }
    } catch {
      throw DataError(.verifier(error), file: path)
    }
    if let unusable {
      let line = unusable.task.id.split(separator: "/").last.flatMap { Int($0) }
      throw DataError(.unusableTask(verifier: unusable.task.verifier, unusable.why), file: path, line: line)
    }
    return count
  }

  /// Keeps the ids apart from those of another file of the same name.
  mutating func prefixIDs(_ prefix: String) {
    for index in tasks.indices { tasks[index].id = prefix + tasks[index].id }
  }
}

/// Turns rows into tasks, once the columns are known.
private struct RowReader {
  /// Who judges a row.
  private enum Judge {
    case one(VerifierSpec)
    case bySource(column: String, VerifierRouting)
  }

  private let name: String
  private let columns: ColumnMapping
  private let judge: Judge
  private let mayAnswerInJSON: Bool
  private let answersHoldMarkers: Bool
  private let firstHasSolution: Bool

  init(_ source: FileSource, name: String, firstRow row: DataRow) throws(DataError) {
    self.name = name
    columns = try ColumnMapping(source, firstRow: row)
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
      judge = source.verifiers.entries.isEmpty ? .one(verifier) : .bySource(column: sourceColumn, routing)
    } else if isRouted {
      judge = .bySource(column: sourceColumn, routing)
    } else {
      // Where worked solutions end in `####`, answers are taught in that form.
      let solution = try columns.solution.map { column throws(DataError) in
        try row.text(column, role: "solution")
      }
      let isMarked = answer.hasMarker || solution.map { lastMarker(in: $0) != nil } ?? false
      judge = .one(VerifierSpec(isMarked ? GSM8KVerifier.name : MathVerifier.name))
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

  /// Which column is what, and who judges, for people.
  func description(of tasks: [ReasoningTask]) -> String {
    let solution = columns.solution ?? (firstHasSolution ? columns.answer : nil)
    return "\(name): question ← `\(columns.prompt)`, "
      + (columns.answer.map { "answer ← `\($0)`" } ?? "no answers")
      + (answersHoldMarkers ? " (####)" : "")
      + (solution.map { ", worked solution ← `\($0)`" } ?? ", no worked solutions")
      + verifiers(of: tasks)
  }

  private func verifiers(of tasks: [ReasoningTask]) -> String {
    switch judge {
    case .one(let spec): return ", verifier `\(spec.text)`"
    case .bySource(let column, _):
      var counts: [String: (verifier: String, rows: Int)] = [:]
      for task in tasks {
        let source = task.columns[column] ?? ""
        counts[source] = (task.verifier, (counts[source]?.rows ?? 0) + 1)
      }
      let sources = counts.sorted { ($1.value.rows, $0.key) < ($0.value.rows, $1.key) }
      let words = sources.prefix(8).map { "\($0.key) → `\($0.value.verifier)` (\($0.value.rows))" }
      return ", verifier by `\(column)`: " + words.joined(separator: ", ")
        + (sources.count > 8 ? " and \(sources.count - 8) more" : "")
    }
  }

  func task(from row: DataRow) throws(DataError) -> ReasoningTask {
    let answer = try Self.answer(of: row, columns.answer, mayBeJSON: mayAnswerInJSON)
    var solution = answer.solution
    if let column = columns.solution { solution = try row.text(column, role: "solution") }
    return ReasoningTask(
      id: "\(name)/\(row.line)", source: name, prompt: try row.prompt(columns.prompt),
      groundTruth: answer.groundTruth, verifier: try verifier(of: row).text, solution: solution,
      columns: row.columns(
        except: Set([columns.prompt, columns.answer, columns.solution].compactMap(\.self))))
  }

  private func verifier(of row: DataRow) throws(DataError) -> VerifierSpec {
    switch judge {
    case .one(let spec): return spec
    case .bySource(let column, let routing):
      let source =
        routing.entries["*"] == nil ? try row.text(column, role: "source") : row[column]?.plain ?? ""
      // Rows that `apus tasks sample` wrote name the family they are from.
      let family = ProceduralTasks.named(source).map { VerifierSpec(type(of: $0).verifier) }
      guard let spec = routing.verifier(for: source) ?? family else {
        throw row.error(.noVerifier(source: source, column: column))
      }
      return spec
    }
  }
}

/// An answer column's text: a bare answer, or a worked solution that ends in one.
private struct Answer {
  let hasMarker: Bool
  let groundTruth: String
  /// Nil where the column holds nothing but the answer.
  let solution: String?

  init(_ text: String) {
    if let marker = lastMarker(in: text) {
      hasMarker = true
      groundTruth = trimmed(text[marker...].drop { $0 == "#" })
      solution = withoutCalculatorMarks(text)
    } else {
      hasMarker = false
      groundTruth = trimmed(text[...])
      solution = text.utf8.contains(UInt8(ascii: "\\")) && text.contains("\\boxed{") ? text : nil
    }
  }
}

/// Where the last `####` begins.
private func lastMarker(in text: String) -> String.Index? {
  var index = text.utf8.endIndex
  var run = 0
  while index > text.utf8.startIndex {
    text.utf8.formIndex(before: &index)
    run = text.utf8[index] == UInt8(ascii: "#") ? run + 1 : 0
    if run == 4 { return index }
  }
  return nil
}

private func trimmed(_ text: Substring) -> String {
  var text = text
  while text.last?.isWhitespace == true { text.removeLast() }
  return String(text.drop(while: \.isWhitespace))
}

/// Without GSM8K's `<<48/2=24>>`, which a calculator was to fill in.
private func withoutCalculatorMarks(_ text: String) -> String {
  let bytes = Array(text.utf8)
  var result: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index...].starts(with: "<<".utf8), let end = endOfMark(bytes, from: index) {
      index = end
    } else {
      result.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

/// Past the `>>` of a mark on one line; nil where it has none.
private func endOfMark(_ bytes: [UInt8], from start: Int) -> Int? {
  var index = start + 2
  while index + 1 < bytes.count, bytes[index] != 0x0A, bytes[index] != UInt8(ascii: "<") {
    if bytes[index] == UInt8(ascii: ">"), bytes[index + 1] == UInt8(ascii: ">") { return index + 2 }
    index += 1
  }
  return nil
}
