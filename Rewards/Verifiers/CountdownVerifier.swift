/// The numbers game: reach a target with given numbers, each used exactly once.
///
/// - Ground truth: `target;n1,n2,…`, integers, e.g. `26;3,5,7`.
/// - Answer: the last `####` line, else the last box, after the last `</think>`: an expression of integers,
///   `+ - * /` (or `× ÷ −`) and parentheses. No other sign, no unary minus, no powers. A tail `= target` may
///   follow.
/// - Equality: the numbers of the expression are the given ones, each used as often as it is given, and its
///   value, in exact rational arithmetic, is the target. Any such expression is right. Division by zero is
///   wrong. Expressions of more than 4,096 bytes, or whose values leave 64 bits, are refused.
///
/// The rules of TinyZero's countdown task (github.com/Jiayi-Pan/TinyZero), without its 0.1 for a wrong
/// expression.
public struct CountdownVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "countdown", summary: "An arithmetic expression that reaches a target with given numbers.",
    groundTruth: "`target;n1,n2,…`, integers", answer: "the last `####` line, else the last box",
    rules: [
      "Integers, `+ - * /` and parentheses only.",
      "Each given number is used exactly once; the value, in exact arithmetic, is the target.",
    ],
    examples: [
      .init("#### (3 + 5) * 7", groundTruth: "56;3,5,7", score: 1),
      .init("#### 3 + 5 + 7", groundTruth: "56;3,5,7", score: 0),
    ],
    source: "TinyZero (github.com/Jiayi-Pan/TinyZero), without its 0.1 for a wrong expression")

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    let goldText = Bytes(completion.groundTruth.utf8).trimmed()
    guard let puzzle = Puzzle(goldText) else {
      return .noVerdict(gold: goldText, rule: "the ground truth is not of the form `target;n1,n2,…`")
    }
    switch MarkedAnswer(in: completion.text) {
    case .missing(let rule):
      return .noAnswer(gold: goldText, rule: rule)
    case .found(let answer, let source):
      return verdict(on: answer, source, puzzle, goldText)
    }
  }

  private func verdict(on answer: Bytes, _ source: String, _ puzzle: Puzzle, _ gold: Bytes) -> Verdict {
    func wrong(_ why: String) -> Verdict {
      .judged(false, extracted: answer, gold: gold, rule: "\(source), \(why)")
    }

    var parts = answer.withoutMarkup.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, Int(parts.removeLast().trimmed().text) != puzzle.target {
      return wrong("what follows `=` is not the target")
    }
    let evaluation: ArithmeticExpression
    do {
      evaluation = try ArithmeticExpression(parts[0])
    } catch {
      return switch error {
      case .malformed: wrong("not an arithmetic expression")
      case .divisionByZero: wrong("the expression divides by zero")
      case .tooLarge:
        .limit(extracted: answer, gold: gold, rule: "\(source), expression too long or its values too large")
      }
    }
    guard evaluation.numbers.sorted() == puzzle.numbers else {
      return wrong("the expression does not use each given number exactly once")
    }
    return .judged(
      evaluation.value == Fraction(puzzle.target), extracted: answer, gold: gold,
      rule: "\(source), evaluated exactly")
  }
}

/// `target;n1,n2,…`
private struct Puzzle {
  let target: Int
  /// Sorted.
  let numbers: [Int]

  init?(_ text: Bytes) {
    let parts = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard parts.count == 2, let target = Int(parts[0].trimmed().text) else { return nil }
    let numbers = parts[1].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { Int($0.trimmed().text) }
    guard !numbers.isEmpty, numbers.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
    self.target = target
    self.numbers = numbers.compactMap(\.self).sorted()
  }
}
