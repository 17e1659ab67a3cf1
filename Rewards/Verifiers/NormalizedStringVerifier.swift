/// The answer as SQuAD's exact match compares it: without case, punctuation, articles and layout.
///
/// Rajpurkar et al. 2016, arXiv:1606.05250; the differences are those of ``NormalizedText``.
public struct NormalizedStringVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "normalized_string",
    summary: "The answer without regard to case, punctuation, articles and layout.",
    groundTruth:
      "the text, or a JSON array of texts that are all right; a JSON object has them under `target`",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "Both sides are made small, punctuation and the words a, an, the are dropped, blanks made single.",
      "Right if that gives the same as for one of the golds.",
      "A text that would be left empty (`A`, `?`) keeps its articles, and if need be its punctuation.",
    ],
    parameters: TextMatching.parameters,
    examples: [
      .init("<answer>the “Eiffel  Tower”.</answer>", groundTruth: "Eiffel Tower", score: 1),
      .init("\\boxed{U.S.A.}", groundTruth: #"["United States", "USA"]"#, score: 1),
      .init("<answer>Eiffel Tower in Paris</answer>", groundTruth: "Eiffel Tower", score: 0),
    ],
    source: "SQuAD's exact match, arXiv:1606.05250; punctuation of all scripts, never left empty")

  private let matching: TextMatching

  public init() { matching = TextMatching() }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    matching = try TextMatching(parameters)
  }

  public func verify(_ completion: Completion) -> Verdict {
    matching.verdict(on: completion, "compared as normalized text") { answer, golds in
      let normalized = NormalizedText(answer).bytes
      return golds.first { NormalizedText($0).bytes == normalized }
    }
  }
}
