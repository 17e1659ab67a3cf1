internal import Objectives

/// `control.json`: which groups, tokens and segments count, and EntroPIC; and GFPO of `length-rewards.json`.
package enum ControlKinds {
  package static func evaluate(
    _ kind: String, settings: Fields, input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    switch kind {
    case "dynamic_sampling": try dynamicSampling(settings, input)
    case "entropic_trace": try entropicTrace(settings, input)
    case "entropic_loss": try entropicLoss(settings, input)
    case "mastered_tokens": try mastered(settings, input)
    case "segment_ratios": try segments(settings, input)
    case "gfpo": try gfpo(settings, input)
    default: throw ObjectiveFileError("`\(kind)` is no kind of control")
    }
  }

  // MARK: Groups and their members

  private static func dynamicSampling(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let band = try settings.numbers("keep_accuracy")
    guard band.count == 2 else { throw settings.error("keep_accuracy", "is not [low, high]") }
    var rule = DynamicSampling()
    rule.keepAccuracy = OpenInterval(low: band[0], high: band[1])
    rule.maxNumGenBatches = try settings.integer("max_batches")
    var filter = GroupFilter(target: try settings.integer("groups"), rule: rule)

    var kept: [JSONValue] = []
    var filtered: [JSONValue] = []
    var surplus: [JSONValue] = []
    for batch in try input.list("batches") {
      guard filter.progress.needsMore else { break }
      filter.beginBatch()
      for group in try input.list(batch, "batches") {
        let group = try Fields(group, at: "a group of `batches`")
        let id = try group.value("id")
        switch filter.decide(correctness: try group.numbers("correct")) {
        case .keep: kept.append(id)
        case .surplus: surplus.append(id)
        case .filtered(let reason): filtered.append(["id": id, "reason": .string(word(for: reason))])
        }
      }
    }
    return [
      "kept": .array(kept), "filtered": .array(filtered), "surplus": .array(surplus),
      "batches_used": JSONValue(filter.batchesUsed),
      "complete": JSONValue(filter.progress == .complete),
    ]
  }

  /// The files' word for what our ledger calls `all_correct`.
  private static func word(for reason: FilterReason) -> String {
    reason == .allCorrect ? "all_right" : reason.rawValue
  }

  private static func gfpo(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let lengths = try input.integers("lengths")
    let rewards = try input.numbers("rewards")
    let keep = try settings.integer("keep")
    guard let metric = GroupFiltering.Metric(rawValue: try settings.string("metric")) else {
      throw settings.error("metric", "is neither `shortest` nor `reward_per_token`")
    }
    guard lengths.count == rewards.count else {
      throw input.error("rewards", "has not one number per length")
    }
    guard keep > 0 else { throw settings.error("keep", "is \(keep), it has to be at least 1") }
    let kept = gfpoKept(lengths: lengths, rewards: rewards, rule: GroupFiltering(metric: metric, keep: keep))
    let advantages =
      kept.count < 2
      ? kept.map { _ in 0 }
      : groupAdvantages(rewards: [kept.map { rewards[$0] }], rule: AdvantageRule(stdDdof: 0)).joined().map {
        $0 ?? 0
      }
    return ["kept": JSONValue(kept), "advantages_ddof0": JSONValue(advantages)]
  }

  // MARK: EntroPIC

  private static func entropicTrace(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    var configuration = EntropicConfiguration()
    configuration.targetEntropy = try settings.number("target")
    configuration.kp = try settings.number("kp")
    configuration.ki = try settings.number("ki")
    configuration.antiWindup = try settings.boolean("anti_windup", default: true)
    var controller = EntropicController()
    let steps = try input.numbers("entropies").map { entropy -> JSONValue in
      let step = controller.step(entropy: entropy, configuration)
      return [
        "error": JSONValue(step.error), "integral_before": JSONValue(step.integralBefore),
        "p": JSONValue(step.proportional), "i": JSONValue(step.integralPart),
        "alpha": JSONValue(step.alpha), "saturated": JSONValue(step.saturated),
      ]
    }
    return ["steps": .array(steps), "integral_after": JSONValue(controller.integral)]
  }

  private static func entropicLoss(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let batch = try ObjectiveBatch(input)
    let tokens = batch.tokens
    let threshold = try settings.number("threshold")
    guard
      let denominator = EntropicConfiguration.Denominator(rawValue: try settings.string("denominator"))
    else { throw settings.error("denominator", "is neither `high_prob_tokens` nor `all_tokens`") }
    let confident = highProbTokens(logprobs: tokens.logprobs, mask: tokens.mask, threshold: threshold)
    let counted = denominator == .highProbTokens ? confident : tokens.mask
    let extra = entropicTerm(
      logprobs: tokens.logprobs, oldLogprobs: tokens.oldLogprobs, advantages: tokens.advantages,
      mask: tokens.mask, alpha: try settings.number("alpha"), threshold: threshold,
      denominatorCount: counted.count { $0 })
    let base = ppoClipSurrogate(tokens, weights: tokenMeanWeights(tokens), clip: try clip(settings))
    return [
      "high_prob": batch.flags(extra.highProb), "extra_loss": JSONValue(extra.loss),
      "extra_grad": batch.rows(extra.dLogprobs), "loss": JSONValue(base.loss + extra.loss),
      "grad": batch.rows(zip(base.dLogprobs, extra.dLogprobs).map { $0 + $1 }),
    ]
  }

  // MARK: UloRL

  private static func mastered(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let batch = try ObjectiveBatch(input)
    var tokens = batch.tokens
    guard let entropies = tokens.entropies else { throw input.error("entropies", "is missing") }
    let isCorrect = try input.numbers("correct").map { $0 != 0 }
    guard isCorrect.count == tokens.responseCount else {
      throw input.error("correct", "has not one number per response")
    }
    var rule = MasteredTokenRule()
    rule.threshold = try settings.number("threshold")
    rule.entropyGate = try settings.number("entropy_gate")
    let mastered = masteredTokens(
      logprobs: tokens.logprobs, entropies: entropies, offsets: tokens.offsets, mask: tokens.mask,
      isCorrect: isCorrect, rule: rule)
    tokens.correction = mastered.masked.map { $0 ? 0 : 1 }
    let loss = ppoClipSurrogate(
      tokens, weights: tokenMeanWeights(tokens), clip: try clip(settings), logRatioLimits: LogRatioLimits.none
    )
    return [
      "response_entropy": JSONValue(mastered.responseEntropy), "masked": batch.flags(mastered.masked),
      "loss": JSONValue(loss.loss), "grad": batch.rows(loss.dLogprobs),
    ]
  }

  private static func segments(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let segments = try input.integerRows("segments")
    let versions = try input.integerRows("segment_versions")
    guard versions.count == segments.count,
      zip(segments, versions).allSatisfy({ row, known in row.allSatisfy(known.indices.contains) })
    else { throw input.error("segment_versions", "does not name the version of every segment") }
    let ragged = Ragged(lengths: segments.map(\.count))
    let ratios = segmentRatios(
      logprobs: try input.packed("logprobs", offsets: ragged.offsets),
      behaviorLogprobs: try input.packed("behavior_logprobs", offsets: ragged.offsets),
      offsets: ragged.offsets,
      versions: zip(segments, versions).flatMap { row, known in row.map { known[$0] } },
      trainerVersion: try settings.integer("trainer_version"))
    return [
      "sais_ratio": JSONValue(ragged.rows(ratios.sais)), "pois_ratio": JSONValue(ragged.rows(ratios.pois)),
      "lag": JSONValue(ragged.rows(ratios.lag)), "staleness": JSONValue(ratios.staleness),
      "on_policy_share": JSONValue(ratios.onPolicyShare),
    ]
  }

  // MARK: The loss that these act on

  private static func clip(_ settings: Fields) throws(ObjectiveFileError) -> ClipRange {
    ClipRange(low: try settings.number("epsilon"), high: try settings.number("epsilon_high"))
  }

  private static func tokenMeanWeights(_ tokens: TokenBatch) -> [Double] {
    let counts = tokens.trainedCounts
    return tokenWeights(
      mode: .tokenMean, responseTokenCounts: counts, totals: StepTotals(responseTokenCounts: counts),
      constant: 1)
  }
}

extension ObjectiveBatch {
  /// Flags per token as rows of 0 and 1.
  fileprivate func flags(_ values: [Bool]) -> JSONValue { JSONValue(ragged.rows(values.map { $0 ? 1 : 0 })) }
}
