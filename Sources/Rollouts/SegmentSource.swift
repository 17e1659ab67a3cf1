public import Experience

/// The next segment of one rollout, to be made.
public struct SegmentRequest: Sendable {
  public var item: WorkItem
  public var task: ReasoningTask
  public var promptTokens: [Int32]
  /// New tokens that it has already.
  public var continuation: [Int32]
  /// Tokens to add at most before it pauses; nil = to the end.
  public var segmentLength: Int?

  public init(
    item: WorkItem, task: ReasoningTask, promptTokens: [Int32], continuation: [Int32] = [],
    segmentLength: Int? = nil
  ) {
    self.item = item
    self.task = task
    self.promptTokens = promptTokens
    self.continuation = continuation
    self.segmentLength = segmentLength
  }
}

/// What a source made of a request.
public struct SegmentOutcome: Sendable {
  public var item: WorkItem
  /// New tokens that the item had before.
  public var start: Int
  /// One, or several where the weights changed in between.
  public var segments: [Segment]
  /// nil = paused: the rollout goes on with another request.
  public var finish: FinishReason?
  /// The whole completion as text, end token left out; nil while the rollout is not finished.
  public var text: String?
  /// Who made it; nil = the trainer's own process.
  public var worker: String?

  public init(
    item: WorkItem, start: Int, segments: [Segment], finish: FinishReason?, text: String?,
    worker: String? = nil
  ) {
    self.item = item
    self.start = start
    self.segments = segments
    self.finish = finish
    self.text = text
    self.worker = worker
  }

  public var tokenCount: Int { segments.reduce(0) { $0 + $1.tokens.count } }
}
