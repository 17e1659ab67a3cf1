/// A route written out line by line.
///
/// As LongProc's `path_traversal` (Ye et al. 2025, arXiv:2501.05414), except that the *last* `<Route>`
/// counts, not the first, and that a wrong first line earns no part.
public struct PathTraversalVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "path_traversal", summary: "A route, line by line.",
    groundTruth: "the lines of the route, without or with `<Route>` and `</Route>` round them",
    answer: "the lines between the last `<Route>` and `</Route>` after the last `</think>`",
    rules: [
      "Every line is the same, none missing and none added; blanks at the ends of lines and empty lines "
        + "do not count.",
      "`partial` is the number of right lines from the first on, up to the first wrong one, ÷ the lines "
        + "of the ground truth.",
      LongAnswer.reports,
    ],
    parameters: [LongAnswer.partialParameter],
    examples: [
      .init(
        "<Route>\nFrom A, take a bus to B.\nFrom B, take a train to C.\n</Route>",
        groundTruth: "From A, take a bus to B.\nFrom B, take a train to C.", score: 1),
      .init(
        "<Route>\nFrom A, take a bus to B.\nFrom B, take a bus to C.\n</Route>",
        groundTruth: "From A, take a bus to B.\nFrom B, take a train to C.", score: 0),
      .init(
        "<Route>\nFrom A, take a bus to B.\nFrom B, take a bus to C.\n</Route>",
        groundTruth: "From A, take a bus to B.\nFrom B, take a train to C.", score: 0.5,
        parameters: ["partial": .bool(true)]),
    ],
    source: "LongProc, Ye et al. 2025, arXiv:2501.05414")

  private static let open: StaticPattern = "<Route>"
  private static let close: StaticPattern = "</Route>"

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    var gold = Bytes(completion.groundTruth.utf8).trimmed()
    if case .closed(let block) = gold.lastBlock(open: Self.open, close: Self.close) { gold = block }
    let wanted = gold.filledLines
    if wanted.isEmpty { return .noVerdict(gold: gold, rule: "the ground truth has no lines") }
    guard let scope = answerScope(of: completion.text) else {
      return LongAnswer.noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    switch scope.lastBlock(open: Self.open, close: Self.close) {
    case .missing: return LongAnswer.noAnswer(gold: gold, rule: "no `<Route>`")
    case .unclosed: return LongAnswer.noAnswer(gold: gold, rule: "the last `<Route>` is never closed")
    case .closed(let route):
      return LongAnswer(comparing: route.filledLines, with: wanted)
        .verdict(paysParts: paysParts, answer: route, gold: gold, source: "last `<Route>`")
    }
  }
}
