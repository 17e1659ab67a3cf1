/// A number, wherever it is marked, and without a mark the last one of the text.
///
/// Between `gsm8k`, which accepts one mark, and `gsm8k_flexible`, which passes every mark over.
public struct NumberVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "number", summary: "A number behind `####` or in a box, and else the last number of the text.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer: "what stands behind the last `####` (as for `gsm8k`), else the last box, else the last number",
    rules: ["As `gsm8k`."],
    parameters: [.formatScore],
    examples: [
      .init("so there are 18 eggs left.", groundTruth: "18", score: 1),
      .init("#### 18\nfor 2 friends", groundTruth: "18", score: 1),
      .init("18 eggs for 2 friends", groundTruth: "18", score: 0),
    ],
    source: nil)

  private static let sources: [NumericJudgment.Source] = [.hash, .boxed, .last]
  private let judgment: NumericJudgment

  public init() {
    judgment = NumericJudgment(sources: Self.sources)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    judgment = NumericJudgment(sources: Self.sources, formatScore: try parameters.formatScore())
  }

  public func verify(_ completion: Completion) -> Verdict {
    judgment.verdict(on: completion)
  }
}
