internal import Experience
internal import Randomness
internal import Rewards

/// Chains of a file's rows: a number of a later question is written as the previous answer and a constant.
///
/// The constant makes it the number it was, so every answer stays what it is and nothing has to be computed.
struct OffsetComposer: ChainMaker {
  let name: String
  let verifiers: Set<String>
  let description: String
  let rejections: ChainRejections
  private let rows: [Row]
  /// Those of `rows` that can stand behind another.
  private let later: [Int]

  /// A row that can be part of a chain.
  private struct Row: Sendable {
    var id: String
    var line: Int?
    var question: String
    var solution: String?
    var answer: Int
    var verifier: String
    var numbers: [ReplaceableNumber]
    /// What can stand for a number without being taken for something in the question.
    var variable: String?
  }

  /// - Throws: ``DataError`` where no row has a whole number as its answer, or the file cannot be read any more.
  init(_ source: ChainRows) throws(DataError) {
    let file = source.file
    var rejections = source.rejections
    var seen: Set<String> = []
    var rows: [Row] = []
    for row in source.rows {
      let task = try file.task(at: Int(row))
      guard seen.insert(task.prompt).inserted else {
        rejections.count(.repeatedQuestion)
        continue
      }
      if let row = Self.row(task, &rejections) { rows.append(row) }
    }
    if rows.isEmpty { throw DataError(.noWholeAnswers(source: file.name, rows: file.count)) }
    let later = rows.indices.filter { !rows[$0].numbers.isEmpty }
    (self.rows, self.later) = (rows, later)
    name = file.name
    verifiers = Set(rows.map(\.verifier))
    description =
      "chains (offset) of \(rows.count) rows, \(later.count) of which can follow another; \(file.report.detected)"
    self.rejections = rejections
  }

  var longestHorizon: Int {
    // Where every row can follow, the first takes one of them away.
    min(ComposedSource.longestHorizon, later.count + (later.count < rows.count ? 1 : 0), rows.count)
  }

  func chain(horizon: Int, draw: ChainDraw, rejections: inout ChainRejections) -> Chain? {
    var rng = draw.rng
    let first = rng.draw(0...(rows.count - 1))
    var used: Set<Int> = [first]
    var row = rows[first]
    var parts = [Self.part(row, link: nil)]
    while parts.count < horizon {
      guard let next = unused(from: rng.draw(0...(later.count - 1)), &used, &rejections) else { return nil }
      let answer = row.answer
      row = rows[next]
      let number = rng.pick(row.numbers)
      guard let link = Self.link(row, number, .plus(number.value - answer)) else {
        rejections.count(.outOfRange)
        return nil
      }
      parts.append(Self.part(row, link: link))
    }
    let chain = Chain(composer: "offset", wording: draw.wording, parts: parts, verifier: row.verifier)
    let reason = ChainVerification(isExecutable: false).rejection(of: chain) { index, number in
      // The answer that the file gives to the question as it was, and to no other.
      number == parts[index].link?.number ? parts[index].answer : nil
    }
    if let reason { rejections.count(reason) }
    return reason == nil ? chain : nil
  }

  /// The first row at or behind a place that the chain does not hold yet.
  private func unused(from place: Int, _ used: inout Set<Int>, _ rejections: inout ChainRejections) -> Int? {
    for step in later.indices {
      let row = later[(place + step) % later.count]
      if used.insert(row).inserted { return row }
      rejections.count(.repeatedPart)
    }
    return nil
  }

  private static func part(_ row: Row, link: Chain.Link?) -> Chain.Part {
    Chain.Part(
      id: row.id, line: row.line, question: row.question, answer: row.answer, link: link,
      solution: row.solution.map { Chain.Solution(steps: $0, number: link?.number, answer: row.answer) })
  }

  private static func link(_ row: Row, _ number: ReplaceableNumber, _ adapter: ChainAdapter) -> Chain.Link? {
    guard let name = row.variable, case .plus(let constant) = adapter, ChainAdapter.isWithinLimit(constant)
    else {
      return nil
    }
    let bytes = Array(row.question.utf8)
    let before = String(decoding: bytes[..<number.range.lowerBound], as: UTF8.self)
    let digits = String(decoding: bytes[number.range], as: UTF8.self)
    let after = String(decoding: bytes[number.range.upperBound...], as: UTF8.self)
    let start = before.unicodeScalars.count
    return Chain.Link(
      name: name, adapter: adapter, number: number.value, text: before + name + after,
      span: start..<(start + digits.unicodeScalars.count))
  }

  private static func row(_ task: ReasoningTask, _ rejections: inout ChainRejections) -> Row? {
    guard let answer = NumberToken.answer(task.groundTruth), ChainAdapter.isWithinLimit(answer) else {
      rejections.count(.answerNotWhole)
      return nil
    }
    let solution = task.solution.map(steps)
    let variable = ChainVariable.name(for: task.prompt)
    var numbers: [ReplaceableNumber] = []
    // Drawings in code hold numbers that are no amounts.
    if variable != nil, !task.prompt.contains("[asy]") {
      numbers = ReplaceableNumber.all(in: task.prompt, solution: solution, rejections: &rejections)
    }
    if numbers.isEmpty { rejections.count(.noNumber) }
    return Row(
      id: task.id, line: task.id.split(separator: "/").last.flatMap { Int($0) }, question: task.prompt,
      solution: solution, answer: answer, verifier: task.verifier, numbers: numbers, variable: variable)
  }

  /// A worked solution without its last line `#### answer`.
  private static func steps(_ solution: String) -> String {
    var lines = solution.split(separator: "\n", omittingEmptySubsequences: false)
    if let last = lines.last(where: { !$0.isEmpty }), last.hasPrefix("####") {
      while let line = lines.popLast(), line.isEmpty {}
    }
    return lines.joined(separator: "\n")
  }
}
