import Rewards

/// Answers with the verdicts they must get, a line each: `T` or `F`, the ground truth, the response, for multiple
/// choice (`TM`, `FM`) also the options as JSON. `~` stands for a response that is one box with what follows in it,
/// `<nl>` for a line feed. Written for these tests; math-verify and the shared cases are not their source.
struct AnswerCases: Sendable {
  struct Case: Sendable {
    let line: String
    let isRight: Bool
    let isChoice: Bool
    let groundTruth: String
    /// The content of the box where the response is nothing else.
    let boxed: String?
    let response: String
    let columns: [String: String]

    var verdict: Verdict { verdict(for: response) }

    func verdict(for response: String) -> Verdict {
      let completion = Completion(text: response, groundTruth: groundTruth, columns: columns)
      return isChoice ? MultipleChoiceVerifier().verify(completion) : MathVerifier().verify(completion)
    }
  }

  let all: [Case]

  init(_ table: String) {
    all = table.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ¦ ", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 3 else { return nil }
      let text = Self.unfolded(fields[2])
      let boxed = text.hasPrefix("~") ? String(text.dropFirst()) : nil
      return Case(
        line: String(line), isRight: fields[0].hasPrefix("T"), isChoice: fields[0].hasSuffix("M"),
        groundTruth: Self.unfolded(fields[1]), boxed: boxed,
        response: boxed.map { "\\boxed{\($0)}" } ?? text,
        columns: fields.count > 3 ? ["choices": fields[3]] : [:])
    }
  }

  /// Every table of values, without multiple choice.
  static let values: [Case] = [
    numbers, units, further, collections, relations, words, expressions, boxes, statements, hacking, names,
    prose, sequences,
  ].flatMap(\.all)

  private static func unfolded(_ field: String) -> String {
    field.split(separator: "<nl>", omittingEmptySubsequences: false).joined(separator: "\n")
  }
}
