/// What the verifiers of long procedural outputs report: whether the whole is right, how much of it is, and
/// the first line that is not.
struct LongAnswer {
  /// Counted from 1, with a few words on what is wrong with it.
  struct WrongLine {
    let number: Int
    let problem: String
  }

  /// 0…1; less than 1 wherever there is a wrong line.
  var partial: Double
  var wrongLine: WrongLine?
  /// Beside `accuracy`, `partial` and `extraction_rate`.
  var metrics: [VerdictMetric] = []

  static let partialParameter = VerifierDescription.Parameter(
    "partial", "true or false", standard: "false", "whether `partial` is the score, and not only a metric")

  static let reports =
    "`accuracy`, `partial`, `extraction_rate` and `first_wrong_line` (only where there is one) are metrics."

  /// The verdict, with the first wrong line in its rule; the score is ``partial`` if parts are paid, else 1
  /// or 0.
  func verdict(paysParts: Bool, answer: Bytes, gold: Bytes, source: String) -> Verdict {
    let accuracy = wrongLine == nil ? 1.0 : 0
    let rule = wrongLine.map { "line \($0.number) \($0.problem)" } ?? "every line is right"
    var verdict = Verdict.judged(
      score: paysParts ? partial : accuracy, extracted: answer, gold: gold, rule: "\(source), \(rule)")
    verdict.metrics =
      Self.metrics(accuracy: accuracy, partial: partial, extractionRate: 1) + metrics
      + (wrongLine.map { [VerdictMetric("first_wrong_line", Double($0.number))] } ?? [])
    return verdict
  }

  static func noAnswer(gold: Bytes, rule: String) -> Verdict {
    var verdict = Verdict.noAnswer(gold: gold, rule: rule)
    verdict.metrics = metrics(accuracy: 0, partial: 0, extractionRate: 0)
    return verdict
  }

  private static func metrics(accuracy: Double, partial: Double, extractionRate: Double) -> [VerdictMetric] {
    [
      VerdictMetric("accuracy", accuracy), VerdictMetric("partial", partial),
      VerdictMetric("extraction_rate", extractionRate),
    ]
  }

  /// Lines against lines, in order.
  ///
  /// `partial` is the share of the gold lines that stand, without a gap, at the beginning of the answer;
  /// where lines follow behind a complete answer, the share of the answer's lines that belong to it. `gold`
  /// is not empty.
  init<Line: Equatable>(comparing lines: [Line], with gold: [Line]) {
    let same = zip(lines, gold).prefix { $0 == $1 }.count
    if same == lines.count, same == gold.count {
      self.init(partial: 1)
    } else if same == gold.count {
      self.init(
        partial: Double(gold.count) / Double(lines.count),
        wrongLine: WrongLine(number: same + 1, problem: "is one too many"))
    } else {
      self.init(
        partial: Double(same) / Double(gold.count),
        wrongLine: WrongLine(number: same + 1, problem: same == lines.count ? "is missing" : "is another one")
      )
    }
  }

  init(partial: Double, wrongLine: WrongLine? = nil, metrics: [VerdictMetric] = []) {
    self.partial = partial
    self.wrongLine = wrongLine
    self.metrics = metrics
  }
}

extension ArraySlice<UInt8> {
  /// Its lines, trimmed, empty ones left out.
  var filledLines: [Bytes] {
    split { $0 == 0x0A || $0 == 0x0D }.map { $0.trimmed() }.filter { !$0.isEmpty }
  }

  /// What stands between the last `open` and the first `close` after it, line breaks at its ends left out.
  func lastBlock(open: StaticPattern, close: StaticPattern) -> TaggedBlock {
    guard let start = lastRange(of: open) else { return .missing }
    let rest = self[start.upperBound...]
    var index = rest.startIndex
    while index + close.bytes.count <= rest.endIndex {
      if rest.has(close, at: index) { return .closed(rest[..<index].trimmed { $0 == 0x0A || $0 == 0x0D }) }
      index += 1
    }
    return .unclosed
  }
}

enum TaggedBlock {
  case closed(Bytes)
  /// Cut off, whatever it holds.
  case unclosed
  case missing
}
