/// Do the words of a gold stand in the answer, one after the other?
///
/// It pays for naming everything that could be right: a policy trained on it learns to list. For evaluation,
/// or behind a length limit; prefer `normalized_string` or `f1` for training.
public struct ContainsVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "contains",
    summary: "Does the answer contain a gold? Pays for listing everything: for evaluation, not for training.",
    groundTruth:
      "the text, or a JSON array of texts of which one suffices; a JSON object has them under `target`",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "Both sides are normalized as by `normalized_string`.",
      "Right if the words of a gold stand in the answer, in order and next to each other.",
      "Words are whole: `valid` is not in `invalid`.",
    ],
    parameters: TextMatching.parameters,
    examples: [
      .init("I think it is the Eiffel Tower.", groundTruth: "eiffel tower", score: 1),
      .init("London, Paris or Rome", groundTruth: "Paris", score: 1),
      .init("the tower of Eiffel", groundTruth: "eiffel tower", score: 0),
      .init("that is invalid", groundTruth: "valid", score: 0),
    ],
    source: "sub-EM of Search-R1 (arXiv:2503.09516), by words instead of letters")

  private let matching: TextMatching

  public init() { matching = TextMatching() }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    matching = try TextMatching(parameters)
  }

  public func verify(_ completion: Completion) -> Verdict {
    matching.verdict(on: completion, "searched for the words of the gold") { answer, golds in
      let blank: [UInt8] = [0x20]
      let text = blank + NormalizedText(answer).bytes + blank
      return golds.first { gold in
        SubstringSearch(blank + NormalizedText(gold).bytes + blank).first(in: text[...]) != nil
      }
    }
  }
}
