/// The numbers game with its steps written out, after a search that may be judged too.
///
/// As LongProc's `countdown` (Ye et al. 2025, arXiv:2501.05414), for any number of numbers; nothing is
/// evaluated but integers. The search is compared line by line, where LongProc forgives wrong results in
/// lines that try.
public struct CountdownSearchVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "countdown_search",
    summary: "The numbers game in single steps, with or without the search before them.",
    groundTruth:
      "`target;n1,n2,…`, two or more natural numbers; on further lines, if it shall be compared, the "
      + "search procedure",
    answer:
      "the lines between the last `<Solution>` and `</Solution>` after the last `</think>`, each `a + b "
      + "= c` with `+ - * /`; the search procedure is what stands between the last `# Search "
      + "Procedure` before it and the solution",
    rules: [
      "Each step takes two numbers that are there, given or made before, and puts back its result: a "
        + "natural number, rightly computed.",
      "One step fewer than there are numbers; the last one makes the target. Any such solution is right.",
      "`partial` is the number of right steps from the first on ÷ all steps that are needed, 0 where "
        + "only the target is missed.",
      "With a search procedure in the ground truth, `search_partial` is the share of its lines that "
        + "stand at the beginning of the answer's, and `first_wrong_search_line` where they part.",
      LongAnswer.reports,
    ],
    parameters: [LongAnswer.partialParameter],
    examples: [
      .init("<Solution>\n3 * 7 = 21\n21 + 5 = 26\n</Solution>", groundTruth: "26;3,5,7", score: 1),
      .init("<Solution>\n3 * 7 = 21\n21 + 5 = 27\n</Solution>", groundTruth: "26;3,5,7", score: 0),
      .init(
        "<Solution>\n3 * 7 = 21\n21 + 5 = 27\n</Solution>", groundTruth: "26;3,5,7", score: 0.5,
        parameters: ["partial": .bool(true)]),
      .init("<Solution>\n3 + 7 = 10\n21 + 5 = 26\n</Solution>", groundTruth: "26;3,5,7", score: 0),
    ],
    source: "LongProc, Ye et al. 2025, arXiv:2501.05414")

  private static let open: StaticPattern = "<Solution>"
  private static let close: StaticPattern = "</Solution>"
  private static let heading: StaticPattern = "# Search Procedure"

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8).trimmed()
    guard let game = NumbersGame(gold.filledLines.first ?? []) else {
      return .noVerdict(gold: gold, rule: "the ground truth is not of the form `target;n1,n2,…`")
    }
    guard let scope = answerScope(of: completion.text) else {
      return LongAnswer.noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    switch scope.lastBlock(open: Self.open, close: Self.close) {
    case .missing: return LongAnswer.noAnswer(gold: gold, rule: "no `<Solution>`")
    case .unclosed: return LongAnswer.noAnswer(gold: gold, rule: "the last `<Solution>` is never closed")
    case .closed(let solution):
      var judged = game.judge(solution.filledLines)
      judged.metrics = Self.searchMetrics(
        of: scope,
        wanted: Array(gold.filledLines.dropFirst()).filter { !$0.has(Self.heading, at: $0.startIndex) })
      return judged.verdict(paysParts: paysParts, answer: solution, gold: gold, source: "last `<Solution>`")
    }
  }

  private static func searchMetrics(of scope: Bytes, wanted: [Bytes]) -> [VerdictMetric] {
    if wanted.isEmpty { return [] }
    guard let end = scope.lastRange(of: open)?.lowerBound,
      let start = scope[..<end].lastRange(of: heading)?.upperBound
    else { return [VerdictMetric("search_partial", 0), VerdictMetric("first_wrong_search_line", 1)] }
    // What follows the gold's lines is the way from the search to the solution, and free.
    let lines = scope[start..<end].filledLines.prefix(wanted.count)
    let search = LongAnswer(comparing: Array(lines), with: wanted)
    return [VerdictMetric("search_partial", search.partial)]
      + (search.wrongLine.map { [VerdictMetric("first_wrong_search_line", Double($0.number))] } ?? [])
  }
}

/// `target;n1,n2,…`
private struct NumbersGame {
  static let maximumNumbers = 1000

  let target: Int
  let numbers: [Int]

  init?(_ text: Bytes) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 2, let target = parts[0].asInteger else { return nil }
    numbers = parts[1].trimmedFields(at: ",").map { $0.asInteger ?? -1 }
    guard (2...Self.maximumNumbers).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 }) else {
      return nil
    }
    self.target = target
  }

  func judge(_ lines: [Bytes]) -> LongAnswer {
    var pool = numbers
    let needed = numbers.count - 1
    for (index, line) in lines.enumerated() {
      func wrong(_ problem: String, steps: Int) -> LongAnswer {
        LongAnswer(
          partial: Double(steps) / Double(max(needed, lines.count)),
          wrongLine: .init(number: index + 1, problem: problem))
      }

      if index == needed { return wrong("is one too many", steps: index) }
      guard let step = Step(line) else { return wrong("is not a step `a + b = c`", steps: index) }
      for number in [step.left, step.right] {
        guard let place = pool.firstIndex(of: number) else {
          return wrong("uses a number that is not there", steps: index)
        }
        pool.remove(at: place)
      }
      guard let result = step.value else { return wrong("has no natural number as its result", steps: index) }
      guard result == step.result else { return wrong("is computed wrongly", steps: index) }
      pool.append(result)
      // Steps that lead elsewhere are worth nothing, however rightly computed.
      if index == needed - 1, result != target { return wrong("does not make the target", steps: 0) }
    }
    if lines.count < needed {
      return LongAnswer(
        partial: Double(lines.count) / Double(needed),
        wrongLine: .init(number: lines.count + 1, problem: "is missing"))
    }
    return LongAnswer(partial: 1)
  }
}

/// `a + b = c`
private struct Step {
  let left: Int
  let right: Int
  let result: Int
  private let sign: UInt8

  init?(_ line: Bytes) {
    let sides = TaskText.folded(line).trimmedFields(at: "=")
    guard sides.count == 2, let place = sides[0].firstIndex(where: { "+-*/".utf8.contains($0) }),
      let left = sides[0][..<place].trimmed().asNatural,
      let right = sides[0][(place + 1)...].trimmed().asNatural,
      let result = sides[1].asNatural
    else { return nil }
    (self.left, self.right, self.result) = (left, right, result)
    sign = sides[0][place]
  }

  /// Nil where it is no natural number or leaves 64 bits.
  var value: Int? {
    let (value, overflow): (Int, Bool)
    switch sign {
    case UInt8(ascii: "+"): (value, overflow) = left.addingReportingOverflow(right)
    case UInt8(ascii: "-"): (value, overflow) = left.subtractingReportingOverflow(right)
    case UInt8(ascii: "*"): (value, overflow) = left.multipliedReportingOverflow(by: right)
    default: return right != 0 && left.isMultiple(of: right) ? left / right : nil
    }
    return overflow || value < 0 ? nil : value
  }
}

extension ArraySlice<UInt8> {
  /// Digits and nothing else, within 64 bits.
  fileprivate var asNatural: Int? { !isEmpty && allSatisfy(\.isDigit) ? asInteger : nil }
}
