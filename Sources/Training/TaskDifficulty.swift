internal import Curriculum
internal import Experience
internal import Metrics

/// How the tasks of a run fare, and who draws the next ones by that.
///
/// The numbers are those that the store keeps (`task_statistics`): read once when a run goes on, then counted in both places alike, so that
/// a step need not wait for what the writer still holds.
struct TaskDifficulty {
  /// By ``ReasoningTask/statisticsKey``.
  private(set) var statistics: [String: TaskStatistics]
  /// nil = tasks are taken as they come.
  private var chooser: TaskChooser?
  private var hasTold = false

  /// - Parameters:
  ///   - stream: Where tasks come from.
  ///   - data: How they are chosen.
  ///   - statistics: How they have fared so far.
  init(_ stream: TaskStream, _ data: DataConfiguration, statistics: [String: TaskStatistics] = [:]) {
    self.statistics = statistics
    let isPlain = data.sampler == .uniform && data.keepAccuracy == nil
    chooser =
      isPlain
      ? nil : TaskChooser(stream, data.sampler, band: data.keepAccuracy, statistics: statistics)
  }

  /// Makes ready for the draws of a step.
  ///
  /// - Parameters:
  ///   - step: Its number.
  ///   - underWay: Tasks whose answers are still being made.
  mutating func beginStep(_ step: Int, underWay: [ReasoningTask]) {
    chooser?.beginStep(step, underWay: underWay.map(\.statisticsKey))
  }

  /// The next task of an RL step.
  ///
  /// - Parameter position: In the row of tasks; stands behind the task afterwards.
  /// - Returns: The task; nil = take it as it comes.
  /// - Throws: Where there is none.
  mutating func next(at position: inout UInt64) throws -> ReasoningTask? {
    try chooser?.next(at: &position)
  }

  /// Counts what a step consumed.
  mutating func count(_ groups: [[ScoredRollout]], step: Int) {
    for group in groups {
      guard let task = group.first?.rollout.task else { continue }
      let key = task.statisticsKey
      statistics[key, default: TaskStatistics()].add(GroupOutcome(group), step: step)
      if let known = statistics[key] { chooser?.count(known, of: key) }
    }
  }

  /// Whether a source had no task inside the band, which was passed over; true once.
  mutating func tellsOfEmptyBand() -> Bool {
    guard chooser?.isBandEmpty == true, !hasTold else { return false }
    hasTold = true
    return true
  }

  /// Of the draws since the step began; empty where tasks are taken as they come.
  var record: MetricRecord {
    var record = MetricRecord()
    guard let chooser else { return record }
    let report = chooser.report
    record["sampler/tried"] = .integer(chooser.tried)
    record["sampler/outside_band"] = .integer(chooser.outsideBand)
    guard report.draws > 0 else { return record }
    let draws = Double(report.draws)
    record["sampler/draws"] = .integer(report.draws)
    record["sampler/untried_share"] = .number(Double(report.untried) / draws)
    if let mean = report.meanAccuracy { record["sampler/p_mean"] = .number(mean) }
    for (name, count) in zip(["easy", "medium", "hard"], report.pools) {
      record["sampler/\(name)_share"] = .number(Double(count) / draws)
    }
    return record
  }
}
