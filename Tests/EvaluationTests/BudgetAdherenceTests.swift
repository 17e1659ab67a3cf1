import Evaluation
import Experience
import Testing

@Suite struct `Adherence to budgets` {
  private func answers(_ lengths: [Int], budget: Int) -> [BudgetAdherence.Answer] {
    lengths.map { BudgetAdherence.Answer(budget: budget, length: $0, correctness: 1) }
  }

  private func near(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-12 }

  @Test func `shows in the signed and in the absolute deviation, by hand`() throws {
    // 480, 540, 530 at 512: off by −32, +28, +18. Signed 14/3 of 512, absolute 26 of 512.
    let found = try #require(BudgetAdherence(answers([480, 540, 530], budget: 512)))
    #expect(near(found.signedDeviation, 14 / 3.0 / 512) && abs(found.signedDeviation - 0.009115) < 5e-7)
    #expect(near(found.absoluteDeviation, 26 / 512.0) && abs(found.absoluteDeviation - 0.050781) < 5e-7)
    #expect(near(found.violationRate, 2 / 3.0) && near(found.meanLength, 1550 / 3.0))
    #expect(found.answers == 3 && found.meanBudget == 512 && found.truncated == 0)
  }

  @Test func `counts each answer against its own budget`() throws {
    // 50 of 100 and 300 of 200: −.5 and +.5 cancel out, .5 in size.
    let found = try #require(
      BudgetAdherence(answers([50], budget: 100) + answers([300], budget: 200)))
    #expect(found.signedDeviation == 0 && found.absoluteDeviation == 0.5 && found.violationRate == 0.5)
    #expect(found.meanBudget == 150)
  }

  @Test func `an answer of just the budget's length does not violate it`() throws {
    let found = try #require(BudgetAdherence(answers([64], budget: 64)))
    #expect(found.violationRate == 0 && found.absoluteDeviation == 0)
    #expect(BudgetAdherence([BudgetAdherence.Answer]()) == nil)
  }

  private func scored(
    _ length: Int, _ budget: LengthBudget?, correctness: Double?, finish: FinishReason = .stop
  ) -> ScoredRollout {
    let version = PolicyVersion(number: 1, digest: "sha256:1")
    let task = ReasoningTask(
      id: "a", source: "a", prompt: "1+1=", groundTruth: "2", verifier: "math", budget: budget)
    let tokens = [Int32](repeating: 5, count: length)
    let segment = Segment(tokens: tokens, logprobs: tokens.map { _ in -1 }, version: version)
    return ScoredRollout(
      rollout: Rollout(
        item: WorkItem(step: 1, group: 0, sample: 0), task: task, promptTokens: [1], segments: [segment],
        finishReason: finish, text: ""),
      reward: RewardBreakdown(
        correctness: correctness, accuracy: correctness, components: [], total: correctness, extracted: nil,
        reason: ""), fate: .pending)
  }

  @Test func `goes by budget, and leaves out what has none or no verdict`() throws {
    let rollouts = [
      scored(8, .exact(16), correctness: 1), scored(24, .exact(16), correctness: 0),
      scored(64, .exact(64), correctness: 1, finish: .length), scored(999, nil, correctness: 1),
      scored(999, .exact(16), correctness: nil),
    ]
    let found = try #require(BudgetEvaluation(rollouts, hasBins: true))
    #expect(found.all.answers == 3 && near(found.all.absoluteDeviation, 1 / 3.0))
    #expect(near(found.all.truncated, 1 / 3.0))
    #expect(found.bins.map(\.budget) == [.exact(16), .exact(64)])
    let (short, long) = (found.bins[0].adherence, found.bins[1].adherence)
    #expect(short.accuracy == 0.5 && short.absoluteDeviation == 0.5 && short.signedDeviation == 0)
    #expect(long.answers == 1 && long.truncated == 1 && long.violationRate == 0)
    #expect(BudgetEvaluation(rollouts, hasBins: false)?.bins.isEmpty == true)
    #expect(BudgetEvaluation([scored(9, nil, correctness: 1)], hasBins: true) == nil)
  }
}
