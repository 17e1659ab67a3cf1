/// Thinking between tags, then something.
///
///     <think> … </think> …
///
/// As TRL's `think_format_reward`, and `</think>` too must occur once, with more than blanks behind it.
/// Ungated it pays for saying nothing in the right form: put it behind a gate on correctness, or give it a
/// small weight.
public struct ThinkFormatVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "think_format", summary: "`<think>…</think>` at the start, and something behind it.",
    groundTruth: "not read", answer: "the whole response",
    rules: [
      "Begins with `<think>`, which occurs once; `</think>` occurs once; more than blanks follow it.",
      "With `open_tag_in_prompt`, `<think>` must not occur.",
    ],
    parameters: [.thinkingTag, .openTagInPrompt],
    examples: [
      .init("<think>\n1 + 1 is 2\n</think>\n2", score: 1),
      .init("1 + 1 is 2</think>2", score: 1, parameters: ["open_tag_in_prompt": true]),
      .init("1 + 1 is 2</think>2", score: 0),
      .init("<think>so</think>  \n", score: 0),
    ],
    source: "TRL's think_format_reward, stricter on `</think>` and on what follows")

  private let tags: FormatTags
  private let isOpen: Bool

  public init() {
    (tags, isOpen) = (.standard, false)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    tags = try FormatTags(parameters)
    isOpen = try parameters.bool("open_tag_in_prompt", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let text = Bytes(completion.text.utf8)
    let openings = SubstringSearch(tags.opening).occurrences(in: text)
    let closings = SubstringSearch(tags.closing).occurrences(in: text)
    func wrong(_ why: String) -> Verdict { .form(0, rule: why) }

    if isOpen {
      if !openings.isEmpty { return wrong("`\(tags.opening)` is opened again") }
    } else {
      guard openings.first?.lowerBound == text.startIndex else {
        return wrong("does not begin with `\(tags.opening)`")
      }
      if openings.count > 1 { return wrong("`\(tags.opening)` occurs \(openings.count) times") }
    }
    guard closings.count == 1 else { return wrong("`\(tags.closing)` occurs \(closings.count) times") }
    let rest = text[closings[0].upperBound...].trimmed()
    if rest.isEmpty { return wrong("nothing follows `\(tags.closing)`") }
    return .form(1, extracted: rest, rule: "thinking between tags, then an answer")
  }
}
