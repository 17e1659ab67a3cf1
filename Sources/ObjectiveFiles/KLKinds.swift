internal import Objectives

/// `kl.json`: estimators of the KL to the reference, per token and as the loss of a batch.
package enum KLKinds {
  package static func evaluate(
    _ kind: String, settings: Fields, input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    guard kind == "kl" else { throw ObjectiveFileError("`\(kind)` is no KL") }
    let rows = try input.masks("mask")
    let ragged = Ragged(lengths: rows.map(\.count))
    let logprobs = try input.packed("logprobs", offsets: ragged.offsets)
    let reference = try input.packed("reference_logprobs", offsets: ragged.offsets)
    let batch = TokenBatch(
      offsets: ragged.offsets, mask: rows.flatMap { $0 }, logprobs: logprobs,
      oldLogprobs: try input.packed("old_logprobs", offsets: ragged.offsets),
      referenceLogprobs: reference, advantages: logprobs.map { _ in 0 })
    let counts = batch.trainedCounts
    let weights = tokenWeights(
      mode: .tokenMean, responseTokenCounts: counts, totals: StepTotals(responseTokenCounts: counts),
      constant: 1)

    func perToken(_ estimate: (_ logprob: Double, _ reference: Double) -> KLEstimate) -> JSONValue {
      let estimates = zip(logprobs, reference).map(estimate)
      let mean = aggregate(
        estimates.map(\.value), offsets: batch.offsets, mask: batch.mask, weights: weights)
      return [
        "value": JSONValue(ragged.rows(estimates.map(\.value))),
        "grad": JSONValue(ragged.rows(estimates.map(\.dLogprob))), "token_mean": JSONValue(mean),
      ]
    }
    func asLoss(_ level: RatioLevel?) -> JSONValue {
      let loss = referenceKL(batch, weights: weights, estimator: .k3, ratioLevel: level)
      return [
        "token_mean": JSONValue(loss.loss), "token_mean_grad": JSONValue(ragged.rows(loss.dLogprobs)),
      ]
    }
    var expected: [String: JSONValue] = [
      "abs": perToken { absoluteKLEstimate(logprob: $0, referenceLogprob: $1) },
      "k3+": perToken { straightThroughKLEstimate(logprob: $0, referenceLogprob: $1, cap: verlCap) },
      "k3_unclamped": asLoss(nil), "k3_importance_corrected": asLoss(.token),
    ]
    for estimator in KLEstimator.allCases {
      expected[estimator.rawValue] = perToken {
        klEstimate(logprob: $0, referenceLogprob: $1, estimator: estimator, cap: verlCap)
      }
    }
    return .object(expected)
  }

  /// Where verl cuts k3.
  private static let verlCap = 10.0
}
