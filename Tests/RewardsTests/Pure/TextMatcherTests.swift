import Rewards
import Testing

@Suite struct `Text matchers` {
  static func verdict(
    _ name: String, _ text: String, _ gold: String, _ parameters: VerifierParameters = [:]
  ) throws -> Verdict {
    try Verifiers.make(VerifierSpec(name, parameters: parameters)).verify(
      Completion(text: text, groundTruth: gold))
  }

  static let names = ["contains", "exact", "f1", "normalized_string"]

  @Test(arguments: names) func `give the gold itself the full score`(name: String) throws {
    for gold in [
      "Paris", "the", "A", "?", "C++", "  x y ", "[1, 2]", "naïve café", "—", "“”", "İstanbul", "中文",
    ] {
      for text in [gold, "<answer>\(gold)</answer>", "<think>no</think>\n\(gold)\n"] {
        #expect(try Self.verdict(name, text, gold).score == 1, "\(text)")
      }
    }
  }

  @Test(arguments: names) func `take any of several golds`(name: String) throws {
    let golds = #"["Rome", "the Eternal City", " "]"#
    #expect(try Self.verdict(name, "\\boxed{the Eternal City}", golds).score == 1)
    #expect(try Self.verdict(name, "\\boxed{Milan}", golds).score == 0)
    #expect(try Self.verdict(name, golds, golds, ["golds": "single"]).score == 1)
    #expect(try Self.verdict(name, "Rome", "Rome", ["golds": "list"]).status == .noVerdict)
    #expect(try Self.verdict(name, "[1, 2]", "[1, 2]").score == 1)
  }

  @Test(arguments: names + ["text"]) func `take the golds under target of a JSON object`(name: String) throws
  {
    let golds = #"{"source": "nq", "target": ["Rome", "the Eternal City"]}"#
    #expect(try Self.verdict(name, "\\boxed{the Eternal City}", golds).score == 1)
    #expect(try Self.verdict(name, "\\boxed{Milan}", golds).score == 0)
    #expect(try Self.verdict(name, "#### Rome", #" {"target": "Rome"}"#).score == 1)
    for gold in [
      #"{"answers": ["Rome"]}"#, "{}", #"{"target": 5}"#, #"{"target": ["a", 5]}"#, #"{"target": null}"#,
    ] {
      let verdict = try Self.verdict(name, "#### Rome", gold)
      #expect(verdict.status == .noVerdict, "\(gold)")
      #expect(
        verdict.rule == "the ground truth is a JSON object without a text, or a list of texts, under `target`"
      )
    }
    #expect(try Self.verdict(name, "#### Rome", #"{"target": []}"#).status == .noVerdict)
    // Not JSON: a text like any other.
    #expect(try Self.verdict(name, "#### {1, 2}", "{1, 2}").score == 1)
  }

  @Test(arguments: names) func `take a JSON object as the answer itself where told to`(name: String) throws {
    #expect(try Self.verdict(name, #"{"b": 5}"#, #"{"b": 5}"#, ["golds": "single"]).score == 1)
  }

  @Test(arguments: names) func `give no verdict without a gold`(name: String) throws {
    for gold in ["", " \n", "[]", #"[" "]"#] {
      #expect(
        try Self.verdict(name, "x", gold, ["golds": gold.contains("[") ? "list" : "auto"]).status
          == .noVerdict)
    }
    let many = "[" + String(repeating: "\"a\", ", count: 1000) + "\"b\"]"
    #expect(try Self.verdict(name, "b", many).status == .noVerdict)
  }

  @Test(arguments: names) func `look where they are told to`(name: String) throws {
    let text = "<think>Rome</think>Rome? <answer>Paris</answer>"
    #expect(try Self.verdict(name, text, "Paris").score == 1)
    #expect(try Self.verdict(name, text, "Paris", ["answer": "marked"]).score == 1)
    #expect(try Self.verdict(name, "Paris", "Paris", ["answer": "marked"]).status == .noAnswer)
    #expect(try Self.verdict(name, "<think>a</think> Paris", "Paris", ["answer": "after_think"]).score == 1)
    #expect(try Self.verdict(name, text, text, ["answer": "response"]).score == 1)
    #expect(throws: VerifierSpecError.self) { try Self.verdict(name, text, "Paris", ["answer": "box"]) }
  }

  @Test(
    arguments: names,
    ["<answer>Paris", "\\boxed{Paris", "\\boxed{}", "<answer> </answer>", "####", "<think>Paris", ""])
  func `find no answer where one is cut off or empty`(name: String, text: String) throws {
    #expect(try Self.verdict(name, text, "Paris").status == .noAnswer)
  }

  @Test(arguments: [
    ("<answer>Paris</answer>", "paris", false), ("Paris.", "Paris", false), ("#### Paris", "Paris", true),
    ("new  york", "new york", false), ("caf\u{65}\u{301}", "caf\u{E9}", false),
    ("\\boxed{a} <answer>b</answer>", "a", true),
  ])
  func `exact compares bytes`(text: String, gold: String, isRight: Bool) throws {
    #expect(try Self.verdict("exact", text, gold).score == (isRight ? 1 : 0))
  }

  @Test(arguments: [
    ("The  U.S.A.", "usa", true), ("an apple, a day", "apple day", true), ("don’t", "dont", true),
    ("«Ça va?»", "ça va", true),
    ("anthem", "them", false), ("a b", "ab", false), ("twenty-one", "twentyone", true),
    ("ÉCOLE\u{A0}normale", "école normale", true),
    ("A", "the", false), ("?", "!", false), ("the A", "a", false), ("1,000", "1000", true),
    ("3.5", "35", true),
  ])
  func `normalized strings lose case, punctuation and articles`(text: String, gold: String, isRight: Bool)
    throws
  {
    #expect(try Self.verdict("normalized_string", text, gold).score == (isRight ? 1 : 0), "\(text)")
  }

  @Test func `F1 is of multisets of words`() throws {
    // 3 of 4 words, 3 of 3: P = 0.75, R = 1, F1 = 6/7.
    let verdict = try Self.verdict("f1", "the cat sat cat down", "sat cat cat")
    #expect(verdict.score == 6.0 / 7)
    #expect(verdict.metrics == [VerdictMetric("precision", 0.75), VerdictMetric("recall", 1)])
    #expect(try Self.verdict("f1", "cat cat cat cat", "cat").score == 0.4)
    #expect(try Self.verdict("f1", "b c", #"["a b", "c b d"]"#).score == 0.8)
    #expect(
      try Self.verdict("f1", "x", "y").metrics == [VerdictMetric("precision", 0), VerdictMetric("recall", 0)])
  }

  @Test(arguments: [
    ("It was New York City.", "new york", true), ("York, New", "new york", false),
    ("newer york", "new york", false),
    ("ababac", "abac", false), ("a b a b a c", "b a c", true), ("invalid", "valid", false),
  ])
  func `contains wants the words next to each other`(text: String, gold: String, isRight: Bool) throws {
    #expect(try Self.verdict("contains", text, gold).score == (isRight ? 1 : 0))
  }
}
