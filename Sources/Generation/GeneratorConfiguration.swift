public import Tensors

/// How much is generated at once, in which order, and with how much memory.
public struct GeneratorConfiguration: Sendable, Hashable {
  /// Sequences at work at the same time.
  public var maxConcurrent: Int
  /// Bytes for keys and values; nil = what `maxConcurrent` sequences of the longest kind need. Memory is taken as it
  /// is used; above the limit, sequences give theirs up and are computed again later.
  public var keyValueMemory: Int?
  public var keyValueFormat: KeyValueFormat
  public var policy: Scheduler.Policy
  public var speculation: Speculation
  /// Whether equal beginnings of sequences are computed once and shared; off only to measure what that saves.
  public var sharesPrefixes: Bool
  /// Whether sequences that end or pause leave their keys and values for a later call, as long as memory allows.
  public var keepsCaches: Bool

  /// Whether tokens are guessed from what was said before, and guesses checked several at a time. The tokens that
  /// come out are the same either way.
  public enum Speculation: String, Sendable, Hashable, CaseIterable {
    case off
    /// When it pays, by live measurement.
    case automatic = "auto"
    /// Always as far as guesses go; for tests.
    case always
  }

  public init(
    maxConcurrent: Int = 256, keyValueMemory: Int? = nil, keyValueFormat: KeyValueFormat = .fp32,
    policy: Scheduler.Policy = .fifo,
    speculation: Speculation = .automatic, sharesPrefixes: Bool = true, keepsCaches: Bool = false
  ) {
    self.maxConcurrent = max(1, maxConcurrent)
    self.keyValueMemory = keyValueMemory
    self.keyValueFormat = keyValueFormat
    self.policy = policy
    self.speculation = speculation
    self.sharesPrefixes = sharesPrefixes
    self.keepsCaches = keepsCaches
  }
}

/// What a generator has done since it was made.
public struct GenerationStatistics: Sendable, Hashable {
  /// Forward passes.
  public var steps = 0
  /// Tokens run through the model: prompts, new tokens, drafts, and what was computed again.
  public var rows = 0
  /// New tokens.
  public var tokens = 0
  /// Tokens of prompts and earlier segments that were found in blocks of others, not computed.
  public var sharedTokens = 0
  /// Sequences that gave up their blocks for want of memory.
  public var preemptions = 0
  /// Guessed tokens, and those of them that the model drew too.
  public var draftedTokens = 0
  public var acceptedTokens = 0
  /// Sequences ended for repeating themselves.
  public var repetitions = 0
  /// Tokens forced by a thinking budget.
  public var forcedTokens = 0
  /// The most blocks of keys and values in use at once, in bytes.
  public var peakKeyValueBytes = 0

  public init() {}

  /// What was done since `earlier`; peaks stay peaks.
  public func since(_ earlier: GenerationStatistics) -> GenerationStatistics {
    var difference = self
    for count in Self.counts { difference[keyPath: count] -= earlier[keyPath: count] }
    return difference
  }

  private static var counts: [WritableKeyPath<GenerationStatistics, Int>] {
    [
      \.steps, \.rows, \.tokens, \.sharedTokens, \.preemptions, \.draftedTokens, \.acceptedTokens,
      \.repetitions,
      \.forcedTokens,
    ]
  }
}
