import Objectives

/// `trl-losses.json`: the loss of TRL's GRPO trainer.
package enum TRLLossKinds {
  package static let kinds = ["trl_loss"]

  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    guard kind == "trl_loss" else { throw ObjectiveFileError("`\(kind)` is not a loss of TRL") }
    let loss = try TRLLoss(settings)
    var batch = try ObjectiveBatch(input)
    batch.tokens.correction = try correction(of: batch, settings, input)

    let counts = batch.tokens.trainedCounts
    let totals = StepTotals(responseTokenCounts: counts)
    func weights(_ mode: LossAggregation) -> [Double] {
      tokenWeights(mode: mode, responseTokenCounts: counts, totals: totals, constant: loss.constant)
    }
    var result = loss.surrogate(batch.tokens, weights: weights(loss.aggregation))
    var metrics = loss.clipMetrics(of: batch, result.sums)

    let beta = try settings.number("beta", default: 0)
    if beta != 0 {
      guard batch.tokens.referenceLogprobs != nil else {
        throw input.error("reference_logprobs", "is missing, but `beta` is \(beta)")
      }
      let corrected = try settings.boolean("use_bias_correction_kl", default: false)
      let kl = referenceKL(
        batch.tokens, weights: weights(loss.aggregation), estimator: .k3,
        ratioLevel: corrected ? loss.level : nil)
      result.loss += beta * kl.loss
      for t in result.dLogprobs.indices { result.dLogprobs[t] += beta * kl.dLogprobs[t] }
      metrics["kl"] = JSONValue(
        aggregate(
          kl.tokenLosses, offsets: batch.tokens.offsets, mask: batch.tokens.mask, weights: weights(.tokenMean)
        ))
    }
    return [
      "loss": JSONValue(result.loss), "grad": batch.rows(result.dLogprobs), "metrics": .object(metrics),
    ]
  }

  /// What multiplies the policy loss of each token: given weights and the masks that the settings ask for.
  private static func correction(of batch: ObjectiveBatch, _ settings: Fields, _ input: Fields)
    throws(ObjectiveFileError) -> [Double]?
  {
    let tokens = batch.tokens
    var factors = tokens.correction
    func apply(_ kept: [Bool]) {
      factors = zip(factors ?? tokens.mask.map { _ in 1 }, kept).map { $0 * ($1 ? 1 : 0) }
    }
    let topQuantile = try settings.number("top_entropy_quantile", default: 1)
    guard (0...1).contains(topQuantile) else {
      throw settings.error("top_entropy_quantile", "is \(topQuantile), it is a share of the tokens")
    }
    if topQuantile < 1 {
      let entropies = tokens.entropies ?? tokens.mask.map { _ in 0 }
      apply(highEntropyMask(entropies: entropies, mask: tokens.mask, topQuantile: topQuantile))
    }
    if let threshold = try settings.optionalNumber("off_policy_mask_threshold") {
      let sampler =
        input.has("behavior_logprobs")
        ? try input.packed("behavior_logprobs", offsets: tokens.offsets) : tokens.oldLogprobs
      apply(
        offPolicySequenceMask(
          advantages: tokens.advantages, logprobs: tokens.logprobs, behaviorLogprobs: sampler,
          offsets: tokens.offsets, mask: tokens.mask, threshold: threshold))
    }
    return factors
  }
}

/// TRL's `loss_type` as a surrogate and an aggregation.
private struct TRLLoss {
  enum Form {
    case clipped(ClipRange)
    case cispo(weightMax: Double)
    case sapo(tauPositive: Double, tauNegative: Double)
  }

  let form: Form
  let level: RatioLevel
  let aggregation: LossAggregation
  /// Divisor of `dr_grpo`.
  let constant: Double

  init(_ settings: Fields) throws(ObjectiveFileError) {
    let type = try settings.string("loss_type")
    let high = try settings.number("epsilon_high", default: 0.2)
    switch type {
    case "cispo": form = .cispo(weightMax: high)
    case "sapo":
      form = .sapo(
        tauPositive: try settings.number("tau_positive", default: 1, above: 0),
        tauNegative: try settings.number("tau_negative", default: 1.05, above: 0))
    default:
      form = .clipped(
        ClipRange(
          low: try settings.number("epsilon", default: 0.2), high: high,
          delta: try settings.optionalNumber("delta")))
    }

    aggregation =
      switch type {
      case "grpo", "sapo": .seqMeanTokenMean
      case "bnpo", "dapo", "cispo": .tokenMean
      case "dr_grpo": .seqMeanTokenSumNorm
      case "luspo": .seqMeanTokenSum
      default: throw settings.error("loss_type", "is `\(type)`, which is not computed here")
      }
    constant = type == "dr_grpo" ? try settings.number("max_completion_length", above: 0) : 1

    let name =
      settings.has("importance_sampling_level") ? try settings.string("importance_sampling_level") : "token"
    switch name {
    case "token": level = .token
    case "sequence": level = .sequence
    default: throw settings.error("importance_sampling_level", "is `\(name)`, not `token` or `sequence`")
    }
  }

  func surrogate(_ batch: TokenBatch, weights: [Double]) -> TokenLoss {
    switch form {
    case .clipped(let clip):
      ppoClipSurrogate(
        batch, weights: weights, clip: clip, level: level, logRatioLimits: LogRatioLimits.none)
    case .cispo(let weightMax):
      cispoSurrogate(
        batch, weights: weights, weightMin: 0, weightMax: weightMax, level: level,
        logRatioLimits: LogRatioLimits.none)
    case .sapo(let tauPositive, let tauNegative):
      sapoSurrogate(
        batch, weights: weights, tauPositive: tauPositive, tauNegative: tauNegative, level: level,
        logRatioLimits: LogRatioLimits.none)
    }
  }

  /// Shares of clipped tokens: over all, and the extremes over responses with trained tokens.
  func clipMetrics(of batch: ObjectiveBatch, _ sums: MetricSums) -> [String: JSONValue] {
    switch form {
    case .sapo: return [:]
    case .cispo: return ["cispo_clip_ratio": JSONValue(sums.clipFractionHigh)]
    case .clipped:
      let responses = (0..<batch.tokens.responseCount)
        .map { surrogate(batch.response($0), weights: [1]).sums }.filter { $0.tokens > 0 }
      var metrics = [
        "clip_ratio/low_mean": JSONValue(sums.clipFractionLow),
        "clip_ratio/high_mean": JSONValue(sums.clipFractionHigh),
        "clip_ratio/region_mean": JSONValue(sums.clipFractionLow + sums.clipFractionHigh),
      ]
      if let low = responses.map(\.clipFractionLow).min() { metrics["clip_ratio/low_min"] = JSONValue(low) }
      if let high = responses.map(\.clipFractionHigh).max() {
        metrics["clip_ratio/high_max"] = JSONValue(high)
      }
      return metrics
    }
  }
}
