/// The answer, byte by byte, against one or several golds. Case and blanks within matter, blanks at the ends
/// do not.
public struct ExactVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "exact", summary: "The answer, byte by byte, against one gold or several.",
    groundTruth: "the text, or a JSON array of texts that are all right",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "The same bytes as one of the golds; blanks at the ends do not count.",
      "Case, accents and blanks within count; nothing is unescaped.",
    ],
    parameters: [.place(standard: .auto), .golds],
    examples: [
      .init("<answer>Rosa Parks</answer>", groundTruth: "Rosa Parks", score: 1),
      .init("Rosa Parks", groundTruth: #"["R. Parks", "Rosa Parks"]"#, score: 1),
      .init("<answer>rosa parks</answer>", groundTruth: "Rosa Parks", score: 0),
      .init("It was Rosa Parks", groundTruth: "Rosa Parks", score: 0),
    ],
    source: nil)

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
      let match = golds.texts.first { $0 == answer }
      return .judged(
        match != nil, extracted: answer, gold: match ?? golds.texts[0],
        rule: "\(source), compared byte by byte")
    }
  }
}
