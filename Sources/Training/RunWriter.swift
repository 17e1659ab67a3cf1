internal import Experience
internal import Metrics
internal import Replay

/// The files that a run adds to all the time: `replay.sqlite`, `metrics.jsonl` and `log.txt`.
///
/// They are written in the background, in the order in which they are handed over: segments as they come, then for each step what it
/// consumed, then its line of metrics. The trainer may be ``steps`` ahead of them; whoever needs them whole calls ``settle()`` first.
final class RunWriter: Sendable {
  /// Steps and evaluations that may wait to be written.
  static let steps = 4

  /// A step or an evaluation.
  struct Entry: Sendable {
    var step: Int
    var stage: String
    var evaluations: [Recording] = []
    /// What the step consumed, and the versions before and after it.
    var update: UpdateEntry?
    /// Who generated, as of now.
    var workers: [WorkerRow] = []
    /// nil for a step that was not made.
    var record: MetricRecord?
  }

  /// Answers to held-out tasks of one kind, stored all or none.
  struct Recording: Sendable {
    var kind: RolloutKind
    var version: PolicyVersion
    var groups: [[ScoredRollout]]
  }

  private let log: RunLog
  private let metrics: MetricsFile
  private let replay: ReplayStore
  private let run: ReplayRun.ID
  private let writer = BackgroundWriter(capacity: RunWriter.steps)

  /// Opens the files, or creates them.
  init(_ directory: RunDirectory, run: ReplayRun) throws {
    log = try RunLog(path: directory.log)
    metrics = try MetricsFile(path: directory.metrics)
    replay = try ReplayStore(path: directory.replay)
    self.run = try replay.begin(run)
  }

  /// To be called before ``write(_:)``: waits while ``steps`` entries do.
  ///
  /// - Throws: What an earlier entry could not be written for.
  func waitForRoom() throws { try writer.waitForRoom() }

  func write(_ entry: Entry) {
    writer.write { [self] in
      for recording in entry.evaluations {
        try replay.record(
          run, step: entry.step, stage: entry.stage, kind: recording.kind, version: recording.version,
          groups: recording.groups)
      }
      if let update = entry.update { try replay.consume(run, update) }
      for worker in entry.workers { try replay.worker(run, worker) }
      if let record = entry.record {
        try replay.metrics(
          run, step: entry.step, kind: record["kind"]?.description ?? "", stage: entry.stage,
          values: record.stored)
        try metrics.append(record)
      }
    }
  }

  /// Does something with the store in its turn. The number of such pieces is bounded by the rollouts under way.
  func commit(_ piece: @escaping @Sendable (ReplayStore, ReplayRun.ID) throws -> Void) {
    writer.add { [self] in try piece(replay, run) }
  }

  /// - Throws: What could not be written so far.
  func check() throws { try writer.check() }

  func log(_ line: String) {
    let line = log.stamped(line)
    writer.note { [self] in log.write(line) }
  }

  /// Waits until everything is written.
  ///
  /// - Throws: What could not be written.
  func settle() throws { try writer.settle() }

  /// Waits until everything is written, and forces it to the disk.
  ///
  /// - Returns: Bytes of `metrics.jsonl`.
  func synchronize() throws -> UInt64 {
    try settle()
    try metrics.synchronize()
    return try metrics.position
  }

  /// The checkpoint counts from here on: it has its name on the disk.
  func record(checkpoint step: Int, version: PolicyVersion, stateDigest: String) throws {
    try settle()
    try replay.checkpoint(
      run, CheckpointRecord(step: step, version: version, stateDigest: stateDigest))
  }

  /// The checkpoints that count.
  func checkpoints() throws -> [CheckpointRecord] { try replay.checkpoints(run) }

  /// The last step that the store has metrics of; 0 = none.
  func lastStep() throws -> Int { try replay.lastStep(run) }

  /// Undoes what was done after a checkpoint.
  ///
  /// - Parameters:
  ///   - step: Of the checkpoint.
  ///   - metricsPosition: Bytes of `metrics.jsonl` that belong to it.
  ///   - version: The weights in memory.
  ///   - keepsAhead: Whether the same will be done again (sequential mode), so that rollouts are kept for it.
  /// - Returns: What was undone, and what is kept.
  /// - Throws: Where a file cannot be cut back.
  func cutBack(
    toStep step: Int, metricsPosition: UInt64, version: PolicyVersion, keepsAhead: Bool
  ) throws -> RollBackSummary {
    try settle()
    try metrics.truncate(to: metricsPosition)
    return try replay.rollBack(run, toStep: step, version: version, keepsAhead: keepsAhead)
  }

  /// Groups that were under way after a step.
  func open(asOf step: Int) throws -> [StoredGroup] {
    try settle()
    return try replay.open(run, asOf: step)
  }

  /// Segments of these items that exactly these weights have made.
  func found(_ items: [WorkItem], version: PolicyVersion) throws -> [WorkItem: [SegmentEntry]] {
    try settle()
    return try replay.found(run, items: items, version: version)
  }

  /// How tasks have fared since a step.
  func taskStatistics(since step: Int) throws -> [String: TaskStatistics] {
    try settle()
    return try replay.taskStatistics(run, since: step)
  }

  /// The same of all stages, for people.
  func taskReport() throws -> TaskReport {
    try settle()
    return try replay.taskReport(run)
  }

  /// At the end of an attempt: whoever copies `replay.sqlite` now has all of it.
  func close() {
    try? settle()
    try? replay.close()
  }

  /// Seconds spent writing since the last call of this.
  func takeSeconds() -> Double { writer.takeSeconds() }
}

extension MetricRecord {
  /// The record's values for the store, without those that say where it belongs.
  var stored: [(name: String, value: StoredValue)] {
    fields.filter { !["step", "kind", "stage"].contains($0.name) }.map { field in
      switch field.value {
      case .integer(let value): (field.name, .integer(value))
      case .number(let value): (field.name, .number(value))
      case .text(let value): (field.name, .text(value))
      }
    }
  }
}
