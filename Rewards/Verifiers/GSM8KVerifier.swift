/// GSM8K's form: the answer is the number behind the last `####`.
///
/// - Ground truth: a number, or a rationale whose last `####` line holds it.
/// - Answer: the number in the last line with `####` after the last `</think>`; where that cannot be read,
///   the last `\boxed{}`.
/// - Equality: exact, as rationals: `18` = `18.00` = `36/2`. Thousands separators and `$` do not matter; `p%`
///   is right for p and for p/100. Numbers of more than 64 characters are refused
///   (``Verdict/Status-swift.enum/limit``).
///
/// Cobbe et al. 2021, arXiv:2110.14168. Unlike verl's `gsm8k`, which compares strings, form does not matter.
public struct GSM8KVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "gsm8k", summary: "The number behind the last `####`.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer: "the last `####` line, else the last box",
    rules: [
      "Equal as exact rationals: 18 = 18.00 = 36/2.",
      "Thousands separators and `$` do not matter; `p%` is right for p and for p/100.",
    ],
    examples: [
      .init("6 + 12 = 18\n#### $18.00", groundTruth: "18", score: 1),
      .init("#### 81", groundTruth: "18", score: 0),
    ],
    source: "Cobbe et al. 2021, arXiv:2110.14168; unlike verl, which compares strings")

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    NumericJudgment(acceptsLastNumber: false).verdict(on: completion)
  }
}

/// As ``GSM8KVerifier``, and where neither `####` nor a box can be read, the last number of the text counts.
///
/// For models that were never taught a marker (verl's `flexible`). A policy can be paid for a number it did
/// not mean as its answer, so prefer `gsm8k` for training.
public struct NumberVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "number", summary: "As `gsm8k`, and else the last number of the text.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer: "the last `####` line, else the last box, else the last number",
    rules: ["As `gsm8k`."],
    examples: [
      .init("so there are 18 eggs left.", groundTruth: "18", score: 1),
      .init("18 eggs for 2 friends", groundTruth: "18", score: 0),
    ],
    source: "verl's `flexible`")

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    NumericJudgment(acceptsLastNumber: true).verdict(on: completion)
  }
}
