internal import Objectives
internal import Rollouts

extension RecipeReader {
  /// `algorithm`: the choices that together are a method, one group of keys per axis. The preset that `name` and
  /// `variant` call lies under the recipe already.
  ///
  /// - Parameters:
  ///   - section: `algorithm`.
  ///   - rollout: Whose answers are trained on: whether they can be old decides a default.
  ///   - algorithm: What is read.
  func readAlgorithm(
    _ section: Section, for rollout: RolloutConfiguration, into algorithm: inout AlgorithmConfiguration
  ) {
    defer { section.close() }
    section.read("name", into: &algorithm.name)
    var variant = PresetVariant.default
    section.read("variant", into: &variant)
    readAdvantage(section, into: &algorithm)
    readSurrogate(section, into: &algorithm)
    section.read("loss_aggregation", into: &algorithm.lossAggregation)
    section.read("loss_aggregation_constant", into: &algorithm.lossAggregationConstant, in: .positive)
    readKL(section, into: &algorithm)
    readEntropy(section, into: &algorithm)
    readSelection(section, into: &algorithm)
    readRolloutCorrection(section, for: rollout, into: &algorithm)
    section.read("num_iterations", into: &algorithm.numIterations)
    section.read("num_minibatches", into: &algorithm.numMinibatches)
    readForce(section)
  }

  // MARK: Advantage

  private func readAdvantage(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    section.read("advantage_baseline", into: &algorithm.advantageBaseline)
    section.read("scale_rewards", into: &algorithm.scaleRewards)
    section.read("std_ddof", into: &algorithm.stdDdof, in: .from(0, to: 1))
    section.read("whiten_advantages", into: &algorithm.whitenAdvantages)
    section.read("multi_objective_aggregation", into: &algorithm.multiObjectiveAggregation)
    section.read("gamma", into: &algorithm.gamma, in: .share)
  }

  // MARK: Surrogate

  private func readSurrogate(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    section.read("surrogate", into: &algorithm.surrogate)
    section.read("epsilon", into: &algorithm.epsilon, in: .notNegative)
    section.read("epsilon_high", into: &algorithm.epsilonHigh, in: .notNegative)
    section.read("dual_clip", into: &algorithm.dualClip, in: .above(1))
    section.read("delta", into: &algorithm.delta, in: .above(1))
    section.read("is_weight_min", into: &algorithm.isWeightMin, in: .notNegative)
    section.read("is_weight_max", into: &algorithm.isWeightMax, in: .positive)
    section.checkOrder("is_weight_min", algorithm.isWeightMin, "is_weight_max", algorithm.isWeightMax)
    section.read("tau_positive", into: &algorithm.tauPositive, in: .positive)
    section.read("tau_negative", into: &algorithm.tauNegative, in: .positive)
    section.read("divergence_low", into: &algorithm.divergenceLow, in: .notNegative)
    section.read("divergence_high", into: &algorithm.divergenceHigh, in: .notNegative)
    section.read("ratio_max", into: &algorithm.ratioMax, in: .positive)
    section.read("cov_ratio", into: &algorithm.covRatio, in: .positiveShare)
    section.read("cov_min", into: &algorithm.covMin, in: .any)
    section.read("cov_max", into: &algorithm.covMax, in: .any)
    section.checkOrder("cov_min", algorithm.covMin, "cov_max", algorithm.covMax, strictly: true)
    section.read("kl_cov_coef", into: &algorithm.klCovCoef, in: .notNegative)
  }

  // MARK: Distance to the reference

  private func readKL(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    section.read("beta", into: &algorithm.beta, in: .notNegative)
    section.read("kl_estimator", into: &algorithm.klEstimator)
    section.read("kl_in", into: &algorithm.klIn)
    section.read("kl_clamp", into: &algorithm.klClamp, in: .positive)
    section.read("use_bias_correction_kl", into: &algorithm.useBiasCorrectionKL)
    section.read("reference_refresh_every", into: &algorithm.referenceRefreshEvery)
  }

  // MARK: Entropy

  private func readEntropy(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    section.read("entropy_coef", into: &algorithm.entropyCoef, in: .notNegative)
    section.readSwitch(
      "adaptive_entropy", into: &algorithm.adaptiveEntropy, defaults: AdaptiveEntropy(),
      example: "entropy_target"
    ) { section, settings in
      section.read("entropy_target", into: &settings.entropyTarget, in: .notNegative)
      section.read("entropy_coef_delta", into: &settings.entropyCoefDelta, in: .positive)
      section.read("entropy_coef_min", into: &settings.entropyCoefMin, in: .notNegative)
      section.read("entropy_coef_max", into: &settings.entropyCoefMax, in: .notNegative)
      section.checkOrder(
        "entropy_coef_min", settings.entropyCoefMin, "entropy_coef_max", settings.entropyCoefMax)
    }
    section.readSwitch(
      "entropic", into: &algorithm.entropic, defaults: EntropicConfiguration(), example: "target_entropy"
    ) { section, settings in
      section.read("target_entropy", into: &settings.targetEntropy, in: .notNegative)
      section.read("kp", into: &settings.kp, in: .notNegative)
      section.read("ki", into: &settings.ki, in: .notNegative)
      section.read("high_prob_threshold", into: &settings.highProbThreshold, in: .decay)
      section.read("denominator", into: &settings.denominator)
      section.read("anti_windup", into: &settings.antiWindup)
      section.read("exact_entropy", into: &settings.exactEntropy)
      section.read("reset_on_stage", into: &settings.resetOnStage)
    }
  }

  // MARK: What was overridden

  /// `force`: rules of ``CompatibilityRule`` whose verdict the user has read and does not share.
  private func readForce(_ section: Section) {
    var ids: [String] = []
    section.read("force", into: &ids)
    forced = ids
    let known = CompatibilityRule.all.filter(\.canBeForced).map(\.id)
    for id in ids where !known.contains(id) {
      report(
        .notAllowed(
          key: "\(section.path + "force")", value: "`\(id)`",
          allowed:
            "rules of docs/recipes.md that warn or refuse and can be forced, such as `\(known.first ?? "")`"),
        at: section.node("force")?.place,
        advice: nearestName(to: id, among: known).map { "did you mean `\($0)`?" })
    }
  }
}
