/// The last column of a formula's truth table.
public struct TruthTableVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "truth_table", summary: "The last column of a formula's truth table.",
    groundTruth:
      "the formula, with `! & | xor -> <->`, `true`, `false` and parentheses; at most 16 variables",
    answer:
      "the marked answer: one value a row, `0`/`1`, `F`/`T` or `false`/`true`; single letters may stand "
      + "together",
    rules: [
      "Rows count up from all false, the variables in alphabetical (byte) order, the first one changing "
        + "last: for a, b the rows are 00, 01, 10, 11.",
      "With `order: true_first`, the other way round. Every row is right, none missing and none added.",
    ],
    parameters: [
      .init("order", "false_first or true_first", standard: "false_first", "which row is first")
    ],
    examples: [
      .init("#### 1101", groundTruth: "a -> b", score: 1),
      .init("#### T, F, T, T", groundTruth: "a -> b", score: 1, parameters: ["order": .text("true_first")]),
      .init("#### 1011", groundTruth: "a -> b", score: 0),
    ],
    source: nil)

  private enum Order: String, CaseIterable {
    case falseFirst = "false_first"
    case trueFirst = "true_first"
  }

  private var order = Order.falseFirst

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    order = try parameters.choice("order", standard: .falseFirst)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: column) { answer, wanted in
      guard let values = Self.values(in: answer, maximum: wanted.count) else {
        return .wrong("not a column of \(wanted.count) truth values")
      }
      if values.count != wanted.count { return .wrong("\(values.count) rows instead of \(wanted.count)") }
      guard let row = wanted.indices.first(where: { values[$0] != wanted[$0] }) else {
        return .right("every row is right")
      }
      return .wrong("row \(row + 1) is wrong")
    }
  }

  private func column(_ text: Bytes) throws(UnusableGroundTruth) -> [Bool] {
    let formula = try TruthFormula(groundTruth: text)
    // Number the variables so that the alphabetically last one is bit 0 of the row.
    let names = formula.names.sorted { $1.lexicographicallyPrecedes($0) }
    guard let ordered = TruthFormula(text, names: names) else { throw .form("a formula") }
    let table = TruthTable(variableCount: names.count)
    let words = table.column(of: ordered)
    let rows = (0..<table.rowCount).map { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    return order == .falseFirst ? rows : rows.reversed()
  }

  /// Nil for anything but truth values, and where there are more than `maximum`.
  private static func values(in answer: Bytes, maximum: Int) -> [Bool]? {
    var values: [Bool] = []
    for word in answer.listItems {
      if let value = TruthAssignment.truthValue(word) {
        values.append(value)
      } else {
        for index in word.indices {
          guard let value = TruthAssignment.truthValue(word[index...index]) else { return nil }
          values.append(value)
        }
      }
      if values.count > maximum { return nil }
    }
    return values
  }
}
