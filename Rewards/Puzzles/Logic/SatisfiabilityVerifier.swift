/// An assignment that makes a formula true: any one is right.
public struct SatisfiabilityVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "satisfiability", summary: "An assignment that makes a formula true, or that there is none.",
    groundTruth:
      "the formula, with `! & | xor -> <->`, `true`, `false` and parentheses; at most 16 variables",
    answer:
      "the marked answer: `x=1, y=0` or `x: true, y: false` for every variable; or `unsatisfiable` (`UNSAT`)",
    rules: [
      "Every variable has one value, and the formula is true under them.",
      "`unsatisfiable` is right where no row of the truth table is true.",
    ],
    examples: [
      .init("#### a = true, b = false", groundTruth: "(a | b) & (!a | !b)", score: 1),
      .init("#### a=1, b=1", groundTruth: "(a | b) & (!a | !b)", score: 0),
      .init("#### unsatisfiable", groundTruth: "a & !a", score: 1),
      .init("#### unsatisfiable", groundTruth: "a | b", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: TruthFormula.init(groundTruth:)) { answer, formula in
      if answer.withoutMarkup.isOneOf(["unsatisfiable", "unsat"]) {
        let column = TruthTable(variableCount: formula.names.count).column(of: formula)
        return column.allSatisfy { $0 == 0 }
          ? .right("no assignment makes it true") : .wrong("it is satisfiable")
      }
      switch TruthAssignment.read(answer, names: formula.names) {
      case .failure(let problem): return .wrong(problem.rule)
      case .success(let assignment):
        return formula.isTrue(assignment) ? .right("the formula is true") : .wrong("the formula is false")
      }
    }
  }
}

extension TruthFormula {
  /// - Throws: Where the text is no formula, or too much for a truth table.
  init(groundTruth: Bytes) throws(UnusableGroundTruth) {
    guard let formula = TruthFormula(groundTruth) else {
      throw UnusableGroundTruth("is not a formula of `! & | xor -> <->`, names and parentheses")
    }
    guard TruthTable.holds([formula], variableCount: formula.names.count) else {
      throw UnusableGroundTruth("is a formula of more than 16 variables, or too long for its truth table")
    }
    self = formula
  }
}

/// `x=1, y: false, …`
enum TruthAssignment {
  struct Problem: Error { let rule: String }

  /// One value for each name, in the order of the names.
  static func read(_ text: Bytes, names: [[UInt8]]) -> Result<[Bool], Problem> {
    let numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    var values = [Bool?](repeating: nil, count: names.count)
    let problem = WrittenClauses(text).first { words -> Problem? in
      let words = words.filter { !$0.isOneOf(["is", "and"]) }
      guard words.count == 2, let value = truthValue(words[1]) else {
        return Problem(rule: "not a list of assignments")
      }
      guard let number = numbers[Array(words[0])] else {
        return Problem(rule: "a variable is assigned that is not there")
      }
      if let earlier = values[number], earlier != value { return Problem(rule: "a variable has two values") }
      values[number] = value
      return nil
    }
    if let problem { return .failure(problem) }
    let assigned = values.compactMap { $0 }
    return assigned.count == names.count
      ? .success(assigned) : .failure(Problem(rule: "not every variable has a value"))
  }

  static func truthValue(_ word: Bytes) -> Bool? {
    if word.isOneOf(["1", "true", "t"]) { return true }
    return word.isOneOf(["0", "false", "f"]) ? false : nil
  }
}
