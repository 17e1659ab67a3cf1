/// A table as tab-separated values, row by row.
///
/// As LongProc's `html_to_tsv` (Ye et al. 2025, arXiv:2501.05414), except that duplicate rows are matched
/// one to one, a wrong header is no answer in part, and only a closed block counts.
public struct TSVF1Verifier: Verifier {
  public static let description = VerifierDescription(
    name: "tsv_f1", summary: "A table as tab-separated values, row by row.",
    groundTruth: "the table: a header line and at least one row, cells separated by tabs",
    answer: "the last block between \"```tsv\" and \"```\" after the last `</think>`",
    rules: [
      "The header must be the same, column by column; else nothing is right.",
      "Cells are compared in small letters without ASCII punctuation, blanks and the words a, an, the.",
      "Rows are matched one to one, in any order: a row written twice needs to be asked for twice.",
      "Right is a table with every row and no other. `partial` is F1 of the rows; `precision` and "
        + "`recall` are metrics too.",
      LongAnswer.reports,
    ],
    parameters: [LongAnswer.partialParameter],
    examples: [
      .init("```tsv\nname\tage\nBob\t7\nAnn\t9\n```", groundTruth: "Name\tAge\nAnn\t9\nBob\t7", score: 1),
      .init("```tsv\nname\tage\nAnn\t9\n```", groundTruth: "Name\tAge\nAnn\t9\nBob\t7", score: 0),
      .init(
        "```tsv\nname\tage\nAnn\t9\n```", groundTruth: "Name\tAge\nAnn\t9\nBob\t7", score: 2.0 / 3,
        parameters: ["partial": .bool(true)]),
      .init(
        "```tsv\nage\tname\n9\tAnn\n```", groundTruth: "Name\tAge\nAnn\t9", score: 0,
        parameters: ["partial": .bool(true)]),
    ],
    source: "LongProc, Ye et al. 2025, arXiv:2501.05414, which matches duplicate rows many to one")

  private static let fence: StaticPattern = "```tsv"
  private static let closingFence: StaticPattern = "```"

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8).trimmed { $0 == 0x0A || $0 == 0x0D }
    guard let wanted = SeparatedTable(gold), !wanted.rows.isEmpty else {
      return .noVerdict(gold: gold, rule: "the ground truth is not a header line and at least one row")
    }
    guard let scope = answerScope(of: completion.text) else {
      return LongAnswer.noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    switch scope.lastBlock(open: Self.fence, close: Self.closingFence) {
    case .missing: return LongAnswer.noAnswer(gold: gold, rule: "no ```tsv block")
    case .unclosed: return LongAnswer.noAnswer(gold: gold, rule: "the last ```tsv block is never closed")
    case .closed(let block):
      guard let table = SeparatedTable(block) else {
        return LongAnswer.noAnswer(gold: gold, rule: "the last ```tsv block is empty")
      }
      return wanted.compared(with: table)
        .verdict(paysParts: paysParts, answer: block, gold: gold, source: "last ```tsv block")
    }
  }
}

/// A header and rows, cells normalized.
private struct SeparatedTable {
  let header: [[UInt8]]
  let rows: [[[UInt8]]]

  /// Nil where there is no header.
  init?(_ text: Bytes) {
    let lines = text.split { $0 == 0x0A || $0 == 0x0D }.filter { line in !line.allSatisfy(\.isBlank) }
      .map { line in
        line.split(separator: 0x09, omittingEmptySubsequences: false).map { $0.normalizedCell() }
      }
    guard let header = lines.first else { return nil }
    self.header = header
    rows = Array(lines.dropFirst())
  }

  /// What `answer` is worth as an answer to this table.
  func compared(with answer: SeparatedTable) -> LongAnswer {
    if answer.header != header {
      return report(matched: 0, of: answer, wrong: .init(number: 1, problem: "is not the header"))
    }
    var left: [[[UInt8]]: Int] = [:]
    for row in rows { left[row, default: 0] += 1 }
    var matched = 0
    var wrong: LongAnswer.WrongLine?
    for (index, row) in answer.rows.enumerated() {
      if let count = left[row], count > 0 {
        left[row] = count - 1
        matched += 1
      } else if wrong == nil {
        wrong = .init(number: index + 2, problem: "is not a row of the table, or one too many")
      }
    }
    if wrong == nil, matched < rows.count {
      wrong = .init(number: answer.rows.count + 2, problem: "is missing")
    }
    return report(matched: matched, of: answer, wrong: wrong)
  }

  private func report(matched: Int, of answer: SeparatedTable, wrong: LongAnswer.WrongLine?) -> LongAnswer {
    let precision = answer.rows.isEmpty ? 0 : Double(matched) / Double(answer.rows.count)
    let recall = Double(matched) / Double(rows.count)
    // 2·P·R / (P + R), which is 2·matched / (both counts) and exact at 1.
    let f1 = 2 * Double(matched) / Double(answer.rows.count + rows.count)
    return LongAnswer(
      partial: f1, wrongLine: wrong,
      metrics: [VerdictMetric("precision", precision), VerdictMetric("recall", recall)])
  }
}
