import Curriculum
import Experience
import Testing

@Suite struct `Length budgets` {
  private func stream(_ budgets: LengthBudgets?, seed: UInt64 = 1) throws -> TaskStream {
    var data = DataConfiguration()
    data.budgets = budgets
    return try TaskStream(data, seed: seed)
  }

  @Test func `are worded as they were published`() {
    #expect(LengthBudget.exact(512).instruction == " Think for 512 tokens.")
    #expect(LengthBudget.maximum(3600).instruction == " Think for maximum 3600 tokens.")
  }

  @Test func `make the published prompt of a question`() {
    var data = DataConfiguration()
    data.promptTemplate =
      "{prompt} Let's think step by step and output the final answer within \\boxed{}.{budget}"
    #expect(
      data.rendered("What is 1+1?", budget: .exact(512))
        == "What is 1+1? Let's think step by step and output the final answer within \\boxed{}. Think for 512 tokens."
    )
    #expect(data.rendered("1+1=").hasSuffix("\\boxed{}."))
  }

  @Test func `stand at the end, or where the template puts them`() {
    var data = DataConfiguration()
    data.promptTemplate = "Q: {prompt}\n"
    #expect(data.rendered("1+1=", budget: .maximum(9)) == "Q: 1+1=\n Think for maximum 9 tokens.")
    data.promptTemplate = "<user>{prompt}{budget}</user>\n"
    #expect(data.rendered("1+1=", budget: .maximum(9)) == "<user>1+1= Think for maximum 9 tokens.</user>\n")
    #expect(data.rendered("1+1=") == "<user>1+1=</user>\n")
    #expect(
      data.rendered("say {budget}", budget: .exact(7)) == "<user>say {budget} Think for 7 tokens.</user>\n")
    let task = ReasoningTask(
      id: "a", source: "a", prompt: "2+2=", groundTruth: "4", verifier: "math", budget: .exact(7))
    #expect(data.rendered(task) == "<user>2+2= Think for 7 tokens.</user>\n")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `are a function of seed and place alone, inside their range, and reach both of its ends`(seed: UInt64)
    throws
  {
    let budgets = LengthBudgets(mode: .exact, range: 8...12)
    let first = try stream(budgets, seed: seed)
    let again = try stream(budgets, seed: seed)
    let drawn = try (0..<400).map { try first.task(at: $0).budget?.tokens ?? 0 }
    // From behind and from another stream: nothing depends on what was drawn before.
    let behind = try (0..<400).reversed().map { try again.task(at: $0).budget?.tokens ?? 0 }
    #expect(drawn == behind.reversed())
    #expect(Set(drawn) == Set(8...12))
    // 400 draws of five values: 80 each, standard deviation 8.
    for value in 8...12 { #expect((40...120).contains(drawn.count { $0 == value }), "\(value)") }
    let other = try stream(budgets, seed: seed + 1)
    #expect(try drawn != (0..<400).map { try other.task(at: $0).budget?.tokens ?? 0 })
  }

  @Test func `go by the place in the run's row, whatever source the task there is from`() throws {
    var data = Mixtures.mixture([("ordering", 1), ("countdown", 2)])
    data.budgets = LengthBudgets()
    let stream = try TaskStream(data, seed: 1)
    for index in 0..<30 as Range<UInt64> {
      #expect(try stream.task(at: index).budget == stream.budget(at: index))
    }
  }

  @Test func `leave the tasks as they are`() throws {
    let (plain, asked) = (try stream(nil), try stream(LengthBudgets()))
    for index in 0..<20 as Range<UInt64> {
      var task = try asked.task(at: index)
      #expect(task.budget != nil)
      task.budget = nil
      #expect(try task == plain.task(at: index))
    }
  }

  @Test func `of both kinds come in the share that was asked for`() {
    let budgets = LengthBudgets(mode: .dual, range: 100...4000, exactShare: 0.25)
    let kinds = (0..<2000).map { budgets.budget(at: $0, seed: 3).kind }
    // 500 expected, standard deviation 19.
    #expect((400...600).contains(kinds.count { $0 == .exact }))
    for (share, kind) in [(0.0, LengthBudget.Kind.maximum), (1, .exact)] {
      let only = LengthBudgets(mode: .dual, exactShare: share)
      #expect((0..<200).allSatisfy { only.budget(at: $0, seed: 3).kind == kind })
    }
    #expect((0..<200).allSatisfy { LengthBudgets(mode: .maximum).budget(at: $0, seed: 1).kind == .maximum })
  }

  @Test func `of held-out prompts are the same for every seed, and not those of training`() {
    let budgets = LengthBudgets()
    let heldOut = (0..<50).map { budgets.heldOutBudget(at: $0) }
    #expect(heldOut != (0..<50).map { budgets.budget(at: $0, seed: 0) })
    #expect(Set(heldOut).count > 40)
  }

  @Test func `of worked solutions are what was asked for: their own length, the drawn one, or none`() {
    let drawn = LengthBudget.maximum(50)
    var budgets = LengthBudgets(mode: .maximum)
    #expect(budgets.stated(length: 30, drawn: drawn, at: 7, seed: 1) == .maximum(30))
    budgets.sft = .drawn
    #expect(budgets.stated(length: 30, drawn: drawn, at: 7, seed: 1) == drawn)
    budgets.sft = .none
    #expect(budgets.stated(length: 30, drawn: drawn, at: 7, seed: 1) == nil)
    budgets.sft = .ownLength
    budgets.sftNoise = 0.5
    let stated = (0..<500).compactMap { budgets.stated(length: 30, drawn: drawn, at: $0, seed: 1)?.tokens }
    #expect(stated.allSatisfy { (15...45).contains($0) } && Set(stated).count > 25)
    #expect(abs(Double(stated.reduce(0, +)) / 500 - 30) < 2)  // standard error .39
    let other = (0..<500).compactMap { budgets.stated(length: 30, drawn: drawn, at: $0, seed: 2)?.tokens }
    #expect(other != stated)
    budgets.sftNoise = 1
    #expect(
      (0..<500).allSatisfy { (budgets.stated(length: 1, drawn: drawn, at: $0, seed: 1)?.tokens ?? 0) >= 1 })
  }

  @Test func `that no prompt can ask for are refused`() {
    func refusal(_ budgets: LengthBudgets) -> String {
      do throws(DataError) {
        try budgets.validate()
        return "accepted"
      } catch { return error.description }
    }
    #expect(
      refusal(LengthBudgets(range: 0...10)).contains(
        "`data.budgets.range` [0, 10] must lie within [1, 1000000]"))
    #expect(refusal(LengthBudgets(range: 1...Int.max)).contains("must lie within"))
    #expect(refusal(LengthBudgets(exactShare: 1.5)).contains("`data.budgets.exact_share` is 1.5"))
    #expect(refusal(LengthBudgets(sftNoise: .nan)).contains("`data.budgets.sft_noise` is nan"))
    #expect(refusal(LengthBudgets()) == "accepted")
  }
}

@Suite struct `Mixed solutions` {
  @Test func `of one problem have many lengths between concise and verbose`() throws {
    func lengths(_ style: SolutionStyle) throws -> [Int] {
      var data = DataConfiguration()
      data.teacher.style = style
      data.train = .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: 4...4))
      let stream = try TaskStream(data, seed: 1)
      return try (0..<300).map { try stream.task(at: $0).solution?.count ?? 0 }
    }
    let (concise, mixed, verbose) = (try lengths(.concise), try lengths(.mixed), try lengths(.verbose))
    for index in concise.indices {
      #expect((concise[index]...verbose[index]).contains(mixed[index]), "problem \(index)")
    }
    let shares = mixed.indices.map {
      Double(mixed[$0] - concise[$0]) / Double(max(1, verbose[$0] - concise[$0]))
    }
    // The share is drawn evenly, so a fifth of the solutions lies in each fifth, wider at the ends where all steps agree.
    #expect(shares.count { $0 < 0.2 } > 40 && shares.count { $0 > 0.8 } > 40)
    #expect(shares.count { (0.2...0.8).contains($0) } > 80)
  }
}
