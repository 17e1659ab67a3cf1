import Rewards
import Testing

@Suite struct `Format verifiers` {
  static func score(_ name: String, _ text: String, _ parameters: VerifierParameters = [:]) throws -> Double?
  {
    try Verifiers.make(VerifierSpec(name, parameters: parameters)).verify(
      Completion(text: text, groundTruth: "")
    ).score
  }

  @Test(arguments: [
    ("<think>a</think>b", 1, 0), ("<think></think>b", 1, 0), ("<think>\na\n</think>\n\nb\n", 1, 0),
    (" <think>a</think>b", 0, 0),
    ("<think>a</think> \n", 0, 0), ("<think><think>a</think>b", 0, 0), ("<think>a</think>b</think>c", 0, 0),
    ("<think>a", 0, 0), ("a", 0, 0),
    ("a</think>b", 0, 1), ("</think>b", 0, 1), ("a</think>", 0, 0), ("a</think>b</think>c", 0, 0), ("", 0, 0),
    ("</think><think>a", 0, 0),
  ])
  func `thinking comes first, once, and something follows`(text: String, closed: Double, open: Double) throws
  {
    #expect(try Self.score("think_format", text) == closed)
    #expect(try Self.score("think_format", text, ["open_tag_in_prompt": true]) == open)
    let other = text.replacing("think>", with: "reasoning>")
    #expect(try Self.score("think_format", other, ["thinking_tag": "reasoning"]) == closed)
  }

  static let whole = "<think>\na\n</think>\n<answer>\nb\n</answer>"

  @Test(arguments: [
    (whole, 1, 1), (whole + "\n", 1, 1), (whole + "\n\n", 0, 1), (whole + ".", 0, 0), ("\n" + whole, 0, 1),
    ("x" + whole, 0, 0),
    (whole + whole, 0, 0), ("<think>a</think><answer>b</answer>", 0, 1),
    ("<think>\na\n</think> \n<answer>\nb\n</answer>", 0, 1),
    ("<think>\na\n</think>\nso\n<answer>\nb\n</answer>", 0, 0),
    ("<think>\na\n</think>\n<answer>\n \n</answer>", 0, 0),
    ("<think>\n\n</think>\n<answer>\nb\n</answer>", 1, 1),
    ("<think>\n</think>\n<answer>\nb\n</answer>", 1, 1),
    ("<answer>\nb\n</answer>\n<think>\na\n</think>", 0, 0),
    ("</think>\n<think>\n<answer>\nb\n</answer>", 0, 0), ("", 0, 0),
    ("<think>\na\n</think>\n<answer>\n</answer>", 0, 0), ("<think>\na</think>\n<answer>\nb\n</answer>", 0, 1),
  ])
  func `thinking and answer are the whole`(text: String, lines: Double, loose: Double) throws {
    #expect(try Self.score("think_answer", text) == lines)
    #expect(try Self.score("think_answer", text, ["lines": false]) == loose)
  }

  @Test func `an opening tag in the prompt is not to be written again`() throws {
    let rest = "a\n</think>\n<answer>\nb\n</answer>"
    #expect(try Self.score("think_answer", rest, ["open_tag_in_prompt": true]) == 1)
    #expect(try Self.score("think_answer", "\n" + rest, ["open_tag_in_prompt": true]) == 1)
    #expect(try Self.score("think_answer", Self.whole, ["open_tag_in_prompt": true]) == 0)
    #expect(try Self.score("think_answer", rest) == 0)
    #expect(try Self.score("tag_count", rest, ["open_tag_in_prompt": true]) == 1)
    #expect(try Self.score("tag_count", rest) == 0.75)
    #expect(try Self.score("tag_count", "a</think>", ["open_tag_in_prompt": true]) == 1.0 / 3)
    #expect(try Self.score("boxed_once", "\\boxed{1}", ["open_tag_in_prompt": true]) == 0)
    #expect(try Self.score("boxed_once", "a</think>\\boxed{1}", ["open_tag_in_prompt": true]) == 1)
  }

  @Test(arguments: [
    (whole, 1, 1), ("", 0, 0), ("<think>a</think><answer>b</answer>", 1, 0),
    ("<think><think></think><answer>", 0.5, 0),
    ("</answer></think>", 0.5, 0), ("<think>\n</think>\n\n<answer>\n</answer>", 1, 1), ("<Think>", 0, 0),
  ])
  func `a quarter for each tag that occurs once`(text: String, anywhere: Double, lines: Double) throws {
    #expect(try Self.score("tag_count", text) == anywhere)
    #expect(try Self.score("tag_count", text, ["lines": true]) == lines)
  }

  @Test func `tags have names of their own`() throws {
    #expect(try Self.score("tag_count", "<r>a</r><a>b</a>", ["thinking_tag": "r", "answer_tag": "a"]) == 1)
    for name: ParameterValue in ["", "<r>", "a b", "answer", 1, .text(String(repeating: "a", count: 33))] {
      #expect(throws: VerifierSpecError.self) { try Self.score("tag_count", "", ["thinking_tag": name]) }
    }
  }

  @Test(arguments: [
    ("\\boxed{1}", 1), ("\\fbox{1}", 1), ("\\boxed {1}", 1), ("\\boxed{\\frac{1}{\\boxed{2}}}", 1),
    ("\\boxed{\\}}", 1), ("", 0),
    ("\\boxed{1}\\boxed{2}", 0), ("\\boxed{1", 0), ("\\boxed{1} \\boxed{", 0), ("\\boxed{ }", 0),
    ("\\boxed 1", 0),
    ("in \\boxed, so \\boxed{1}", 1), ("<think>\\boxed{1}</think>\\boxed{2}", 1), ("<think>\\boxed{1}", 0),
    ("\\boxed{1}</think>", 0),
  ])
  func `one box, closed and not empty`(text: String, score: Double) throws {
    #expect(try Self.score("boxed_once", text) == score)
  }

  @Test(arguments: [
    ("Step 1: a\nStep 2: b", 2), ("1. a\n2. b\n3.5", 3), ("- a", 1), ("a - b * c 1. d", 0),
    ("First, second, Next, Finally, x", 3),
    ("Step : Step x: Step 12", 0), ("Second,\n* b", 2), ("Firstly,", 0),
  ])
  func `marks of steps are counted up to three`(text: String, marks: Int) throws {
    #expect(try Self.score("reasoning_steps", text) == Double(marks) / 3)
  }

  @Test func `repetition is what is missing from the score`() throws {
    // Bigrams: ab ba ab ba, 2 of 4 distinct.
    #expect(try Self.score("no_repetition", "a B A b a", ["ngram": 2]) == 0.5)
    #expect(try Self.score("no_repetition", "a a") == 1)
    #expect(try Self.score("no_repetition", "") == 1)
    let ofTokens = try Verifiers.make(
      VerifierSpec("no_repetition", parameters: ["unit": "tokens", "ngram": 1]))
    #expect(
      ofTokens.verify(Completion(text: "", tokens: [1, 1, 2, 2], tokenCount: 4, groundTruth: "")).score == 0.5
    )
    #expect(ofTokens.verify(Completion(text: "a", tokenCount: 4, groundTruth: "")).status == .noVerdict)
    for ngram: ParameterValue in [0, 65, 1.5] {
      #expect(throws: VerifierSpecError.self) { try Self.score("no_repetition", "", ["ngram": ngram]) }
    }
  }
}

/// Worked numbers of the method page on h1 (arXiv:2510.07312), in units of its reward: 4 at most.
@Suite struct `h1's released reward` {
  static func reward(
    _ text: String, _ gold: String = "40", _ parameters: VerifierParameters = [:],
    columns: [String: String] = [:]
  ) throws -> Double {
    let verdict = try H1ReleasedRewardVerifier(parameters).verify(
      Completion(text: text, groundTruth: gold, columns: columns))
    return try #require(verdict.score) * 4
  }

  static func isClose(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-12 }

  static func lines(_ answer: String) -> String {
    "<reasoning>\nok\n</reasoning>\n<answer>\n\(answer)\n</answer>"
  }

  @Test func `is 4 for a perfect response with its final line feed`() throws {
    #expect(try Self.isClose(Self.reward(Self.lines("40") + "\n"), 4))
  }

  @Test func `loses strict format and 0.001 a character without it`() throws {
    // 49 characters: 3.5 − 0.049 for the whole, + 0.001 for the line feed that is not there.
    #expect(Self.lines("40").count == 49)
    #expect(try Self.isClose(Self.reward(Self.lines("40")), 3.452))
  }

  @Test func `is 3 for tags on one line and 2.5 for the bare answer`() throws {
    #expect(try Self.isClose(Self.reward("<reasoning>ok</reasoning><answer>40</answer>"), 3))
    #expect(try Self.isClose(Self.reward("40"), 2.5))
  }

  @Test func `wants digits at horizon 1 and a decimal number beyond`() throws {
    let text = Self.lines("-3") + "\n"
    #expect(try Self.isClose(Self.reward(text, "-3"), 3.5))
    #expect(try Self.isClose(Self.reward(text, "-3", ["horizon": 2]), 4))
    #expect(try Self.isClose(Self.reward(text, "-3", columns: ["horizon": "3"]), 4))
    #expect(try Self.isClose(Self.reward(text, "-3", ["horizon": 1], columns: ["horizon": "3"]), 3.5))
    #expect(try Self.isClose(Self.reward(Self.lines("x") + "\n", "-3", ["horizon": 2]), 1.5))
  }

  @Test func `counts an answer of 0, and 1e-9 is the edge`() throws {
    #expect(try Self.isClose(Self.reward(Self.lines("0") + "\n", "0"), 4))
    #expect(try Self.isClose(Self.reward("40.0000000001"), 2))
    #expect(try Self.isClose(Self.reward("40.00000001"), 0))
    #expect(try Self.isClose(Self.reward("1,000", "1000"), 0))
  }

  @Test func `takes 0.001 twice for each character behind the answer, below 0 if need be`() throws {
    // Third and fourth tag: 2 · 0.001 · 1,000, and the fourth spares one line feed that is there.
    let text = Self.lines("40") + "\n" + String(repeating: "é", count: 1000)
    #expect(try Self.isClose(Self.reward(text), 2 + 0.5 + 0.5 + 0.5 - 2))
    #expect(try Self.reward(Self.lines("7") + "\n" + String(repeating: "a", count: 4000)) < 0)
  }

  @Test func `shows its parts, and says right by the answer alone`() throws {
    let verdict = try H1ReleasedRewardVerifier([:]).verify(Completion(text: "40", groundTruth: "40"))
    #expect(verdict.status == .correct)
    #expect(
      verdict.metrics.map(\.name) == ["correctness", "tags", "loose_format", "strict_format", "numeric"])
    #expect(verdict.metrics.map(\.value) == [2, 0, 0, 0, 0.5])
    let wrong = try H1ReleasedRewardVerifier([:]).verify(
      Completion(text: Self.lines("41") + "\n", groundTruth: "40"))
    #expect(wrong.status == .incorrect && wrong.score == 0.5)
  }

  @Test func `can want thinking on one line`() throws {
    let text = "<reasoning>\na\nb\n</reasoning>\n<answer>\n40\n</answer>\n"
    #expect(try Self.isClose(Self.reward(text), 4))
    #expect(try Self.isClose(Self.reward(text, "40", ["single_line": true]), 3))
    #expect(try Self.isClose(Self.reward(Self.lines("40") + "\n", "40", ["single_line": true]), 3.5))
  }

  @Test func `has no verdict without a number to compare with`() throws {
    for gold in ["", "forty", "inf", "0x1p3", "1,000"] {
      #expect(
        try H1ReleasedRewardVerifier([:]).verify(Completion(text: "40", groundTruth: gold)).status
          == .noVerdict)
    }
    let row = Completion(text: "40", groundTruth: "40", columns: ["horizon": "two"])
    #expect(H1ReleasedRewardVerifier().verify(row).status == .noVerdict)
  }
}
