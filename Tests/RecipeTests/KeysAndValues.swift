internal import Curriculum
internal import Generation
internal import Objectives
internal import Recipe
internal import Rewards
internal import Rollouts
internal import Tensors
internal import Testing
internal import Training
internal import Transformer

@Suite struct `Keys and values` {
  @Test func `what a recipe leaves out is as the structs say`() throws {
    let recipe = try load(minimalRecipe)
    var expected = TrainingConfiguration()
    expected.name = "test"
    expected.stages = [StageConfiguration(kind: .rl, name: "rl", steps: 10)]
    #expect(recipe.configuration == expected)
    #expect(recipe.notes.isEmpty)
  }

  @Test func `every key of the design page lands in its field`() throws {
    let recipe = try load(KeysAndValuesText.everything)
    var run = TrainingConfiguration()
    run.name = "everything"
    run.seed = .max
    run.model = .initialize(
      ModelConfiguration(
        architecture: .llama, vocabSize: 128, hiddenSize: 96, intermediateSize: 200, numHiddenLayers: 3,
        numAttentionHeads: 6, numKeyValueHeads: 3, headDim: 10, maxPositionEmbeddings: 4096, rmsNormEps: 1e-5,
        tieWordEmbeddings: false,
        rope: RotaryConfiguration(
          theta: 500_000,
          scaling: .llama3(
            factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 1024)),
        attentionBias: true, attentionOutputBias: true, mlpBias: true, initializerRange: 0.01))
    run.data.train = .file(
      FileSource(
        path: "a.jsonl", promptField: "q", answerField: "a", solutionField: "s", verifier: "math",
        verifiers: VerifierRouting(["mine": "text"]), sourceField: "set"))
    run.data.heldOut = .procedural(ProceduralSource(task: "countdown", difficulty: 3...3))
    run.data.heldOutCount = 7
    run.data.promptTemplate = "Q: {prompt}\nA:"
    run.data.teacher.slipRate = 0.5
    run.data.teacher.style = .branching
    run.rollout.numPrompts = 6
    run.rollout.numGenerations = 4
    run.rollout.maxCompletionLength = 50
    run.rollout.maxPromptLength = 40
    run.rollout.temperature = 0.7
    run.rollout.topK = 5
    run.rollout.topP = 0.9
    run.rollout.stop = ["\n\n", "end"]
    run.rollout.maxConcurrent = 3
    run.rollout.maxRepeat = 12
    run.rollout.thinkTokens = 30
    run.rollout.thinkEnd = "</t>"
    run.rollout.keyValueMemory = 3 << 29
    run.rollout.keyValueFormat = .bf16
    run.rollout.weightFormat = .bf16
    run.rollout.activationFormat = .bf16
    run.rollout.scheduler = .groupContext
    run.rollout.speculation = .off
    run.rollout.source = .workers
    run.rollout.mode = .async
    run.rollout.segmentLength = 20
    run.rollout.minGroupsPerStep = 2
    run.rollout.maxSegmentStaleness = 5
    run.rollout.maxStaleness = 3
    run.rollout.publishEvery = 2
    run.rollout.weightsSwitch = .atItem
    run.rollout.workers.listen = "tcp://10.0.0.1:5750"
    run.rollout.workers.key = "k/trainer.key"
    run.rollout.workers.authorizedKeys = "k/authorized"
    run.rollout.workers.heartbeatSeconds = 1.5
    run.rollout.workers.missedHeartbeats = 4
    run.rollout.workers.joinDeadline = 20
    run.rollout.workers.progressDeadline = 30
    run.rollout.workers.publishDeadline = 40
    run.rollout.workers.maxItemsPerWorker = 5
    run.reward.terms = [.correctness(verifier: "math", weight: 2), .softOverlong(cache: 10, weight: 0.5)]
    run.reward.correctReward = 2
    run.reward.incorrectReward = -0.5
    run.algorithm.epsilon = 0.1
    run.algorithm.epsilonHigh = 0.3
    run.algorithm.dualClip = 3
    run.algorithm.beta = 0.01
    run.algorithm.referenceRefreshEvery = 9
    run.algorithm.lossAggregation = .seqMeanTokenSumNorm
    run.algorithm.lossAggregationConstant = 100
    run.algorithm.scaleRewards = .batch
    run.algorithm.stdDdof = 0
    run.algorithm.numIterations = 2
    run.algorithm.numMinibatches = 3
    var sampling = DynamicSampling()
    sampling.keepAccuracy = OpenInterval(low: 0.1, high: 0.9)
    sampling.maxNumGenBatches = 4
    run.algorithm.dynamicSampling = sampling
    run.algorithm.maskTruncatedCompletions = true
    run.algorithm.advantageBaseline = .lengthWeighted
    run.algorithm.whitenAdvantages = .response
    run.algorithm.multiObjectiveAggregation = .normalizeThenSum
    run.algorithm.gamma = 0.9
    run.algorithm.surrogate = .dppoKL
    run.algorithm.delta = 4
    run.algorithm.isWeightMin = 0.5
    run.algorithm.isWeightMax = 3
    run.algorithm.tauPositive = 2
    run.algorithm.tauNegative = 3
    run.algorithm.divergenceLow = 0.1
    run.algorithm.divergenceHigh = 0.3
    run.algorithm.ratioMax = 10
    run.algorithm.covRatio = 0.01
    run.algorithm.covMin = -1
    run.algorithm.covMax = 6
    run.algorithm.klCovCoef = 0.5
    run.algorithm.klEstimator = .k2
    run.algorithm.klIn = .loss
    run.algorithm.klClamp = 10
    run.algorithm.entropyCoef = 0.01
    run.algorithm.adaptiveEntropy = AdaptiveEntropy()
    run.algorithm.adaptiveEntropy?.entropyTarget = 0.3
    run.algorithm.adaptiveEntropy?.entropyCoefDelta = 0.001
    run.algorithm.adaptiveEntropy?.entropyCoefMin = 0.002
    run.algorithm.adaptiveEntropy?.entropyCoefMax = 0.5
    run.algorithm.entropic = EntropicConfiguration()
    run.algorithm.entropic?.targetEntropy = 0.4
    run.algorithm.entropic?.kp = 2
    run.algorithm.entropic?.ki = 0.1
    run.algorithm.entropic?.highProbThreshold = 0.9
    run.algorithm.entropic?.denominator = .allTokens
    run.algorithm.entropic?.antiWindup = false
    run.algorithm.entropic?.exactEntropy = true
    run.algorithm.entropic?.resetOnStage = false
    run.algorithm.masteredTokens = MasteredTokenRule()
    run.algorithm.masteredTokens?.threshold = 0.98
    run.algorithm.masteredTokens?.entropyGate = 0.1
    run.algorithm.topEntropyQuantile = 0.2
    run.algorithm.offPolicyMaskThreshold = 0.5
    run.algorithm.positiveNLLCoef = 0.1
    run.algorithm.groupFiltering = GroupFiltering(metric: .rewardPerToken, keep: 3)
    var correction = RolloutCorrection()
    correction.weighting = .mask
    correction.level = .geometric
    correction.ratioMin = 0.98
    correction.ratioMax = 1.02
    correction.normalizeWeights = true
    correction.tokenMin = 0.1
    correction.tokenMax = 10
    correction.sequenceMin = 0.2
    correction.sequenceMax = 5
    correction.geometricMin = 0.99
    correction.geometricMax = 1.01
    correction.k2MeanMax = 0.1
    correction.k3MeanMax = 0.2
    correction.k3Max = 0.3
    correction.vetoMin = 1e-4
    correction.maxTokenStaleness = 2
    run.algorithm.rolloutCorrection = correction
    run.optimizer.learningRate = 1e-4
    run.optimizer.beta1 = 0.8
    run.optimizer.beta2 = 0.99
    run.optimizer.adamEpsilon = 1e-6
    run.optimizer.weightDecay = 0.2
    run.optimizer.maxGradNorm = 0.5
    run.optimizer.schedule.name = .cosine
    run.optimizer.schedule.warmupSteps = 3
    run.optimizer.schedule.minRatio = 0.1
    var warmUp = StageConfiguration(kind: .sft, name: "sft", steps: 5)
    warmUp.batchSize = 16
    warmUp.learningRate = 1e-3
    var main = StageConfiguration(kind: .rl, name: "main", steps: 20)
    main.until.accuracy = 0.95
    var control = StageConfiguration(kind: .sft, name: "more", steps: 6)
    control.from = "sft"
    control.isControl = true
    run.stages = [warmUp, main, control]
    run.evaluation.every = 5
    run.evaluation.samples = 4
    run.evaluation.temperature = 0.9
    run.evaluation.keepBest = false
    run.evaluation.patience = 3
    run.compute.threads = 2
    run.compute.blasCore = "Haswell"
    run.compute.maxTokensPerMicrobatch = 1024
    run.compute.matmulType = .bf16
    run.compute.gradientCheckpointing = true
    run.compute.sharePrompts = false
    run.output.directory = "somewhere/else"
    run.output.checkpointEvery = 7
    run.output.keepLast = 3
    run.output.sampleEvery = 0
    run.budget.maxSeconds = 60.5
    run.budget.maxTokens = 1_000_000
    #expect(recipe.configuration == run)
  }

  @Test func `use_bias_correction_kl needs a KL in the loss`() throws {
    let run = try load(minimalRecipe + "algorithm: {beta: 0.1, use_bias_correction_kl: true}").configuration
    #expect(run.algorithm.useBiasCorrectionKL)
  }

  @Test func `a part of the method is off, on with its defaults, or has settings of its own`() throws {
    func algorithm(_ keys: String) throws -> AlgorithmConfiguration {
      try load(minimalRecipe + "algorithm: {\(keys)}").configuration.algorithm
    }
    #expect(try algorithm("rollout_correction: false, entropic: null").rolloutCorrection == nil)
    #expect(try algorithm("rollout_correction: yes").rolloutCorrection == RolloutCorrection())
    #expect(try algorithm("mastered_tokens: true").masteredTokens == MasteredTokenRule())
    #expect(try algorithm("adaptive_entropy: {}").adaptiveEntropy == AdaptiveEntropy())
    #expect(try algorithm("entropic: {target_entropy: null}").entropic?.targetEntropy == .some(nil))
    #expect(try algorithm("name: entropic, entropic: {kp: 2}").entropic?.targetEntropy == 0.1)
    #expect(try algorithm("name: entropic, entropic: false").entropic == nil)
  }

  @Test func `dynamic sampling asks again, or expands its request`() throws {
    func expansion(_ keys: String) throws -> BatchExpansion? {
      try load(minimalRecipe + "algorithm: {\(keys)}").configuration.algorithm.dynamicSampling?.expansion
    }
    #expect(try expansion("name: dapo") == nil && expansion("dynamic_sampling: true") == nil)
    #expect(try expansion("dynamic_sampling: {expansion: null}") == nil)
    #expect(try expansion("dynamic_sampling: {expansion: true}") == BatchExpansion())
    var settings = BatchExpansion()
    (settings.maxRatio, settings.smoothing) = (2.5, 0.5)
    #expect(
      try expansion("name: dapo, dynamic_sampling: {expansion: {max_ratio: 2.5, smoothing: 0.5}}") == settings
    )
    let recipe = try load(minimalRecipe, "algorithm.dynamic_sampling.expansion.smoothing=0")
    #expect(recipe.configuration.algorithm.dynamicSampling?.expansion?.smoothing == 0)
    #expect(try recipe.entry("algorithm.dynamic_sampling.expansion.max_ratio").value == "4.0")
  }

  // By itself: the recipe with everything has `top_k`, which it does not go with.
  @Test(arguments: ["rollout": LogprobSource.rollout, "recompute": .recompute])
  func `logprobs are those of the rollout or computed again`(text: String, value: LogprobSource) throws {
    let recipe = try load(minimalRecipe + "rollout: {logprobs: \(text)}")
    #expect(recipe.configuration.rollout.logprobs == value)
    #expect(recipe.notes.isEmpty)
    #expect(refusal(minimalRecipe + "rollout: {logprobs: old}").contains("allowed: recompute, rollout"))
  }

  @Test(arguments: [
    ("2GiB", 2 << 30), ("512 MiB", 512 << 20), ("64MB", 64_000_000), ("1.5KiB", 1536), ("4096", 4096),
    ("1B", 1),
  ])
  func `memory is an amount with a unit, or bytes`(text: String, bytes: Int) throws {
    let recipe = try load(minimalRecipe + "rollout: {kv_memory: \(text)}")
    #expect(recipe.configuration.rollout.keyValueMemory == bytes)
  }

  @Test(arguments: ["2 gigs", "-1GiB", "0", "GiB", "1.5", "lots", "1e3MiB", "[1]", "99999999TiB"])
  func `what is no amount of memory is refused`(text: String) {
    #expect(refusal(minimalRecipe + "rollout: {kv_memory: \(text)}").contains("such as 2GiB or 512MiB"))
  }

  @Test(arguments: ["1e-4", "1.0e-4", "1.0E-04", "0.0001", ".0001", "1_0e-5"])
  func `a small number may be written in any way`(text: String) throws {
    #expect(
      try load(minimalRecipe + "optimizer: {learning_rate: \(text)}").configuration.optimizer.learningRate
        == 1e-4)
  }

  @Test(arguments: ["yes": true, "No": false, "true": true, "FALSE": false, "on": true, "off": false])
  func `booleans of both YAML versions are understood`(text: String, value: Bool) throws {
    #expect(
      try load(minimalRecipe + "evaluation: {keep_best: \(text)}").configuration.evaluation.keepBest == value)
  }

  @Test(arguments: ["null", "~", ""])
  func `nothing is written in three ways`(text: String) throws {
    let recipe = try load(minimalRecipe + "rollout:\n  max_prompt_length: \(text)\n")
    #expect(recipe.configuration.rollout.maxPromptLength == nil)
  }

  @Test func `a name that YAML 1_1 takes for a boolean stays a name`() throws {
    let recipe = try load("name: no\n" + minimalRecipe)
    #expect(recipe.configuration.name == "no")
    #expect(try recipe.entry("name").value == "\"no\"")
  }

  @Test func `a section with everything commented out is as if it were not there`() throws {
    #expect(
      try load(minimalRecipe + "rollout:\n  # num_prompts: 4\n").configuration
        == load(minimalRecipe).configuration)
  }

  @Test func `held-out tasks are as the training tasks unless they say otherwise`() throws {
    let stages = "stages: [{kind: rl, steps: 1}]\n"
    let same = try load(stages + "data: {train: {task: ordering, difficulty: [2, 4]}, held_out: {count: 9}}")
    #expect(same.configuration.data.heldOut == nil)
    #expect(same.configuration.data.heldOutCount == 9)
    let harder = try load(
      stages + "data: {train: {task: ordering, difficulty: [2, 4]}, held_out: {difficulty: 6}}")
    #expect(
      harder.configuration.data.heldOut == .procedural(ProceduralSource(task: "ordering", difficulty: 6...6)))
    let other = try load(
      stages + "data: {train: {task: ordering, difficulty: [2, 4]}, held_out: {task: countdown}}")
    #expect(other.configuration.data.heldOut == .procedural(ProceduralSource(task: "countdown")))
    let open = try load(stages + "data: {train: {task: ordering}, held_out: {path: null}}")
    #expect(open.configuration.data.heldOut == nil)
    let file = try load(stages + "data: {train: {path: a, answer_field: x}, held_out: {path: b}}")
    #expect(file.configuration.data.heldOut == .file(FileSource(path: "b", answerField: "x")))
  }

  @Test func `a shape keeps the proportions of the nano model where it says nothing`() throws {
    // 3 × 192 = 576; 6 heads → 3 for keys and values, 192 / 6 = 32 wide
    guard
      case .initialize(let shape) = try load(
        minimalRecipe + "model: {init: {hidden_size: 192, num_attention_heads: 6}}"
      ).configuration.model
    else { throw TestFailure() }
    #expect(shape.intermediateSize == 576)
    #expect(shape.numKeyValueHeads == 3)
    #expect(shape.headDim == 32)
    let qwen2 = try load(minimalRecipe + "model: {init: {architecture: qwen2}}").configuration.model
    guard case .initialize(let shape) = qwen2 else { throw TestFailure() }
    #expect(shape.attentionBias && !shape.attentionOutputBias)
  }

  @Test func `a term named after a verifier is correctness with that verifier`() throws {
    let recipe = try load(minimalRecipe + "reward: {terms: [{name: gsm8k}]}")
    #expect(recipe.configuration.reward.terms == [.correctness(verifier: "gsm8k", weight: 1)])
  }

  @Test func `stages of one kind are numbered from the second on`() throws {
    let recipe = try load(
      "data: {train: {task: ordering}}\nstages: [{kind: rl, steps: 1}, {kind: sft, steps: 1}, {kind: rl, steps: 1}]"
    )
    #expect(recipe.configuration.stages.map(\.name) == ["rl", "sft", "rl-2"])
  }
}

struct TestFailure: Error {}

/// Each key of a recipe once, none at its default.
enum KeysAndValuesText {
  static let everything = """
    name: everything
    seed: 18446744073709551615
    model:
      path: null
      init: {architecture: llama, hidden_size: 96, intermediate_size: 200, num_hidden_layers: 3,
             num_attention_heads: 6, num_key_value_heads: 3, head_dim: 10, max_position_embeddings: 4096,
             rms_norm_eps: 1e-5, tie_word_embeddings: false, rope_theta: 5e5, attention_bias: true, mlp_bias: true,
             rope_scaling: {rope_type: llama3, factor: 8, low_freq_factor: 1, high_freq_factor: 4,
                            original_max_position_embeddings: 1024}, initializer_range: 0.01}
    data:
      train: {path: a.jsonl, prompt_field: q, answer_field: a, solution_field: s, verifier: math,
              verifiers: {mine: text}, source_field: set}
      held_out: {task: countdown, difficulty: 3, count: 7}
      prompt_template: "Q: {prompt}\\nA:"
      teacher: {slip_rate: 0.5, style: branching}
    rollout: {source: workers, mode: async, segment_length: 20, min_groups_per_step: 2, max_segment_staleness: 5,
              max_staleness: 3, publish_every: 2, switch: at_item,
              workers: {listen: "tcp://10.0.0.1:5750", spawn: 0, key: k/trainer.key, authorized_keys: k/authorized,
                        heartbeat_seconds: 1.5, missed_heartbeats: 4, join_deadline: 20, progress_deadline: 30,
                        publish_deadline: 40, max_items_per_worker: 5},
              num_prompts: 6, num_generations: 4, max_completion_length: 50, max_prompt_length: 40, temperature: 0.7,
              top_k: 5, top_p: 0.9, stop: ["\\n\\n", end], max_concurrent: 3, max_repeat: 12, think_tokens: 30,
              think_end: "</t>", kv_memory: 1.5GiB, kv_dtype: bf16, weight_dtype: bf16, activation_dtype: bf16, scheduler: group_context,
              speculation: off}
    reward:
      terms: [{name: math, weight: 2}, {name: soft_overlong, cache: 10, weight: 0.5}]
      correct: 2
      incorrect: -0.5
    algorithm:
      {name: grpo, epsilon: 0.1, epsilon_high: 0.3, dual_clip: 3, beta: 0.01, reference_refresh_every: 9,
       loss_aggregation: seq-mean-token-sum-norm, loss_aggregation_constant: 100, scale_rewards: batch, std_ddof: 0,
       num_iterations: 2, num_minibatches: 3, dynamic_sampling: {keep_accuracy: [0.1, 0.9], max_num_gen_batches: 4},
       mask_truncated_completions: yes, advantage_baseline: length_weighted, whiten_advantages: response,
       multi_objective_aggregation: normalize_then_sum, gamma: 0.9, surrogate: dppo_kl, delta: 4, is_weight_min: 0.5,
       is_weight_max: 3, tau_positive: 2, tau_negative: 3, divergence_low: 0.1, divergence_high: 0.3, ratio_max: 10,
       cov_ratio: 0.01, cov_min: -1, cov_max: 6, kl_cov_coef: 0.5, kl_estimator: k2, kl_in: loss, kl_clamp: 10,
       entropy_coef: 0.01, positive_nll_coef: 0.1, top_entropy_quantile: 0.2, off_policy_mask_threshold: 0.5,
       adaptive_entropy: {entropy_target: 0.3, entropy_coef_delta: 1e-3, entropy_coef_min: 2e-3, entropy_coef_max: 0.5},
       entropic: {target_entropy: 0.4, kp: 2, ki: 0.1, high_prob_threshold: 0.9, denominator: all_tokens,
                  anti_windup: false, exact_entropy: true, reset_on_stage: false},
       mastered_tokens: {mpt_threshold: 0.98, mpt_entropy_gate: 0.1}, group_filtering: {metric: reward_per_token, keep: 3},
       rollout_correction: {weighting: mask, level: geometric, ratio_min: 0.98, ratio_max: 1.02, normalize_weights: true,
                            token_min: 0.1, token_max: 10, sequence_min: 0.2, sequence_max: 5, geometric_min: 0.99,
                            geometric_max: 1.01, k2_mean_max: 0.1, k3_mean_max: 0.2, k3_max: 0.3, veto_min: 1e-4,
                            max_token_staleness: 2},
       force: [mastered_tokens+entropic, gspo+epsilon]}
    optimizer: {name: adamw, learning_rate: 1e-4, beta1: 0.8, beta2: 0.99, adam_epsilon: 1e-6, weight_decay: 0.2,
                max_grad_norm: 0.5, schedule: {name: cosine, warmup_steps: 3, min_ratio: 0.1}}
    stages:
      - {kind: sft, steps: 5, batch_size: 16, learning_rate: 1e-3}
      - {kind: rl, name: main, steps: 20, until: {accuracy: 0.95}}
      - {kind: sft, name: more, steps: 6, from: sft, control: true}
    evaluation: {every: 5, samples: 4, temperature: 0.9, keep_best: false, patience: 3}
    compute: {
      threads: 2, blas_core: Haswell, max_tokens_per_microbatch: 1024, matmul_dtype: bf16, gradient_checkpointing: true,
      share_prompts: false}
    output: {dir: somewhere/else, checkpoint_every: 7, keep_last: 3, sample_every: 0}
    budget: {max_seconds: 60.5, max_tokens: 1_000_000}
    """
}
