/// The reward of h1's released trainer, quirks and all, for runs that are to be compared with it.
///
///     4 · score = correctness + tags + loose + strict + numeric      (2 + ½ + ½ + ½ + ½ = 4 at most)
///
/// - `correctness`: 2 where the answer is a decimal number less than 1e-9 from the ground truth.
/// - `tags`: ⅛ for each of `<reasoning>⏎`, `⏎</reasoning>⏎`, `⏎<answer>⏎` and `⏎</answer>` that occurs once.
///   Where the third does, 0.001 less for each character behind the last `⏎</answer>⏎`, which are all of the
///   response if it has none; where the fourth does, 0.001 less for each one behind the last `⏎</answer>`,
///   but for one line feed.
/// - `loose`: ½ where the response begins with `<reasoning>…</reasoning>`, blanks, `<answer>…</answer>`.
/// - `strict`: ½ where it is just that, each tag on a line of its own and a line feed at the end.
/// - `numeric`: ½ where the answer is of digits only (horizon 1), or a decimal number (horizon 2 and on).
///
/// The answer is what stands behind the last `<answer>`, up to the next `</answer>`; without tags all of the
/// text. Each part is a metric, in its own units. Half of the reward can be had for form alone, and the score
/// falls below 0 for long texts behind the answer: for new runs `correctness` with a format verifier of
/// weight ≤ 0.1 is better.
///
/// h1: "Bootstrapping LLMs to Reason over Longer Horizons via RL", arXiv:2510.07312, released trainer.
public struct H1ReleasedRewardVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "h1_released_reward",
    summary: "The reward of h1's released trainer: correctness and form, as a share of 4.",
    groundTruth: "a decimal number", answer: "behind the last `<answer>`; without tags the whole response",
    rules: [
      "4 · score = correctness (2) + tags (up to ½) + loose format (½) + strict format (½) + numeric (½).",
      "Each part is a metric, in its own units.",
      "Give it the weight 4 for the released scale. It falls below 0 for long texts behind the answer.",
      "The status is that of the answer: `correct` says nothing of the form.",
    ],
    parameters: [
      .init(
        "horizon", "whole number ≥ 1", standard: "the row's column `horizon`, else 1",
        "problems in a chain: the numeric part wants digits for 1, a decimal number beyond"),
      .init(
        "single_line", "true or false", standard: "false",
        "whether the two formats want thinking and answer on one line each, as where `.` is no line feed"
      ),
    ],
    examples: [
      .init("<reasoning>\nok\n</reasoning>\n<answer>\n40\n</answer>\n", groundTruth: "40", score: 1),
      .init("<reasoning>\nok\n</reasoning>\n<answer>\n40\n</answer>", groundTruth: "40", score: 0.863),
      .init("<reasoning>ok</reasoning><answer>40</answer>", groundTruth: "40", score: 0.75),
      .init("40", groundTruth: "40", score: 0.625),
    ],
    source: "h1, arXiv:2510.07312, released trainer; ASCII digits only, and an answer of 0 counts")

  private let horizon: Int?
  private let loose: LinearRegex?
  private let strict: LinearRegex?

  public init() {
    horizon = nil
    (loose, strict) = Self.patterns(isSingleLine: false)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    horizon = try parameters.integer("horizon", in: 1...Int.max)
    (loose, strict) = Self.patterns(isSingleLine: try parameters.bool("single_line", standard: false))
  }

  /// Never nil: a test holds both patterns to that.
  private static func patterns(isSingleLine: Bool) -> (LinearRegex?, LinearRegex?) {
    let flag = isSingleLine ? "" : "(?s)"
    return (
      try? LinearRegex(flag + #"\A<reasoning>.*?</reasoning>\s*<answer>.*?</answer>"#),
      try? LinearRegex(flag + #"\A<reasoning>\n.*?\n</reasoning>\n<answer>\n.*?\n</answer>\n\z"#)
    )
  }

  public func verify(_ completion: Completion) -> Verdict {
    let text = Bytes(completion.text.utf8)
    let goldText = Bytes(completion.groundTruth.utf8).trimmed()
    guard let gold = goldText.decimal else {
      return .noVerdict(gold: goldText, rule: "the ground truth is not a decimal number")
    }
    var horizon = horizon ?? 1
    if self.horizon == nil, let column = completion.columns["horizon"] {
      guard let number = Int(column), number >= 1 else {
        return .noVerdict(gold: goldText, rule: "the column `horizon` is not a whole number of at least 1")
      }
      horizon = number
    }
    let answer = Self.answer(in: text)
    let value = answer.decimal
    let isRight = value.map { abs($0 - gold) < 1e-9 } ?? false
    let isDigits = !answer.isEmpty && answer.allSatisfy(\.isDigit)
    var fuel = LinearRegex.fuel
    let isLoose: Bool
    let isStrict: Bool
    do {
      isLoose = try loose?.matches(within: text, fuel: &fuel) ?? false
      isStrict = try strict?.matches(within: text, fuel: &fuel) ?? false
    } catch {
      return .limit(
        extracted: answer, gold: goldText, rule: "the formats take more than \(LinearRegex.fuel) steps")
    }
    let parts = [
      VerdictMetric("correctness", isRight ? 2 : 0),
      VerdictMetric("tags", Self.tags(in: text)),
      VerdictMetric("loose_format", isLoose ? 0.5 : 0),
      VerdictMetric("strict_format", isStrict ? 0.5 : 0),
      VerdictMetric("numeric", (horizon == 1 ? isDigits : value != nil) ? 0.5 : 0),
    ]
    return Verdict(
      score: parts.reduce(0) { $0 + $1.value } / 4, status: isRight ? .correct : .incorrect,
      extracted: answer.excerpt, gold: goldText.excerpt, rule: "h1's released reward / 4", metrics: parts)
  }

  private static func answer(in text: Bytes) -> Bytes {
    let start = text.lastRange(of: "<answer>")?.upperBound ?? text.startIndex
    let rest = text[start...]
    let end = SubstringSearch("</answer>").first(in: rest)?.lowerBound ?? rest.endIndex
    return rest[..<end].trimmed()
  }

  private static func tags(in text: Bytes) -> Double {
    func occursOnce(_ pattern: String) -> Bool { SubstringSearch(pattern).occurrences(in: text).count == 1 }
    func charactersBehind(_ pattern: String) -> Int {
      let end = SubstringSearch(pattern).last(in: text)?.upperBound ?? text.startIndex
      // Scalars: every byte but those that continue one.
      return text[end...].count { $0 & 0xC0 != 0x80 }
    }

    var sum = 0.0
    if occursOnce("<reasoning>\n") { sum += 0.125 }
    if occursOnce("\n</reasoning>\n") { sum += 0.125 }
    if occursOnce("\n<answer>\n") { sum += 0.125 - 0.001 * Double(charactersBehind("\n</answer>\n")) }
    if occursOnce("\n</answer>") { sum += 0.125 - 0.001 * Double(charactersBehind("\n</answer>") - 1) }
    return sum
  }
}

extension ArraySlice<UInt8> {
  /// The whole as a decimal number with sign, point and exponent; nil for words, `inf`, separators and units.
  fileprivate var decimal: Double? {
    guard contains(where: \.isDigit), count <= 400 else { return nil }
    let isDecimal = allSatisfy { byte in
      byte.isDigit || byte.lowercased == UInt8(ascii: "e") || "+-.".utf8.contains(byte)
    }
    guard isDecimal, let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
