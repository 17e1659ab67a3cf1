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

  func collect() throws -> RolloutBatch {
    // With segments a step trains on every group that is complete, however many these are.
    var batch = RolloutBatch(filter: GroupFilter(target: hasSegments ? .max : rollout.numPrompts, rule: rule))
    let before = context.source.statistics
    pipeline.beginStep()
    repeat {
      batch.beginGeneration()
      try pipeline.admit(pipeline.pool.admission)
      try pipeline.round()
      for group in try pipeline.takeComplete() { batch.take(group) }
    } while needsMore(batch)
    batch.generateSeconds = pipeline.counts.generateSeconds
    batch.generation = context.source.statistics.since(before)
    batch.rewardSeconds = pipeline.judgeSeconds
    try check(batch)
    return batch
  }

  private func needsMore(_ batch: RolloutBatch) -> Bool {
    guard hasSegments else { return batch.filter.progress.needsMore }
    return batch.filter.kept < rollout.minGroupsPerStep && pipeline.counts.rounds < mostRounds
  }

  /// Every rollout ends within this many rounds; dynamic sampling may ask for as many times more as it may ask for batches.
  private var mostRounds: Int {
    let segments = pipeline.pool.segmentLength.map { (pipeline.pool.maxCompletionLength + $0 - 1) / $0 } ?? 1
    let (product, overflows) = segments.multipliedReportingOverflow(by: max(1, rule?.maxNumGenBatches ?? 1))
    return overflows ? .max : product + segments
  }

  private func check(_ batch: RolloutBatch) throws {
    guard rule != nil else { return }
    let wanted = hasSegments ? 1 : rollout.numPrompts
    guard batch.filter.kept < wanted else { return }
    let asked = hasSegments ? rollout.minGroupsPerStep : rollout.numPrompts
    throw AbandonedStep(
      groups: batch.abandoned, version: context.policyVersion,
      error: .exhausted(batch, wanted: asked, step: context.state.step + 1))
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
    while true {
      try pipeline.issue(pressure.admission(inFlight: pipeline.pool.groups.count, ready: 0))
      for group in try pipeline.takeComplete(atMost: rollout.numPrompts - batch.filter.kept) {
        batch.take(group)
      }
      if batch.filter.kept >= rollout.numPrompts { break }
      try check(batch, rule)
      try pipeline.receive()
    }
    batch.generateSeconds = start.duration(to: .now).inSeconds
    batch.rewardSeconds = pipeline.judgeSeconds
    return batch
  }

  private func check(_ batch: RolloutBatch, _ rule: DynamicSampling?) throws {
    guard let rule, batch.all.count >= rule.maxNumGenBatches * rollout.numPrompts else { return }
    throw AbandonedStep(
      groups: batch.abandoned, version: context.policyVersion,
      error: .exhausted(batch, wanted: rollout.numPrompts, step: context.state.step + 1))
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
    context.state.dataPosition = past.dataPosition(after: step) ?? context.state.dataPosition
    return batch
  }
}

extension TrainingError {
  /// Dynamic sampling has come to its limit.
  fileprivate static func exhausted(_ batch: RolloutBatch, wanted: Int, step: Int) -> TrainingError {
    TrainingError(
      .run(
        step: step,
        "dynamic sampling found \(batch.filter.kept) of \(wanted) groups in "
          + "\(batch.filter.batchesUsed) generation batches (\(batch.filter.ledger)) — the tasks are too easy or too hard "
          + "for this policy; change `data.train.difficulty`, raise `algorithm.dynamic_sampling.max_num_gen_batches`, or "
          + "turn `algorithm.dynamic_sampling` off"))
  }
}
