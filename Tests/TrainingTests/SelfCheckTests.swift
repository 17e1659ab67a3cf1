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

@Suite struct `Point 3: what the plan of memory counts` {
  var configuration: TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.stages = [StageConfiguration(kind: .rl, name: "rl", steps: 1)]
    configuration.rollout.numPrompts = 100
    return configuration
  }

  func plan(prompt: Int = 100, _ change: (inout TrainingConfiguration) -> Void = { _ in }) -> MemoryPlan {
    var configuration = configuration
    change(&configuration)
    return MemoryPlan(configuration, model: .nano, lengths: .init(prompt: prompt))
  }

  @Test func `is refused where it does not fit, naming the largest part`() throws {
    let plan = plan()
    try plan.check(available: plan.total)
    let error = #expect(throws: TrainingError.self) { try plan.check(available: plan.total - 1) }
    #expect(error?.description.contains("activations of 8192 tokens") == true)
  }

  @Test func `grows with what it depends on`() {
    let base = plan().total
    #expect(plan { $0.compute.maxTokensPerMicrobatch *= 2 }.total > base)
    #expect(plan { $0.algorithm.beta = 0.1 }.total > base)
    #expect(plan { $0.rollout.maxCompletionLength *= 4 }.total > base)
    #expect(plan { $0.compute.gradientCheckpointing = true }.total < base)
  }

  @Test func `an expansion asks for more answers, and trains no more of them`() {
    func expanded(_ ratio: Double) -> MemoryPlan {
      plan(prompt: 10) {
        $0.rollout.numPrompts = 10
        $0.rollout.maxConcurrent = 10_000
        $0.rollout.maxCompletionLength = 20
        $0.evaluation.samples = 0
        $0.algorithm.dynamicSampling = DynamicSampling()
        $0.algorithm.dynamicSampling?.expansion = BatchExpansion()
        $0.algorithm.dynamicSampling?.expansion?.maxRatio = ratio
      }
    }
    func bytes(_ plan: MemoryPlan, _ name: String) -> Int? {
      plan.parts.first { $0.name.hasPrefix(name) }?.bytes
    }
    let (narrow, wide) = (expanded(20), expanded(50))
    #expect(tokens(narrow) == tokens(wide))
    for name in ["answers", "keys and values"] {
      #expect(bytes(wide, name).map { 2 * $0 } == bytes(narrow, name).map { 5 * $0 }, "\(name)")
    }
  }

  private func tokens(_ plan: MemoryPlan) -> Int? {
    plan.parts.first { $0.name.hasPrefix("activations") }
      .flatMap { $0.name.split(separator: " ").compactMap { Int($0) }.first }
  }

  @Test func `answers of any length may fill a micro-batch, and one sequence may be longer`() {
    #expect(tokens(plan(prompt: 13) { $0.rollout.maxCompletionLength = 5000 }) == 8192)
    #expect(tokens(plan(prompt: 13) { $0.rollout.maxCompletionLength = 9000 }) == 9013)
    let few = plan(prompt: 10) {
      $0.rollout.numPrompts = 2
      $0.rollout.numGenerations = 4
      $0.rollout.maxCompletionLength = 50
    }
    #expect(tokens(few) == 2 * (10 + 4 * 50))
  }

  @Test func `worked solutions fall into micro-batches as they come`() {
    let lengths = MemoryPlan.Lengths(prompt: 5, examples: [1495, 1495, 1495])
    var run = configuration
    run.stages = [StageConfiguration(kind: .sft, name: "sft", steps: 1)]
    run.stages[0].batchSize = 8
    #expect(tokens(MemoryPlan(run, model: .nano, lengths: lengths)) == 5 * 1495)
    run.stages[0].batchSize = 2
    #expect(tokens(MemoryPlan(run, model: .nano, lengths: lengths)) == 2 * 1495)
  }

  @Test func `a greedy evaluation shares no prompts, whatever the groups of training`() {
    func keyValues(_ generations: Int) -> Int? {
      plan(prompt: 610) {
        $0.rollout.numPrompts = 2
        $0.rollout.numGenerations = generations
        $0.rollout.maxCompletionLength = 64
      }.parts.first { $0.name.hasPrefix("keys") }?.bytes
    }
    #expect(keyValues(2) == keyValues(8) && keyValues(2) != nil)
  }

  @Test func `before the data is read, only what the model decides is counted`() {
    let early = MemoryPlan(configuration, model: .nano)
    #expect(early.total < plan().total && tokens(early) == nil)
  }
}
