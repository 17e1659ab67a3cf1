/// Short mathematical answers, by number or by spelling. Deliberately thin: it does no algebra.
///
/// - Ground truth: the answer, or a solution whose last box, else last `####` line, holds it.
/// - Answer, after the last `</think>`: the last box; else the last `####` line; else the last "answer is …";
///   else the last number of the text.
/// - Equality: as exact rationals where both are numbers; else the same spelling once blanks, `$`, `\left`,
///   `\right`, thin spaces, the `d` and `t` of `\dfrac` and `\tfrac`, `\text{}` round the whole, and a final
///   full stop are gone. `x+1` and `1+x` are therefore different: a missed right answer, never a paid wrong
///   one.
public struct MathVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "math", summary: "A mathematical answer.",
    groundTruth: "the answer, or a solution whose last box, else last `####` line, holds it",
    answer: "the last box, else …",
    rules: ["Equal as exact numbers or by spelling."],
    examples: [
      .init("\\boxed{\\frac{1}{2}}", groundTruth: "0.5", score: 1),
      .init("\\boxed{5x}", groundTruth: "5", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    let goldText = Bytes(completion.groundTruth.utf8)
    let gold = Self.gold(in: goldText)
    if gold.isEmpty { return .noVerdict(gold: goldText, rule: "the ground truth holds no answer") }
    guard let scope = answerScope(of: completion.text) else {
      return .noAnswer(gold: gold, rule: unclosedThinkingRule)
    }

    switch scope.lastBox {
    case .closed(let content): return compare(content, with: gold, source: "last box")
    case .unclosed: return .noAnswer(gold: gold, rule: "the last box is never closed")
    case nil: break
    }
    if let line = scope.hashLine {
      if case .notANumber = line.wholeNumber, let value = line.statement {
        return compare(value, with: gold, source: "last `####` line")
      }
      return compare(line, with: gold, source: "last `####` line")
    }
    if let statement = scope.statement { return compare(statement, with: gold, source: "last \"answer is\"") }
    if let last = scope.lastNumber { return compare(last.text, with: gold, source: "last number") }
    return .noAnswer(gold: gold, rule: "no box, no `####` line, no \"answer is\" and no number")
  }

  private static func gold(in text: Bytes) -> Bytes {
    if case .closed(let content)? = text.lastBox { return content }
    return text.hashLine ?? text.trimmed()
  }

  private func compare(_ answer: Bytes, with gold: Bytes, source: String) -> Verdict {
    if answer.isEmpty { return .noAnswer(gold: gold, rule: "\(source) is empty") }
    switch (answer.wholeNumber, gold.wholeNumber) {
    case (.number(let number), .number(let goldNumber)):
      return .judged(
        ReadNumber.same(number, goldNumber), extracted: answer, gold: gold,
        rule: "\(source), compared as exact numbers")
    case (.tooLong, .number):
      return .limit(extracted: answer, gold: gold, rule: "\(source) holds a number longer than 64 characters")
    default:
      return .judged(
        spelling(of: answer) == spelling(of: gold), extracted: answer, gold: gold,
        rule: "\(source), compared as normalized text")
    }
  }
}

/// What is left of a mathematical text once its layout is gone.
private func spelling(of text: Bytes) -> [UInt8] {
  var value = text.withoutMarkup
  for command in Layout.wrappers
  where value.has(command, at: value.startIndex)
    && value.firstIndex(of: UInt8(ascii: "}")) == value.endIndex - 1
  {
    value = value.dropFirst(command.bytes.count).dropLast()
  }
  var result: [UInt8] = []
  var index = value.startIndex
  while index < value.endIndex {
    if value[index].isBlank || value[index] == UInt8(ascii: "$") {
      index += 1
      // `7 2` is not `72`.
      if result.last?.isDigit == true, value.byte(index)?.isDigit == true { result.append(0x20) }
    } else if let skipped = Layout.skipped(in: value, at: index) {
      index += skipped.bytes.count
    } else if Layout.fractions.contains(where: { value.has($0, at: index) }) {
      result.append(UInt8(ascii: "\\"))
      index += 2
    } else {
      result.append(value[index])
      index += 1
    }
  }
  return result
}

private enum Layout {
  static let wrappers: [StaticPattern] = ["\\text{", "\\mathrm{", "\\textbf{"]
  static let spaces: [StaticPattern] = ["\\,", "\\;", "\\!", "\\:", "\\ "]
  static let fences: [StaticPattern] = ["\\left", "\\right"]
  static let fractions: [StaticPattern] = ["\\dfrac", "\\tfrac"]

  /// The layout command at `index`, if there is one: a space, or `\left` and `\right` (but not `\leftarrow`).
  static func skipped(in text: Bytes, at index: Int) -> StaticPattern? {
    spaces.first { text.has($0, at: index) }
      ?? fences.first { text.has($0, at: index) && text.byte(index + $0.bytes.count)?.isLetter != true }
  }
}
