internal import Objectives
internal import Rollouts

// Which tokens, responses and groups are trained, and with which weights.
extension RecipeReader {
  func readSelection(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    section.readSwitch(
      "mastered_tokens", into: &algorithm.masteredTokens, defaults: MasteredTokenRule(),
      example: "mpt_threshold"
    ) { section, settings in
      section.read("mpt_threshold", into: &settings.threshold, in: .positiveShare)
      section.read("mpt_entropy_gate", into: &settings.entropyGate, in: .notNegative)
    }
    section.read("top_entropy_quantile", into: &algorithm.topEntropyQuantile, in: .positiveShare)
    section.read("off_policy_mask_threshold", into: &algorithm.offPolicyMaskThreshold, in: .notNegative)
    section.read("positive_nll_coef", into: &algorithm.positiveNLLCoef, in: .notNegative)
    section.readSwitch(
      "dynamic_sampling", into: &algorithm.dynamicSampling, defaults: DynamicSampling(),
      example: "keep_accuracy"
    ) { section, settings in
      self.readKeepAccuracy(section, into: &settings.keepAccuracy)
      section.read("max_num_gen_batches", into: &settings.maxNumGenBatches)
      section.readSwitch(
        "expansion", into: &settings.expansion, defaults: BatchExpansion(), example: "max_ratio"
      ) { section, settings in
        section.read("max_ratio", into: &settings.maxRatio, in: .from(1...100))
        section.read("smoothing", into: &settings.smoothing, in: .decay)
      }
    }
    section.readSwitch(
      "group_filtering", into: &algorithm.groupFiltering, defaults: GroupFiltering(keep: 2), example: "keep",
      takesTrue: false
    ) { section, settings in
      section.read("metric", into: &settings.metric)
      if section.node("keep") == nil {
        self.report(
          .missing(key: "keep", section: "\(section.path)", example: "keep: 4"),
          at: self.place(of: section.path))
      }
      section.read("keep", into: &settings.keep, in: .from(2, to: AllowedCount.maximum))
    }
    section.read("mask_truncated_completions", into: &algorithm.maskTruncatedCompletions)
  }

  private func readKeepAccuracy(_ section: Section, into band: inout OpenInterval) {
    let key = "keep_accuracy"
    if let node = section.node(key) {
      if let bounds = node.bounds, let low = bounds.low.number, let high = bounds.high.number {
        band = OpenInterval(low: low, high: high)
        if !(0 <= low && low < high && high <= 1) {
          report(
            .notAllowed(
              key: "\(section.path + key)", value: "[\(YAMLText.number(low)), \(YAMLText.number(high))]",
              allowed: "[low, high] with 0 ≤ low < high ≤ 1 (groups strictly between are kept)"),
            at: node.place)
        }
      } else {
        section.refuse(key, node, expected: "[low, high]")
      }
    }
    section.record(key, YAMLText.list([YAMLText.number(band.low), YAMLText.number(band.high)]))
  }

  /// `rollout_correction`: weights and filters from the ratio of the anchor policy to the one that sampled.
  ///
  /// Where the policy that sampled is versions behind and nothing else accounts for that, a recipe that says nothing gets
  /// truncated token weights, min(ρ, 2).
  func readRolloutCorrection(
    _ section: Section, for rollout: RolloutConfiguration, into algorithm: inout AlgorithmConfiguration
  ) {
    let isImplied =
      section.node("rollout_correction") == nil && rollout.mode == .async && rollout.logprobs == .recompute
      && algorithm.surrogate != .pois
    if isImplied { algorithm.rolloutCorrection = RolloutCorrection() }
    section.readSwitch(
      "rollout_correction", into: &algorithm.rolloutCorrection, defaults: RolloutCorrection(),
      example: "ratio_max",
      absentOrigin: isImplied ? .implied(by: "rollout.mode async", basis: "our choice") : nil
    ) { section, settings in
      section.read("weighting", into: &settings.weighting)
      section.read("level", into: &settings.level)
      section.read("ratio_min", into: &settings.ratioMin, in: .notNegative)
      section.read("ratio_max", into: &settings.ratioMax, in: .positive)
      section.checkOrder("ratio_min", settings.ratioMin, "ratio_max", settings.ratioMax)
      section.read("normalize_weights", into: &settings.normalizeWeights)
      section.read("token_min", into: &settings.tokenMin, in: .notNegative)
      section.read("token_max", into: &settings.tokenMax, in: .positive)
      section.checkOrder("token_min", settings.tokenMin, "token_max", settings.tokenMax)
      section.read("sequence_min", into: &settings.sequenceMin, in: .notNegative)
      section.read("sequence_max", into: &settings.sequenceMax, in: .positive)
      section.checkOrder("sequence_min", settings.sequenceMin, "sequence_max", settings.sequenceMax)
      section.read("geometric_min", into: &settings.geometricMin, in: .notNegative)
      section.read("geometric_max", into: &settings.geometricMax, in: .positive)
      section.checkOrder("geometric_min", settings.geometricMin, "geometric_max", settings.geometricMax)
      section.read("k2_mean_max", into: &settings.k2MeanMax, in: .notNegative)
      section.read("k3_mean_max", into: &settings.k3MeanMax, in: .notNegative)
      section.read("k3_max", into: &settings.k3Max, in: .notNegative)
      section.read("veto_min", into: &settings.vetoMin, in: .positive)
      section.read("max_token_staleness", into: &settings.maxTokenStaleness, in: .atLeastZero)
    }
  }
}
