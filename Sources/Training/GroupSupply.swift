internal import Experience
internal import Generation
internal import Objectives
internal import Replay
internal import Rollouts

/// Gives an RL step the groups that its update is made of.
protocol GroupSupply {
  /// - Throws: ``AbandonedStep`` where no groups are good enough; what ends the run.
  func collect() throws -> RolloutBatch
}

/// Sequential mode: the step samples what it trains, with the weights it starts from. With segments, what does not end within the step
/// goes on in the next.
struct SequentialSupply: GroupSupply {
  let context: TrainingContext
  let pipeline: RolloutPipeline

  private var rollout: RolloutConfiguration { context.configuration.rollout }
  private var rule: DynamicSampling? { context.configuration.algorithm.dynamicSampling }
  private var hasSegments: Bool { pipeline.pool.segmentLength != nil }
  private var isExpanded: Bool { rule?.expansion != nil }

  func collect() throws -> RolloutBatch {
    // With segments a step trains on every group that is complete, however many these are.
    var batch = RolloutBatch(filter: GroupFilter(target: hasSegments ? .max : rollout.numPrompts, rule: rule))
    let before = context.source.statistics
    pipeline.beginStep()
    repeat {
      if !hasSegments || pipeline.counts.rounds == 0 { batch.beginGeneration() }
      try pipeline.admit(min(pipeline.pool.admission, groupsToAsk(batch)))
      try pipeline.round()
      for group in try pipeline.takeComplete() { batch.take(group) }
    } while needsMore(batch)
    if isExpanded { batch.balance() }
    guard !batch.all.isEmpty else {
      throw TrainingError(
        .run(
          step: context.state.step + 1,
          "no group came to its end: \(pipeline.counts.failedGroups) could not be generated, \(pipeline.counts.staleGroups) were too old "
            + "(`rollout.max_segment_staleness`)"))
    }
    batch.generateSeconds = pipeline.counts.generateSeconds
    if pipeline.workers == nil { batch.generation = context.source.statistics.since(before) }
    batch.rewardSeconds = pipeline.judgeSeconds
    try check(batch)
    return batch
  }

  /// How many groups are asked for next, where there is room for them.
  private func groupsToAsk(_ batch: RolloutBatch) -> Int {
    if refills(batch) { return pipeline.counts.failedGroups }
    return context.expandedGroups(rule) ?? .max
  }

  private func needsMore(_ batch: RolloutBatch) -> Bool {
    guard hasSegments else { return refills(batch) || batch.filter.progress.needsMore }
    return batch.filter.kept < rollout.minGroupsPerStep && pipeline.counts.rounds < mostRounds
  }

  /// Groups that nobody could generate leave a gap in a batch of whole responses; others take their place, once. (Dynamic sampling and
  /// segments fill their gaps anyway.)
  private func refills(_ batch: RolloutBatch) -> Bool {
    !hasSegments && rule == nil && pipeline.counts.rounds == 1 && pipeline.counts.failedGroups > 0
  }

  /// Every rollout ends within this many rounds; dynamic sampling may ask for as many times more as it may ask for batches.
  private var mostRounds: Int {
    let segments = pipeline.pool.segmentLength.map { (pipeline.pool.maxCompletionLength + $0 - 1) / $0 } ?? 1
    let (product, overflows) = segments.multipliedReportingOverflow(by: max(1, rule?.maxNumGenBatches ?? 1))
    return overflows ? .max : product + segments
  }

  private func check(_ batch: RolloutBatch) throws {
    guard rule != nil else { return }
    let wanted = hasSegments || isExpanded ? 1 : rollout.numPrompts
    guard batch.filter.kept < wanted else { return }
    let asked = hasSegments ? rollout.minGroupsPerStep : rollout.numPrompts
    throw AbandonedStep(
      groups: batch.abandoned, version: context.policyVersion,
      error: .exhausted(
        batch, wanted: asked, rounds: pipeline.counts.rounds, step: context.state.step + 1))
  }
}

/// Asynchronous mode: workers generate all the time, and a step takes the oldest complete groups that are young enough.
///
/// Work is issued ahead as far as it can still be trained: `(1 + max_staleness) · num_prompts` groups under way or ready.
struct AsynchronousSupply: GroupSupply {
  let context: TrainingContext
  let pipeline: RolloutPipeline
  let workers: WorkerSupply

  private var rollout: RolloutConfiguration { context.configuration.rollout }

  func collect() throws -> RolloutBatch {
    let rule = context.configuration.algorithm.dynamicSampling
    var batch = RolloutBatch(filter: GroupFilter(target: rollout.numPrompts, rule: rule))
    pipeline.beginStep()
    batch.beginGeneration()
    try workers.publishIfDue(context.policyVersion)
    let pressure = BackPressure(groupsPerStep: rollout.numPrompts, maxStaleness: rollout.maxStaleness)
    let start = ContinuousClock.now
    var lastTaken = start
    while true {
      let behind = workers.versionsBehind(context.policyVersion)
      try pipeline.issue(
        pressure.admission(
          underWay: pipeline.pool.groups.count, taken: batch.filter.kept, versionsBehind: behind))
      for group in try pipeline.takeComplete(atMost: rollout.numPrompts - batch.filter.kept) {
        batch.take(group)
        lastTaken = .now
      }
      if batch.filter.kept >= rollout.numPrompts { break }
      try check(batch, rule)
      try checkProgress(since: lastTaken)
      try pipeline.receive()
    }
    // Which of them was complete first is chance; the update need not follow it.
    batch.sortByIssue()
    batch.generateSeconds = start.duration(to: .now).inSeconds
    batch.rewardSeconds = pipeline.judgeSeconds
    return batch
  }

  /// Segments may come all the time and none of them be of use: what counts is groups that can be trained.
  private func checkProgress(since last: ContinuousClock.Instant) throws {
    let limit = rollout.workers.progressDeadline
    guard last.duration(to: .now).inSeconds > limit else { return }
    throw TrainingError(
      .run(
        step: context.state.step + 1,
        "no group that is young enough to be trained for \(limit) s (`rollout.workers.progress_deadline`), "
          + "\(pipeline.counts.staleGroups) dropped as stale meanwhile; waited for \(workers.roster) — see what they do, or raise "
          + "`rollout.max_staleness`"))
  }

  private func check(_ batch: RolloutBatch, _ rule: DynamicSampling?) throws {
    guard let rule, batch.all.count >= rule.maxNumGenBatches * rollout.numPrompts else { return }
    throw AbandonedStep(
      groups: batch.abandoned, version: context.policyVersion,
      error: .exhausted(
        batch, wanted: rollout.numPrompts, rounds: rule.maxNumGenBatches, step: context.state.step + 1))
  }
}

/// A run that is done again from its store: the groups that its updates took, in the order in which they took them.
struct StoredSupply: GroupSupply {
  let context: TrainingContext
  let past: PastRun

  func collect() throws -> RolloutBatch {
    let rule = context.configuration.algorithm.dynamicSampling
    // What an update took was bounded when it took it; taking it again needs no bound.
    let isWhole = context.configuration.rollout.segmentLength == nil
    var batch = RolloutBatch(
      filter: GroupFilter(target: isWhole ? context.configuration.rollout.numPrompts : .max, rule: rule))
    batch.beginGeneration()
    let step = context.state.step + 1
    for group in try past.reader.consumed(step: step) { batch.take(group) }
    if rule?.expansion != nil { batch.balance() }
    context.state.dataPosition = past.dataPosition(after: step) ?? context.state.dataPosition
    return batch
  }
}

extension TrainingError {
  /// Dynamic sampling has come to its limit.
  fileprivate static func exhausted(
    _ batch: RolloutBatch, wanted: Int, rounds: Int, step: Int
  ) -> TrainingError {
    TrainingError(
      .run(
        step: step,
        "dynamic sampling found \(batch.filter.kept) of \(wanted) groups in "
          + "\(rounds) generation rounds (\(batch.filter.ledger)) — the tasks are too easy or too hard "
          + "for this policy; change `data.train.difficulty`, raise `algorithm.dynamic_sampling.max_num_gen_batches`, or "
          + "turn `algorithm.dynamic_sampling` off"))
  }
}
