/// The recipe's `optimizer` section.
public struct OptimizerConfiguration: Sendable, Hashable {
  public var learningRate: Double = 1e-6
  public var beta1: Double = 0.9
  public var beta2: Double = 0.95
  /// Added to the root of the second moment.
  public var adamEpsilon: Double = 1e-8
  /// Decoupled; matrices only (norms and biases are left out).
  public var weightDecay: Double = 0.01
  /// Global L2 norm above which gradients are scaled down; 0 = no clipping.
  public var maxGradNorm: Double = 1
  public var schedule = LearningRateSchedule()

  public init() {}
}

/// Learning rate over the steps of a stage: linear warm-up, then a shape.
public struct LearningRateSchedule: Sendable, Hashable {
  public enum Shape: String, Sendable, CaseIterable { case constant, linear, cosine }

  public var name: Shape = .constant
  public var warmupSteps = 0
  /// Where `linear` and `cosine` end, as a share of the peak rate.
  public var minRatio: Double = 0

  public init() {}
}
