/// Do the words of a gold stand in the answer, one after the other?
///
/// It pays for naming everything that could be right: a policy trained on it learns to list. For evaluation,
/// or behind a length limit; prefer `normalized_string` or `f1` for training.
public struct ContainsVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "contains",
    summary: "Does the answer contain a gold? Pays for listing everything: for evaluation, not for training.",
    groundTruth: "the text, or a JSON array of texts of which one suffices",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "Both sides are normalized as by `normalized_string`.",
      "Right if the words of a gold stand in the answer, in order and next to each other.",
      "Words are whole: `valid` is not in `invalid`.",
    ],
    parameters: [.place(standard: .auto), .golds],
    examples: [
      .init("I think it is the Eiffel Tower.", groundTruth: "eiffel tower", score: 1),
      .init("London, Paris or Rome", groundTruth: "Paris", score: 1),
      .init("the tower of Eiffel", groundTruth: "eiffel tower", score: 0),
      .init("that is invalid", groundTruth: "valid", score: 0),
    ],
    source: "sub-EM of Search-R1 (arXiv:2503.09516), by words instead of letters")

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
      let blank: [UInt8] = [0x20]
      let text = blank + NormalizedText(answer).bytes + blank
      let match = golds.texts.first { gold in
        SubstringSearch(blank + NormalizedText(gold).bytes + blank).first(in: text[...]) != nil
      }
      return .judged(
        match != nil, extracted: answer, gold: match ?? golds.texts[0],
        rule: "\(source), searched for the words of the gold")
    }
  }
}
