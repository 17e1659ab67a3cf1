internal import Objectives

/// `rollout-correction.json`: weights, filters and diagnostics of one batch under the bounds of the settings.
package enum CorrectionKinds {
  package static func evaluate(
    _ kind: String, settings: Fields, input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    guard kind == "rollout_correction" else { throw ObjectiveFileError("`\(kind)` is no rollout correction") }
    let batch = try Batch(input)
    var bounded = RolloutCorrection()
    bounded.ratioMin = try settings.number("ratio_min", above: 0)
    bounded.ratioMax = try settings.number("ratio_max", above: 0)
    let geometricMin = try settings.number("geometric_min", above: 0)
    let geometricMax = try settings.number("geometric_max", above: 0)
    let largest = try settings.number("k3_max", above: 0)
    let veto = try settings.number("veto_min", above: 0)

    var expected: [String: JSONValue] = [:]
    for level in [RolloutCorrection.Level.token, .sequence] {
      var rule = bounded
      rule.level = level
      rule.weighting = .mask
      expected["\(level.rawValue)_mask"] = batch.weighted(rule)
      expected["trl_\(level.rawValue)_mask"] = batch.weightedAsTRL(rule)
      rule.weighting = .truncate
      rule.ratioMin = nil
      expected["\(level.rawValue)_truncate"] = batch.weighted(rule)
      expected["trl_\(level.rawValue)_truncate"] = batch.weightedAsTRL(rule)
      if level == .token { expected["effective_sample_share"] = batch.effectiveSampleShare(rule) }
      rule.normalizeWeights = true
      expected["\(level.rawValue)_truncate_normalized"] = batch.weighted(rule)
    }

    func filter(_ change: (inout RolloutCorrection) -> Void) -> RolloutCorrection {
      var rule = RolloutCorrection()
      rule.weighting = .none
      change(&rule)
      return rule
    }
    func boundTokens(_ rule: inout RolloutCorrection) {
      (rule.tokenMin, rule.tokenMax) = (bounded.ratioMin, bounded.ratioMax)
    }
    func boundMeans(_ rule: inout RolloutCorrection) {
      (rule.geometricMin, rule.geometricMax) = (geometricMin, geometricMax)
    }
    expected["filter_token"] = batch.filtered(filter(boundTokens))
    expected["filter_sequence"] = batch.filtered(
      filter { ($0.sequenceMin, $0.sequenceMax) = (bounded.ratioMin, bounded.ratioMax) })
    expected["filter_geometric"] = batch.filtered(filter(boundMeans))
    expected["filter_k2_mean"] = batch.filtered(filter { $0.k2MeanMax = largest })
    expected["filter_k3_mean"] = batch.filtered(filter { $0.k3MeanMax = largest })
    expected["filter_k3_max"] = batch.filtered(filter { $0.k3Max = largest })
    expected["filter_token_and_geometric"] = batch.filtered(
      filter {
        boundTokens(&$0)
        boundMeans(&$0)
      })
    expected["veto"] = ["kept": batch.kept(batch.corrected(filter { $0.vetoMin = veto }))]
    expected["diagnostics"] = .object(batch.diagnostics().named.mapValues { JSONValue($0) })
    return .object(expected)
  }

  /// Logprobs of two policies on the same tokens.
  private struct Batch {
    let ragged: Ragged
    let mask: [Bool]
    let old: [Double]
    let behavior: [Double]

    init(_ input: Fields) throws(ObjectiveFileError) {
      let rows = try input.masks("mask")
      ragged = Ragged(lengths: rows.map(\.count))
      mask = rows.flatMap { $0 }
      old = try input.packed("old_logprobs", offsets: ragged.offsets)
      behavior = try input.packed("behavior_logprobs", offsets: ragged.offsets)
    }

    func corrected(_ rule: RolloutCorrection) -> CorrectionOutcome {
      correct(
        oldLogprobs: old, behaviorLogprobs: behavior, offsets: ragged.offsets, mask: mask, rule: rule)
    }

    func diagnostics(weights: [Double]? = nil) -> OffPolicyDiagnostics {
      offPolicyDiagnostics(
        oldLogprobs: old, behaviorLogprobs: behavior, offsets: ragged.offsets, mask: mask, weights: weights,
        convention: .verl)
    }

    func weighted(_ rule: RolloutCorrection) -> JSONValue {
      let metrics = correctionMetrics(
        oldLogprobs: old, behaviorLogprobs: behavior, offsets: ragged.offsets, mask: mask, rule: rule,
        convention: .verl)
      return [
        "weights": JSONValue(ragged.rows(corrected(rule).weights)),
        "metrics": metrics.map { .object($0.named.mapValues { JSONValue($0) }) } ?? .null,
      ]
    }

    /// TRL cuts no logarithm, and gives tokens outside the mask the ratio of equal logprobs.
    func weightedAsTRL(_ rule: RolloutCorrection) -> JSONValue {
      let outcome = correct(
        oldLogprobs: mask.indices.map { mask[$0] ? old[$0] : 0 },
        behaviorLogprobs: mask.indices.map { mask[$0] ? behavior[$0] : 0 }, offsets: ragged.offsets,
        mask: mask.map { _ in true }, rule: rule, logRatioLimit: .infinity)
      return JSONValue(ragged.rows(outcome.weights))
    }

    func effectiveSampleShare(_ rule: RolloutCorrection) -> JSONValue {
      JSONValue(diagnostics(weights: corrected(rule).weights).effectiveSampleShare)
    }

    func filtered(_ rule: RolloutCorrection) -> JSONValue {
      let outcome = corrected(rule)
      return [
        "kept": kept(outcome), "masked_fraction": JSONValue(outcome.filteredTokenShare),
        "response_masked_fraction": JSONValue(outcome.filteredResponseShare),
      ]
    }

    func kept(_ outcome: CorrectionOutcome) -> JSONValue {
      JSONValue(ragged.rows(outcome.kept.map { $0 ? 1 : 0 }))
    }
  }
}
