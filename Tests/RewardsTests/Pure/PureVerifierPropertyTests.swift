import Rewards
import Testing

/// Laws that every verifier of text, patterns, JSON and form keeps.
@Suite struct `Verifiers without mathematics` {
  /// Each with a ground truth, and a response that gets the full score for it.
  static let cases: [(spec: VerifierSpec, gold: String, right: String)] = [
    (VerifierSpec("boxed_once"), "", "\\boxed{1}"), (VerifierSpec("contains"), "zebra", "a zebra"),
    (VerifierSpec("exact"), "zebra", "zebra"), (VerifierSpec("f1"), "zebra", "Zebra!"),
    (VerifierSpec("gsm8k"), "9 + 9 = 18\n#### 18", "9 + 9 = 18\n#### 18"),
    (VerifierSpec("gsm8k_flexible"), "9 + 9 = 18\n#### 18", "9 + 9 = 18\n#### 18"),
    (VerifierSpec("h1_released_reward"), "7", "<reasoning>\na\n</reasoning>\n<answer>\n7\n</answer>\n"),
    (VerifierSpec("json"), #"{"a": [1, 2]}"#, #"{"a": [1, 2]}"#),
    (VerifierSpec("json", parameters: ["mode": "schema"]), #"{"required": ["a"]}"#, #"{"a": [1, 2]}"#),
    (VerifierSpec("no_repetition"), "", "one two three four"),
    (VerifierSpec("normalized_string"), "zebra", "The zebra."),
    (VerifierSpec("number"), "18", "18"),
    (VerifierSpec("numeric", parameters: ["relative_tolerance": 0.01]), "18", "18.1"),
    (VerifierSpec("numeric", parameters: ["significant": 2]), "18", "18.1"),
    (VerifierSpec("reasoning_steps"), "", "- a\n- b\n- c"),
    (VerifierSpec("regex", parameters: ["mode": "search"]), "(z|ze)*bra\\b", "a zebra"),
    (
      VerifierSpec("regex", parameters: ["mode": "last_group_equals_gold", "pattern": "(\\w+)$"]), "zebra",
      "a zebra"
    ),
    (VerifierSpec("tag_count"), "", "<think></think><answer></answer>"),
    (VerifierSpec("think_answer"), "", "<think>\na\n</think>\n<answer>\nb\n</answer>"),
    (VerifierSpec("think_format"), "", "<think>a</think>b"),
  ]

  @Test(arguments: cases.indices) func `give the right response the full score`(index: Int) throws {
    let (spec, gold, right) = Self.cases[index]
    let verdict = try Verifiers.make(spec).verify(Completion(text: right, groundTruth: gold))
    #expect(verdict.score.map { $0 > 1 - 1e-12 } == true && verdict.status == .correct, "\(verdict)")
  }

  @Test(arguments: cases.indices)
  func `judge every cut and every changed byte, twice the same`(index: Int) throws {
    let (spec, gold, right) = Self.cases[index]
    let verifier = try Verifiers.make(spec)
    let whole = Array("<think>so [1]</think> \(right) é😀 {\"a\": \"\\u00e9\"} 1,234.5e2".utf8)
    for place in whole.indices {
      var changed = whole
      for byte: UInt8 in [0x0A, 0x22, 0x3C, 0x5C, 0x7B, 0xF0] {
        changed[place] = byte
        for text in [whole[...place], whole[place...], changed[...]] {
          let text = String(decoding: text, as: UTF8.self)
          let verdict = verifier.verify(Completion(text: text, groundTruth: gold))
          #expect(verdict.score.map { $0 <= 1 } == true && !verdict.rule.isEmpty)
          #expect(verdict == verifier.verify(Completion(text: text, groundTruth: gold)))
          // As a ground truth or a pattern it is judged too, whatever the verdict.
          _ = verifier.verify(Completion(text: right, groundTruth: text))
        }
      }
    }
  }

  static let storms = [
    "[", "{\"a\":", "{", "[1, ", "\"", "\\", "\\u", "```\n", "```json\n[", "<answer>", "<answer></answer>",
    "</answer>", "<think>",
    "</think>", "<think></think>", "\\boxed{", "\\boxed{}", "####\n", "#### 1\n", "#", "1 ", "9", "-", "1e",
    "the ", "é", "\u{301}",
    "😀", "\n", "a", "ze", "\n- ", "Step 1", "<reasoning>\n", "\n</answer>\n", "\u{0}", "(?", "((a+)+", "[[:",
  ]

  /// All of them together take about a second; one quadratic pass would take minutes.
  @Test(.timeLimit(.minutes(2)), arguments: cases.indices)
  func `get through hostile text in linear time`(index: Int) throws {
    let (spec, gold, right) = Self.cases[index]
    let verifier = try Verifiers.make(spec)
    for storm in Self.storms {
      let text = String(repeating: storm, count: 60_000 / storm.utf8.count)
      let verdict = verifier.verify(Completion(text: text, groundTruth: gold))
      #expect(verdict.score != nil && (verdict.extracted ?? "").utf8.count <= 210, "\(storm)")
      _ = verifier.verify(Completion(text: right, groundTruth: text))
    }
  }

  @Test func `agree on sixty-four threads with one`() async throws {
    let verdicts = try Self.cases.map {
      try Verifiers.make($0.spec).verify(Completion(text: $0.right, groundTruth: $0.gold))
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<64 {
        group.addTask {
          try zip(Self.cases, verdicts).allSatisfy { entry, verdict in
            try Verifiers.make(entry.spec).verify(Completion(text: entry.right, groundTruth: entry.gold))
              == verdict
          }
        }
      }
      for try await agrees in group { #expect(agrees) }
    }
  }
}
