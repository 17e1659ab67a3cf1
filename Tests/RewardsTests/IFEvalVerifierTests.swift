import Rewards
import Testing

@Suite struct `IFEval verifier` {
  private static let ids = [
    "punctuation:no_comma", "length_constraints:number_words", "punctuation:no_comma",
  ]
  private static let kwargs = ["{}", #"{"relation": "at least", "num_words": 3}"#, "{}"]

  @Test(arguments: [
    ("fraction", "one, two, three", 1.0 / 3), ("fraction", "one two", 2.0 / 3),
    ("fraction", "one two three", 1.0),
    ("strict", "one two", 0.0), ("strict", "one two three", 1.0), ("loose", "one two", 0.0),
    ("loose_fraction", "one two", 2.0 / 3),
  ])
  func `counts every instruction, also one that is there twice`(score: String, text: String, expected: Double)
  {
    #expect(verdict(ids: Self.ids, kwargs: Self.kwargs, text, score: score).score == expected)
  }

  @Test(arguments: [
    ("Sure, here it is:\none two three", "first line"), ("one two three\nSo, anything else?", "last line"),
    ("Sure, here:\none two three\nSo, more?", "both"),
  ])
  func `finds loosely what a first or last line hides`(text: String, hidden: String) {
    for (score, expected) in [("strict", 0.0), ("loose", 1), ("fraction", 1.0 / 3), ("loose_fraction", 1)] {
      #expect(verdict(ids: Self.ids, kwargs: Self.kwargs, text, score: score).score == expected, "\(hidden)")
    }
  }

  @Test func `finds loosely what asterisks hide, also behind a first line`() {
    let kwargs = #"{"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "moon"}"#
    for text in ["*Moon* and stars", "Sure!\n\n**Moon** and stars", "Sure!\n*Moon* and stars\nBye!"] {
      let id = "length_constraints:nth_paragraph_first_word"
      #expect(verdict(id, kwargs, text, score: "strict").score == 0, "\(text)")
      #expect(verdict(id, kwargs, text, score: "loose").score == 1, "\(text)")
    }
  }

  @Test func `finds nothing loosely in a form with nothing in it`() {
    // Without its only line, nothing is left that could hold a comma.
    #expect(verdict("punctuation:no_comma", "{}", "a, b", score: "loose").score == 0)
    #expect(verdict("punctuation:no_comma", "{}", "a, b\n \n", score: "loose").score == 0)
  }

  @Test func `reports the four published figures`() {
    let verdict = verdict(ids: Self.ids, kwargs: Self.kwargs, "Sure, here it is:\none two three")
    #expect(
      verdict.metrics == [
        VerdictMetric("prompt_strict", 0), VerdictMetric("instruction_strict", 1.0 / 3),
        VerdictMetric("prompt_loose", 1), VerdictMetric("instruction_loose", 1),
      ])
    #expect(
      verdict.rule == "1 of 3 instructions followed, 3 loosely; `punctuation:no_comma`: there is a comma")
  }

  @Test(arguments: [
    (
      #"["keywords:key_sentences"]"#, "[{}]",
      "instruction 1 `keywords:key_sentences`: no instruction has this id"
    ),
    (
      #"["punctuation:no_comma", "Punctuation:no_comma"]"#, "[{}, {}]",
      "instruction 2 `Punctuation:no_comma`: no instruction"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "more than", "num_words": 3}]"#,
      "kwarg `relation` is `more than`, but must be one of `less than`, `at least`, `at most`, `exactly`"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "around", "num_words": 3}]"#,
      "kwarg `relation` is `around`"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "at least", "num_words": -3}]"#,
      "kwarg `num_words`"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "at least", "num_words": 2.5}]"#,
      "kwarg `num_words`"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "at least", "num_words": "3"}]"#,
      "kwarg `num_words`"
    ),
    (
      #"["length_constraints:number_words"]"#, #"[{"relation": "at least", "words": 3}]"#,
      "kwarg `num_words` is missing"
    ),
    (#"["keywords:existence"]"#, #"[{"keywords": []}]"#, "kwarg `keywords`"),
    (#"["keywords:existence"]"#, #"[{"keywords": ["a", ""]}]"#, "kwarg `keywords` is empty"),
    (#"["keywords:existence"]"#, #"[{"keywords": ["a", 3]}]"#, "kwarg `keywords` is a whole number"),
    (
      #"["keywords:letter_frequency"]"#,
      #"[{"letter": "ab", "let_relation": "at least", "let_frequency": 1}]"#, "kwarg `letter`"
    ),
    (
      #"["length_constraints:nth_paragraph_first_word"]"#,
      #"[{"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"}]"#, "kwarg `nth_paragraph` is 3"
    ),
    (#"["punctuation:no_comma"]"#, "[]", "one entry for each"),
    (#"["punctuation:no_comma"]"#, "[{}, {}]", "one entry for each"),
    (#"["punctuation:no_comma"]"#, "{}", "one entry for each"),
    (#"["punctuation:no_comma"]"#, "[3]", "`kwargs`[0]"),
    (#"["punctuation:no_comma"]"#, "[{", "column `kwargs`: is not JSON"),
    ("[]", "[]", "list of 1 to 64"), ("[3]", "[{}]", "its id is a whole number"),
    ("punctuation:no_comma", "[{}]", "is not JSON"),
    (#"["punctuation:no_comma"]"#, #"[{"a": 1, "a": null}]"#, "is not JSON"),
  ])
  func `gives no verdict on data that it cannot read, and says why`(
    ids: String, kwargs: String, problem: String
  ) {
    let columns = ["instruction_id_list": ids, "kwargs": kwargs]
    let verdict = IFEvalVerifier().verify(Completion(text: "a b c", groundTruth: "", columns: columns))
    #expect(verdict.status == .noVerdict && verdict.score == nil)
    #expect(verdict.rule.contains(problem), "\(verdict.rule)")
    #expect(throws: InstructionProblem.self) {
      try IFEvalVerifier.validate(groundTruth: "", columns: columns)
    }
  }

  @Test(arguments: [
    "", "no_comma", "[]", "[1]", "{}", #"{"instruction_id_list": []}"#, #"{"kwargs": []}"#, "[{}, {}]",
    #"{"func_name": "eval"}"#, #"{"func_name": "validate_end"}"#,
    "{'instruction_id': ['punctuation:no_comma'], 'kwargs': [open('x')]}", "'", "'\\", "'\\U0",
  ])
  func `gives no verdict on such a ground truth`(gold: String) {
    #expect(IFEvalVerifier().verify(Completion(text: "a", groundTruth: gold)).status == .noVerdict)
    #expect(throws: InstructionProblem.self) { try IFEvalVerifier.validate(groundTruth: gold, columns: [:]) }
  }

  @Test func `prefers the columns and needs both`() throws {
    let gold = #"{"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}"#
    let columns = ["instruction_id_list": #"["detectable_format:title"]"#]
    let half = IFEvalVerifier().verify(Completion(text: "a", groundTruth: gold, columns: columns))
    #expect(half.rule == "column `kwargs`: is missing")
    let both = columns.merging(["kwargs": "[{}]"]) { $1 }
    #expect(IFEvalVerifier().verify(Completion(text: "<<a,>>", groundTruth: gold, columns: both)).score == 1)
    try IFEvalVerifier.validate(groundTruth: gold, columns: both)
    try IFEvalVerifier.validate(groundTruth: gold, columns: ["kwargs": "of something else"])
  }

  @Test func `refuses a score that it does not know`() {
    #expect(throws: VerifierParameterError.self) { try IFEvalVerifier(["score": .text("mean")]) }
    #expect(throws: VerifierParameterError.self) { try IFEvalVerifier(["score": .integer(1)]) }
  }

  @Test func `keeps to its own examples`() throws {
    for example in IFEvalVerifier.description.examples {
      let verdict = try IFEvalVerifier(example.parameters).verify(
        Completion(text: example.response, groundTruth: example.groundTruth, columns: example.columns))
      #expect(verdict.score == example.score, "\(verdict)")
    }
  }
}
