import Rewards
import Testing

@Suite struct `Numeric verifier` {
  static func score(_ answer: String, _ gold: String, _ parameters: VerifierParameters = [:]) throws
    -> Double?
  {
    try NumericVerifier(parameters).verify(Completion(text: answer, groundTruth: gold)).score
  }

  @Test(arguments: [
    ("1.01", "1", true), ("0.99", "1", true), ("1.0100000000000000001", "1", false), ("-1.005", "-1", true),
    ("-1", "1", false),
    ("0.005", "0", true), ("1/3", "0.33", true), ("100.5%", "1", true), ("2%", "1", false),
    ("1.01 cm", "1 cm", true),
    ("1 m", "1.01 cm", false), ("1.005 apples", "1", true),
  ])
  func `an absolute tolerance is exact at its edge`(answer: String, gold: String, isRight: Bool) throws {
    #expect(try Self.score("\\boxed{\(answer)}", gold, ["absolute_tolerance": 0.01]) == (isRight ? 1 : 0))
  }

  @Test(arguments: [
    ("101", "100", true), ("99", "100", true), ("98.99999999", "100", false), ("-99", "-100", true),
    ("0", "0", true),
    ("0.0000001", "0", false), ("1.01e-40", "1e-40", true), ("1.02e-40", "1e-40", false),
    ("9900000000000000000000", "10000000000000000000000", true),
  ])
  func `a relative tolerance is a share of the gold`(answer: String, gold: String, isRight: Bool) throws {
    #expect(try Self.score(answer, gold, ["relative_tolerance": 0.01]) == (isRight ? 1 : 0))
  }

  @Test func `the larger of two tolerances counts`() throws {
    let both: VerifierParameters = ["absolute_tolerance": 1, "relative_tolerance": 0.1]
    #expect(try Self.score("109", "100", both) == 1)
    #expect(try Self.score("2", "1", both) == 1)
    #expect(try Self.score("112", "100", both) == 0)
  }

  @Test(arguments: [
    (2, "3.14159", "3.1416", true), (2, "2.675", "2.68", true), (2, "-2.675", "-2.68", true),
    (2, "2.674", "2.68", false), (0, "0.5", "1", true),
    (0, "-0.4", "0", true), (2, "1/3", "0.33", true), (60, "1/3", "0.3333", false),
  ])
  func `decimals round halves away from zero`(places: Int, answer: String, gold: String, isRight: Bool) throws
  {
    #expect(try Self.score(answer, gold, ["decimals": .integer(places)]) == (isRight ? 1 : 0))
  }

  @Test(arguments: [
    (3, "12345", "12300", true), (3, "12355", "12300", false), (2, "9.96", "10", true),
    (2, "0.0000123", "0.000012", true),
    (2, "0.001", "0", false), (1, "0", "0", true), (3, "-1.005", "-1.01", true), (3, "1", "-1", false),
    (1, "1e60", "1.4e60", true),
    (2, "1/1000", "0.001", true), (2, "99.5", "1e2", true), (1, "950", "1000", true),
    (2, "2/3", "0.67", true),
  ])
  func `significant digits count from the first that is not zero`(
    digits: Int, answer: String, gold: String, isRight: Bool
  ) throws {
    #expect(try Self.score(answer, gold, ["significant": .integer(digits)]) == (isRight ? 1 : 0))
  }

  @Test func `without a tolerance only the value is right, and what is no number never`() throws {
    #expect(try Self.score("3.14", "3.14") == 1)
    #expect(try Self.score("3.14", "3.1400001") == 0)
    for word in ["NaN", "inf", "∞", "nan", "-inf"] {
      #expect(try Self.score("\\boxed{\(word)}", "1", ["absolute_tolerance": 1e64]) == 0)
      #expect(try Self.score("\\boxed{1}", word, ["absolute_tolerance": 1e64]) == nil)
    }
  }

  @Test func `sources are asked in their order`() throws {
    let text = "#### 1\n<answer>2</answer> \\boxed{3} 4"
    #expect(try Self.score(text, "3") == 1)
    #expect(try Self.score(text, "2", ["extraction": ["answer_tag", "boxed"]]) == 1)
    #expect(try Self.score(text, "1", ["extraction": "hash"]) == 1)
    #expect(try Self.score(text, "4", ["extraction": ["last"]]) == 1)
    #expect(
      try NumericVerifier(["extraction": "boxed"]).verify(Completion(text: "3", groundTruth: "3")).status
        == .noAnswer)
    #expect(try Self.score("<answer>2", "2") == 0)
  }

  @Test func `parameters out of range are refused`() {
    for parameters: VerifierParameters in [
      ["absolute_tolerance": -1], ["absolute_tolerance": .number(.nan)], ["absolute_tolerance": 1e-70],
      ["relative_tolerance": 1.1],
      ["decimals": -1], ["decimals": 61], ["significant": 0], ["decimals": 1, "significant": 1],
      ["extraction": []],
      ["extraction": ["boxed", "boxed"]], ["extraction": "phrase"], ["decimals": 1.5], ["format_score": 1],
    ] {
      #expect(throws: VerifierParameterError.self) { try NumericVerifier(parameters) }
    }
  }
}
