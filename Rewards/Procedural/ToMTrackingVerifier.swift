/// Who believes what to be where, step by step.
///
/// As LongProc's `tom_tracking` (Ye et al. 2025, arXiv:2501.05414), with a shorter list of words that do
/// not count.
public struct ToMTrackingVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "tom_tracking", summary: "A trace of states and beliefs, step by step.",
    groundTruth: "the trace; its lines that start with `-` count: `- Step 0: {Ann location: patio; …}`",
    answer:
      "the lines that start with `-` after the last `</think>`, from the last one on whose label (what "
      + "stands before its first colon) is that of the ground truth's first line",
    rules: [
      "The same lines in the same order, none missing and none added.",
      "Lines are compared in small letters without ASCII punctuation, additional blanks and the words a, "
        + "an, the, on, in, at, of, is, are.",
      "`partial` is the number of right lines from the first on, up to the first wrong one, ÷ the lines "
        + "of the ground truth.",
      LongAnswer.reports,
    ],
    parameters: [LongAnswer.partialParameter],
    examples: [
      .init(
        "- Step 0: {Ann: the patio}\n- Step 1: {Ann: sauna}\nFinal Answer: sauna",
        groundTruth: "- Step 0: {Ann: patio}\n- Step 1: {Ann: sauna}", score: 1),
      .init(
        "- Step 0: {Ann: patio}\n- Step 1: {Ann: patio}",
        groundTruth: "- Step 0: {Ann: patio}\n- Step 1: {Ann: sauna}", score: 0),
      .init(
        "- Step 0: {Ann: patio}\n- Step 1: {Ann: patio}",
        groundTruth: "- Step 0: {Ann: patio}\n- Step 1: {Ann: sauna}", score: 0.5,
        parameters: ["partial": .bool(true)]),
    ],
    source: "LongProc, Ye et al. 2025, arXiv:2501.05414")

  private static let smallWords = ["a", "an", "the", "on", "in", "at", "of", "is", "are"]

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8).trimmed()
    let wanted = Self.items(in: gold)
    guard let first = wanted.first else {
      return .noVerdict(gold: gold, rule: "the ground truth has no line that starts with `-`")
    }
    guard let scope = answerScope(of: completion.text) else {
      return LongAnswer.noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    let items = Self.items(in: scope)
    guard let begin = items.last(where: { Self.label(of: $0) == Self.label(of: first) }) ?? items.first else {
      return LongAnswer.noAnswer(gold: gold, rule: "no line that starts with `-`")
    }
    let trace = items.drop { $0.startIndex < begin.startIndex }
    return LongAnswer(comparing: trace.map(Self.normalized), with: wanted.map(Self.normalized))
      .verdict(
        paysParts: paysParts, answer: scope[begin.startIndex...], gold: gold,
        source: "lines that start with `-`")
  }

  private static func items(in text: Bytes) -> [Bytes] {
    text.filledLines.filter { $0.first == UInt8(ascii: "-") }
  }

  private static func label(of item: Bytes) -> [UInt8] {
    (item.firstIndex(of: UInt8(ascii: ":")).map { item[..<$0] } ?? item).normalizedCell(keepsBlanks: true)
  }

  private static func normalized(_ item: Bytes) -> [UInt8] {
    item.normalizedCell(dropping: smallWords, keepsBlanks: true)
  }
}
