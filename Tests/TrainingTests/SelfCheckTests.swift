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

@Suite struct `The check of ratios to recorded logprobs` {
  @Test func `allows the distance of trainer and generator, and no more`() {
    func check(_ min: Double, _ max: Double, isRounded: Bool = false) -> SelfCheck {
      SelfCheck(
        meanGap: 1e-7, maxGap: 1e-6, ratioMin: min, ratioMax: max, kl: nil, isSingleUpdate: true,
        isRounded: isRounded, isOverSampler: true)
    }
    // Limits of the gap, 0.05 nats and 5 where the generator rounds: exp(±0.05) = 0.951 and 1.051.
    #expect(check(0.96, 1.04).failure == nil)
    #expect(check(0.94, 1).failure?.contains("within the distance of trainer and generator") == true)
    #expect(check(1, 1.06).failure != nil)
    #expect(check(.nan, 1).failure != nil)
    #expect(check(0.9, 1.3, isRounded: true).failure == nil)
    #expect(check(0.9, 200, isRounded: true).failure != nil)
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
