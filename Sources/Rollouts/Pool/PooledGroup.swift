public import Experience

/// Which group of a run: the step that asked for it, and its number among that step's groups.
public struct GroupID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  public var step: Int
  public var group: Int

  public init(step: Int, group: Int) {
    self.step = step
    self.group = group
  }

  public init(_ item: WorkItem) { self.init(step: item.step, group: item.group) }

  /// Order of issue.
  public static func < (a: GroupID, b: GroupID) -> Bool { (a.step, a.group) < (b.step, b.group) }

  public func item(_ sample: Int) -> WorkItem { WorkItem(step: step, group: group, sample: sample) }

  public var description: String { "group \(group) of step \(step)" }
}

/// One answer in the making, or finished and held until its group is complete.
public struct PooledMember: Sendable, Hashable {
  /// What was made of it so far, in order.
  public var segments: [Segment]
  /// nil = unfinished.
  public var finish: FinishReason?
  /// The whole completion, end token left out; nil while unfinished, and where the pool itself found the member to be at
  /// its limit.
  public var text: String?
  /// Step in which it finished.
  public var finishedStep: Int?

  public init(
    segments: [Segment] = [], finish: FinishReason? = nil, text: String? = nil, finishedStep: Int? = nil
  ) {
    self.segments = segments
    self.finish = finish
    self.text = text
    self.finishedStep = finishedStep
  }

  public var isFinished: Bool { finish != nil }
  /// New tokens so far.
  public var length: Int { segments.reduce(0) { $0 + $1.tokens.count } }
  public var tokens: [Int32] { segments.flatMap(\.tokens) }
}

/// The answers to one prompt: unfinished ones go on in later rounds, finished ones wait for the others.
public struct PooledGroup: Sendable, Hashable, Identifiable {
  /// Step that issued it.
  public var step: Int
  /// Its number among the groups of that step.
  public var index: Int
  public var task: ReasoningTask
  /// The prompt as the model sees it, `[P]`.
  public var promptTokens: [Int32]
  /// Where in the data the task came from; see `TaskStream`.
  public var dataPosition: Int
  /// `[G]`.
  public var members: [PooledMember]

  public init(
    step: Int, index: Int, task: ReasoningTask, promptTokens: [Int32], dataPosition: Int,
    members: [PooledMember]
  ) {
    self.step = step
    self.index = index
    self.task = task
    self.promptTokens = promptTokens
    self.dataPosition = dataPosition
    self.members = members
  }

  /// A new group, nothing of it generated yet.
  public init(
    step: Int, index: Int, task: ReasoningTask, promptTokens: [Int32], dataPosition: Int, size: Int
  ) {
    self.init(
      step: step, index: index, task: task, promptTokens: promptTokens, dataPosition: dataPosition,
      members: Array(repeating: PooledMember(), count: size))
  }

  public var id: GroupID { GroupID(step: step, group: index) }
  public var isComplete: Bool { members.allSatisfy(\.isFinished) }
  public var unfinishedCount: Int { members.count { !$0.isFinished } }
  /// Number of the oldest weights that any token of it is from; nil while there are no tokens.
  public var oldestVersion: Int? { members.flatMap(\.segments).map(\.version.number).min() }

  /// Its answers, each with its text.
  ///
  /// - Returns: nil where one is not finished, or has no text yet.
  public var rollouts: [Rollout]? {
    var rollouts: [Rollout] = []
    for (sample, member) in members.enumerated() {
      guard let finish = member.finish, let text = member.text else { return nil }
      rollouts.append(
        Rollout(
          item: id.item(sample), task: task, promptTokens: promptTokens, segments: member.segments,
          finishReason: finish, text: text))
    }
    return rollouts
  }
}
