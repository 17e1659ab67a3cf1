import Rewards
import Testing

@Suite struct `Math verifier` {
  @Test(arguments: [
    ("\\frac{3}{4}", "so \\boxed{0.75}"), ("\\frac{3}{4}", "\\boxed{\\dfrac34}"), ("x+1", "\\boxed{ x + 1 }"),
    ("(1,2)", "\\boxed{\\left(1, 2\\right)}"), ("\\text{east}", "$\\boxed{\\text{east}}$"),
    ("east", "\\boxed{\\text{east}}"),
    ("72", "The answer is 72."), ("72", "**Answer:** 72"), ("x^2", "Final answer = $x^2$."),
    ("72", "#### 72"),
    ("72", "it must be 72"), ("so \\boxed{72}", "\\boxed{\\boxed{72}}"), ("\\{1,2\\}", "\\boxed{\\{1,2\\}}"),
    ("72", "#### 5\n\\boxed{72}"), ("2\\text{ hours}", "2"), ("2 hours", "\\boxed{2.0\\text{ Hours}}"),
    ("work\n#### 72", "The answer must be above 3. The answer is 72"),
    ("\\sqrt{2}", "\\boxed{\\sqrt{2}}"), ("\\leftarrow", "\\boxed{ \\leftarrow }"),
  ])
  func `agrees by value or by spelling`(gold: String, text: String) {
    let verdict = MathVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.status == .correct, "\(verdict)")
  }

  @Test(arguments: [
    ("72", "\\boxed{73}"), ("X", "\\boxed{x}"), ("x+1", "\\boxed{x-1}"), ("72", "72, so \\boxed{71}"),
    ("72", "The answer is 12 or 72"), ("72", "\\boxed{72 or 73}"), ("0.1", "\\boxed{0.10000000000000001}"),
    ("5", "\\boxed{5x}"), ("5", "\\boxed{5 \\pi}"), ("east", "\\boxed{seat}"),
    ("arrow", "\\boxed{\\leftarrow}"), ("72", "#### 7 2"),
    ("2\\text{ hours}", "\\boxed{2\\text{ minutes}}"),
  ])
  func `disagrees`(gold: String, text: String) {
    let verdict = MathVerifier().verify(Completion(text: text, groundTruth: gold))
    #expect(verdict.status == .incorrect, "\(verdict)")
  }

  @Test(arguments: ["\\boxed{5} \\boxed{72", "", "nothing here", "<think>72", "\\boxed{}"])
  func `finds no answer where there is none`(text: String) {
    #expect(MathVerifier().verify(Completion(text: text, groundTruth: "72")).status == .noAnswer)
  }

  @Test func `an empty ground truth gives no verdict`() {
    #expect(MathVerifier().verify(Completion(text: "\\boxed{}", groundTruth: " ")).status == .noVerdict)
  }
}
