internal import Objectives
internal import Training

/// A key that only some choices look at.
private struct IdleKey: Sendable {
  var key: String
  /// What has to be chosen for it to count.
  var usedBy: String
  var isUsed: @Sendable (AlgorithmConfiguration) -> Bool

  init(_ key: String, usedBy: String, isUsed: @escaping @Sendable (AlgorithmConfiguration) -> Bool) {
    self.key = key
    self.usedBy = usedBy
    self.isUsed = isUsed
  }

  /// Keys of one surrogate or some.
  init(_ key: String, of surrogates: Surrogate...) {
    self.init(key, usedBy: surrogates.map { "`surrogate: \($0.rawValue)`" }.joined(separator: ", ")) {
      surrogates.contains($0.surrogate)
    }
  }
}

private let idleKeys: [IdleKey] = [
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

extension RecipeReader {
  /// Notes on keys of `algorithm` that the user set to something other than the default and that nothing looks at.
  ///
  /// A resolved recipe has every key; those at their default are therefore no reason for a note.
  func idleKeyNotes(on algorithm: AlgorithmConfiguration) -> [String] {
    let plain = RecipeReader()
    var unset = AlgorithmConfiguration()
    plain.readAlgorithm(Section(nil, at: RecipePath("algorithm"), reader: plain), into: &unset)
    return idleKeys.compactMap { idle in
      let path = RecipePath("algorithm") + idle.key
      guard !idle.isUsed(algorithm.asTrained), let place = place(of: path), place.isTheUsers,
        let value = entries.last(where: { $0.path == path })?.value,
        value != plain.entries.last(where: { $0.path == path })?.value
      else { return nil }
      return "`\(path)` (\(value)) does nothing here: it is used by \(idle.usedBy)"
    }
  }
}

extension Surrogate {
  /// Whether ε_low and ε_high bound something.
  fileprivate var usesClipRange: Bool {
    [.ppoClip, .gspo, .gspoToken, .gmpo, .clipCov].contains(self)
  }
}
