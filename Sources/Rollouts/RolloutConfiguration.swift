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
  /// End tokens besides those of the model and tokenizer, as text.
  public var stop: [String] = []
  /// Sequences generated at the same time; bounds the key-value cache.
  public var maxConcurrent = 256

  public init() {}
}
