import Rewards
import Testing

@Suite struct `Parameters of the math verifiers` {
  private func score(
    _ response: String, _ gold: String, _ parameters: VerifierParameters = [:], verifier: String = "math"
  ) throws -> Double? {
    try Verifiers.make(VerifierSpec(verifier, parameters: parameters)).verify(
      Completion(text: response, groundTruth: gold)
    ).score
  }

  /// A parameter, and a response whose score it turns over.
  private struct Row {
    let key: String
    let value: ParameterValue
    let gold: String
    let response: String
    let standard: Double

    init(_ key: String, _ value: ParameterValue, _ gold: String, _ response: String, _ standard: Double) {
      self.key = key
      self.value = value
      self.gold = gold
      self.response = response
      self.standard = standard
    }
  }

  private static let table: [Row] = [
    Row("extraction", .list([.text("boxed")]), "5", "The answer is 5.", 1),
    Row("extraction", .list([.text("hash")]), "5", "\\boxed{5}", 1),
    Row("think", .text("require"), "5", "\\boxed{5}", 1),
    Row("think", .text("ignore"), "5", "<think>\\boxed{5}", 0),
    Row("require_complete_box", .bool(false), "5", "\\boxed{5", 0),
    Row("window", .integer(20), "5", "\\boxed{5} and then a long farewell", 1),
    Row("decimal_digits", .integer(3), "\\frac13", "\\boxed{0.333}", 0),
    Row("decimal_digits", .integer(9), "\\pi", "\\boxed{3.141593}", 1),
    Row("absolute_tolerance", .number(0.01), "3.14", "\\boxed{3.145}", 0),
    Row("relative_tolerance", .number(0.01), "100", "\\boxed{100.5}", 0),
    Row("percent", .text("strict"), "25\\%", "\\boxed{25}", 1),
    Row("units", .text("strict"), "5\\text{ cm}", "\\boxed{5}", 1),
    Row("units", .text("ignore"), "5\\text{ cm}", "\\boxed{5\\text{ m}}", 0),
    Row("relation_interval", .text("off"), "x>3", "\\boxed{(3,\\infty)}", 1),
    Row("relation_interval", .text("gold_relation_only"), "(3,\\infty)", "\\boxed{x>3}", 1),
    Row("allow_unsimplified", .bool(false), "\\frac34", "\\boxed{\\frac68}", 1),
    Row("allow_unevaluated", .bool(true), "\\frac{n(n+1)}{2}", "\\boxed{\\sum_{k=1}^{n} k}", 0),
    Row("ordered_lists", .bool(true), "1, 2", "\\boxed{2, 1}", 1),
    Row("case_sensitive_text", .bool(true), "\\text{Paris}", "\\boxed{\\text{paris}}", 1),
    Row("maximum_answer_bytes", .integer(4), "12345", "\\boxed{12346 - 1}", 1),
  ]

  @Test(arguments: table.indices) func `each changes a verdict`(index: Int) throws {
    let row = Self.table[index]
    #expect(try score(row.response, row.gold) == row.standard, "\(row)")
    let parameters = VerifierParameters([row.key: row.value])
    #expect(try score(row.response, row.gold, parameters) == 1 - row.standard, "\(row)")
  }

  @Test func `have all an example of their effect`() {
    let tested = Set(Self.table.map(\.key))
    #expect(tested == Set(MathVerifier.description.parameters.map(\.name)))
  }

  private static let unusable: [(key: String, value: ParameterValue, named: String)] = [
    ("extraction", .list([.text("box")]), "extraction[0]"),
    ("extraction", .list([]), "extraction"),
    ("extraction", .list([.text("boxed"), .text("boxed")]), "extraction[1]"),
    ("think", .text("maybe"), "think"),
    ("decimal_digits", .integer(0), "decimal_digits"),
    ("absolute_tolerance", .number(-1), "absolute_tolerance"),
    ("percent", .bool(true), "percent"),
    ("relative_tolerance", .number(2), "relative_tolerance"),
    ("units", .text("none"), "units"),
    ("maximum_answer_bytes", .integer(0), "maximum_answer_bytes"),
    ("window", .integer(-1), "window"),
  ]

  @Test(arguments: unusable.indices)
  func `that cannot be used are refused by key`(index: Int) {
    let row = Self.unusable[index]
    let parameters = VerifierParameters([row.key: row.value])
    for type in [MathVerifier.self, MathStrictVerifier.self, MathDAPOVerifier.self] as [any Verifier.Type] {
      let error = #expect(throws: VerifierParameterError.self) { try type.init(parameters) }
      #expect(error?.parameter == row.named)
      #expect(error?.problem.contains("must") == true)
    }
  }

  @Test func `of the presets are standards, not laws`() throws {
    #expect(try score("The answer is 5.", "5", verifier: "math_strict") == 0)
    let wider: VerifierParameters = ["extraction": .list([.text("boxed"), .text("phrase")])]
    #expect(try score("The answer is 5.", "5", wider, verifier: "math_strict") == 1)
    #expect(
      try score("Answer: 5" + String(repeating: " ", count: 400), "5", verifier: "math_dapo_compat") == 0)
    #expect(try score("\\boxed{5}\nAnswer: 5", "5", verifier: "math_dapo_compat") == 1)
  }

  @Test func `of multiple choice name labels and options`() throws {
    let options: VerifierParameters = ["choices": .map(["A": .text("10"), "B": .text("12")])]
    #expect(try score("\\boxed{12}", "B", options, verifier: "multiple_choice") == 1)
    #expect(try score("\\boxed{12}", "B", verifier: "multiple_choice") == 0)
    #expect(try score("\\boxed{ii}", "ii", ["labels": .text("roman")], verifier: "multiple_choice") == 1)
    #expect(try score("\\boxed{2}", "2", ["labels": .text("digits")], verifier: "multiple_choice") == 1)
    let unusable: [(String, ParameterValue)] = [
      ("labels", .text("greek")), ("choices", .text("A")), ("choices", .map(["Z": .text("1")])),
      ("choices", .list([])),
    ]
    for (key, value) in unusable {
      #expect(throws: VerifierSpecError.self) {
        try Verifiers.make(VerifierSpec("multiple_choice", parameters: VerifierParameters([key: value])))
      }
    }
    let broken = MultipleChoiceVerifier().verify(
      Completion(text: "B", groundTruth: "B", columns: ["choices": "{\"A\": "]))
    #expect(broken.status == .noVerdict)
  }
}
