import Rewards
import Testing

/// MMLU's rows: `choices` a list, the ground truth a place in it, counted from 0.
@Suite struct `Choices by index` {
  static func verdict(_ text: String, _ gold: String, _ choices: String, _ labels: String = "auto") throws
    -> Verdict
  {
    try Verifiers.make(VerifierSpec("multiple_choice", parameters: ["labels": .text(labels)])).verify(
      Completion(text: text, groundTruth: gold, columns: ["choices": choices]))
  }

  static let animals = #"["cat", "dog", "cow", "hen"]"#

  @Test(arguments: [("A", "0"), ("B", "1"), ("(c)", "2"), ("The answer is D.", "3"), ("\\boxed{dog}", "1")])
  func `count from zero`(text: String, gold: String) throws {
    #expect(try Self.verdict(text, gold, Self.animals).score == 1)
    #expect(try Self.verdict(text, gold == "0" ? "1" : "0", Self.animals).score == 0)
  }

  @Test func `are places where the texts are numbers, unless one is the text of another option`() throws {
    #expect(try Self.verdict("B", "1", #"["0", "4", "2", "6"]"#).score == 1)
    #expect(try Self.verdict("\\boxed{4}", "1", #"["0", "4", "2", "6"]"#).score == 1)
    #expect(try Self.verdict("C", "2", #"["0", "4", "2", "6"]"#).score == 1)
    let verdict = try Self.verdict("C", "2", #"["1", "2", "3", "4"]"#)
    #expect(verdict.status == .noVerdict)
    #expect(
      verdict.rule == "the ground truth is the index of one option and the text of another; give its label")
  }

  @Test func `are labels where options or parameters have digits for labels`() throws {
    #expect(try Self.verdict("1", "1", #"["1) cat", "2) dog"]"#).score == 1)
    #expect(try Self.verdict("1", "1", #"{"1": "cat", "2": "dog"}"#).score == 1)
    #expect(try Self.verdict("1", "1", Self.animals, "digits").score == 1)
    #expect(try Self.verdict("B", "1", #"["1.5 m", "2.5 m"]"#).score == 1)
  }

  @Test func `end with the list`() throws {
    #expect(try Self.verdict("4", "4", Self.animals).score == 1)
    #expect(try Self.verdict("D", "4", Self.animals).score == 0)
  }
}
