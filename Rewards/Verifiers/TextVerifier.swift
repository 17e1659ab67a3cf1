/// The answer, letter by letter.
///
/// - Ground truth: the text; blanks at its ends do not count. A JSON object has it under
///   `target`, or several in a list.
/// - Answer: the last `####` line, box or `<answer>`, after the last `</think>`, blanks at its ends left out.
/// - Equality: the same bytes. Case matters.
public struct TextVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "text", summary: "The answer, letter by letter.",
    groundTruth: "the text, or a JSON object with it under `target`; blanks at its ends do not count",
    answer: "the last `####` line, box or `<answer>`",
    rules: ["The same bytes; case matters."],
    examples: [
      .init("#### stone", groundTruth: "stone", score: 1),
      .init("#### Stone", groundTruth: "stone", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8).trimmed()
    if gold.isEmpty { return .noVerdict(gold: gold, rule: "the ground truth is empty") }
    let golds: [Bytes]
    do {
      golds = try GoldTexts(gold, gold.first == UInt8(ascii: "{") ? .auto : .single).texts
    } catch {
      return .noVerdict(gold: gold, rule: error.rule)
    }
    switch MarkedAnswer(in: completion.text) {
    case .missing(let rule):
      return .noAnswer(gold: golds[0], rule: rule)
    case .found(let answer, let source):
      let match = golds.first { $0 == answer }
      return .judged(
        match != nil, extracted: answer, gold: match ?? golds[0], rule: "\(source), compared as text")
    }
  }
}
