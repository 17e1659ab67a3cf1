public import Experience

/// A group of a run: the step that asked for it, and its number among that step's groups.
public struct GroupKey: Sendable, Hashable, CustomStringConvertible {
  public var step: Int
  /// Name of the stage that the step belongs to.
  public var stage: String
  public var index: Int

  public init(step: Int, stage: String, index: Int) {
    self.step = step
    self.stage = stage
    self.index = index
  }

  public var description: String { "group \(index) of step \(step)" }
}

/// A prompt whose answers are to be made: stored before anybody is asked for them.
public struct IssuedGroup: Sendable {
  /// Its number among the groups of the step.
  public var index: Int
  public var task: ReasoningTask
  /// The prompt as the model sees it, `[P]`.
  public var promptTokens: [Int32]
  /// Where the row of training tasks stood after this one was drawn.
  public var dataPosition: Int
  /// How many answers.
  public var members: Int

  public init(index: Int, task: ReasoningTask, promptTokens: [Int32], dataPosition: Int, members: Int) {
    self.index = index
    self.task = task
    self.promptTokens = promptTokens
    self.dataPosition = dataPosition
    self.members = members
  }
}

/// What was made of one answer in one go: stored before the trainer builds upon it.
public struct SegmentEntry: Sendable, Hashable {
  public var item: WorkItem
  /// New tokens that the answer had before.
  public var start: Int
  /// One, or several where the weights changed in between.
  public var segments: [Segment]
  /// nil = the answer goes on.
  public var finish: FinishReason?
  /// The whole answer as text, end token left out; nil while it goes on.
  public var text: String?
  /// What it is worth by itself; nil while it goes on. What it is worth in its group comes with ``ReplayStore/ready(_:group:rewards:)``.
  public var reward: RewardBreakdown?

  public init(
    item: WorkItem, start: Int, segments: [Segment], finish: FinishReason? = nil, text: String? = nil,
    reward: RewardBreakdown? = nil
  ) {
    self.item = item
    self.start = start
    self.segments = segments
    self.finish = finish
    self.text = text
    self.reward = reward
  }

  public var tokenCount: Int { segments.reduce(0) { $0 + $1.tokens.count } }
}

/// What an update made of one answer.
public struct ConsumedMember: Sendable, Hashable {
  public var item: WorkItem
  /// `trained`, `filtered` or `surplus`.
  public var fate: Fate
  /// Mean over its tokens; nil = it was no part of the update.
  public var advantage: Double?

  public init(item: WorkItem, fate: Fate, advantage: Double?) {
    self.item = item
    self.fate = fate
    self.advantage = advantage
  }
}

/// A step of training, and what it took.
public struct UpdateEntry: Sendable {
  public var step: Int
  public var stage: String
  /// `rl` or `sft`.
  public var kind: String
  /// The weights that it started from.
  public var before: PolicyVersion
  /// The weights that it made; the same where nothing could be learned.
  public var after: PolicyVersion
  /// Where the row of training tasks stood.
  public var dataPosition: Int
  /// The groups it took, all members of each, in the order in which it took them; those it left out too, with their fates.
  public var groups: [[ConsumedMember]]
  /// The step after which it is counted how tasks fare: where a stage began from other weights.
  public var statisticsSince: Int

  public init(
    step: Int, stage: String, kind: String, before: PolicyVersion, after: PolicyVersion, dataPosition: Int,
    groups: [[ConsumedMember]], statisticsSince: Int = 0
  ) {
    self.step = step
    self.stage = stage
    self.kind = kind
    self.before = before
    self.after = after
    self.dataPosition = dataPosition
    self.groups = groups
    self.statisticsSince = statisticsSince
  }
}
