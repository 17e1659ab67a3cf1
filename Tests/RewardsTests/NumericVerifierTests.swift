import Rewards
import Testing

@Suite struct `GSM8K verifier` {
  @Test(arguments: [
    ("72", "#### 72"), ("72", "####72"),
    ("72", "48 + 24 = 72\n#### 72\n\nAsk for another one with 30 clips!"),
    ("72", "#### 72 clips"), ("72", "#### The answer is 72"), ("72", "#### **72**."), ("72", "#### \\(72\\)"),
    ("18", "#### $18"), ("18", "#### 18.00"), ("18", "#### 36/2"), ("18", "#### \\$18"),
    ("1234", "#### 1,234"), ("1,234", "#### 1234"), ("1234", "#### 1{,}234"), ("1000000", "#### 1e6"),
    ("-7", "#### -7"), ("-7", "#### \u{2212}7"), ("-7", "#### -$7"), ("0", "#### -0"), (".5", "#### 0.50"),
    ("0.5", "#### 1/2"), ("3.5", "#### 3 1/2"), ("-3.5", "#### -3\\frac12"), ("0.75", "#### \\frac{3}{4}"),
    ("25", "#### 25%"), ("25%", "#### 25"), ("25%", "#### 0.25"), ("0.25", "#### 25\\%"),
    ("25", "#### 25 percent"),
    ("72", "<think>#### 3</think>#### 72"), ("72", "so\n  ##### 72"),
    ("72", "48 + 24 = 72 #### 72"), ("72", "**#### 72**"), ("72", "70 #### 70, no, #### 72"),
    ("-7", "so #### -$7."), ("72", "it is 72.#####72\n"), ("72", "#### 72\nBehind #### stands the answer."),
    ("0.75", "so #### \\(\\frac{3}{4}\\)"),
    ("half of 30 is <<30/2=15>>15\n#### 15", "so\r\n#### 15\r\n"), ("73", "#### 72\nno, one more\n#### 73"),
    ("340282366920938463463374607431768211457", "#### 340,282,366,920,938,463,463,374,607,431,768,211,457"),
  ])
  func `pays the same value in another dress`(gold: String, text: String) {
    let verdict = GSM8KVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.score == 1, "\(verdict)")
    #expect(verdict.status == .correct)
  }

  @Test(arguments: [
    ("72", "#### 70"), ("7", "#### -7"), ("72", "#### 72\n#### 73"), ("72", "#### 7 2"),
    ("72", "#### 72\nor #### 73 was it?"), ("72", "#### 72 #### 73"), ("72", "so #### 72 or 73"),
    ("72", "so #### 71, that is 72"),
    ("72", "#### 72 or 73"),
    ("5", "#### 5x"), ("5", "#### 5 million"), ("5", "#### 5/0"), ("5", "#### 5^2"), ("123", "#### 1,23"),
    ("72", "#### not 72"), ("0", "#### 0.00000000000000000001"), ("25", "#### 250%"), ("1", "#### 1 2/3"),
    ("340282366920938463463374607431768211457", "#### 340282366920938463463374607431768211456"),
    ("9007199254740993", "#### 9007199254740992"), ("3", "#### 3.14 2"), ("72", "72\n#### Final answer\n72"),
  ])
  func `pays nothing for another value, a hedge or something that is no number`(gold: String, text: String) {
    let verdict = GSM8KVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.score == 0, "\(verdict)")
    #expect(verdict.status == .incorrect)
    #expect(verdict.extracted != nil)
  }

  @Test(arguments: [
    ("the answer is 72", "no `####` line"), ("", "no `####` line"), ("\\boxed{72}", "no `####` line"),
    ("behind #### stands 72", "no `####` line"), ("72 ### 72", "no `####` line"),
    ("#### 72 </think> so", "no `####` line"),
    ("####", "nothing stands behind the last `####`"),
    ("#### 72\n####\n72", "nothing stands behind the last `####`"),
    ("<think>so it is\n#### 72", "`<think>` is never closed: no answer"),
    ("<think>a</think>#### 72<think>or", "`<think>` is never closed: no answer"),
  ])
  func `says why there is no answer`(text: String, rule: String) {
    let verdict = GSM8KVerifier().verify(Completion(text: text, groundTruth: "72"))
    #expect(verdict.status == .noAnswer)
    #expect(verdict.score == 0)
    #expect(verdict.rule == rule)
  }

  @Test(arguments: ["", "####", "seventy-two", "72 or 73", "#### x", String(repeating: "9", count: 65)])
  func `a ground truth it cannot read gives no verdict, which is not zero`(gold: String) {
    let verdict = GSM8KVerifier().verify(Completion(text: "#### 72", groundTruth: gold))
    #expect(verdict.status == .noVerdict)
    #expect(verdict.score == nil)
  }

  @Test func `sixty-four digits are compared, sixty-five are refused by name`() {
    let nines = String(repeating: "9", count: 64)
    #expect(GSM8KVerifier().verify(Completion(text: "#### \(nines)", groundTruth: nines)).status == .correct)
    let refused = GSM8KVerifier().verify(Completion(text: "#### \(nines)9", groundTruth: "72"))
    #expect(refused.status == .limit)
    #expect(refused.score == 0)
    #expect(refused.rule == "last `####` line holds a number longer than 64 characters")
  }

  @Test func `the verdict names what was read, what it was compared with and the rule`() {
    let verdict = GSM8KVerifier().verify(
      Completion(text: "8 * 9\n#### 70 clips", groundTruth: "8 * 9 = 72\n#### 72"))
    #expect(verdict.extracted == "70 clips")
    #expect(verdict.gold == "72")
    #expect(verdict.rule == "last `####` line, compared as exact numbers")
  }
}

@Suite struct `GSM8K without a marker` {
  static func verdict(_ text: String, _ gold: String) -> Verdict {
    GSM8KFlexibleVerifier().verify(Completion(text: text, groundTruth: gold))
  }

  @Test(arguments: [
    ("72", "She sold 72 clips.", true), ("72", "48 + 24 = 72", true), ("72", "of 72, not of 73", false),
    ("2", "#### 70\nthe 2nd of 3, so 2", true), ("70", "#### 70\nof 3", false),
    ("9", "H2O has 9 of C6", true),
    ("72", "<think>73</think>72", true), ("1234", "$1,234.00!", true),
  ])
  func `reads the last number, whatever is marked`(gold: String, text: String, isRight: Bool) {
    #expect(Self.verdict(text, gold).score == (isRight ? 1 : 0))
  }

  @Test func `finds no answer without a number`() {
    #expect(Self.verdict("many", "72").rule == "no number")
    #expect(Self.verdict("<think>72", "72").status == .noAnswer)
  }
}

@Suite struct `A score for the form` {
  static let names = ["gsm8k", "gsm8k_flexible", "number", "numeric"]

  @Test(arguments: names) func `goes to a number that is wrong, never to what is no number`(name: String)
    throws
  {
    let verifier = try Verifiers.make(VerifierSpec(name, parameters: ["format_score": 0.1]))
    func verdict(_ text: String) -> Verdict { verifier.verify(Completion(text: text, groundTruth: "72")) }
    #expect(verdict("#### 72").score == 1)
    #expect(verdict("#### 73").score == 0.1)
    #expect(verdict("#### 73").status == .incorrect)
    #expect(verdict("#### none").score == 0)
    #expect(verdict("none").status == .noAnswer)
    #expect(verdict("#### " + String(repeating: "9", count: 65)).status == .limit)
  }

  @Test(arguments: names) func `is less than what a right answer gets`(name: String) {
    for score: ParameterValue in [1, 1.5, -0.1, "all"] {
      #expect(throws: VerifierSpecError.self) {
        try Verifiers.make(VerifierSpec(name, parameters: ["format_score": score]))
      }
    }
  }
}

@Suite struct `Number verifier` {
  @Test(arguments: [
    ("72", "She sold 72 clips.", true), ("72", "48 + 24 = 72", true), ("72", "of 72, not of 73", false),
    ("5", "15-10 is 15-5", true), ("-5", "it fell to -5 degrees", true), ("-5", "it fell to -$5.", true),
    ("1234", "about 1,234.", true), ("3", "a list: 1,2,3", true), ("2", "H2O", false),
    ("3.5", "took 3 1/2 hours", true),
    ("0.5", "so \\frac{1}{2} of it", true), ("70", "#### 70\nthe 2nd of 3", true),
    ("3", "#### 70\nthe 2nd of 3", false), ("72", "first \\boxed{71}, then \\boxed{72}", true),
    ("72", "### Heading\n#### Final answer\n\\boxed{72}", true), ("72", "in \\boxed, so \\fbox {72}", true),
    ("72", "\\boxed{7}2", false), ("72", "\\boxed{71} \\boxed{72", false),
    ("72", "\\boxed{72} \\boxed{ }", false),
  ])
  func `falls back to the last number of the text`(gold: String, text: String, isRight: Bool) {
    let verdict = NumberVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.score == (isRight ? 1 : 0), "\(verdict)")
  }

  @Test func `a text without any number has no answer`() {
    let verdict = NumberVerifier().verify(Completion(text: "many", groundTruth: "72"))
    #expect(verdict.status == .noAnswer)
    #expect(verdict.rule == "no `####` line, no box and no number")
  }
}
