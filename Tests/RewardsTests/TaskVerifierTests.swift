import Rewards
import Testing

@Suite struct `Marked answers` {
  @Test(arguments: [
    ("<answer>3*7+5</answer>", true, "last `<answer>`"),
    ("#### Step 2\nso <answer>\n3*7+5\n</answer>", true, "last `<answer>`"),
    ("<answer>1</answer> no: <answer>3*7+5</answer>", true, "last `<answer>`"),
    ("<answer>\\boxed{3*7+5}</answer>", true, "last box"), ("#### 3*7+5", true, "last `####` line"),
    ("<answer>3*7+5</answer> \\boxed{3+7}", false, "last box"),
    ("<answer>3*7</answer>", false, "last `<answer>`"),
    ("<answer>3*7+5", false, "the last `<answer>` is never"),
    ("<answer> </answer>", false, "the last `<answer>` is empty"),
    ("<think><answer>3*7+5</answer>", false, "`<think>` is never closed"),
    ("<think><answer>3*7+5</answer></think>", false, "no `####` line, no box and no `<answer>`"),
    ("3*7+5", false, "no `####` line, no box and no `<answer>`"),
  ])
  func `stand in a box, a tag or behind hashes`(text: String, isRight: Bool, rule: String) {
    let verdict = CountdownVerifier().verify(Completion(text: text, groundTruth: "26;3,5,7"))
    #expect((verdict.status == .correct) == isRight, "\(verdict)")
    #expect(verdict.rule.hasPrefix(rule), "\(verdict)")
  }
}

@Suite struct `Countdown verifier` {
  @Test(arguments: [
    ("26;3,5,7", "#### 3*7+5"), ("26;3,5,7", "#### 5 + 7 × 3 = 26"), ("26;3,5,7", "\\boxed{(5+3*7)}"),
    ("24;3,3,8,8", "#### 8/(3-8/3)"), ("-4;3,7", "#### 3-7"), ("1;2,2,2,2", "#### (2+2)÷(2+2)"),
    ("4;12,8", "#### 12\u{2212}8"), ("7;7", "#### ((7))"),
  ])
  func `any expression of the given numbers with the target's value is right`(gold: String, text: String) {
    let verdict = CountdownVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.status == .correct, "\(verdict)")
  }

  @Test(arguments: [
    ("#### 3+5*7", "last `####` line, evaluated exactly"),
    ("#### 26", "last `####` line, the expression does not use each given number exactly once"),
    ("#### 3*7+5+5-5", "last `####` line, the expression does not use each given number exactly once"),
    ("#### 21+5", "last `####` line, the expression does not use each given number exactly once"),
    ("#### 35-7", "last `####` line, the expression does not use each given number exactly once"),
    ("#### 3*7+5=27", "last `####` line, what follows `=` is not the target"),
    ("#### 3*7+5=26=26", "last `####` line, what follows `=` is not the target"),
    ("#### 3/(5-5)+7", "last `####` line, the expression divides by zero"),
    ("#### 3*7+", "last `####` line, not an arithmetic expression"),
    ("#### 3*-7+5", "last `####` line, not an arithmetic expression"),
    ("#### (3*7+5", "last `####` line, not an arithmetic expression"),
    ("#### 3*7)+5", "last `####` line, not an arithmetic expression"),
    ("#### 3**7+5", "last `####` line, not an arithmetic expression"),
    ("#### 3 7 5", "last `####` line, not an arithmetic expression"),
    ("#### ()", "last `####` line, not an arithmetic expression"),
    ("#### print(26)", "last `####` line, not an arithmetic expression"),
  ])
  func `anything else is wrong, and the rule says why`(text: String, rule: String) {
    let verdict = CountdownVerifier().verify(Completion(text: text, groundTruth: "26;3,5,7"))
    #expect(verdict.status == .incorrect)
    #expect(verdict.rule == rule)
  }

  @Test(arguments: ["", "26", "26;", "x;1,2", "26;1,x", "26;-1,2", "26;1;2"])
  func `a ground truth of another form gives no verdict`(gold: String) {
    #expect(CountdownVerifier().verify(Completion(text: "#### 1", groundTruth: gold)).status == .noVerdict)
  }

  @Test func `values beyond 64 bits are refused, not wrapped round`() {
    let big = "9223372036854775807"
    let verdict = CountdownVerifier().verify(
      Completion(text: "#### \(big)*\(big)", groundTruth: "1;\(big),\(big)"))
    #expect(verdict.status == .limit)
    let literal = CountdownVerifier().verify(Completion(text: "#### \(big)0", groundTruth: "1;1"))
    #expect(literal.status == .limit)
  }

  @Test func `two thousand parentheses are evaluated and ten thousand refused, without a crash`() {
    func nested(_ depth: Int) -> Verdict {
      let text = String(repeating: "(", count: depth) + "7" + String(repeating: ")", count: depth)
      return CountdownVerifier().verify(Completion(text: "#### " + text, groundTruth: "7;7"))
    }
    #expect(nested(2000).status == .correct)
    #expect(nested(10_000).status == .limit)
  }
}

@Suite struct `Ordering verifier` {
  @Test(arguments: [
    ("#### 3,7,19", true), ("#### 3, 7, 19", true), ("#### 3 7 19", true), ("#### [3, 7, 19]", true),
    ("\\boxed{3,7,19}", true),
    ("#### 7,3,19", false), ("#### 3,7", false), ("#### 3,7,19,19", false), ("#### 37,19", false),
    ("#### 3,7,019", false),
  ])
  func `compares lists item by item`(text: String, isRight: Bool) {
    let verdict = OrderingVerifier().verify(Completion(text: text, groundTruth: "3,7,19"))
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(verdict)")
  }

  @Test func `an empty ground truth gives no verdict and an unmarked list no answer`() {
    #expect(OrderingVerifier().verify(Completion(text: "#### 1", groundTruth: " , ")).status == .noVerdict)
    #expect(OrderingVerifier().verify(Completion(text: "3,7,19", groundTruth: "3,7,19")).status == .noAnswer)
  }
}

@Suite struct `Text verifier` {
  @Test(arguments: [
    ("#### dcba", true), ("####   dcba  \nmore", true), ("<think>\n#### x</think>#### dcba", true),
    ("\\boxed{dcba}", true),
    ("#### DCBA", false), ("#### dcb", false), ("#### d c b a", false),
  ])
  func `compares letter by letter`(text: String, isRight: Bool) {
    let verdict = TextVerifier().verify(Completion(text: text, groundTruth: "dcba"))
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(verdict)")
  }

  @Test func `an empty ground truth gives no verdict and no marker no answer`() {
    #expect(TextVerifier().verify(Completion(text: "#### a", groundTruth: " ")).status == .noVerdict)
    #expect(TextVerifier().verify(Completion(text: "dcba", groundTruth: "dcba")).status == .noAnswer)
  }
}
