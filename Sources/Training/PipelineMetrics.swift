internal import Experience
internal import Metrics
internal import Rollouts

/// What is under way beside an update, and how those fare who generate.
struct PipelineMetrics {
  private(set) var record = MetricRecord()

  /// - Parameters:
  ///   - pipeline: After its groups were taken.
  ///   - batch: What was taken.
  ///   - trainSeconds: What the update took.
  init(_ pipeline: RolloutPipeline, _ batch: RolloutBatch, trainSeconds: Double) {
    let rollout = pipeline.context.configuration.rollout
    let counts = pipeline.counts
    if !counts.finishedLengths.isEmpty {
      record["completions/sampled_mean_length"] = .number(
        RolloutMetrics.mean(counts.finishedLengths.map(Double.init)))
    }
    if counts.staleGroups > 0 || rollout.mode == .async || rollout.maxSegmentStaleness != nil {
      record["groups/stale"] = .integer(counts.staleGroups)
    }
    if counts.failedGroups > 0 { record["groups/failed"] = .integer(counts.failedGroups) }
    if counts.reusedSegments > 0 { record["segments/reused"] = .integer(counts.reusedSegments) }
    let pool = pipeline.pool.statistics(at: pipeline.context.state.step + 1)
    if rollout.segmentLength != nil {
      record["segments/rounds"] = .integer(counts.rounds)
      record["segments/unfinished"] = .integer(pool.unfinished)
      record["segments/slots_busy"] = .number(RolloutMetrics.mean(counts.busyShares))
      record["segments/held"] = .integer(pool.held)
      record["segments/max_age"] = .integer(pool.ages.max() ?? 0)
      record["segments/hold_steps"] = .number(RolloutMetrics.mean(counts.holdSteps.map(Double.init)))
    }
    if rollout.mode == .async {
      record["pipeline/in_flight_groups"] = .integer(pool.groups - pool.completeGroups)
      record["pipeline/ready_groups"] = .integer(pool.completeGroups)
    }
    if let workers = pipeline.workers { add(workers.pace(wait: batch.generateSeconds, train: trainSeconds)) }
  }

  private mutating func add(_ pace: WorkerSupply.Pace) {
    let status = pace.status
    record["workers/count"] = .integer(status.here.count)
    if let share = status.idleShare { record["workers/idle_share"] = .number(share) }
    if let skew = status.versionSkew { record["workers/version_skew"] = .integer(skew) }
    let counts = status.dispatch.workers.map(\.counts)
    record["workers/duplicates"] = .integer(counts.reduce(0) { $0 + $1.duplicates + $1.late })
    record["workers/reissued"] = .integer(counts.reduce(0) { $0 + $1.reissued })
    record["workers/refused"] = .integer(status.refusals.reduce(0) { $0 + $1.count })
    record["workers/rollouts_per_second"] = .number(pace.rate)
    if let needed = pace.neededRate { record["workers/needed_rollouts_per_second"] = .number(needed) }
    if let publication = status.publications.last(where: { !$0.seconds.isEmpty }) {
      record["publish/seconds"] = .number(publication.seconds.values.max() ?? 0)
      record["publish/bytes"] = .integer(publication.sentBytes)
    }
  }
}
