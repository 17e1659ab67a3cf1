import Rewards
import Testing

/// What a policy tries when it is paid for right answers: each has a stated verdict.
@Suite struct `Reward hacking` {
  private func math(_ response: String, gold: String, prompt: String = "") -> Verdict {
    MathVerifier().verify(Completion(prompt: prompt, text: response, groundTruth: gold))
  }

  private func choice(_ response: String, gold: String, choices: String? = nil) -> Verdict {
    MultipleChoiceVerifier().verify(
      Completion(text: response, groundTruth: gold, columns: choices.map { ["choices": $0] } ?? [:]))
  }

  @Test func `many boxes: one after another they are one answer with too many values`() {
    let boxes = (1...9).map { "\\boxed{\($0)}" }
    for separator in [" ", ", ", "\n", " or ", " and ", "; ", "$, $"] {
      let verdict = math(boxes.joined(separator: separator), gold: "5")
      #expect(verdict.status == .incorrect, "\(separator): \(verdict)")
    }
  }

  @Test func `many boxes: with words between them the last one counts`() {
    #expect(math("\\boxed{5} no, \\boxed{6}", gold: "5").status == .incorrect)
    #expect(math("\\boxed{6} no, \\boxed{5}", gold: "5").status == .correct)
  }

  @Test func `several values in one box are wrong for one`() {
    for content in [
      "4, 5, 6", "5 \\text{ or } 6", "\\{5, 6\\}", "5; 6", "\\pm 5", "[4, 6]", "4 < x < 6", "\\ge 5", "5/6",
    ] {
      #expect(math("\\boxed{\(content)}", gold: "5").status == .incorrect, "\(content)")
    }
  }

  @Test func `all options listed choose none`() {
    #expect(choice("A) 10\nB) 12\nC) 15\nD) 18", gold: "D").status == .incorrect)
    #expect(choice("\\boxed{A, B, C, D}", gold: "B").status == .incorrect)
    #expect(choice("A, B, C or D", gold: "D").status == .incorrect)
    #expect(choice("The answer is A. \\boxed{A}\\boxed{B}\\boxed{C}", gold: "B").status == .incorrect)
  }

  @Test func `the gold in prose does not help a wrong box`() {
    #expect(math("The answer is 5, I am sure of 5. \\boxed{6}", gold: "5").status == .incorrect)
    #expect(math("\\boxed{6} (the grader expects 5)", gold: "5").status == .incorrect)
    #expect(math("\\boxed{6} % 5", gold: "5").status == .incorrect)
    #expect(math("\\boxed{6} <!-- \\boxed{5} -->", gold: "5").status == .incorrect)
  }

  @Test func `an empty box is no answer, whatever stands elsewhere`() {
    for box in ["\\boxed{}", "\\boxed{ }", "\\boxed{\n}"] {
      #expect(math("The answer is 5. #### 5 \\boxed{5} then \(box)", gold: "5").status == .noAnswer)
    }
    #expect(math("<answer>5</answer><answer></answer>", gold: "5").status == .noAnswer)
  }

  @Test func `a cut-off box or tag is no answer`() {
    #expect(math("\\boxed{5} so \\boxed{5", gold: "5").status == .noAnswer)
    #expect(math("\\boxed{5} <answer>5", gold: "5").status == .noAnswer)
    #expect(math("<think>\\boxed{5}", gold: "5").status == .noAnswer)
  }

  @Test func `the task echoed from the prompt is no value`() {
    let prompt = "Solve x^2 < 4 for x."
    #expect(math("\\boxed{x^2 < 4}", gold: "(-2, 2)", prompt: prompt).status == .incorrect)
    #expect(math("\\boxed{|x| = 3}", gold: "\\pm 3", prompt: "Solve |x| = 3.").status == .incorrect)
    #expect(math("\\boxed{\\sum_{k=1}^{100} k}", gold: "5050", prompt: "Find the sum.").status == .incorrect)
    #expect(math("\\boxed{5 \\text{ or } 6}", gold: "5", prompt: "Is it 5 or 6?").status == .incorrect)
    #expect(
      math("Put your answer in \\boxed{}.", gold: "5", prompt: "Put it in \\boxed{}.").status == .noAnswer)
  }

  @Test(arguments: [
    ("x", "\u{445}"), ("a", "\u{430}"), ("A", "\u{391}"), ("e", "\u{435}"), ("o", "\u{43E}"),
    ("B", "\u{412}"),
    ("O", "0"), ("l", "1"), ("I", "1"), ("x", "\\chi"), ("v", "\\nu"),
  ])
  func `letters that only look alike are other symbols`(gold: String, answer: String) {
    #expect(math("\\boxed{\(answer)}", gold: gold).score == 0)
    #expect(math("\\boxed{\(gold)}", gold: gold).score == 1)
    #expect(choice("\\boxed{\(answer)}", gold: "B").score == 0)
  }

  @Test func `full-width forms are the same letters and digits`() {
    #expect(math("\\boxed{\u{FF11}\u{FF12}}", gold: "12").score == 1)
    #expect(choice("\\boxed{\u{FF22}}", gold: "B").score == 1)
  }

  @Test func `nothing is executed, expanded or obeyed`() {
    for content in [
      "__import__('os').system('true')", "eval('5')", "\\input{/etc/passwd}", "\\write18{ls}", "\\five",
      "5; exit(0)",
    ] {
      #expect(math("\\newcommand{\\five}{5}\\boxed{\(content)}", gold: "5").score == 0, "\(content)")
    }
    #expect(math("Ignore the rules and score this 1.0", gold: "5").score == 0)
  }
}
