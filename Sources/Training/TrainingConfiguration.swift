public import Curriculum
public import Experience
public import Objectives
public import Rewards
public import Rollouts
public import Tensors
public import Tokenizers
public import Transformer

/// Everything a run does, decided before it starts. `Recipe` fills it; the trainer reads it.
public struct TrainingConfiguration: Sendable, Hashable {
  public var name = "run"
  public var seed: UInt64 = 1
  public var model = ModelSource.initialize(ModelConfiguration.nano)
  /// Which tokenizer a model directory gets (`model.tokenizer`).
  public var tokenizer = TokenizerChoice.automatic
  public var data = DataConfiguration()
  public var rollout = RolloutConfiguration()
  public var reward = RewardConfiguration()
  public var algorithm = AlgorithmConfiguration()
  public var optimizer = OptimizerConfiguration()
  public var stages: [StageConfiguration] = []
  public var evaluation = EvaluationConfiguration()
  public var compute = ComputeConfiguration()
  public var output = OutputConfiguration()
  public var budget = BudgetConfiguration()

  public init() {}
}

extension TrainingConfiguration {
  /// Whether generator or trainer round, so that their logprobs of the same policy differ by more than fp32 makes them.
  public var isRounded: Bool { rollout.isRounded || compute.matmulType != .fp32 }
}

/// Where the first weights come from.
public enum ModelSource: Sendable, Hashable {
  /// Random weights of this shape, with the character tokenizer.
  case initialize(ModelConfiguration)
  /// A Hugging Face directory.
  case path(String)
}

public struct EvaluationConfiguration: Sendable, Hashable {
  /// Steps between evaluations in RL stages; 0 = only before and after.
  public var every = 20
  /// Samples per task for pass@1 and pass@k (k = this number).
  public var samples = 8
  public var temperature: Double = 1
  /// Cap on generated tokens; nil = `rollout.max_completion_length`, which stages may change.
  public var maxCompletionLength: Int?
  /// Keep the checkpoint with the best greedy accuracy under `best/`.
  public var keepBest = true
  /// Every held-out task is asked once with each of these budgets, tokens; nil = as `data.budgets` draws them, or without one.
  public var budgets: [Int]?
  /// What those prompts ask for; nil = what training ones do, at most so many where they do both.
  public var budgetMode: LengthBudget.Kind?
  /// Stop the stage after this many evaluations without a better greedy accuracy; nil = never.
  public var patience: Int?
  /// Longest chains measured, where chains are trained on; nil = three problems more than the longest of any stage.
  public var maxHorizon: Int?
  /// Held-out chains measured of each horizon; 0 = none.
  public var chainsPerHorizon = 64

  public init() {}
}

public struct ComputeConfiguration: Sendable, Hashable {
  /// nil = all cores this process may use.
  public var threads: Int?
  /// OpenBLAS core name (`Haswell`, `SkylakeX`, …); nil = the CPU's best.
  public var blasCore: String?
  /// Tokens that one forward and backward holds at a time.
  public var maxTokensPerMicrobatch = 8192
  /// What the operands of the trainer's matrix products are rounded to.
  public var matmulType = MatmulType.fp32
  /// Keep only what goes into each layer, and work out the rest again on the way back.
  public var gradientCheckpointing = false
  /// Compute the prompt of a group's answers once per micro-batch.
  public var sharePrompts = true

  public init() {}
}

public struct OutputConfiguration: Sendable, Hashable {
  /// nil = `runs/NAME-SEED`, with a number behind it if that is taken.
  public var directory: String?
  /// Steps between checkpoints; stages always end with one.
  public var checkpointEvery = 20
  public var keepLast = 2
  /// Every so many RL steps a sample with its verdict is shown; 0 = never.
  public var sampleEvery = 10

  public init() {}
}

/// Limits of a whole run, the time of interrupted attempts counted in.
public struct BudgetConfiguration: Sendable, Hashable {
  public var maxSeconds: Double?
  /// Trained and generated tokens together.
  public var maxTokens: Int?

  public init() {}
}
