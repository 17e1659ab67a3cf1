internal import Evaluation
internal import Experience
internal import Objectives
internal import Replay
internal import Rewards
internal import Rollouts

/// What stands between tasks and an update, for the length of one RL stage: the pool of rollouts under way, whoever generates them, and
/// the store that every segment is committed to before the trainer builds upon it.
///
///     tasks ──admit──▶ pool ──work──▶ source ──segments──▶ ingest (judge, commit) ──take──▶ pool ──complete groups──▶ update
final class RolloutPipeline {
  let context: TrainingContext
  /// nil = the trainer's own process generates.
  let workers: WorkerSupply?
  private let writer: RunWriter
  private let ingest: RolloutIngest
  private let stage: String
  private(set) var pool: RolloutPool
  /// Verdicts on finished members, and the step whose reward they were made under.
  private var verdicts: [WorkItem: (judged: JudgedCompletion, step: Int)] = [:]
  /// What an attempt before this one has stored beyond the checkpoint; nil once it is used up.
  private var ahead: ClosedRange<Int>?
  private(set) var counts = Counts()

  /// Of the step at hand.
  struct Counts {
    var rounds = 0
    var issuedGroups = 0
    /// Slots in use at the start of each round, as a share of all.
    var busyShares: [Double] = []
    /// New tokens that came, of whichever groups.
    var tokens = 0
    var finishedLengths: [Int] = []
    var staleGroups = 0
    var failedGroups = 0
    /// For each member of the groups taken: steps that it waited for the last of its group.
    var holdSteps: [Int] = []
    /// Segments that an earlier attempt of the run had generated already.
    var reusedSegments = 0
    var generateSeconds = 0.0
  }

  /// - Parameters:
  ///   - context: Of the run.
  ///   - writer: Of the run's files.
  ///   - ingest: Commits what comes.
  ///   - workers: Who generates; nil = the trainer's own process.
  ///   - stage: Name of the RL stage.
  ///   - open: Groups under way as the store has them.
  ///   - ahead: Steps beyond the present one that the store has segments of.
  /// - Throws: Where a stored group cannot be one of this run.
  init(
    context: TrainingContext, writer: RunWriter, ingest: RolloutIngest, workers: WorkerSupply?, stage: String,
    open: [PooledGroup], ahead: ClosedRange<Int>?
  ) throws {
    self.context = context
    self.writer = writer
    self.ingest = ingest
    self.workers = workers
    self.stage = stage
    self.ahead = ahead
    let rollout = context.configuration.rollout
    let groups =
      rollout.mode == .async
      ? (1 + rollout.maxStaleness) * rollout.numPrompts : context.configuration.mostGroupsAsked
    pool = RolloutPool(
      slots: MemoryPlan.product(groups, rollout.numGenerations), groupSize: rollout.numGenerations,
      segmentLength: rollout.segmentLength, maxCompletionLength: rollout.maxCompletionLength)
    for group in open {
      try pool.restore(group)
      expect(group)
      context.state.dataPosition = max(context.state.dataPosition, UInt64(max(0, group.dataPosition)))
    }
  }

  /// The step that is being made.
  private var step: Int { context.state.step + 1 }

  /// Makes ready for the next step: from here on answers are judged by the reward in force now.
  func beginStep() {
    counts = Counts()
    ingest.begin(
      step: step,
      judge: .init(
        reward: context.reward, maximumLength: context.configuration.rollout.maxCompletionLength,
        verifiers: context.verifiers))
    context.difficulty.beginStep(step, underWay: pool.groups.map(\.task))
  }

  // MARK: Issue

  /// Draws tasks for so many new groups and stores them as work to be done.
  func admit(_ count: Int) throws {
    guard count > 0 else { return }
    let size = context.configuration.rollout.numGenerations
    var index = (pool.groups.last { $0.step == step }?.index ?? -1) + 1
    index = max(index, nextIndex.step == step ? nextIndex.index : 0)
    var issued: [IssuedGroup] = []
    for _ in 0..<count {
      let (task, prompt) = try context.nextTask(isChosen: true)
      let group = PooledGroup(
        step: step, index: index, task: task, promptTokens: prompt,
        dataPosition: Int(context.state.dataPosition), size: size)
      try pool.add(group)
      expect(group)
      issued.append(
        IssuedGroup(
          index: index, task: task, promptTokens: prompt, dataPosition: group.dataPosition, members: size))
      index += 1
    }
    nextIndex = (step, index)
    counts.issuedGroups += count
    let (asking, stage, version, groups) = (step, stage, context.policyVersion, issued)
    writer.commit { store, run in
      try store.issue(run, groups: groups, step: asking, stage: stage, version: version)
    }
  }
  private var nextIndex = (step: -1, index: 0)

  /// Gives out work that was under way when the run stopped, and goes on by itself.
  func reissue() { workers?.issue(pool.work, version: nil) }

  /// Draws tasks for so many new groups, and gives them out at once to whoever has the newest weights.
  func issue(_ count: Int) throws {
    guard count > 0 else { return }
    let before = pool.groups.count
    try admit(count)
    let new = pool.groups.suffix(pool.groups.count - before)
    workers?.issue(
      new.flatMap { group in
        group.members.indices.map { sample in
          SegmentRequest(
            item: group.id.item(sample), task: group.task, promptTokens: group.promptTokens,
            segmentLength: pool.segmentLength)
        }
      }, version: nil)
  }

  private func expect(_ group: PooledGroup) {
    ingest.expect(
      group.members.enumerated().filter { !$1.isFinished }.map { sample, member in
        Rollout(
          item: group.id.item(sample), task: group.task, promptTokens: group.promptTokens,
          segments: member.segments, finishReason: .length, text: "")
      })
  }

  // MARK: Generation

  /// Generates one segment of each unfinished member with the present weights, and waits until all of them are committed.
  func round() throws {
    let version = context.policyVersion
    var requests = pool.work
    counts.rounds += 1
    counts.busyShares.append(Double(requests.count) / Double(pool.slots))
    /// New tokens at which a member has had its segment.
    var wanted: [WorkItem: Int] = [:]
    for request in requests {
      wanted[request.item] = request.continuation.count + (request.segmentLength ?? pool.maxCompletionLength)
    }
    let start = ContinuousClock.now
    requests = try reuse(requests, version)
    if let workers {
      try workers.publish(version)
      workers.issue(requests, version: version)
    } else {
      _ = try context.source.generate(
        requests, purpose: "train", sampling: context.configuration.rollout.sampling, version: version,
        onSegment: { self.ingest.add($0) }, shouldStop: nil)
    }
    while !wanted.isEmpty {
      for member in try receive() {
        if member.isFinished || member.length >= wanted[member.item] ?? 0 { wanted[member.item] = nil }
      }
      for item in wanted.keys where pool[GroupID(item)] == nil { wanted[item] = nil }
    }
    counts.generateSeconds += start.duration(to: .now).inSeconds
  }

  /// A member after a segment of it has come.
  struct Progress {
    var item: WorkItem
    var isFinished: Bool
    var length: Int
  }

  /// Takes what has been committed into the pool, waiting a moment where there is nothing.
  ///
  /// - Throws: What the store, a deadline of the workers, or the user ended the wait with.
  @discardableResult
  func receive(waitingUpTo seconds: Double = 0.25) throws -> [Progress] {
    let arrivals = ingest.take(waitingUpTo: seconds)
    try writer.check()
    var progress: [Progress] = []
    for arrival in arrivals {
      let outcome = arrival.outcome
      guard pool[GroupID(outcome.item)] != nil else { continue }
      let member = try pool.take(outcome, step: step)
      counts.tokens += outcome.tokenCount
      if let judged = arrival.judged {
        verdicts[outcome.item] = (judged, arrival.step)
        counts.finishedLengths.append(member.length)
        workers?.finishedRollouts += 1
      }
      progress.append(
        Progress(item: outcome.item, isFinished: member.isFinished, length: member.length))
    }
    if let workers {
      for (item, reason) in try workers.tend() { fail(GroupID(item), reason) }
    }
    return progress
  }

  /// Takes from the store what an attempt before this one has generated with the very same weights.
  ///
  /// - Returns: What is still to be generated.
  private func reuse(_ requests: [SegmentRequest], _ version: PolicyVersion) throws -> [SegmentRequest] {
    guard let steps = ahead else { return requests }
    guard step <= steps.upperBound else {
      ahead = nil
      return requests
    }
    let found = try writer.found(requests.map(\.item), version: version)
    return requests.compactMap { request in
      var rest = request
      for entry in found[request.item] ?? [] where entry.start == rest.continuation.count {
        let added = entry.segments.flatMap(\.tokens)
        if let left = rest.segmentLength, added.count > left { break }
        rest.continuation += added
        rest.segmentLength = rest.segmentLength.map { $0 - added.count }
        counts.reusedSegments += 1
        ingest.add(entry.outcome, isStored: true)
        if entry.finish != nil { return nil }
      }
      return rest.segmentLength == 0 ? nil : rest
    }
  }

  // MARK: Groups

  /// Complete groups that are young enough, oldest first, with their rewards; those that are not are dropped.
  ///
  /// - Parameter count: How many at most.
  /// - Returns: The members of each group, by sample.
  /// - Throws: Where the data lack what a reward term reads.
  func takeComplete(atMost count: Int = .max) throws -> [[ScoredRollout]] {
    try dropStale()
    return try pool.takeComplete(atMost: count).map { group in
      let ends = group.members.compactMap(\.finishedStep)
      counts.holdSteps += ends.map { (ends.max() ?? $0) - $0 }
      return try score(group)
    }
  }

  /// Drops groups that have become too old, finished or not: however they end, they would not be trained.
  private func dropStale() throws {
    let rollout = context.configuration.rollout
    let rule = StalenessRule(
      limit: rollout.mode == .async ? rollout.maxStaleness : rollout.maxSegmentStaleness)
    for group in pool.groups {
      let age = StalenessRule.staleness(of: group, at: context.state.policyVersion)
      guard !rule.keeps(age) else { continue }
      counts.staleGroups += 1
      drop(group, .stale(by: age))
    }
  }

  private func fail(_ id: GroupID, _ reason: String) {
    guard let group = pool[id] else { return }
    counts.failedGroups += 1
    context.emit(.warning("\(id): an answer could not be generated (\(reason)); the group is given up"))
    drop(group, .failed(reason: reason))
  }

  private func drop(_ group: PooledGroup, _ fate: Fate) {
    pool.remove(group.id)
    // Generated and not to be trained: it was work all the same.
    context.state.tokens += group.members.reduce(0) { $0 + $1.length }
    let items = group.members.indices.map(group.id.item)
    for item in items { verdicts[item] = nil }
    ingest.forget(items)
    workers?.cancel(items)
    let (step, stage) = (step, stage)
    writer.commit { store, run in
      try store.drop(run, group: group.key(stage: stage), fate: fate, step: step)
    }
  }

  /// A complete group's rewards, all of them by the reward in force now, and that it is ready.
  private func score(_ group: PooledGroup) throws -> [ScoredRollout] {
    guard let rollouts = group.rollouts else {
      throw TrainingError(
        .run(step: step, "\(group.id) is cut at a limit that it was not generated under — start a new run"))
    }
    let maximum = context.configuration.rollout.maxCompletionLength
    let judged = try rollouts.map { rollout in
      let known = verdicts.removeValue(forKey: rollout.item)
      let member =
        known.flatMap { $0.step == step ? $0.judged : nil }
        ?? context.reward.judge(rollout, maximumLength: maximum, verifiers: context.verifiers)
      if let problem = member.problem { throw problem }
      return member
    }
    let rewards = context.reward.breakdowns(of: judged)
    let stage = stage
    writer.commit { store, run in
      try store.ready(run, group: group.key(stage: stage), rewards: rewards)
    }
    return zip(rollouts, rewards).map { ScoredRollout(rollout: $0, reward: $1) }
  }

  var judgeSeconds: Double { ingest.takeSeconds() }

  /// What is left when the stage is over: no update will take it.
  func close() {
    for group in pool.groups { drop(group, .surplus) }
  }
}

extension PooledGroup {
  func key(stage: String) -> GroupKey { GroupKey(step: step, stage: stage, index: index) }
}
