private import Foundation

/// What rollout correction makes of the tokens of one optimizer step.
public struct CorrectionOutcome: Sendable {
  /// Factor on each token's policy loss, `[T]`; 0 where it was filtered or is not trained.
  public var weights: [Double]
  /// Trained tokens that passed every filter, `[T]`.
  public var kept: [Bool]
  /// Share of the trained tokens that a filter took away.
  public var filteredTokenShare: Double
  /// Share of the responses that lost at least one token to a filter.
  public var filteredResponseShare: Double
  /// What the weights were divided by; nil without `normalize_weights`.
  public var normalization: Double?
}

/// Weights and filters for the distance between the policy that sampled (π_b) and the one that anchors the
/// clip (π_old).
///
///     ρ_t = exp(oldLogprob_t − behaviorLogprob_t),  log clamped to ±20
///     w   = ρ_t  (token);  on every token of the response: Π ρ  (sequence), exp(mean log ρ)  (geometric)
///     truncate: w ← clip(w, ratio_min, ratio_max)      mask: w ← 0 unless ratio_min ≤ w ≤ ratio_max
///
/// With the clipped surrogate on π_θ/π_old, weights of level `token` make the decoupled objective of AReaL.
/// Filters AND together; they bound what their name says: `token_*` each ρ_t, `sequence_*` the product over
/// the response, `geometric_*` exp(mean log ρ), `k2_mean_max`, `k3_mean_max` and `k3_max` the mean ½(log ρ)²
/// and the mean and largest ρ − 1 − log ρ, `veto_min` the smallest ρ. All bounds are inclusive and each side
/// works alone. `normalize_weights` divides by the mean weight, over trained tokens at level `token` and over
/// responses else, before the filters. Where π_b = π_old weights are exactly 1 and nothing is dropped. A
/// ratio that is no number passes every filter, and its weight refuses the step.
///
/// `max_token_staleness` is not looked at here: such tokens are not in the mask in the first place.
///
/// - Parameters:
///   - oldLogprobs: `[T]`, nats, under the policy that anchors the ratio; all tokens of the optimizer step.
///   - behaviorLogprobs: `[T]`, nats, as sampled.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - rule: Weights and filters.
///   - logRatioLimit: Nats; past it a ratio grows no further. TRL has none.
/// - Returns: Weights and filters; to be multiplied into the loss, never differentiated.
///
/// Your Efficient RL Framework Secretly Brings You Off-Policy RL Training (TIS, 2025); IcePop (MIS at token
/// level), in arXiv:2510.18855; Trust Region Masking, arXiv:2512.23075; AReaL, arXiv:2505.24298; the clamp:
/// verl.
public func correct(
  oldLogprobs: [Double], behaviorLogprobs: [Double], offsets: [Int], mask: [Bool], rule: RolloutCorrection,
  logRatioLimit: Double = 20
) -> CorrectionOutcome {
  let ratios = LogRatios(
    old: oldLogprobs, behavior: behaviorLogprobs, offsets: offsets, mask: mask, limit: logRatioLimit)
  var outcome = CorrectionOutcome(
    weights: ratios.weights(rule), kept: mask, filteredTokenShare: 0, filteredResponseShare: 0)
  if rule.normalizeWeights {
    let mean = ratios.meanWeight(outcome.weights, level: rule.level)
    // All weights 0: there is nothing to normalize and nothing to train.
    let divisor = mean > 1e-8 || mean.isNaN ? mean : 1
    outcome.normalization = divisor
    for t in mask.indices { outcome.weights[t] /= divisor }
  }

  let filters = ResponseFilters(rule)
  let tokenBounds = Bounds(ofLog: rule.tokenMin, rule.tokenMax)
  var filteredTokens = 0
  var filteredResponses = 0
  for response in ratios.responses {
    let isDropped = response.trainedCount > 0 && filters.drop(response)
    let before = filteredTokens
    for t in response.tokens where mask[t] {
      guard isDropped || tokenBounds.excludes(clamped(ratios.raw[t], logRatioLimit)) else { continue }
      outcome.kept[t] = false
      outcome.weights[t] = 0
      filteredTokens += 1
    }
    if filteredTokens > before { filteredResponses += 1 }
  }
  outcome.filteredTokenShare = Double(filteredTokens) / Double(max(1, mask.count { $0 }))
  outcome.filteredResponseShare = Double(filteredResponses) / Double(max(1, ratios.responses.count))
  return outcome
}

extension LogRatios {
  /// The weights before normalization and filters, `[T]`; 0 outside the mask.
  func weights(_ rule: RolloutCorrection) -> [Double] {
    let bounds = Bounds(rule.ratioMin, rule.ratioMax)
    var weights = [Double](repeating: 0, count: mask.count)
    for response in responses {
      for t in response.tokens where mask[t] {
        let ratio = ratio(rule.level, t, of: response)
        weights[t] =
          switch rule.weighting {
          case .none: 1
          case .truncate: bounds.clamp(ratio)
          case .mask: bounds.excludes(ratio) ? 0 : ratio
          }
      }
    }
    return weights
  }

  /// Mean over trained tokens, or over the responses that have any where a response has one weight.
  fileprivate func meanWeight(_ weights: [Double], level: RolloutCorrection.Level) -> Double {
    switch level {
    case .token: return weights.reduce(0, +) / Double(max(1, mask.count { $0 }))
    case .sequence, .geometric:
      let means = responses.filter { $0.trainedCount > 0 }.map { response in
        response.mean(response.tokens.reduce(0) { $0 + weights[$1] })
      }
      return means.reduce(0, +) / Double(max(1, means.count))
    }
  }
}

/// The filters that take a response as a whole.
private struct ResponseFilters {
  let product: Bounds
  let geometric: Bounds
  let k2Mean: Bounds
  let k3Mean: Bounds
  let k3: Bounds
  let veto: Bounds

  init(_ rule: RolloutCorrection) {
    product = Bounds(ofLog: rule.sequenceMin, rule.sequenceMax)
    geometric = Bounds(ofLog: rule.geometricMin, rule.geometricMax)
    k2Mean = Bounds(nil, rule.k2MeanMax)
    k3Mean = Bounds(nil, rule.k3MeanMax)
    k3 = Bounds(nil, rule.k3Max)
    veto = Bounds(rule.vetoMin, nil)
  }

  func drop(_ response: LogRatios.Response) -> Bool {
    product.excludes(response.clampedSum)
      || geometric.excludes(response.mean(response.clampedSum))
      || k2Mean.excludes(response.mean(response.k2Sum))
      || k3Mean.excludes(response.mean(response.k3Sum))
      || k3.excludes(response.k3Max)
      || veto.excludes(exp(response.smallest))
  }
}
