/// Where a text matcher (`exact`, `normalized_string`, `f1`, `contains`) looks for the answer, and how it reads the
/// golds.
struct TextMatching: Sendable {
  /// Its parameters, as they are described.
  static let parameters: [VerifierDescription.Parameter] = [.place(standard: .auto), .golds]

  private var place = ShortAnswer.Place.auto
  private var golds = GoldTexts.Reading.auto

  init() {}

  /// - Throws: Where a value cannot be used.
  init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    place = try parameters.choice("answer", standard: .auto)
    golds = try parameters.choice("golds", standard: .auto)
  }

  /// The verdict of a matcher that is paid in full or not at all.
  ///
  /// - Parameters:
  ///   - completion: The response and its ground truth.
  ///   - how: How the texts are compared, for the rule.
  ///   - match: The first gold that fits an answer.
  /// - Returns: The verdict.
  func verdict(on completion: Completion, _ how: String, match: (Bytes, [Bytes]) -> Bytes?) -> Verdict {
    verdict(on: completion) { answer, golds, source in
      let found = match(answer, golds)
      return .judged(
        found != nil, extracted: answer, gold: found ?? golds[0], rule: "\(source), \(how)")
    }
  }

  /// - Parameters:
  ///   - completion: The response and its ground truth.
  ///   - judge: From the answer, the golds, of which there is at least one, and where the answer stood.
  /// - Returns: No verdict without a gold, and no answer without one; else what `judge` says.
  func verdict(on completion: Completion, judge: (Bytes, [Bytes], String) -> Verdict) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8)
    let texts: [Bytes]
    do {
      texts = try GoldTexts(gold, golds).texts
    } catch {
      return .noVerdict(gold: gold, rule: error.rule)
    }
    switch ShortAnswer(in: completion.text, place) {
    case .missing(let rule): return .noAnswer(gold: texts[0], rule: rule)
    case .found(let answer, let source): return judge(answer, texts, source)
    }
  }
}
