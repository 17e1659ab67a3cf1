import Rewards
import Testing

/// Responses no one should be paid for, stalled by or crashed with.
@Suite struct `Hostile responses` {
  static let golds = [
    "countdown": "26;3,5,7", "gsm8k": "72", "math": "\\frac{3}{4}",
    "math_dapo_compat": "\\frac{3}{4}", "math_strict": "\\frac{3}{4}", "multiple_choice": "B", "number": "72",
    "ordering": "3,7,19",
    "text": "dcba",
  ]
  static let storms: [(name: String, text: String)] = [
    ("hashes", String(repeating: "#", count: 200_000)),
    ("hash lines", String(repeating: "####\n", count: 50_000)),
    ("boxes", String(repeating: "\\boxed{", count: 50_000)),
    ("bare boxes", String(repeating: "\\boxed ", count: 50_000)),
    ("braces", "\\boxed" + String(repeating: "{", count: 200_000)),
    ("thinking", String(repeating: "<think>", count: 40_000)),
    ("answers", String(repeating: "answer ", count: 40_000)),
    ("answer is", String(repeating: "answer is\n", count: 40_000)),
    ("digits", "#### " + String(repeating: "9", count: 300_000)),
    ("commas", "#### 1" + String(repeating: ",000", count: 80_000)),
    ("fractions", String(repeating: "\\frac", count: 60_000)),
    ("fraction starts", String(repeating: "\\frac{1", count: 40_000)),
    ("slashes", "1" + String(repeating: "/1", count: 100_000)),
    ("minuses", "#### " + String(repeating: "-", count: 200_000)),
    ("blanks", "#### " + String(repeating: " ", count: 300_000)),
    ("dollars", "#### " + String(repeating: "$", count: 200_000)),
    ("numbers", String(repeating: "1 ", count: 100_000)), ("tower", "#### 9^{9^{9^{9^9}}}"),
    (
      "parentheses",
      "#### " + String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
    ),
    ("exponent", "#### 1e99999999999999999999"), ("tiny", "#### 1e-64"),
    ("delimiters", "#### " + String(repeating: "\\(", count: 50_000)),
    ("text", "#### 71 " + String(repeating: "\\text{", count: 50_000)),
    ("broken UTF-8", "#### \u{FFFD}\u{0}\u{301}71"),
  ]

  // All of them together take well under a second; one pass that is quadratic would take minutes.
  @Test(.timeLimit(.minutes(1)), arguments: Verifiers.names)
  func `get a verdict that pays nothing, in linear time`(name: String) throws {
    let verifier = try #require(Verifiers.named(name))
    let gold = try #require(Self.golds[name])
    for storm in Self.storms {
      let verdict = verifier.verify(Completion(text: storm.text, groundTruth: gold))
      #expect(verdict.score == 0, "\(storm.name): \(verdict)")
      #expect((verdict.extracted ?? "").utf8.count <= 210, "\(storm.name)")
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Verifiers.names)
  func `as ground truths get a verdict too`(name: String) throws {
    let verifier = try #require(Verifiers.named(name))
    for storm in Self.storms {
      let verdict = verifier.verify(Completion(text: "#### 1", groundTruth: storm.text))
      #expect(verdict.score != 1, "\(storm.name): \(verdict)")
    }
  }

  @Test(arguments: Verifiers.names)
  func `cut or flipped at any byte are judged, never a trap`(name: String) throws {
    let verifier = try #require(Verifiers.named(name))
    let gold = try #require(Self.golds[name])
    let whole = Array(
      "<think>3 1/2</think> so \\boxed{\\frac{3}{4}} answer is: -$1,234.5e2% or\n#### \\(3*(7+5)/2=26\\)".utf8
    )
    for index in whole.indices {
      var flipped = whole
      for value: UInt8 in [0x00, 0x20, 0x23, 0x24, 0x2D, 0x2E, 0x5C, 0x7B, 0x7D, 0x80, 0xE2, 0xFF] {
        flipped[index] = value
        for text in [whole[...index], whole[index...], flipped[...]] {
          let verdict = verifier.verify(
            Completion(text: String(decoding: text, as: UTF8.self), groundTruth: gold))
          #expect(verdict.score != nil && !verdict.rule.isEmpty)
        }
      }
    }
  }
}
