/// The answer, byte by byte, against one or several golds. Case and blanks within matter, blanks at the ends
/// do not.
public struct ExactVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "exact", summary: "The answer, byte by byte, against one gold or several.",
    groundTruth:
      "the text, or a JSON array of texts that are all right; a JSON object has them under `target`",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "The same bytes as one of the golds; blanks at the ends do not count.",
      "Case, accents and blanks within count; nothing is unescaped.",
    ],
    parameters: TextMatching.parameters,
    examples: [
      .init("<answer>Rosa Parks</answer>", groundTruth: "Rosa Parks", score: 1),
      .init("Rosa Parks", groundTruth: #"["R. Parks", "Rosa Parks"]"#, score: 1),
      .init("<answer>rosa parks</answer>", groundTruth: "Rosa Parks", score: 0),
      .init("It was Rosa Parks", groundTruth: "Rosa Parks", score: 0),
    ],
    source: nil)

  private let matching: TextMatching

  public init() { matching = TextMatching() }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    matching = try TextMatching(parameters)
  }

  public func verify(_ completion: Completion) -> Verdict {
    matching.verdict(on: completion, "compared byte by byte") { answer, golds in golds.first { $0 == answer }
    }
  }
}
