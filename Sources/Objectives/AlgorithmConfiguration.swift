/// The recipe's `algorithm` section: independent choices that together are a method.
///
/// One axis per group of fields. A method adds a case to an axis or a field of its own; no method has a loop of its own.
public struct AlgorithmConfiguration: Sendable, Hashable {
  /// Which preset filled the fields nobody set.
  public var name: Preset = .grpo

  // MARK: Advantage

  /// What is taken off a reward.
  public var advantageBaseline: AdvantageBaseline = .groupMean
  public var scaleRewards: RewardScaling = .group
  /// 1 = sample standard deviation (verl, TRL), 0 = population (as papers write it); for groups, batches and whitening.
  public var stdDdof = 1
  /// Whether advantages get mean 0 and variance 1 over the batch, and what counts once in these.
  public var whitenAdvantages: Whitening = .none
  /// Whether reward terms are compared within the group as their sum or each by itself.
  public var multiObjectiveAggregation: MultiObjectiveAggregation = .sumThenNormalize
  /// Discount per token of what a KL in the reward takes off later tokens; used by `kl_in: reward` without a baseline.
  public var gamma: Double = 1

  // MARK: Surrogate

  public var surrogate: Surrogate = .ppoClip
  /// Lower clip range ε_low: ratios below 1 − `epsilon` are clipped for negative advantages. GMPO: of the log-ratio.
  public var epsilon: Double = 0.2
  /// Upper clip range ε_high; nil = `epsilon`. DAPO's clip-higher is 0.28.
  public var epsilonHigh: Double?
  /// Dual clip c > 1 for negative advantages; nil = none.
  public var dualClip: Double?
  /// Largest ratio that counts, whatever the sign of the advantage (TRL's two-sided clip); nil = none.
  public var delta: Double?
  /// CISPO: bounds of the detached weight, absolute.
  public var isWeightMin: Double = 0
  public var isWeightMax: Double = 5
  /// SAPO: steepness of the gate for positive and for other advantages.
  public var tauPositive: Double = 1
  public var tauNegative: Double = 1.05
  /// DPPO: how far the policy may move, as probability (`dppo_tv`) or nats of binary KL (`dppo_kl`).
  public var divergenceLow: Double = 0.2
  public var divergenceHigh: Double = 0.2
  /// DPPO: the detached ratio is cut here.
  public var ratioMax: Double = 20
  /// Clip-Cov, KL-Cov: share of the tokens that is chosen by covariance.
  public var covRatio: Double = 0.0002
  /// Clip-Cov: tokens with a covariance strictly between these are candidates.
  public var covMin: Double = 1
  public var covMax: Double = 5
  /// KL-Cov: weight of |log ratio| for chosen tokens.
  public var klCovCoef: Double = 1

  // MARK: Aggregation

  public var lossAggregation: LossAggregation = .seqMeanTokenMean
  /// Divisor of `seq-mean-token-sum-norm`; nil = `max_completion_length`.
  public var lossAggregationConstant: Double?

  // MARK: KL to the reference

  /// Weight of the estimate of KL(π_θ ‖ π_ref); 0 = no reference model.
  public var beta: Double = 0
  public var klEstimator: KLEstimator = .k3
  public var klIn: KLPlace = .loss
  /// Largest k3 that counts (verl: 10); nil = none.
  public var klClamp: Double?
  /// Multiplies the KL of each token by its ratio (TRL's `use_bias_correction_kl`).
  public var useBiasCorrectionKL = false
  /// Steps after which the reference becomes a copy of the policy; nil = never.
  public var referenceRefreshEvery: Int?

  // MARK: Entropy

  /// Weight of the entropy bonus; with ``adaptiveEntropy`` where it starts.
  public var entropyCoef: Double = 0
  /// Moves the weight of the entropy bonus so that entropy stays above a floor; nil = it stays.
  public var adaptiveEntropy: AdaptiveEntropy?
  /// EntroPIC's controller; nil = none.
  public var entropic: EntropicConfiguration?

  // MARK: Which tokens and groups

  /// UloRL's mask of well-mastered positive tokens; nil = none.
  public var masteredTokens: MasteredTokenRule?
  /// Only this share of the tokens, those of highest entropy, has a policy loss; 1 = all.
  public var topEntropyQuantile: Double = 1
  /// Responses with a negative advantage whose mean log(π_b/π_θ) lies above this have no policy loss; nil = off.
  public var offPolicyMaskThreshold: Double?
  /// Weight of the negative log-likelihood of right responses; 0 = none.
  public var positiveNLLCoef: Double = 0
  /// DAPO's dynamic sampling; nil = every group is kept.
  public var dynamicSampling: DynamicSampling?
  /// GFPO: only these members of each group are trained and compared; nil = all.
  public var groupFiltering: GroupFiltering?
  /// Overlong filtering: truncated responses keep their place in the group's statistics and lose their loss.
  public var maskTruncatedCompletions = false

  // MARK: Off-policy correction

  /// Weights and filters from π_old / π_b; nil = measured only.
  public var rolloutCorrection: RolloutCorrection?

  // MARK: Updates

  /// Passes over one rollout batch (μ).
  public var numIterations = 1
  /// Optimizer steps per pass.
  public var numMinibatches = 1

  public init() {}

  /// The methods whose every part is here.
  public enum Preset: String, Sendable, CaseIterable {
    case grpo, dapo
    case drGRPO = "dr_grpo"
    case gspo, cispo, rloo, ulorl
    case reinforcePlusPlus = "reinforce++"
    case reinforcePlusPlusBaseline = "reinforce++_baseline"
    case dler
    case daDLER = "da_dler"
    case lcpoExact = "lcpo_exact"
    case lcpoMax = "lcpo_max"
    case entropic
    case h1
    case h1ReleasedReward = "h1_released_reward"
    case fastcurl
  }

  /// ε_high as it is in force.
  public var clipHigh: Double { epsilonHigh ?? epsilon }

  /// Optimizer steps on one rollout batch.
  public var updatesPerBatch: Int { numIterations * numMinibatches }

  /// POIS takes the policy at the start of the step for the old one. With one update the two are the same; with more, the
  /// ratio is to where the step began, and clipped.
  public var asTrained: AlgorithmConfiguration {
    guard surrogate == .pois, updatesPerBatch > 1 else { return self }
    var clipped = self
    clipped.surrogate = .ppoClip
    return clipped
  }
}

/// What is taken off a reward before anything else.
public enum AdvantageBaseline: String, Sendable, CaseIterable {
  /// The mean of the group (GRPO).
  case groupMean = "group_mean"
  /// The mean of the other members (RLOO).
  case leaveOneOut = "leave_one_out"
  /// The mean of the group, each response weighted by its length (OPO, arXiv:2505.23585).
  case lengthWeighted = "length_weighted"
  /// Nothing (REINFORCE++).
  case none
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

/// How advantages are brought to mean 0 and variance 1 over the whole batch.
public enum Whitening: String, Sendable, CaseIterable {
  case none
  /// Every trained token counts once, as in verl.
  case token
  /// Every response counts once.
  case response
}

/// TRL's `multi_objective_aggregation`.
public enum MultiObjectiveAggregation: String, Sendable, CaseIterable {
  /// The total reward is compared within the group.
  case sumThenNormalize = "sum_then_normalize"
  /// Each term is compared by itself, then the results are added with the terms' weights (GDPO, arXiv:2601.05242).
  case normalizeThenSum = "normalize_then_sum"
}

/// What the policy loss of a token is, before it is aggregated.
public enum Surrogate: String, Sendable, CaseIterable {
  case ppoClip = "ppo_clip"
  case gspo
  case gspoToken = "gspo_token"
  case cispo, sapo, gmpo
  case dppoTV = "dppo_tv"
  case dppoKL = "dppo_kl"
  case clipCov = "clip_cov"
  case klCov = "kl_cov"
  case reinforce, pois

  /// Whether tokens are chosen by their covariance over the whole optimizer step.
  public var choosesByCovariance: Bool { self == .clipCov || self == .klCov }
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

/// Where the KL to the reference counts.
public enum KLPlace: String, Sendable, CaseIterable {
  /// As a term of the loss.
  case loss
  /// Taken off the reward, before advantages: token by token without a baseline (REINFORCE++), else as a sum over the response.
  case reward
}

/// Keep only groups whose raw accuracy lies strictly inside the band, and sample again for the others, or more to begin with.
public struct DynamicSampling: Sendable, Hashable {
  /// Open interval of the group's mean raw accuracy.
  public var keepAccuracy: OpenInterval = OpenInterval(low: 0, high: 1)
  /// Generation batches per step before giving up (verl's `max_num_gen_batches`).
  public var maxNumGenBatches = 10
  /// RLCS: one larger request per step, of which the most balanced groups are trained; nil = DAPO's, ask until the step is full.
  public var expansion: BatchExpansion?

  public init() {}
}

/// GFPO: which members of a group are trained (Group Filtered Policy Optimization, arXiv:2508.09726).
public struct GroupFiltering: Sendable, Hashable {
  public enum Metric: String, Sendable, CaseIterable {
    case shortest
    case rewardPerToken = "reward_per_token"
  }

  public var metric: Metric = .shortest
  /// Members kept of each group.
  public var keep: Int

  public init(metric: Metric = .shortest, keep: Int) {
    self.metric = metric
    self.keep = keep
  }
}

/// UloRL's dynamic masking of well-mastered positive tokens (arXiv:2507.19766, §3.3).
public struct MasteredTokenRule: Sendable, Hashable {
  /// τ: tokens with at least this probability are mastered.
  public var threshold: Double = 0.99
  /// σ, nats: only in responses whose mean entropy is below.
  public var entropyGate: Double = 0.2

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
