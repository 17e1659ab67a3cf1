/// The answer as SQuAD's exact match compares it: without case, punctuation, articles and layout.
///
/// Rajpurkar et al. 2016, arXiv:1606.05250; the differences are those of ``NormalizedText``.
public struct NormalizedStringVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "normalized_string",
    summary: "The answer without regard to case, punctuation, articles and layout.",
    groundTruth: "the text, or a JSON array of texts that are all right",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "Both sides are made small, punctuation and the words a, an, the are dropped, blanks made single.",
      "Right if that gives the same as for one of the golds.",
      "A text that would be left empty (`A`, `?`) keeps its articles, and if need be its punctuation.",
    ],
    parameters: [.place(standard: .auto), .golds],
    examples: [
      .init("<answer>the “Eiffel  Tower”.</answer>", groundTruth: "Eiffel Tower", score: 1),
      .init("\\boxed{U.S.A.}", groundTruth: #"["United States", "USA"]"#, score: 1),
      .init("<answer>Eiffel Tower in Paris</answer>", groundTruth: "Eiffel Tower", score: 0),
    ],
    source: "SQuAD's exact match, arXiv:1606.05250; punctuation of all scripts, never left empty")

  private let place: ShortAnswer.Place
  private let golds: GoldTexts.Reading

  public init() {
    (place, golds) = (.auto, .auto)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    place = try parameters.choice("answer", standard: .auto)
    golds = try parameters.choice("golds", standard: .auto)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8)
    guard let golds = GoldTexts(gold, golds) else { return .noVerdict(gold: gold, rule: unusableGoldTexts) }
    switch ShortAnswer(in: completion.text, place) {
    case .missing(let rule): return .noAnswer(gold: golds.texts[0], rule: rule)
    case .found(let answer, let source):
      let normalized = NormalizedText(answer).bytes
      let match = golds.texts.first { NormalizedText($0).bytes == normalized }
      return .judged(
        match != nil, extracted: answer, gold: match ?? golds.texts[0],
        rule: "\(source), compared as normalized text")
    }
  }
}
