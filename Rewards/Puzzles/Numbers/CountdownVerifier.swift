/// The numbers game: reach a target with given numbers, each used exactly once.
///
/// - Ground truth: `target;n1,n2,…`, integers, e.g. `26;3,5,7`.
/// - Answer: the marked answer: an expression of integers, `+ - * /` and parentheses, their Unicode and LaTeX
///   forms (`−`, `×`, `\div`, `\frac{a}{b}`) included. No other sign, no sign before a number, no powers, no
///   `//`. A tail `= target` may follow.
/// - Equality: the numbers of the expression are the given ones, each used as often as it is given, and its
///   value, in exact rational arithmetic, is the target. Any such expression is right. Division by zero is
///   wrong. Expressions of more than 4,096 bytes, or whose values leave 64 bits, are refused.
///
/// The rules of TinyZero's countdown task (github.com/Jiayi-Pan/TinyZero). Its 0.1 for a wrong expression is
/// `format_score`, paid here only for what is an expression at all.
public struct CountdownVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "countdown", summary: "An arithmetic expression that reaches a target with given numbers.",
    groundTruth: "`target;n1,n2,…`: an integer, and natural numbers to reach it with",
    answer: "the marked answer: an expression, with or without `= target` behind it",
    rules: [
      "Integers, `+ - * /` and parentheses, also as `− × ÷` or in LaTeX; no power, no `//`, no sign "
        + "before a number.",
      "Each given number is used exactly once; the value, in exact arithmetic, is the target.",
      "More than 4,096 bytes, or values beyond 64 bits, are refused.",
    ],
    parameters: [
      .init("use_all", "true or false", standard: "true", "whether every given number must be used"),
      .init(
        "format_score", "number, 0 to 0.9", standard: "0", "what an expression gets that is not right"),
    ],
    examples: [
      .init("#### (3 + 5) * 7", groundTruth: "56;3,5,7", score: 1),
      .init("\\boxed{(3 + 5) \\times 7 = 56}", groundTruth: "56;3,5,7", score: 1),
      .init("#### 3 + 5 + 7", groundTruth: "56;3,5,7", score: 0),
      .init(
        "#### 3 + 5 + 7", groundTruth: "56;3,5,7", score: 0.1, parameters: ["format_score": .number(0.1)]),
      .init("#### 5 * 7", groundTruth: "35;3,5,7", score: 1, parameters: ["use_all": .bool(false)]),
    ],
    source: "TinyZero (github.com/Jiayi-Pan/TinyZero), whose `format_score` is 0.1")

  private var usesAll = true
  private var formatScore = 0.0

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    usesAll = try parameters.bool("use_all", standard: true)
    formatScore = try parameters.number("format_score", in: 0...0.9) ?? 0
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Puzzle.init, rules: finding)
  }

  private func finding(on answer: Bytes, _ puzzle: Puzzle) -> TaskFinding {
    func wrong(_ why: String) -> TaskFinding { TaskFinding(score: formatScore, rule: why) }

    var parts = answer.withoutMarkup.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let tail = parts.count == 2 ? parts.removeLast().trimmed() : nil
    let evaluation: ArithmeticExpression
    do {
      evaluation = try ArithmeticExpression(parts[0])
    } catch {
      return switch error {
      case .malformed: .wrong("not an arithmetic expression")
      case .divisionByZero: wrong("the expression divides by zero")
      case .tooLarge: .limit("expression too long or its values too large")
      }
    }
    if let tail, tail.asInteger != puzzle.target { return wrong("what follows `=` is not the target") }
    guard puzzle.allows(evaluation.numbers.sorted(), all: usesAll) else {
      return wrong(
        usesAll
          ? "the expression does not use each given number exactly once"
          : "the expression uses a number that is not given, or one too often")
    }
    return evaluation.value == Fraction(puzzle.target)
      ? .right("evaluated exactly") : wrong("evaluated exactly")
  }
}

/// `target;n1,n2,…`
private struct Puzzle {
  let target: Int
  /// Sorted.
  let numbers: [Int]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.trimmedFields(at: ";")
    let form = UnusableGroundTruth.form("target;n1,n2,…")
    guard parts.count == 2, let target = parts[0].asInteger else { throw form }
    let numbers = parts[1].trimmedFields(at: ",").map { $0.asInteger ?? -1 }
    guard numbers.allSatisfy({ $0 >= 0 }) else { throw form }
    self.target = target
    self.numbers = numbers.sorted()
  }

  /// Whether the numbers `used`, sorted, are given, and with `all` no others.
  func allows(_ used: [Int], all: Bool) -> Bool {
    if all { return used == numbers }
    var left = numbers[...]
    for number in used {
      left = left.drop { $0 < number }
      guard left.popFirst() == number else { return false }
    }
    return true
  }
}
