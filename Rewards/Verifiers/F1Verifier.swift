/// How far the words of the answer are those of the gold.
///
///     F1 = 2 P R / (P + R),   P = common / words of the answer,   R = common / words of the gold
///
/// Words are compared as a multiset after SQuAD's normalizing; with several golds the best one counts.
/// Metrics: `precision` and `recall` of that gold.
///
/// Rajpurkar et al. 2016, arXiv:1606.05250; the differences are those of ``NormalizedText``.
public struct F1Verifier: Verifier {
  public static let description = VerifierDescription(
    name: "f1", summary: "How far the words of the answer are those of the gold.",
    groundTruth:
      "the text, or a JSON array of texts of which the best one counts; a JSON object has them under `target`",
    answer: "the last `####` line, box or `<answer>`; without any, the text after the thinking",
    rules: [
      "Both sides are normalized as by `normalized_string` and split into words.",
      "The score is the F1 of the two multisets of words; order does not count.",
    ],
    parameters: TextMatching.parameters,
    examples: [
      .init("<answer>The Eiffel Tower</answer>", groundTruth: "eiffel tower", score: 1),
      .init("<answer>Eiffel Tower, Paris</answer>", groundTruth: "eiffel tower", score: 0.8),
      .init("<answer>Louvre</answer>", groundTruth: "eiffel tower", score: 0),
    ],
    source: "SQuAD's F1, arXiv:1606.05250; punctuation of all scripts, never left empty")

  private let matching: TextMatching

  public init() { matching = TextMatching() }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    matching = try TextMatching(parameters)
  }

  public func verify(_ completion: Completion) -> Verdict {
    matching.verdict(on: completion) { answer, golds, source in verdict(on: answer, source, golds) }
  }

  private func verdict(on answer: Bytes, _ source: String, _ golds: [Bytes]) -> Verdict {
    let normalized = NormalizedText(answer)
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for word in normalized.words { counts[normalized.bytes[word], default: 0] += 1 }
    var best = (f1: -1.0, precision: 0.0, recall: 0.0, gold: golds[0])
    for gold in golds {
      let goldText = NormalizedText(gold)
      var left: [ArraySlice<UInt8>: Int] = [:]
      var common = 0
      for word in goldText.words {
        let key = goldText.bytes[word]
        let available = left[key] ?? counts[key] ?? 0
        if available > 0 { common += 1 }
        left[key] = max(available - 1, 0)
      }
      let precision = Double(common) / Double(max(normalized.words.count, 1))
      let recall = Double(common) / Double(max(goldText.words.count, 1))
      let f1 = Double(2 * common) / Double(max(normalized.words.count + goldText.words.count, 1))
      if f1 > best.f1 { best = (f1, precision, recall, gold) }
    }
    var verdict = Verdict.judged(
      score: best.f1, extracted: answer, gold: best.gold, rule: "\(source), F1 of normalized words")
    verdict.metrics = [VerdictMetric("precision", best.precision), VerdictMetric("recall", best.recall)]
    return verdict
  }
}
