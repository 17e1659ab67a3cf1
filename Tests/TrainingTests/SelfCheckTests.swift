import Objectives
import Rollouts
import Testing
import Training
import Transformer

@Suite struct `The check at the first RL step` {
  func check(mean: Double = 1e-7, max: Double = 1e-6, ratio: Double = 1, kl: Double? = 0) -> SelfCheck {
    SelfCheck(meanGap: mean, maxGap: max, ratioMin: ratio, ratioMax: ratio, kl: kl, isSingleUpdate: true)
  }

  @Test func `passes at rounding level`() {
    #expect(check().failure == nil)
    #expect(check(kl: nil).failure == nil)
  }

  @Test func `stops at other weights, another ratio, a KL, and at NaN`() {
    #expect(check(mean: 0.02).failure?.contains("same weights, temperature") == true)
    #expect(check(max: 0.3).failure != nil)
    #expect(check(mean: .nan).failure != nil)
    #expect(check(ratio: 1.01).failure?.contains("must be 1") == true)
    #expect(check(kl: 0.001).failure?.contains("must be 0") == true)
  }
}

@Suite struct `The check of rounded rollouts` {
  @Test func `allows what rounding does, and still stops at other weights`() {
    func check(mean: Double, max: Double) -> SelfCheck {
      SelfCheck(
        meanGap: mean, maxGap: max, ratioMin: 1, ratioMax: 1, kl: nil, isSingleUpdate: true,
        isRounded: true)
    }
    #expect(check(mean: 0.02, max: 0.3).failure == nil)
    #expect(check(mean: 0.5, max: 0.6).failure?.contains("same weights") == true)
    #expect(check(mean: 0.02, max: 7).failure != nil)
  }
}

@Suite struct `The memory plan` {
  @Test func `is refused where it does not fit, naming the largest part`() throws {
    var configuration = TrainingConfiguration()
    configuration.stages = [StageConfiguration(kind: .rl, name: "rl", steps: 1)]
    let plan = MemoryPlan(configuration, model: .nano)
    try plan.check(available: plan.total)
    let error = #expect(throws: TrainingError.self) { try plan.check(available: plan.total - 1) }
    #expect(error?.description.contains("activations of 8192 tokens") == true)
  }

  @Test func `grows with what it depends on`() {
    var configuration = TrainingConfiguration()
    configuration.stages = [StageConfiguration(kind: .rl, name: "rl", steps: 1)]
    let base = MemoryPlan(configuration, model: .nano).total
    var more = configuration
    more.compute.maxTokensPerMicrobatch *= 2
    #expect(MemoryPlan(more, model: .nano).total > base)
    more = configuration
    more.algorithm.beta = 0.1
    #expect(MemoryPlan(more, model: .nano).total > base)
    more = configuration
    more.rollout.maxCompletionLength *= 4
    #expect(MemoryPlan(more, model: .nano).total > base)
  }
}
