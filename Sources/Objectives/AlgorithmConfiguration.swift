/// The recipe's `algorithm` section: independent choices that together are a method.
public struct AlgorithmConfiguration: Sendable, Hashable {
  /// Which preset filled the fields nobody set: `grpo` or `dapo`.
  public var name: Preset = .grpo
  /// Lower clip range ε_low: ratios below 1 − `epsilon` are clipped for negative advantages.
  public var epsilon: Double = 0.2
  /// Upper clip range ε_high; nil = `epsilon`. DAPO's clip-higher is 0.28.
  public var epsilonHigh: Double?
  /// Dual clip c > 1 for negative advantages; nil = none.
  public var dualClip: Double?
  /// Weight of the k3 estimate of KL(π_θ ‖ π_ref) in the loss; 0 = no reference model.
  public var beta: Double = 0
  /// Steps after which the reference becomes a copy of the policy; nil = never.
  public var referenceRefreshEvery: Int?
  public var lossAggregation: LossAggregation = .seqMeanTokenMean
  /// Divisor of `seq-mean-token-sum-norm`; nil = `max_completion_length`.
  public var lossAggregationConstant: Double?
  public var scaleRewards: RewardScaling = .group
  /// 1 = sample standard deviation (verl, TRL), 0 = population (as papers write it).
  public var stdDdof = 1
  /// Passes over one rollout batch (μ).
  public var numIterations = 1
  /// Optimizer steps per pass.
  public var numMinibatches = 1
  /// DAPO's dynamic sampling; nil = every group is kept.
  public var dynamicSampling: DynamicSampling?
  /// Overlong filtering: truncated responses keep their place in the group's statistics and lose their loss.
  public var maskTruncatedCompletions = false

  public init() {}

  public enum Preset: String, Sendable, CaseIterable { case grpo, dapo }

  /// ε_high as it is in force.
  public var clipHigh: Double { epsilonHigh ?? epsilon }

  /// Optimizer steps on one rollout batch.
  public var updatesPerBatch: Int { numIterations * numMinibatches }
}

/// How token losses become one number; names as in verl. Counts are those of the whole optimizer step.
public enum LossAggregation: String, Sendable, CaseIterable {
  /// Σ over all tokens / number of tokens (DAPO).
  case tokenMean = "token-mean"
  /// Mean over responses of the mean over their tokens (GRPO).
  case seqMeanTokenMean = "seq-mean-token-mean"
  /// Mean over responses of the sum over their tokens.
  case seqMeanTokenSum = "seq-mean-token-sum"
  /// Mean over responses of the sum over their tokens / constant (Dr. GRPO).
  case seqMeanTokenSumNorm = "seq-mean-token-sum-norm"
}

/// What a group's centred rewards are divided by (TRL's `scale_rewards`).
public enum RewardScaling: String, Sendable, CaseIterable {
  /// The group's standard deviation + 1e-6 (GRPO).
  case group
  /// The standard deviation over all rewards of the batch + 1e-6.
  case batch
  /// Nothing (Dr. GRPO).
  case none
}

/// Keep only groups whose raw accuracy lies strictly inside the band, and sample again for the others.
public struct DynamicSampling: Sendable, Hashable {
  /// Open interval of the group's mean raw accuracy.
  public var keepAccuracy: OpenInterval = OpenInterval(low: 0, high: 1)
  /// Generation batches per step before giving up (verl's `max_num_gen_batches`).
  public var maxNumGenBatches = 10

  public init() {}
}

/// low < x < high.
public struct OpenInterval: Sendable, Hashable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func contains(_ value: Double) -> Bool { low < value && value < high }
}
