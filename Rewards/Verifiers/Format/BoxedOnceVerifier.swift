/// Exactly one box with something in it, after the thinking.
public struct BoxedOnceVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "boxed_once", summary: "Exactly one `\\boxed{…}` or `\\fbox{…}`, closed and not empty.",
    groundTruth: "not read", answer: "the text after the thinking",
    rules: [
      "A box within a box is part of it. A box that is never closed, or empty, earns nothing.",
      "With `open_tag_in_prompt`, `</think>` must occur.",
    ],
    parameters: [.openTagInPrompt],
    examples: [
      .init("<think>\\boxed{1}?</think>so \\boxed{\\frac{1}{2}}", score: 1),
      .init("\\boxed{1} or \\boxed{2}", score: 0),
      .init("\\boxed{}", score: 0),
    ],
    source: nil)

  private let isOpen: Bool

  public init() {
    isOpen = false
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    isOpen = try parameters.bool("open_tag_in_prompt", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let all = Bytes(completion.text.utf8)
    let isStillThinking = isOpen && all.lastRange(of: "</think>") == nil
    guard !isStillThinking, let scope = answerScope(of: completion.text) else {
      return .form(0, rule: unclosedThinkingRule)
    }
    guard let boxes = scope.outermostBoxes else { return .form(0, rule: "a box is never closed") }
    guard boxes.count == 1 else { return .form(0, rule: "\(boxes.count) boxes") }
    let content = boxes[0].trimmed()
    return .form(
      content.isEmpty ? 0 : 1, extracted: content, rule: content.isEmpty ? "the box is empty" : "one box")
  }
}

extension ArraySlice<UInt8> {
  /// What stands in the boxes that are in no other, from the left; nil where one is never closed. `\{` and
  /// `\}` are no braces.
  fileprivate var outermostBoxes: [Bytes]? {
    var boxes: [Bytes] = []
    var index = startIndex
    while index < endIndex {
      guard let brace = boxBrace(at: index) else {
        index += 1
        continue
      }
      guard let end = closingBrace(of: brace) else { return nil }
      boxes.append(self[(brace + 1)..<end])
      index = end + 1
    }
    return boxes
  }

  /// The opening brace of a box whose command begins at `index`.
  private func boxBrace(at index: Int) -> Int? {
    guard self[index] == UInt8(ascii: "\\") else { return nil }
    var end = index
    if has("\\boxed", at: index) {
      end += 6
    } else if has("\\fbox", at: index) {
      end += 5
    } else {
      return nil
    }
    while let byte = byte(end), byte.isBlank { end += 1 }
    return byte(end) == UInt8(ascii: "{") ? end : nil
  }
}
