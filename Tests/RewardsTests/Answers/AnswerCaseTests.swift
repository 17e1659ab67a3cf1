import Rewards
import Testing

@Suite struct `Answers of every kind` {
  @Test(arguments: [
    ("numbers", AnswerCases.numbers), ("units", .units), ("further", .further), ("collections", .collections),
    ("relations", .relations), ("words", .words), ("expressions", .expressions), ("boxes", .boxes),
    ("statements", .statements), ("hacking", .hacking), ("choices", .choices), ("names", .names),
    ("prose", .prose), ("sequences", .sequences),
  ])
  func `get the verdicts of the tables`(name: String, cases: AnswerCases) {
    #expect(cases.all.count > 40, "\(name)")
    for one in cases.all {
      let verdict = one.verdict
      #expect((verdict.score == 1) == one.isRight, "\(one.line): \(verdict)")
    }
  }

  @Test func `agree with themselves`() {
    for one in AnswerCases.values {
      let boxed = MathVerifier().verify(
        Completion(text: "\\boxed{\(one.groundTruth)}", groundTruth: one.groundTruth))
      // Ground truths that are solutions hold their answer behind a marker.
      if one.groundTruth.contains("####") { continue }
      #expect(boxed.status == .correct, "\(one.groundTruth): \(boxed)")
    }
    for one in AnswerCases.choices.all {
      let verdict = one.verdict(for: "\\boxed{\\text{\(one.groundTruth)}}")
      #expect(verdict.status == .correct, "\(one.groundTruth): \(verdict)")
    }
  }
}

@Suite struct `What never changes a verdict` {
  /// Boxes whose content may be dressed without becoming another text.
  private static let boxes = AnswerCases.values.filter { one in
    guard let boxed = one.boxed else { return false }
    return !boxed.isEmpty && !boxed.contains("%") && !boxed.contains("\n")
  }

  private func expectSame(
    _ what: String, _ cases: [AnswerCases.Case], _ dressed: (String) -> String?
  ) {
    for one in cases {
      guard let boxed = one.boxed, let response = dressed(boxed) else { continue }
      let verdict = one.verdict(for: response)
      #expect((verdict.score == 1) == one.isRight, "\(what): \(one.line) as \(response): \(verdict)")
    }
  }

  @Test func `blanks, delimiters and markdown around the box`() {
    expectSame("blanks", Self.boxes) { "\\boxed{  \($0) }" }
    expectSame("dollars", Self.boxes) { "so $\\boxed{\($0)}$." }
    expectSame("display", Self.boxes) { "\\[\n\\boxed{\($0)}\n\\]\nas desired" }
    expectSame("stars", Self.boxes) { "**Final Answer**\n\n**\\boxed{\($0)}**" }
    expectSame("twice", Self.boxes) { "\\boxed{\\boxed{\($0)}}" }
  }

  @Test func `prose and numbers before the box`() {
    expectSame("prose", Self.boxes) {
      "We have 3 apples and $x=7$; the answer must be below 99.\n\\boxed{\($0)}"
    }
    expectSame("thinking", Self.boxes) { "<think>maybe \\boxed{1}</think>\\boxed{\($0)}" }
    expectSame("another box", Self.boxes) { "First \\boxed{1} for the sum, which leads to \\boxed{\($0)}" }
  }

  @Test func `the size of fractions and fences`() {
    expectSame("dfrac", Self.boxes) { boxed in
      boxed.contains("\\frac") ? "\\boxed{\(boxed.replacing("\\frac", with: "\\dfrac"))}" : nil
    }
    expectSame("left and right", Self.boxes) { boxed in
      let isPlain = boxed.count { $0 == "(" } == boxed.count { $0 == ")" } && boxed.contains("(")
      guard isPlain, !boxed.contains("[") && !boxed.contains("]"), !boxed.contains("\\text"),
        !boxed.contains("left"),
        !boxed.contains("\\(")
      else { return nil }
      return "\\boxed{\(boxed.replacing("(", with: "\\left(").replacing(")", with: "\\right)"))}"
    }
  }

  @Test(arguments: 0..<20) func `the order in a set or a bare list`(seed: UInt64) {
    var generator = Counter(seed)
    let values = (0..<5).map { _ in Int(generator.next() % 100) - 50 }
    var shuffled = values
    for index in shuffled.indices.reversed() {
      shuffled.swapAt(index, Int(generator.next() % UInt64(index + 1)))
    }
    func text(_ values: [Int]) -> String { values.map { "\($0)" }.joined(separator: ", ") }
    func isRight(_ gold: String, _ answer: String) -> Bool {
      MathVerifier().verify(Completion(text: "\\boxed{\(answer)}", groundTruth: gold)).score == 1
    }
    #expect(isRight("\\{\(text(values))\\}", "\\{\(text(shuffled))\\}"))
    #expect(isRight(text(values), text(shuffled)))
    #expect(isRight("\\{\(text(values))\\}", text(shuffled + shuffled)))
    #expect(isRight("(\(text(values)))", "(\(text(shuffled)))") == (values == shuffled))
    #expect(!isRight("\\{\(text(values))\\}", "\\{\(text(shuffled + [99]))\\}"))
    #expect(!isRight("\\{\(text(values + [99]))\\}", "\\{\(text(shuffled))\\}"))
  }
}
