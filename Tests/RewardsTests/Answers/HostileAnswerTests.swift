import Rewards
import Testing

/// Boxes built to stall, exhaust or crash a grader.
@Suite struct `Hostile answers` {
  private static let storms: [(name: String, content: String)] = [
    ("percents", "5" + String(repeating: "%", count: 20_000)),
    ("factorials", "5" + String(repeating: "!", count: 9000)),
    ("signs", String(repeating: "-", count: 15_000) + "5"),
    ("plus or minus", String(repeating: "\\pm ", count: 3000) + "5"),
    ("sets", String(repeating: "\\{", count: 4000) + "5" + String(repeating: "\\}", count: 4000)),
    ("tuples", String(repeating: "(1,", count: 3000) + "5" + String(repeating: ")", count: 3000)),
    ("texts", String(repeating: "\\text{", count: 2000) + "5" + String(repeating: "}", count: 2000)),
    ("joined texts", String(repeating: "\\text{a and }", count: 1000) + "5"),
    ("commas", String(repeating: "1,", count: 8000)),
    ("relations", String(repeating: "1<", count: 5000) + "6"),
    ("equations", String(repeating: "x=", count: 5000) + "6"),
    ("unions", String(repeating: "(0,1)\\cup", count: 1500) + "(0,2)"),
    (
      "aligned",
      String(repeating: "\\begin{aligned}", count: 900) + "5"
        + String(repeating: "\\end{aligned}", count: 900)
    ),
    ("rows", "\\begin{pmatrix}" + String(repeating: "1&2\\\\", count: 2500) + "\\end{pmatrix}"),
    ("colons", String(repeating: "1:", count: 8000) + "2"),
    ("degrees", String(repeating: "1^\\circ+", count: 1500) + "1"),
    ("currencies", String(repeating: "\\$", count: 8000) + "6"),
    ("words", String(repeating: "one ", count: 4000)),
    ("hundreds", String(repeating: "hundred ", count: 2000)),
    ("units", "6 " + String(repeating: "m/", count: 8000)),
    ("arrows", String(repeating: "\\to ", count: 4000) + "6"),
    ("setminus", "\\mathbb{R}" + String(repeating: "\\setminus\\{1\\}", count: 900)),
    ("tower", "9^{9^{9^{9}}}"), ("factorial", "(10^9)!"), ("power", "99999999999^{99999999999}"),
    ("French", String(repeating: "]0,1[\\cup", count: 1500) + "]0,2["),
    ("bars", String(repeating: "|", count: 9000) + "6"),
    ("separators", "6" + String(repeating: ",000", count: 4000)), ("exponents", "6e999999999"),
    ("inequalities", String(repeating: "x<1,", count: 3000)),
    ("boxes", String(repeating: "\\boxed{", count: 900) + "6" + String(repeating: "}", count: 900)),
    ("bases", "1" + String(repeating: "_2", count: 5000)), ("environment", "\\begin{pmatrix}"),
    ("closing", "\\end{pmatrix}"),
  ]

  /// Those that hold 5 behind thousands of signs, braces or articles.
  private static let holdingFive: Set = ["signs", "texts", "sets", "plus or minus", "joined texts"]

  @Test(.timeLimit(.minutes(1))) func `get a verdict and pay nothing`() {
    for gold in ["5", "\\{5\\}", "(5,6)", "x>5", "\\pm 5", "\\text{five}", "5\\text{ m}"] {
      for (name, content) in Self.storms where !Self.holdingFive.contains(name) {
        let verdict = MathVerifier().verify(Completion(text: "\\boxed{\(content)}", groundTruth: gold))
        #expect(verdict.score == 0, "\(name) for \(gold): \(verdict.rule)")
      }
    }
    // Right, or refused for their size.
    for (name, content) in Self.storms where Self.holdingFive.contains(name) {
      let verdict = MathVerifier().verify(Completion(text: "\\boxed{\(content)}", groundTruth: "5"))
      #expect(verdict.score != nil, "\(name): \(verdict)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func `as ground truths pay nothing either`() {
    for (name, content) in Self.storms {
      let verdict = MathVerifier().verify(Completion(text: "\\boxed{7}", groundTruth: content))
      #expect(verdict.score != 1, "\(name): \(verdict)")
      let choice = MultipleChoiceVerifier().verify(Completion(text: "\\boxed{\(content)}", groundTruth: "B"))
      #expect(choice.score == 0, "\(name): \(choice)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func `cut anywhere are judged, never a trap`() {
    for (place, one) in AnswerCases.values.enumerated() where place % 7 == 0 {
      let bytes = Array(one.response.utf8)
      for end in stride(from: 0, to: bytes.count, by: 3) {
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        let rest = String(decoding: bytes[end...], as: UTF8.self)
        #expect(!one.verdict(for: text).rule.isEmpty)
        #expect(!one.verdict(for: "\\boxed{\(rest)}").rule.isEmpty)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: 0..<8)
  func `of random bytes and random signs are judged, twice the same`(seed: UInt64) {
    var generator = Counter(seed)
    let pieces = [
      "1", "2", "x", "\\frac", "{", "}", "(", ")", "[", "]", "\\{", "\\}", ",", "=", "<", "\\le", "\\cup",
      "^", "_", "\\text{",
      " or ", "\\pm", "%", "^\\circ", "\\$", ":", "-", "+", "\\infty", "\\sqrt", "i", "e", "\\mathbb{R}",
      "cm", " and ", "&",
      "\\\\", "\\begin{pmatrix}", "\\end{pmatrix}", "|", "!", ".", "\\ldots", "\\in", "\u{221A}", "\u{BD}",
      "\\setminus",
    ]
    for _ in 0..<400 {
      let count = Int(generator.next() % 24)
      let text = (0..<count).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
      let gold = (0..<4).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      for response in ["\\boxed{\(text)}", text, "Answer: " + text, String(decoding: bytes, as: UTF8.self)] {
        let completion = Completion(text: response, groundTruth: gold)
        #expect(MathVerifier().verify(completion) == MathVerifier().verify(completion))
        #expect(MultipleChoiceVerifier().verify(completion).rule.isEmpty == false)
      }
    }
  }
}
