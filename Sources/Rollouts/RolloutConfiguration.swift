public import Generation
public import Tensors

/// The recipe's `rollout` section: how many answers are sampled, and how.
public struct RolloutConfiguration: Sendable, Hashable {
  /// Prompts (groups) per step.
  public var numPrompts = 16
  /// Answers per prompt, G.
  public var numGenerations = 8
  /// Cap on generated tokens, end token included.
  public var maxCompletionLength = 256
  /// Longest prompt in tokens; longer ones are left out and counted. nil = whatever the model's context leaves.
  public var maxPromptLength: Int?
  public var temperature: Double = 1
  /// Keep the k most probable tokens; 0 = all.
  public var topK = 0
  /// Keep the smallest set of tokens with at least this probability; 1 = all.
  public var topP: Double = 1
  /// Texts that end an answer besides the end tokens of the model and tokenizer.
  public var stop: [String] = []
  /// Ends an answer that repeats the same text so many times; nil = lets it run on. See ``RepetitionRule``.
  public var maxRepeat: Int?
  /// New tokens after which the end of thinking is forced; nil = never. See ``ThinkingBudget``.
  public var thinkTokens: Int?
  /// What ends thinking.
  public var thinkEnd = "</think>"
  /// Sequences generated at the same time.
  public var maxConcurrent = 256
  /// Bytes for keys and values; nil = what `maxConcurrent` of the longest sequences need.
  public var keyValueMemory: Int?
  /// How keys and values are stored.
  public var keyValueFormat = KeyValueFormat.fp32
  /// How the weights are stored that answers are generated with; training is in fp32 throughout.
  public var weightFormat = WeightFormat.fp32
  /// What the inputs of linear layers are rounded to; bf16 with bf16 weights only.
  public var activationFormat = ActivationFormat.fp32
  /// Who is generated first.
  public var scheduler = Scheduler.Policy.fifo
  public var speculation = GeneratorConfiguration.Speculation.automatic
  /// What the trained policy is compared with in the clipped ratio.
  public var logprobs = LogprobSource.recompute
  /// Who generates.
  public var source = RolloutSourceKind.inProcess
  public var mode = RolloutMode.sequential
  /// Tokens that a rollout gets in one go before it goes back to the pool (UloRL, arXiv:2507.19766); nil = whole responses.
  public var segmentLength: Int?
  /// With segments: complete groups below which a step lets another segment run instead of training.
  public var minGroupsPerStep = 1
  /// With segments: groups with a segment that is more versions old than this are not trained; nil = no limit (the paper).
  public var maxSegmentStaleness: Int?
  /// Async: versions that the oldest segment of a trained group may be behind.
  public var maxStaleness = 4
  /// Async: steps between two publications of weights; nil = `max(1, max_staleness - 1)` (ECHO-2, arXiv:2602.02192).
  public var publishEvery: Int?
  public var weightsSwitch = WeightsSwitch.atOnce
  public var workers = WorkersConfiguration()

  public init() {}
}

/// Where the logprobs of the policy that sampled come from: the denominator of the clipped ratio.
public enum LogprobSource: String, Sendable, CaseIterable {
  /// From the trainer, before its first update; where a batch has several, that takes a forward pass of its own.
  case recompute
  /// From the generator, as it recorded them: no pass, and the ratio has the gap between generator and trainer in it.
  case rollout
}

extension RolloutConfiguration {
  /// Async: steps between two publications of weights.
  public var publishInterval: Int { publishEvery ?? max(1, maxStaleness - 1) }

  /// How the generator works.
  public var generator: GeneratorConfiguration {
    GeneratorConfiguration(
      maxConcurrent: maxConcurrent, keyValueMemory: keyValueMemory, keyValueFormat: keyValueFormat,
      policy: scheduler, speculation: speculation)
  }

  /// Whether the generator rounds what the trainer does not.
  public var isRounded: Bool { weightFormat != .fp32 || activationFormat != .fp32 || keyValueFormat != .fp32 }
}
