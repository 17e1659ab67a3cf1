/// Does the response look as if it went step by step?
///
///     score = min(1, marks / 3)
///
/// Marks: `Step 3:`, `3.` and a bullet (`-`, `*`) at the start of a line, and the words `First,` `Second,`
/// `Next,` `Finally,`. Says nothing of the steps: three bullets get all of it, and a policy finds that at
/// once. A metric, or a very small weight.
public struct ReasoningStepsVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "reasoning_steps", summary: "Marks of step-by-step text, three for the full score. Easily hacked.",
    groundTruth: "not read", answer: "the whole response",
    rules: [
      "Marks: `Step 3:`, `First,` `Second,` `Next,` `Finally,`; `3.`, `-` and `*` at the start of a line.",
      "The score is min(1, marks / 3).",
    ],
    examples: [
      .init("First, add.\nNext, halve.\nFinally, stop.", score: 1),
      .init("- a\n- b\n- c", score: 1),
      .init("It is 4.", score: 0),
    ],
    source: "open-r1's reasoning_steps_reward, which knows `3.` only at the very start")

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    let text = Bytes(completion.text.utf8)
    var marks = 0
    var index = text.startIndex
    while index < text.endIndex {
      if let end = text.endOfStepMark(at: index) {
        marks += 1
        index = end
      } else {
        index += 1
      }
    }
    return .form(Double(min(marks, 3)) / 3, rule: "\(marks) marks of steps")
  }
}

extension ArraySlice<UInt8> {
  fileprivate func endOfStepMark(at index: Int) -> Int? {
    let isLineStart = index == startIndex || self[index - 1] == 0x0A
    switch self[index] {
    case UInt8(ascii: "-"), UInt8(ascii: "*"): return isLineStart ? index + 1 : nil
    case 0x30...0x39: return isLineStart ? endOfNumber(at: index, before: UInt8(ascii: ".")) : nil
    case UInt8(ascii: "S") where has("Step ", at: index):
      return endOfNumber(at: index + 5, before: UInt8(ascii: ":"))
    default: return stepWords.first { has($0, at: index) }.map { index + $0.bytes.count }
    }
  }

  /// Behind digits and the byte that must follow them; nil without either.
  private func endOfNumber(at start: Int, before byte: UInt8) -> Int? {
    var index = start
    while self.byte(index)?.isDigit == true { index += 1 }
    return index > start && self.byte(index) == byte ? index + 1 : nil
  }
}

private let stepWords: [StaticPattern] = ["First,", "Second,", "Next,", "Finally,"]
