/// A number within a tolerance.
///
///     right if  |a − g| ≤ max(absolute_tolerance, relative_tolerance · |g|)
///     or        a and g, rounded to `decimals` places or to `significant` digits, are equal
///
/// All of it in exact arithmetic: 1.01 is within 0.01 of 1. Without a tolerance only the value itself is
/// right. NaN and ∞ are no numbers.
public struct NumericVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "numeric", summary: "A number within an absolute or relative tolerance, or equal after rounding.",
    groundTruth: "a number, or a rationale whose last `####` line holds it",
    answer:
      "the first that is there: last box, last `<answer>`, last line with `####`, last number (`extraction`)",
    rules: [
      "Right if |a − g| ≤ max(absolute_tolerance, relative_tolerance · |g|), in exact arithmetic.",
      "Or if both are equal once rounded to `decimals` or `significant`, halves away from zero.",
      "Units and percents as for `gsm8k`; NaN and ∞ are never right.",
    ],
    parameters: [
      .init("absolute_tolerance", "number from 0 to 1e64", standard: "0", "how far the answer may be off"),
      .init(
        "relative_tolerance", "number from 0 to 1", standard: "0",
        "how far the answer may be off, as a share of the gold"),
      .init(
        "decimals", "whole number from 0 to 60", standard: "none",
        "places behind the point to round to; not with "
          + "`significant`"),
      .init("significant", "whole number from 1 to 60", standard: "none", "digits to round to"),
      .init(
        "extraction", "list of boxed, answer_tag, hash and last", standard: "[boxed, answer_tag, hash, last]",
        "where the answer is looked for, best first"),
      .formatScore,
    ],
    examples: [
      .init("about 3.14", groundTruth: "3.1416", score: 1, parameters: ["absolute_tolerance": 0.01]),
      .init("\\boxed{99}", groundTruth: "100", score: 1, parameters: ["relative_tolerance": 0.01]),
      .init("\\boxed{98.9}", groundTruth: "100", score: 0, parameters: ["relative_tolerance": 0.01]),
      .init("<answer>0.33</answer>", groundTruth: "1/3", score: 1, parameters: ["decimals": 2]),
      .init("#### 12300", groundTruth: "12345", score: 1, parameters: ["significant": 3]),
      .init("#### 3.14", groundTruth: "3.1416", score: 0),
    ],
    source: nil)

  private let judgment: NumericJudgment

  private static let sources: [NumericJudgment.Source] = [.boxed, .answerTag, .hash, .last]

  public init() {
    judgment = NumericJudgment(sources: Self.sources)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    let absolute = try Self.exact("absolute_tolerance", upTo: 1e64, parameters)
    let relative = try Self.exact("relative_tolerance", upTo: 1, parameters)
    let decimals = try parameters.integer("decimals", in: 0...60)
    let significant = try parameters.integer("significant", in: 1...60)
    if decimals != nil, significant != nil {
      throw VerifierParameterError(
        "significant", "is given beside `decimals`, but must be the only one of them")
    }
    judgment = NumericJudgment(
      sources: try Self.sources(parameters),
      tolerance: NumericTolerance(
        absolute: absolute, relative: relative,
        rounding: decimals.map { .decimals($0) } ?? significant.map { .significant($0) }),
      formatScore: try parameters.formatScore())
  }

  /// A tolerance as the decimal it is written as, not as the binary number next to it.
  private static func exact(
    _ key: String, upTo maximum: Double, _ parameters: VerifierParameters
  ) throws(VerifierParameterError) -> ExactNumber? {
    guard let value = try parameters.number(key, in: 0...maximum) else { return nil }
    guard case .number(let number) = Bytes("\(value)".utf8).wholeNumber else {
      throw VerifierParameterError(key, "is \(value), but must be 0 or at least 1e-64")
    }
    return number.value
  }

  private static func sources(
    _ parameters: VerifierParameters
  ) throws(VerifierParameterError) -> [NumericJudgment.Source] {
    guard let names = try parameters.texts("extraction") else { return sources }
    var result: [NumericJudgment.Source] = []
    for (index, name) in names.enumerated() {
      guard let source = NumericJudgment.Source(rawValue: name), !result.contains(source) else {
        let known = NumericJudgment.Source.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        throw VerifierParameterError(
          "extraction[\(index)]", "is `\(name)`, but must be one of \(known), none of them twice")
      }
      result.append(source)
    }
    if result.isEmpty { throw VerifierParameterError("extraction", "is an empty list") }
    return result
  }

  public func verify(_ completion: Completion) -> Verdict {
    judgment.verdict(on: completion)
  }
}
