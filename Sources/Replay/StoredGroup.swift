public import Experience

/// A group under way, as the store has it.
public struct StoredGroup: Sendable {
  public var key: GroupKey
  public var task: ReasoningTask
  /// The prompt as the model sees it, `[P]`.
  public var promptTokens: [Int32]
  /// Where the row of training tasks stood after its task was drawn.
  public var dataPosition: Int
  /// Whether the scores of the whole group are stored.
  public var isReady: Bool
  /// By sample.
  public var members: [StoredMember]
}

/// An answer under way, or finished and held until its group is complete.
public struct StoredMember: Sendable, Hashable {
  public var item: WorkItem
  /// What was made of it so far, in order.
  public var segments: [Segment]
  /// nil = it goes on.
  public var finish: FinishReason?
  public var text: String?
  /// What it was worth; with its group where that is ready.
  public var reward: RewardBreakdown?
  /// Step in which it finished.
  public var finishedStep: Int?
}

/// A step of training as the store has it.
public struct UpdateRecord: Sendable, Hashable {
  public var step: Int
  public var stage: String
  public var kind: String
  public var before: PolicyVersion
  public var after: PolicyVersion
  public var dataPosition: Int
  /// Step of the first checkpoint that has this update behind it; nil = none yet.
  public var checkpointStep: Int?
}

/// A checkpoint that counts: its folder has its name, and what it was made of is stored.
public struct CheckpointRecord: Sendable, Hashable {
  public var step: Int
  public var version: PolicyVersion
  /// Of the folder's files, so that others are not taken for them.
  public var stateDigest: String

  public init(step: Int, version: PolicyVersion, stateDigest: String) {
    self.step = step
    self.version = version
    self.stateDigest = stateDigest
  }
}

/// What going back to a checkpoint undid.
public struct RollBackSummary: Sendable, Hashable {
  /// Updates that are undone.
  public var updates = 0
  /// Answers that are no longer trained, filtered, surplus or stale, and wait again.
  public var released = 0
  /// Attempts that weights made which are undone; each is made anew.
  public var orphaned = 0
  /// Rollouts of evaluations that are dropped.
  public var evaluations = 0
  /// Steps behind the checkpoint whose groups and segments are kept, to be used again where the very same weights ask for them.
  public var ahead: ClosedRange<Int>?

  public init() {}
}
