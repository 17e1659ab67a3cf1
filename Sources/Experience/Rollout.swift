/// Which weights: their number in the run, and the digest of what was in memory.
public struct PolicyVersion: Sendable, Hashable, Codable {
  public var number: Int
  /// `sha256:…` over the parameters; see `WeightsDigest` in `Transformer`.
  public var digest: String

  public init(number: Int, digest: String) {
    self.number = number
    self.digest = digest
  }
}

/// Why generation ended.
public enum FinishReason: String, Sendable, Codable, CaseIterable {
  /// An end token was sampled, or a stop text ("terminated").
  case stop
  /// The limit of generated tokens was reached ("truncated").
  case length
  /// The same text came over and over, and was cut off early (`rollout.max_repeat`).
  case repetition
}

/// What one policy version generated in one go.
public struct Segment: Sendable, Hashable {
  /// Token ids, `[T]`.
  public var tokens: [Int32]
  /// Natural log of each token's probability under the distribution it was sampled from, `[T]`, nats.
  public var logprobs: [Float]
  /// True where the policy sampled the token; false where it was put in (tool output), `[T]`.
  public var sampled: [Bool]
  /// The weights in the memory of whoever made it.
  public var version: PolicyVersion
  /// Who made it; nil = the trainer's own process.
  public var worker: String?

  public init(
    tokens: [Int32], logprobs: [Float], sampled: [Bool]? = nil, version: PolicyVersion, worker: String? = nil
  ) {
    self.tokens = tokens
    self.logprobs = logprobs
    self.sampled = sampled ?? Array(repeating: true, count: tokens.count)
    self.version = version
    self.worker = worker
  }
}

/// Identity of one sample to be made: the same wherever and whenever it is generated.
public struct WorkItem: Sendable, Hashable, Codable {
  /// Training step (or evaluation number) that asked for it.
  public var step: Int
  /// Which group of the step.
  public var group: Int
  /// Which member of the group, 0..<num_generations.
  public var sample: Int

  public init(step: Int, group: Int, sample: Int) {
    self.step = step
    self.group = group
    self.sample = sample
  }
}

/// One sampled answer to one task.
public struct Rollout: Sendable {
  public var item: WorkItem
  public var task: ReasoningTask
  /// The prompt as the model saw it, `[P]`.
  public var promptTokens: [Int32]
  /// One segment per policy version that worked on it, in order.
  public var segments: [Segment]
  public var finishReason: FinishReason
  /// The completion as text, end token left out.
  public var text: String

  public init(
    item: WorkItem, task: ReasoningTask, promptTokens: [Int32], segments: [Segment],
    finishReason: FinishReason, text: String
  ) {
    self.item = item
    self.task = task
    self.promptTokens = promptTokens
    self.segments = segments
    self.finishReason = finishReason
    self.text = text
  }

  public var completionTokens: [Int32] { segments.flatMap(\.tokens) }
  public var behaviorLogprobs: [Float] { segments.flatMap(\.logprobs) }
  public var sampledMask: [Bool] { segments.flatMap(\.sampled) }
  /// Generated tokens, end token included.
  public var completionLength: Int { segments.reduce(0) { $0 + $1.tokens.count } }
  public var isTruncated: Bool { finishReason == .length }
}
