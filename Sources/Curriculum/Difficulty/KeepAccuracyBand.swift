public import Experience

/// Which tasks are asked again: those that the policy solves sometimes.
///
/// A task stays in while its recent accuracy lies strictly between ``low`` and ``high``. One that was not tried often
/// enough stays in whatever came of it, and one that was left out comes back for a look after ``recheckAfter`` steps: the
/// policy has changed meanwhile. (Dynamic sampling, `algorithm.dynamic_sampling.keep_accuracy`, has an open band of the
/// same form for *groups*, after they were sampled; this one is for *tasks*, and saves the sampling.)
public struct KeepAccuracyBand: Sendable, Hashable {
  /// Recent accuracy above which a task is not too hard.
  public var low: Double
  /// Recent accuracy below which it is not too easy.
  public var high: Double
  /// Answers with a verdict before it is judged at all.
  public var minAttempts = 16
  /// Steps without a group after which it is asked again, whatever its accuracy; nil = never.
  public var recheckAfter: Int? = 100

  public init(low: Double = 0, high: Double = 1) {
    self.low = low
    self.high = high
  }

  /// Whether a task may be drawn.
  ///
  /// - Parameters:
  ///   - statistics: How it has fared; nil = never tried.
  ///   - step: The training step that draws.
  /// - Returns: Whether it is inside the band, or not known well enough to be outside.
  public func keeps(_ statistics: TaskStatistics?, at step: Int) -> Bool {
    guard let statistics, let accuracy = statistics.recentAccuracy, statistics.attempts >= minAttempts else {
      return true
    }
    if low < accuracy, accuracy < high { return true }
    guard let recheckAfter else { return false }
    let (last, overflows) = statistics.lastStep.addingReportingOverflow(recheckAfter)
    return !overflows && step > last
  }
}
