/// A formula with the same truth table as a given one, in a given form.
public struct LogicalEquivalenceVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "logical_equivalence", summary: "A formula with the same truth table, in a given form.",
    groundTruth:
      "the formula, with `! & | xor -> <->`, `true`, `false` and parentheses; at most 16 variables",
    answer: "the marked answer: a formula over no other variables",
    rules: [
      "Both formulas are true under the same assignments.",
      "`form` asks for negations before variables only (`nnf`), an AND of ORs of literals (`cnf`) or an "
        + "OR of ANDs (`dnf`); all three allow only `!`, `&`, `|`.",
      "With `form: any` the given formula itself is a right answer, so tasks should ask for a form.",
    ],
    parameters: [
      .init("form", "any, nnf, cnf or dnf", standard: "any", "the normal form that is asked for")
    ],
    examples: [
      .init("#### !a | b", groundTruth: "a -> b", score: 1, parameters: ["form": .text("cnf")]),
      .init("#### \\neg a \\lor b", groundTruth: "a -> b", score: 1),
      .init("#### a -> b", groundTruth: "a -> b", score: 0, parameters: ["form": .text("cnf")]),
      .init("#### a | !b", groundTruth: "a -> b", score: 0),
    ],
    source: nil)

  private var form = NormalForm.any

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    form = try parameters.choice("form", standard: .any)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: TruthFormula.init(groundTruth:)) { answer, gold in
      let text = answer.trimmed { $0.isBlank || "$`.".utf8.contains($0) }
      guard let formula = TruthFormula(text, names: gold.names) else { return .wrong("not a formula") }
      if formula.names.count > gold.names.count { return .wrong("the formula has another variable") }
      if !form.holds(for: formula) { return .wrong("the formula is not in the form asked for") }
      guard TruthTable.holds([formula], variableCount: gold.names.count) else {
        return .limit("the formula is too long for its truth table")
      }
      let table = TruthTable(variableCount: gold.names.count)
      return table.column(of: formula) == table.column(of: gold)
        ? .right("the truth tables are the same") : .wrong("the truth tables differ")
    }
  }
}
