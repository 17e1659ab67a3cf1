/// The whole response is thinking and an answer, each between its tags on lines of their own.
///
///     <think>
///     …
///     </think>
///     <answer>
///     …
///     </answer>
///
/// As open-r1's `format_reward`; each tag occurs once, and the answer is more than blanks. A line feed may
/// end it.
public struct ThinkAnswerVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "think_answer", summary: "`<think>…</think>` and `<answer>…</answer>`, and nothing else.",
    groundTruth: "not read", answer: "the whole response",
    rules: [
      "The four tags in their order, each once, nothing before, nothing behind but a line feed.",
      "`lines`: one line feed between a tag and what it encloses or what follows, and nothing else there.",
      "Otherwise any blanks between the tags and round the whole.",
      "The answer is more than blanks.",
      "With `open_tag_in_prompt`, `<think>` must not occur.",
    ],
    parameters: [
      .thinkingTag, .answerTag, .openTagInPrompt,
      .init("lines", "true or false", standard: "true", "whether each tag must have a line of its own"),
    ],
    examples: [
      .init("<think>\n1 + 1\n</think>\n<answer>\n2\n</answer>", score: 1),
      .init("1 + 1\n</think>\n<answer>\n2\n</answer>", score: 1, parameters: ["open_tag_in_prompt": true]),
      .init("<think>1 + 1</think> <answer>2</answer>", score: 1, parameters: ["lines": false]),
      .init("<think>1 + 1</think> <answer>2</answer>", score: 0),
      .init("<think>\n1 + 1\n</think>\n<answer>\n2\n</answer>\nDone.", score: 0),
    ],
    source: "open-r1's format_reward, stricter on repeated tags and empty answers")

  private let tags: FormatTags
  private let isOpen: Bool
  private let hasLines: Bool

  public init() {
    (tags, isOpen, hasLines) = (.standard, false, true)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    tags = try FormatTags(parameters)
    isOpen = try parameters.bool("open_tag_in_prompt", standard: false)
    hasLines = try parameters.bool("lines", standard: true)
  }

  public func verify(_ completion: Completion) -> Verdict {
    var text = Bytes(completion.text.utf8)
    text = hasLines ? (text.last == 0x0A ? text.dropLast() : text) : text.trimmed()
    func wrong(_ why: String) -> Verdict { .form(0, rule: why) }

    var places: [Range<Int>] = []
    for tag in [tags.opening, tags.closing, tags.answerOpening, tags.answerClosing] {
      let found = SubstringSearch(tag).occurrences(in: text)
      if isOpen, tag == tags.opening {
        if !found.isEmpty { return wrong("`\(tag)` is opened again") }
        places.append(text.startIndex..<text.startIndex)
        continue
      }
      guard found.count == 1 else { return wrong("`\(tag)` occurs \(found.count) times") }
      places.append(found[0])
    }
    let (opening, closing, start, end) = (places[0], places[1], places[2], places[3])
    guard opening.lowerBound == text.startIndex else { return wrong("does not begin with `\(tags.opening)`") }
    guard end.upperBound == text.endIndex else { return wrong("goes on behind `\(tags.answerClosing)`") }
    guard opening.upperBound <= closing.lowerBound, closing.upperBound <= start.lowerBound,
      start.upperBound <= end.lowerBound
    else { return wrong("the tags are not in their order") }
    let between = text[closing.upperBound..<start.lowerBound]
    guard hasLines ? between.elementsEqual([0x0A]) : between.allSatisfy(\.isBlank) else {
      return wrong("more stands between `\(tags.closing)` and `\(tags.answerOpening)` than may")
    }
    let thinking = text[opening.upperBound..<closing.lowerBound]
    let answer = text[start.upperBound..<end.lowerBound]
    if hasLines, !(isOpen || thinking.first == 0x0A) || thinking.last != 0x0A || !answer.isOnLines {
      return wrong("a tag has no line of its own")
    }
    let content = answer.trimmed()
    if content.isEmpty { return wrong("the answer is empty") }
    return .form(1, extracted: content, rule: "thinking and answer, each between its tags")
  }
}

extension ArraySlice<UInt8> {
  /// Between two line feeds that are not one.
  fileprivate var isOnLines: Bool { count >= 2 && first == 0x0A && last == 0x0A }
}
