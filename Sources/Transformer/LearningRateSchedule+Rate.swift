#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

extension LearningRateSchedule {
  /// Share of the peak rate at a step.
  ///
  ///     warm-up    (t + 1) / warmup_steps                     t < warmup_steps
  ///     constant   1
  ///     linear     r + (1 − r)(1 − x)
  ///     cosine     r + (1 − r)(1 + cos πx) / 2,   x = (t − warmup) / (total − warmup), 0 ≤ x ≤ 1
  ///
  /// with r = `min_ratio`. The first warm-up step already has a rate above zero (torch and transformers begin at zero,
  /// which wastes a step); past the end the rate stays where it ended.
  ///
  /// - Parameters:
  ///   - step: Steps taken before this one, from 0.
  ///   - totalSteps: Length of the stage.
  /// - Returns: 0…1.
  public func factor(step: Int, totalSteps: Int) -> Double {
    if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
    let span = totalSteps - warmupSteps
    let progress = span > 0 ? min(1, Double(step - warmupSteps) / Double(span)) : 1
    switch name {
    case .constant: return 1
    case .linear: return minRatio + (1 - minRatio) * (1 - progress)
    case .cosine: return minRatio + (1 - minRatio) * (1 + cos(Double.pi * progress)) / 2
    }
  }
}
