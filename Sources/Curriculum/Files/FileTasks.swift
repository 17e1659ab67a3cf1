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
    if let verifier = source.verifier, Verifiers.named(verifier) == nil {
      throw DataError(.unknownVerifier(name: verifier, known: Verifiers.names), file: source.path)
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
    detected = reader.description
    unreadableGroundTruths = tasks.count { !reader.canJudge($0) }
  }

  /// Keeps the ids apart from those of another file of the same name.
  mutating func prefixIDs(_ prefix: String) {
    for index in tasks.indices { tasks[index].id = prefix + tasks[index].id }
  }
}

/// Turns rows into tasks, once the columns are known.
private struct RowReader {
  private let name: String
  private let columns: ColumnMapping
  private let verifierName: String
  private let verifier: any Verifier
  private let answersHoldMarkers: Bool
  private let firstHasSolution: Bool

  init(_ source: FileSource, name: String, firstRow row: DataRow) throws(DataError) {
    self.name = name
    columns = try ColumnMapping(source, firstRow: row)
    let answer = Answer(try row.text(columns.answer, role: "answer"))
    answersHoldMarkers = answer.hasMarker
    verifierName = source.verifier ?? (answer.hasMarker ? GSM8KVerifier.name : MathVerifier.name)
    verifier = Verifiers.named(verifierName) ?? MathVerifier()
    firstHasSolution = columns.solution != nil || answer.solution != nil
  }

  var description: String {
    let solution = columns.solution ?? (firstHasSolution ? columns.answer : nil)
    return "\(name): question ← `\(columns.prompt)`, answer ← `\(columns.answer)`"
      + (answersHoldMarkers ? " (####)" : "")
      + (solution.map { ", worked solution ← `\($0)`" } ?? ", no worked solutions")
      + ", verifier `\(verifierName)`"
  }

  func task(from row: DataRow) throws(DataError) -> ReasoningTask {
    let answer = Answer(try row.text(columns.answer, role: "answer"))
    if answer.groundTruth.isEmpty { throw row.error(.nothingBehindMarker(column: columns.answer)) }
    var solution = answer.solution
    if let column = columns.solution { solution = try row.text(column, role: "solution") }
    return ReasoningTask(
      id: "\(name)/\(row.line)", source: name, prompt: try row.prompt(columns.prompt),
      groundTruth: answer.groundTruth,
      verifier: verifierName, solution: solution,
      columns: row.columns(except: [columns.prompt, columns.answer, columns.solution ?? columns.answer]))
  }

  func canJudge(_ task: ReasoningTask) -> Bool {
    verifier.verify(Completion(text: "", groundTruth: task.groundTruth)).status != .noVerdict
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
