internal import Metrics
internal import Objectives

/// The metrics that come from the updates on a batch.
struct UpdateMetrics {
  private(set) var record = MetricRecord()
  /// Share of Σ |weight · advantage| that the longest quarter of the responses carries: with the weights of the rollout
  /// correction, and without; nil where nothing was trained or nothing is corrected.
  private(set) var longestQuartile: (weighted: Double, unweighted: Double)?

  private let algorithm: AlgorithmConfiguration
  private let outcome: UpdateOutcome
  private let batch: UpdateBatch

  init(
    configuration: TrainingConfiguration, outcome: UpdateOutcome, batch: UpdateBatch,
    selection: AdvantageStage.Selection, hasReference: Bool
  ) {
    algorithm = configuration.algorithm
    self.outcome = outcome
    self.batch = batch
    record["loss"] = .number(outcome.loss)
    if let norm = outcome.gradNorm { record["grad_norm"] = .number(norm) }
    record["entropy"] = .number(outcome.entropySum / Double(max(1, outcome.firstPassTokens)))
    if hasReference { record["kl"] = .number(outcome.sums.klToReference) }
    addParts()
    addClipping()
    addAdvantages()
    addEntropyControl()
    addMasks()
    addSampling()
    if algorithm.groupFiltering != nil {
      record["gfpo_dead_groups"] = .integer(selection.deadGroups)
      record["gfpo_dropped"] = .integer(selection.reasons.joined().count { $0 == "gfpo" })
    }
    record["train/forward_tokens"] = .integer(outcome.forwardTokens)
  }

  /// What each part adds to the loss, mean over the updates.
  private mutating func addParts() {
    let updates = Double(algorithm.updatesPerBatch)
    let sums = outcome.sums
    record["loss/policy"] = .number(sums.policyLoss / updates)
    if algorithm.beta > 0, algorithm.klIn == .loss { record["loss/kl"] = .number(sums.klLoss / updates) }
    if algorithm.entropyCoef != 0 || algorithm.adaptiveEntropy != nil {
      record["loss/entropy"] = .number(sums.entropyLoss / updates)
    }
    if algorithm.entropic != nil { record["loss/entropic"] = .number(sums.entropicLoss / updates) }
    if algorithm.positiveNLLCoef != 0 {
      record["loss/positive_nll"] = .number(sums.positiveNLLLoss / updates)
    }
  }

  private mutating func addClipping() {
    let sums = outcome.sums
    record["clip_ratio/low_mean"] = .number(sums.clipFractionLow)
    record["clip_ratio/high_mean"] = .number(sums.clipFractionHigh)
    record["clip_ratio/region_mean"] = .number(sums.clipFractionLow + sums.clipFractionHigh)
    if algorithm.dualClip != nil || algorithm.delta != nil || algorithm.surrogate == .dppoTV
      || algorithm.surrogate == .dppoKL
    {
      record["clip_ratio/dual_mean"] = .number(sums.clipFractionDual)
    }
    switch algorithm.surrogate {
    case .cispo, .dppoTV, .dppoKL, .clipCov, .klCov:
      record["clip_ratio/bounded_mean"] = .number(sums.boundedFraction)
    case .ppoClip, .gspo, .gspoToken, .sapo, .gmpo, .reinforce, .pois: break
    }
    if sums.tokens > 0 {
      record["ratio/mean"] = .number(sums.ratioMean)
      record["ratio/min"] = .number(sums.ratioMin)
      record["ratio/max"] = .number(sums.ratioMax)
      record["ratio/kl"] = .number(sums.approxKLToOld)
    }
  }

  private mutating func addAdvantages() {
    let trained = zip(batch.mask, batch.advantages).filter(\.0).map(\.1)
    let count = Double(max(1, trained.count))
    let mean = trained.reduce(0, +) / count
    record["advantages/mean"] = .number(mean)
    record["advantages/std"] = .number(
      (trained.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
  }

  private mutating func addEntropyControl() {
    if algorithm.entropyCoef != 0 || algorithm.adaptiveEntropy != nil {
      record["entropy_coef"] = .number(outcome.entropyCoef)
    }
    guard let rule = algorithm.entropic, let target = rule.targetEntropy else { return }
    let sums = outcome.sums
    record["entropic/confident_share"] = .number(
      sums.perToken(Double(sums.confidentPositive + sums.confidentNegative)))
    record["entropic/confident_negative_share"] = .number(sums.perToken(Double(sums.confidentNegative)))
    guard let step = outcome.entropic else { return }
    record["entropic/entropy"] = .number(target + step.error)
    record["entropic/error"] = .number(step.error)
    record["entropic/proportional"] = .number(step.proportional)
    record["entropic/integral"] = .number(step.integralPart)
    record["entropic/alpha"] = .number(step.alpha)
    record["entropic/saturated"] = .number(step.saturated ? 1 : 0)
  }

  private mutating func addMasks() {
    let (masks, tokens) = (outcome.masks, Double(max(1, outcome.sums.tokens)))
    let responses = Double(max(1, masks.responses))
    if algorithm.rolloutCorrection != nil {
      record["correction/dropped_share"] = .number(Double(masks.corrected) / tokens)
      record["correction/stale_tokens"] = .integer(batch.tooOld)
    }
    if algorithm.topEntropyQuantile < 1 {
      record["mask/low_entropy_share"] = .number(Double(masks.lowEntropy) / tokens)
    }
    if algorithm.offPolicyMaskThreshold != nil {
      record["mask/off_policy_responses"] = .number(Double(masks.offPolicyResponses) / responses)
    }
    if algorithm.masteredTokens != nil {
      record["mask/mastered_share"] = .number(Double(masks.mastered) / tokens)
      record["mask/gated_responses"] = .number(Double(masks.gatedResponses) / responses)
    }
  }

  private mutating func addSampling() {
    record["sampling/logp_difference_mean"] = .number(outcome.gapSum / Double(max(1, outcome.gapTokens)))
    record["sampling/logp_difference_max"] = .number(outcome.gapMax)
    guard outcome.oldLogprobs.count == batch.tokenCount, batch.mask.contains(true) else { return }
    let found = offPolicyDiagnostics(
      oldLogprobs: outcome.oldLogprobs, behaviorLogprobs: batch.behaviorLogprobs, offsets: batch.offsets,
      mask: batch.mask, weights: outcome.correctionWeights, advantages: batch.advantages)
    record["sampling/ratio_min"] = .number(found.ratioMin)
    record["sampling/ratio_p01"] = .number(found.ratioP01)
    record["sampling/ratio_p50"] = .number(found.ratioP50)
    record["sampling/ratio_p99"] = .number(found.ratioP99)
    record["sampling/ratio_max"] = .number(found.ratioMax)
    record["sampling/kl"] = .number(found.kl)
    record["sampling/k3_kl"] = .number(found.k3KL)
    record["sampling/chi2_token"] = .number(found.chi2Token)
    record["sampling/chi2_sequence"] = .number(found.chi2Seq)
    record["sampling/effective_sample_share"] = .number(found.effectiveSampleShare)
    record["sampling/longest_quartile_share"] = .number(found.longestQuartileLossShare ?? 0)
    if let weights = outcome.correctionWeights {
      let unweighted = offPolicyDiagnostics(
        oldLogprobs: outcome.oldLogprobs, behaviorLogprobs: batch.behaviorLogprobs, offsets: batch.offsets,
        mask: batch.mask, weights: nil, advantages: batch.advantages
      ).longestQuartileLossShare
      longestQuartile = (found.longestQuartileLossShare ?? 0, unweighted ?? 0)
      let trained = zip(batch.mask, weights).filter(\.0).map(\.1)
      record["correction/weight_mean"] = .number(trained.reduce(0, +) / Double(max(1, trained.count)))
      record["correction/weight_min"] = .number(trained.min() ?? 0)
      record["correction/weight_max"] = .number(trained.max() ?? 0)
    }
  }
}
