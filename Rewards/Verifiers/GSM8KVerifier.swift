/// GSM8K's form, strictly: the answer is the number behind the last `####`.
///
/// - Ground truth: a number, or a rationale whose last `####` line holds it.
/// - Answer: the number behind the last `####`, up to the end of its line, after the last `</think>`. A `####`
///   within a line counts only directly before a number.
/// - Equality: exact, as rationals: `18` = `18.00` = `36/2`. Thousands separators and `$` do not matter; `p%`
///   is right for p and for p/100. Numbers of more than 64 characters are refused
///   (``Verdict/Status-swift.enum/limit``).
///
/// Cobbe et al. 2021, arXiv:2110.14168. Unlike verl's `gsm8k`, which compares strings, form does not matter.
public struct GSM8KVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "gsm8k", summary: "The number behind the last `####`.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer:
      "what stands behind the last `####` in its line; within a line it counts only directly before a number",
    rules: [
      "Equal as exact rationals: 18 = 18.00 = 36/2.",
      "Thousands separators and `$` do not matter; `p%` is right for p and for p/100.",
    ],
    parameters: [.formatScore],
    examples: [
      .init("6 + 12 = 18\n#### $18.00", groundTruth: "18", score: 1),
      .init("She has **#### 18**", groundTruth: "18", score: 1),
      .init("#### 81", groundTruth: "18", score: 0),
      .init("#### 81", groundTruth: "18", score: 0.1, parameters: ["format_score": 0.1]),
      .init("\\boxed{18}", groundTruth: "18", score: 0, parameters: ["format_score": 0.1]),
    ],
    source: "Cobbe et al. 2021, arXiv:2110.14168; verl's `strict`, which compares strings instead")

  private let judgment: NumericJudgment

  public init() {
    judgment = NumericJudgment(sources: [.hash])
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    judgment = NumericJudgment(sources: [.hash], formatScore: try parameters.formatScore())
  }

  public func verify(_ completion: Completion) -> Verdict {
    judgment.verdict(on: completion)
  }
}

/// GSM8K without a marker: the last number of the text is the answer, whatever stands before it.
///
/// For models that were never taught a marker. A policy can be paid for a number it did not mean as its
/// answer, so prefer `gsm8k` for training.
public struct GSM8KFlexibleVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "gsm8k_flexible", summary: "The last number of the text.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer: "the last number of the text; digits within a word (`H2O`) are none",
    rules: ["As `gsm8k`."],
    parameters: [.formatScore],
    examples: [
      .init("so there are 18 eggs left.", groundTruth: "18", score: 1),
      .init("#### 18\nfor 2 friends", groundTruth: "18", score: 0),
    ],
    source: "verl's `flexible`, which compares strings instead")

  private let judgment: NumericJudgment

  public init() {
    judgment = NumericJudgment(sources: [.last])
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    judgment = NumericJudgment(sources: [.last], formatScore: try parameters.formatScore())
  }

  public func verify(_ completion: Completion) -> Verdict {
    judgment.verdict(on: completion)
  }
}
