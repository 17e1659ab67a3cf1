internal import Objectives
internal import Rollouts
internal import Training

/// A key that only some choices look at.
private struct IdleKey: Sendable {
  var path: RecipePath
  /// What has to be chosen for it to count.
  var usedBy: String
  var isUsed: @Sendable (TrainingConfiguration) -> Bool

  /// A key of `algorithm`.
  init(_ key: String, usedBy: String, isUsed: @escaping @Sendable (AlgorithmConfiguration) -> Bool) {
    path = RecipePath("algorithm", key)
    self.usedBy = usedBy
    self.isUsed = { isUsed($0.algorithm.asTrained) }
  }

  /// Keys of one surrogate or some.
  init(_ key: String, of surrogates: Surrogate...) {
    self.init(key, usedBy: surrogates.map { "`surrogate: \($0.rawValue)`" }.joined(separator: ", ")) {
      surrogates.contains($0.surrogate)
    }
  }

  /// A key of `rollout`.
  init(
    rollout keys: String..., usedBy: String, isUsed: @escaping @Sendable (RolloutConfiguration) -> Bool
  ) {
    path = keys.reduce(RecipePath("rollout")) { $0 + $1 }
    self.usedBy = usedBy
    self.isUsed = { isUsed($0.rollout) }
  }
}

private let algorithmKeys: [IdleKey] = [
  IdleKey("std_ddof", usedBy: "`scale_rewards` and `whiten_advantages`") {
    $0.scaleRewards != .none || $0.whitenAdvantages != .none
  },
  IdleKey("gamma", usedBy: "`kl_in: reward` with `advantage_baseline: none`") {
    $0.klIn == .reward && $0.beta > 0 && $0.advantageBaseline == .none
  },
  IdleKey("epsilon", usedBy: "surrogates that clip") { $0.surrogate.usesClipRange },
  IdleKey("epsilon_high", usedBy: "surrogates that clip") {
    $0.surrogate.usesClipRange || $0.surrogate == .pois
  },
  IdleKey("dual_clip", of: .ppoClip, .clipCov),
  IdleKey("delta", of: .ppoClip),
  IdleKey("is_weight_min", of: .cispo),
  IdleKey("is_weight_max", of: .cispo),
  IdleKey("tau_positive", of: .sapo),
  IdleKey("tau_negative", of: .sapo),
  IdleKey("divergence_low", of: .dppoTV, .dppoKL),
  IdleKey("divergence_high", of: .dppoTV, .dppoKL),
  IdleKey("ratio_max", of: .dppoTV, .dppoKL),
  IdleKey("cov_ratio", of: .clipCov, .klCov),
  IdleKey("cov_min", of: .clipCov),
  IdleKey("cov_max", of: .clipCov),
  IdleKey("kl_cov_coef", of: .klCov),
  IdleKey("loss_aggregation_constant", usedBy: "`loss_aggregation: seq-mean-token-sum-norm`") {
    $0.lossAggregation == .seqMeanTokenSumNorm
  },
  IdleKey("kl_estimator", usedBy: "`beta` above 0") { $0.beta > 0 },
  IdleKey("kl_clamp", usedBy: "`beta` above 0 with `kl_estimator: k3`") {
    $0.beta > 0 && $0.klEstimator == .k3
  },
  IdleKey("reference_refresh_every", usedBy: "`beta` above 0") { $0.beta > 0 },
]

private let rolloutKeys: [IdleKey] = [
  IdleKey(rollout: "min_groups_per_step", usedBy: inSegments) { $0.isSegmentedInStep },
  IdleKey(rollout: "max_segment_staleness", usedBy: inSegments) { $0.isSegmentedInStep },
  IdleKey(rollout: "max_staleness", usedBy: inAsync) { $0.mode == .async },
  IdleKey(rollout: "publish_every", usedBy: inAsync) { $0.mode == .async },
  IdleKey(rollout: "switch", usedBy: inAsync) { $0.mode == .async },
]

private let workerKeys = [
  "spawn", "listen", "heartbeat_seconds", "missed_heartbeats", "join_deadline", "progress_deadline",
  "publish_deadline", "max_items_per_worker", "key", "authorized_keys",
].map { key in
  IdleKey(rollout: "workers", key, usedBy: "`rollout.source: workers`") { $0.usesWorkers }
}

private let inSegments = "`rollout.segment_length` below the length limit, in sequential mode"
private let inAsync = "`rollout.mode: async`"

extension RecipeReader {
  /// Notes on keys of `rollout` and `algorithm` that the user set to something other than the default and that nothing
  /// looks at.
  ///
  /// A resolved recipe has every key; those at their default are therefore no reason for a note.
  func idleKeyNotes(on run: TrainingConfiguration) -> [String] {
    let plain = RecipeReader()
    var unset = TrainingConfiguration()
    plain.readRollout(Section(nil, at: RecipePath("rollout"), reader: plain), into: &unset.rollout)
    plain.readAlgorithm(
      Section(nil, at: RecipePath("algorithm"), reader: plain), for: unset.rollout, into: &unset.algorithm)
    return (rolloutKeys + workerKeys + algorithmKeys).compactMap { idle in
      guard !idle.isUsed(run), let place = place(of: idle.path), place.isTheUsers,
        let value = entries.last(where: { $0.path == idle.path })?.value,
        value != plain.entries.last(where: { $0.path == idle.path })?.value
      else { return nil }
      return "`\(idle.path)` (\(value)) does nothing here: it is used by \(idle.usedBy)"
    }
  }
}

extension Surrogate {
  /// Whether ε_low and ε_high bound something.
  fileprivate var usesClipRange: Bool {
    [.ppoClip, .gspo, .gspoToken, .gmpo, .clipCov].contains(self)
  }
}
