/// A list in the right order.
///
/// - Ground truth: the items in order, separated by commas or blanks.
/// - Answer: the last `####` line, box or `<answer>`, after the last `</think>`; brackets round the list do
///   not count.
/// - Equality: the same items, spelled the same, in the same order, none missing and none added.
public struct OrderingVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "ordering", summary: "A list in the right order.",
    groundTruth: "the items in order, separated by commas or blanks",
    answer: "the last `####` line, box or `<answer>`",
    rules: ["The same items, spelled the same, in the same order, none missing and none added."],
    examples: [
      .init("#### [1, 2, 3]", groundTruth: "1 2 3", score: 1),
      .init("#### 1, 3, 2", groundTruth: "1 2 3", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8).trimmed()
    let goldItems = items(in: gold)
    if goldItems.isEmpty { return .noVerdict(gold: gold, rule: "the ground truth is an empty list") }
    switch MarkedAnswer(in: completion.text) {
    case .missing(let rule):
      return .noAnswer(gold: gold, rule: rule)
    case .found(let answer, let source):
      return .judged(
        items(in: answer) == goldItems, extracted: answer, gold: gold,
        rule: "\(source), compared item by item")
    }
  }

  private func items(in text: Bytes) -> [Bytes] {
    text.trimmed { $0.isBlank || "[]()".utf8.contains($0) }
      .split { $0.isBlank || $0 == UInt8(ascii: ",") }
  }
}
