internal import Experience
internal import Metrics
internal import Replay

/// The files that a run adds to at every step: `replay.sqlite`, `metrics.jsonl` and `log.txt`.
///
/// They are written in the background, in the order in which they are handed over: first the rollouts, each kind in one
/// transaction, then their line of metrics. The trainer may be ``steps`` ahead of them; whoever needs them whole calls
/// ``settle()`` first.
final class RunWriter: Sendable {
  /// Steps and evaluations that may wait to be written.
  static let steps = 4

  /// A step or an evaluation.
  struct Entry: Sendable {
    var step: Int
    var stage: String
    var rollouts: [Recording] = []
    /// nil for a step that was not made.
    var record: MetricRecord?
  }

  /// Rollouts of one kind, stored all or none.
  struct Recording: Sendable {
    var kind = RolloutKind.train
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
      for recording in entry.rollouts {
        try replay.record(
          run, step: entry.step, stage: entry.stage, kind: recording.kind, version: recording.version,
          groups: recording.groups)
      }
      if let record = entry.record { try metrics.append(record) }
    }
  }

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

  /// Drops what was written after a checkpoint.
  func cutBack(toStep step: Int, metricsPosition: UInt64) throws {
    try settle()
    try metrics.truncate(to: metricsPosition)
    try replay.rollBack(run, toStep: step)
  }

  /// Seconds spent writing since the last call of this.
  func takeSeconds() -> Double { writer.takeSeconds() }
}
