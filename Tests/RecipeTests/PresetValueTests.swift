internal import Objectives
internal import Recipe
internal import Testing

/// What each preset decides, as the method's parameter table has it: resolved values by key.
private let tables: [(algorithm: String, values: [String: String])] = [
  (
    "name: grpo",
    [
      "algorithm.advantage_baseline": "group_mean", "algorithm.scale_rewards": "group",
      "algorithm.std_ddof": "1",
      "algorithm.surrogate": "ppo_clip", "algorithm.epsilon": "0.2", "algorithm.epsilon_high": "null",
      "algorithm.loss_aggregation": "seq-mean-token-mean", "algorithm.beta": "0.0",
      "algorithm.dynamic_sampling": "false", "rollout.num_generations": "8",
      "optimizer.learning_rate": "1.0e-06",
    ]
  ),
  (
    "name: grpo, variant: paper",
    [
      "algorithm.beta": "0.04", "algorithm.kl_estimator": "k3", "algorithm.kl_in": "loss",
      "algorithm.std_ddof": "0",
      "rollout.num_generations": "64", "rollout.num_prompts": "16", "rollout.max_completion_length": "1024",
    ]
  ),
  (
    "name: dapo",
    [
      "algorithm.epsilon": "0.2", "algorithm.epsilon_high": "0.28", "algorithm.dual_clip": "10.0",
      "algorithm.loss_aggregation": "token-mean", "algorithm.dynamic_sampling.keep_accuracy": "[0.0, 1.0]",
      "algorithm.dynamic_sampling.max_num_gen_batches": "10", "algorithm.beta": "0.0",
      "reward.terms[1].name": "soft_overlong", "reward.incorrect": "-1.0",
    ]
  ),
  (
    "name: dapo, variant: paper",
    [
      "algorithm.dual_clip": "null", "algorithm.num_minibatches": "16", "rollout.num_prompts": "512",
      "rollout.num_generations": "16", "rollout.max_completion_length": "20480",
      "reward.terms[1].cache": "4096",
    ]
  ),
  (
    "name: dr_grpo",
    [
      "algorithm.scale_rewards": "none", "algorithm.loss_aggregation": "seq-mean-token-sum-norm",
      "algorithm.loss_aggregation_constant": "null", "algorithm.epsilon": "0.2", "algorithm.beta": "0.0",
      "algorithm.num_iterations": "1", "rollout.num_generations": "8", "reward.terms[0].name": "dler",
      "reward.terms[0].truncated_reward_factor": "0.0",
    ]
  ),
  (
    "name: dr_grpo, variant: paper",
    [
      "algorithm.loss_aggregation_constant": "3000.0", "rollout.max_completion_length": "3000",
      "rollout.num_prompts": "16", "rollout.num_generations": "8",
    ]
  ),
  (
    "name: gspo",
    [
      "algorithm.surrogate": "gspo", "algorithm.epsilon": "0.0003", "algorithm.epsilon_high": "0.0004",
      "algorithm.loss_aggregation": "seq-mean-token-mean", "algorithm.beta": "0.0",
      "algorithm.num_minibatches": "4",
      "algorithm.scale_rewards": "group",
    ]
  ),
  ("name: gspo, variant: paper", ["algorithm.num_minibatches": "4", "algorithm.std_ddof": "0"]),
  (
    "name: cispo",
    [
      "algorithm.surrogate": "cispo", "algorithm.is_weight_min": "0.0", "algorithm.is_weight_max": "5.0",
      "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.0", "compute.matmul_dtype": "fp32",
      "algorithm.dynamic_sampling.keep_accuracy": "[0.0, 1.0]", "reward.terms[1].name": "soft_overlong",
    ]
  ),
  ("name: cispo, variant: paper", ["algorithm.surrogate": "cispo", "algorithm.std_ddof": "0"]),
  (
    "name: rloo",
    [
      "algorithm.advantage_baseline": "leave_one_out", "algorithm.scale_rewards": "none",
      "algorithm.surrogate": "ppo_clip", "algorithm.beta": "0.0", "algorithm.loss_aggregation": "token-mean",
    ]
  ),
  (
    "name: rloo, variant: paper",
    [
      "algorithm.surrogate": "reinforce", "algorithm.loss_aggregation": "seq-mean-token-sum",
      "algorithm.kl_in": "reward", "algorithm.kl_estimator": "k1", "algorithm.beta": "0.05",
      "rollout.num_generations": "4",
    ]
  ),
  (
    "name: reinforce++",
    [
      "algorithm.advantage_baseline": "none", "algorithm.scale_rewards": "none",
      "algorithm.whiten_advantages": "token", "algorithm.std_ddof": "1", "algorithm.kl_in": "reward",
      "algorithm.kl_estimator": "k1", "algorithm.gamma": "1.0", "algorithm.beta": "0.001",
      "rollout.num_generations": "1", "rollout.num_prompts": "128",
    ]
  ),
  ("name: reinforce++, variant: paper", ["algorithm.std_ddof": "0", "algorithm.kl_in": "reward"]),
  (
    "name: reinforce++_baseline",
    [
      "algorithm.advantage_baseline": "group_mean", "algorithm.scale_rewards": "none",
      "algorithm.whiten_advantages": "token", "algorithm.kl_in": "loss", "algorithm.kl_estimator": "k2",
      "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.001",
    ]
  ),
  (
    "name: reinforce++_baseline, variant: paper", ["algorithm.std_ddof": "0", "algorithm.kl_estimator": "k2"]
  ),
  (
    "name: ulorl",
    [
      "algorithm.surrogate": "pois", "algorithm.epsilon_high": "null",
      "algorithm.advantage_baseline": "group_mean", "algorithm.scale_rewards": "group",
      "algorithm.std_ddof": "1", "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.0",
      "algorithm.mastered_tokens.mpt_threshold": "0.99", "algorithm.mastered_tokens.mpt_entropy_gate": "0.2",
      "algorithm.dynamic_sampling.keep_accuracy": "[0.0, 1.0]", "algorithm.num_minibatches": "1",
      "algorithm.rollout_correction": "false", "rollout.logprobs": "recompute", "rollout.temperature": "0.85",
      // 256 / 4
      "rollout.segment_length": "64", "rollout.min_groups_per_step": "1",
      "rollout.max_segment_staleness": "null", "rollout.mode": "sequential",
      "reward.terms[0].name": "dler", "reward.terms[0].truncated_reward_factor": "0.0",
      "reward.correct": "1.0", "reward.incorrect": "0.0", "optimizer.learning_rate": "1.0e-06",
    ]
  ),
  (
    "name: ulorl, variant: paper",
    [
      "rollout.num_prompts": "128", "rollout.num_generations": "8", "rollout.max_completion_length": "131072",
      "rollout.segment_length": "16384", "rollout.temperature": "0.85", "algorithm.std_ddof": "0",
      "evaluation.samples": "32", "evaluation.temperature": "0.85",
    ]
  ),
  (
    "name: dler",
    [
      "algorithm.advantage_baseline": "group_mean", "algorithm.scale_rewards": "none",
      "algorithm.whiten_advantages": "token", "algorithm.epsilon": "0.2", "algorithm.epsilon_high": "0.28",
      "algorithm.dual_clip": "10.0", "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.0005",
      "algorithm.kl_estimator": "k2", "algorithm.kl_in": "loss", "optimizer.weight_decay": "0.01",
      "algorithm.dynamic_sampling.keep_accuracy": "[0.0, 1.0]", "reward.terms[0].name": "dler",
      "reward.terms[0].limit": "null", "reward.terms[0].truncated_reward_factor": "0.0",
    ]
  ),
  (
    "name: dler, variant: paper",
    [
      "algorithm.dual_clip": "null", "algorithm.num_minibatches": "8", "rollout.num_prompts": "512",
      "rollout.num_generations": "16", "rollout.max_completion_length": "4000",
      "rollout.max_prompt_length": "1024",
      "evaluation.samples": "16", "evaluation.temperature": "0.6", "reward.terms[0].name": "dler",
    ]
  ),
  (
    "name: da_dler",
    [
      "reward.terms[0].name": "da_dler", "reward.terms[0].easy_limit": "null",
      "algorithm.whiten_advantages": "token",
      "algorithm.beta": "0.0005",
    ]
  ),
  (
    "name: da_dler, variant: paper",
    [
      "reward.terms[0].name": "da_dler", "reward.terms[0].limit": "4000",
      "reward.terms[0].easy_limit": "2000",
      "rollout.max_completion_length": "4000",
    ]
  ),
  (
    "name: lcpo_exact",
    [
      "data.budgets.mode": "exact", "data.budgets.range": "[100, 4000]", "reward.terms[0].name": "lcpo",
      "reward.terms[0].mode": "exact", "reward.terms[0].alpha": "0.0003", "rollout.temperature": "0.6",
      "rollout.num_generations": "16", "rollout.max_completion_length": "4096",
      "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.001", "algorithm.kl_estimator": "k3",
      "algorithm.dynamic_sampling": "false", "algorithm.num_minibatches": "2",
      "optimizer.learning_rate": "1.0e-06",
      "data.prompt_template":
        #""{prompt} Let's think step by step and output the final answer within \\boxed{}.{budget}""#,
    ]
  ),
  (
    "name: lcpo_exact, variant: paper",
    [
      "rollout.num_prompts": "128", "evaluation.budgets": "[512, 1024, 2048, 3600]",
      "evaluation.samples": "16",
    ]
  ),
  (
    "name: lcpo_max",
    [
      "data.budgets.mode": "dual", "data.budgets.exact_share": "0.5", "reward.terms[0].mode": "dual",
      "reward.terms[0].alpha": "0.0003", "reward.terms[0].max_alpha": "0.001", "reward.terms[0].delta": "0.5",
      "rollout.max_completion_length": "4500", "optimizer.learning_rate": "4.0e-06",
    ]
  ),
  ("name: lcpo_max, variant: paper", ["rollout.num_prompts": "128", "evaluation.temperature": "0.6"]),
  (
    "name: entropic",
    [
      "algorithm.entropic.target_entropy": "0.1", "algorithm.entropic.kp": "1.0",
      "algorithm.entropic.ki": "0.01",
      "algorithm.entropic.high_prob_threshold": "0.95", "algorithm.entropic.denominator": "high_prob_tokens",
      "algorithm.entropic.anti_windup": "true", "algorithm.entropic.reset_on_stage": "true",
      "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.0", "algorithm.entropy_coef": "0.0",
      "rollout.num_generations": "8",
    ]
  ),
  (
    "name: entropic, variant: paper",
    [
      "rollout.num_prompts": "512", "rollout.temperature": "0.6", "rollout.max_completion_length": "8192",
      "rollout.max_prompt_length": "1024", "algorithm.entropic.anti_windup": "false",
    ]
  ),
  (
    "name: h1",
    [
      "algorithm.advantage_baseline": "group_mean", "algorithm.scale_rewards": "none",
      "algorithm.loss_aggregation": "seq-mean-token-sum-norm", "algorithm.beta": "0.0",
      "reward.terms[0].name": "correctness", "reward.terms[1].verifier": "think_answer",
      "reward.terms[1].weight": "0.1", "rollout.num_generations": "8",
    ]
  ),
  (
    "name: h1, variant: paper",
    ["rollout.num_generations": "16", "rollout.num_prompts": "16", "rollout.max_prompt_length": "512"]
  ),
  (
    "name: h1_released_reward",
    [
      "reward.terms[0].weight": "0.0", "reward.terms[1].verifier": "h1_released_reward",
      "reward.terms[1].weight": "4.0", "algorithm.scale_rewards": "none",
    ]
  ),
  (
    "name: h1_released_reward, variant: paper",
    ["reward.terms[1].weight": "4.0", "rollout.num_generations": "16"]
  ),
  (
    "name: fastcurl",
    [
      "algorithm.loss_aggregation": "token-mean", "algorithm.beta": "0.001", "algorithm.kl_estimator": "k3",
      "algorithm.entropy_coef": "0.001", "algorithm.epsilon": "0.2", "rollout.num_prompts": "64",
      "rollout.temperature": "0.6", "reward.terms[0].name": "product", "algorithm.std_ddof": "1",
    ]
  ),
  (
    "name: fastcurl, variant: paper",
    ["algorithm.std_ddof": "0", "algorithm.beta": "0.001", "rollout.num_generations": "8"]
  ),
]

@Suite struct `Preset values` {
  /// Room for the longest completions of any paper.
  private func recipe(_ algorithm: String) throws -> ResolvedRecipe {
    try load(
      minimalRecipe + "model: {init: {max_position_embeddings: 163840}}\nalgorithm: {\(algorithm)}\n")
  }

  @Test(arguments: tables.map(\.algorithm))
  func `a preset has its method's table`(algorithm: String) throws {
    let recipe = try recipe(algorithm)
    let table = try #require(tables.first { $0.algorithm == algorithm })
    for (key, value) in table.values.sorted(by: { $0.key < $1.key }) {
      #expect(try recipe.entry(key).value == value, "\(key) of \(algorithm)")
    }
  }

  @Test func `h1 brings its horizons, each handing over its best`() throws {
    let data = "data: {train: {composer: executed, tasks: [modular_arithmetic], horizon: 1}}\n"
    for (variant, windows) in [
      ("default", [Int](repeating: 256, count: 5)), ("paper", [768, 1024, 1280, 1536, 1536]),
    ] {
      let run = try load(
        data + "model: {init: {max_position_embeddings: 4096}}\nalgorithm: {name: h1, variant: \(variant)}\n"
      ).configuration
      #expect(run.inStages.map(\.data.train.longestHorizon) == [1, 2, 3, 4, 5])
      #expect(run.inStages.map(\.data.heldOut?.longestHorizon) == [3, 3, 3, 3, 3])
      #expect(run.stages.allSatisfy { $0.handover == .best && $0.steps == 200 })
      #expect(run.inStages.map(\.rollout.maxCompletionLength) == windows)
    }
  }

  @Test func `fastcurl brings the published stages`() throws {
    let run = try load(
      "data: {train: {path: a.jsonl}}\nmodel: {init: {max_position_embeddings: 40960}}\nalgorithm: {name: fastcurl}\n"
    ).configuration
    let stages = run.inStages
    #expect(stages.map(\.rollout.maxCompletionLength) == [8192, 16384, 24576, 16384])
    #expect(stages.map(\.rollout.numPrompts) == [128, 64, 64, 64])
    #expect(stages.map(\.rollout.numGenerations) == [8, 8, 8, 16])
    #expect(stages.map { $0.data.train.file?.slice?.slice } == [.short, nil, .long, nil])
    #expect(stages.map(\.algorithm.numMinibatches) == [2, 1, 1, 1])
    #expect(run.stages[0].until.clippedRatio == 0.1)
    #expect(run.stages.map(\.steps) == [195, 590, 230, 580])
  }

  @Test func `every preset is here in both variants`() {
    let names = AlgorithmConfiguration.Preset.allCases.flatMap { preset in
      ["name: \(preset.rawValue)", "name: \(preset.rawValue), variant: paper"]
    }
    #expect(Set(tables.map(\.algorithm)) == Set(names))
  }

  @Test(arguments: tables.map(\.algorithm))
  func `a preset alone is ready to train, without a warning`(algorithm: String) throws {
    let recipe = try recipe(algorithm)
    #expect(recipe.notes.isEmpty, "\(recipe.notes)")
    #expect(try load(recipe.yaml()).notes.isEmpty)
    #expect(try load(recipe.yaml()).configuration == recipe.configuration)
  }

  @Test(arguments: tables.map(\.algorithm))
  func `each value of a preset says whose it is`(algorithm: String) throws {
    for entry in try recipe(algorithm).entries {
      guard case .preset(_, let basis) = entry.origin else { continue }
      let tags = ["paper", "code", "our choice"]
      #expect(tags.contains { basis?.hasPrefix($0) ?? false }, "\(entry.keyPath): \(basis ?? "nothing")")
    }
  }

  @Test func `a paper's own number is told from its code's and from ours`() throws {
    let shown = try recipe("name: dapo").annotated()
    for line in [
      "epsilon_high: 0.28 # preset dapo: paper §4.1", "dual_clip: 10.0 # preset dapo: code: clip_ratio_c",
      "std_ddof: 1 # preset dapo: code: verl, TRL", "num_generations: 8 # default: our choice",
    ] {
      let words = line.split(separator: " ")
      #expect(
        shown.split(separator: "\n").contains { $0.split(separator: " ").starts(with: words) }, "\(line)")
    }
  }
}
