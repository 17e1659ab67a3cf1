internal import Objectives
internal import Recipe
internal import Rewards
internal import Rollouts
internal import Testing
internal import Training
internal import Transformer

@Suite struct `Presets` {
  @Test func `the name dapo alone is DAPO`() throws {
    let run = try load(minimalRecipe + "algorithm: {name: dapo}").configuration
    #expect(run.algorithm.name == .dapo)
    #expect(run.algorithm.epsilon == 0.2 && run.algorithm.clipHigh == 0.28)
    #expect(run.algorithm.dualClip == 10)
    #expect(run.algorithm.beta == 0)
    #expect(run.algorithm.lossAggregation == .tokenMean)
    #expect(run.algorithm.dynamicSampling == DynamicSampling())
    // 256 / 5 = 51
    #expect(
      run.reward.terms == [.correctness(verifier: nil, weight: 1), .softOverlong(cache: 51, weight: 1)])
    #expect(run.reward.correctReward == 1 && run.reward.incorrectReward == -1)
    #expect(run.optimizer.learningRate == 1e-6)
    #expect(run.optimizer.weightDecay == 0.1)
    #expect(run.optimizer.schedule.warmupSteps == 20)
  }

  @Test func `the cache follows the length limit of the recipe`() throws {
    let run = try load(minimalRecipe + "algorithm: {name: dapo}\nrollout: {max_completion_length: 100}")
      .configuration
    #expect(run.reward.terms.last == .softOverlong(cache: 20, weight: 1))
  }

  @Test func `what the recipe says wins over the preset, null included`() throws {
    let recipe = try load(
      minimalRecipe + "algorithm: {name: dapo, dual_clip: null, dynamic_sampling: false, epsilon: 0.1}\n"
        + "reward: {terms: [{name: correctness}]}\n")
    let run = recipe.configuration
    #expect(run.algorithm.dualClip == nil)
    #expect(run.algorithm.dynamicSampling == nil)
    #expect(run.algorithm.epsilon == 0.1)
    #expect(run.reward.terms == [.correctness(verifier: nil, weight: 1)])
    #expect(run.reward.incorrectReward == -1)
  }

  @Test func `origins tell file, override, preset and default apart`() throws {
    let recipe = try load(
      minimalRecipe + "algorithm: {name: dapo}\nrollout:\n  num_prompts: 4\n", "rollout.num_generations=6")
    #expect(try recipe.entry("rollout.num_prompts").origin == .file(path: "test.yaml", line: 7))
    #expect(try recipe.entry("rollout.num_generations").origin == .override("rollout.num_generations=6"))
    #expect(try recipe.entry("algorithm.epsilon_high").origin == .preset("dapo", basis: "paper §4.1"))
    #expect(
      try recipe.entry("reward.terms[1].cache").origin
        == .preset("dapo", basis: "paper §3.4, the cache a fifth of the limit as in §4.1"))
    #expect(
      try recipe.entry("algorithm.dynamic_sampling.max_num_gen_batches").origin
        == .preset("dapo", basis: "code"))
    #expect(try recipe.entry("compute.threads").origin == .default)
    let terms = try load(minimalRecipe + "reward: {terms: [{name: soft_overlong}, {name: correctness}]}")
    #expect(try terms.entry("reward.terms[0].name").origin == .file(path: "test.yaml", line: 5))
    #expect(try terms.entry("reward.terms[0].cache").origin == .default)
  }

  @Test func `an override can call the preset, and change its terms`() throws {
    let recipe = try load(
      minimalRecipe, "algorithm.name=dapo", "reward.terms.soft_overlong.cache=7",
      "algorithm.dynamic_sampling.max_num_gen_batches=3")
    #expect(recipe.configuration.reward.terms.last == .softOverlong(cache: 7, weight: 1))
    #expect(recipe.configuration.algorithm.epsilonHigh == 0.28)
    #expect(recipe.configuration.algorithm.dynamicSampling?.maxNumGenBatches == 3)
    #expect(try recipe.entry("algorithm.epsilon_high").origin == .preset("dapo", basis: "paper §4.1"))
  }

  @Test func `the paper variant of DAPO has the paper's batch and lengths`() throws {
    let run = try load(
      minimalRecipe
        + "algorithm: {name: dapo, variant: paper}\nmodel: {init: {max_position_embeddings: 32768}}\n"
    ).configuration
    #expect(run.rollout.numPrompts == 512 && run.rollout.numGenerations == 16)
    // 16,384 + 4,096
    #expect(run.rollout.maxCompletionLength == 20480)
    #expect(run.reward.terms.last == .softOverlong(cache: 4096, weight: 1))
    // 8,192 responses / 512
    #expect(run.algorithm.numMinibatches == 16)
    #expect(run.algorithm.dualClip == nil)
    #expect(run.algorithm.stdDdof == 0)
  }

  @Test func `the paper variant of GRPO is DeepSeekMath's`() throws {
    let recipe = try load(
      minimalRecipe + "algorithm: {variant: paper}\nmodel: {init: {max_position_embeddings: 4096}}\n")
    let run = recipe.configuration
    #expect(run.algorithm.beta == 0.04)
    #expect(run.rollout.numGenerations == 64 && run.rollout.numPrompts * 64 == 1024)
    #expect(run.rollout.maxCompletionLength == 1024)
    #expect(run.optimizer.learningRate == 1e-6)
    #expect(try recipe.entry("algorithm.beta").origin == .preset("grpo (paper)", basis: "paper §4.2"))
  }

  @Test func `the paper's lengths need a model that bears them`() {
    #expect(
      refusal(minimalRecipe + "algorithm: {name: dapo, variant: paper}").hasPrefix(
        "test.yaml: preset dapo (paper): `rollout.max_completion_length` (20480) leaves no room for a prompt")
    )
  }
}
