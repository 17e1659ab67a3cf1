/// What a message may be, at most, for whoever reads it. Checked before anything is allocated.
public struct WireLimits: Sendable, Hashable {
  /// Token ids are 0..<vocabSize.
  public var vocabSize: Int
  /// New tokens of an item, over all segments.
  public var maxCompletionLength: Int
  /// Tokens of a prompt.
  public var maxPromptLength: Int
  /// Items, leases, or chunks asked for, in one message.
  public var maxItems = 1_024
  /// Versions in one segment.
  public var maxRuns = 256
  /// Bytes of the JSON in a message's second frame.
  public var maxHeaderBytes = 512 << 10
  /// Bytes of one chunk of weights or of the model's files.
  public var maxChunkBytes = 32 << 20
  /// Chunks of one transfer.
  public var maxChunks = 1 << 20

  /// - Parameters:
  ///   - vocabSize: By default whatever a token id can be, for a worker that has no model yet.
  ///   - maxCompletionLength: By default a million.
  ///   - maxPromptLength: By default a million.
  public init(
    vocabSize: Int = Int(Int32.max), maxCompletionLength: Int = 1 << 20, maxPromptLength: Int = 1 << 20
  ) {
    self.vocabSize = vocabSize
    self.maxCompletionLength = maxCompletionLength
    self.maxPromptLength = maxPromptLength
  }

  /// A logprob may be above 0 by rounding only.
  public static let highestLogprob: Float = 1e-3
  /// A token that was sampled with less than e^-100 was not sampled; and `exp` of such differences would be infinite.
  public static let lowestLogprob: Float = -100
}
