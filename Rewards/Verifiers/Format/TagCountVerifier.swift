/// A share for each of the tags round thinking and answer that occurs exactly once.
///
/// Partial credit on the way to `think_answer`, as open-r1's `tag_count_reward`. It does not ask for order or
/// content: four tags in a row get all of it, so it wants a small weight or a gate.
public struct TagCountVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "tag_count",
    summary: "A quarter for each of `<think>`, `</think>`, `<answer>`, `</answer>` that occurs once.",
    groundTruth: "not read", answer: "the whole response",
    rules: [
      "A tag that is missing or repeated earns nothing; order and content do not count.",
      "`lines`: counted with the line feeds that lines of their own have (`<think>\\n`, `\\n</think>\\n`, "
        + "`\\n<answer>\\n`, `\\n</answer>`), as open-r1 does.",
      "With `open_tag_in_prompt`, a third for each of the three tags that are left to write.",
    ],
    parameters: [
      .thinkingTag, .answerTag, .openTagInPrompt,
      .init("lines", "true or false", standard: "false", "whether a tag counts only on a line of its own"),
    ],
    examples: [
      .init("<think>a</think><answer>b</answer>", score: 1),
      .init("<think>a</think><answer>b", score: 0.75),
      .init("<answer>a</answer> <answer>b</answer>", score: 0),
      .init("<think>\na</think>", score: 0.25, parameters: ["lines": true]),
    ],
    source: "open-r1's tag_count_reward")

  private let tags: FormatTags
  private let isOpen: Bool
  private let hasLines: Bool

  public init() {
    (tags, isOpen, hasLines) = (.standard, false, false)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    tags = try FormatTags(parameters)
    isOpen = try parameters.bool("open_tag_in_prompt", standard: false)
    hasLines = try parameters.bool("lines", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let text = Bytes(completion.text.utf8)
    var wanted =
      hasLines
      ? ["\(tags.opening)\n", "\n\(tags.closing)\n", "\n\(tags.answerOpening)\n", "\n\(tags.answerClosing)"]
      : [tags.opening, tags.closing, tags.answerOpening, tags.answerClosing]
    if isOpen { wanted.removeFirst() }
    let count = wanted.count { SubstringSearch($0).occurrences(in: text).count == 1 }
    return .form(
      Double(count) / Double(wanted.count), rule: "\(count) of \(wanted.count) tags occur exactly once")
  }
}
