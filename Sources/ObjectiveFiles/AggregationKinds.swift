import Objectives

/// `aggregation.json`: token losses to one number, whole and in micro-batches.
package enum AggregationKinds {
  package static let kinds = ["aggregation"]

  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    guard kind == "aggregation" else { throw ObjectiveFileError("`\(kind)` is not an aggregation") }
    let mask = try input.masks("mask")
    let ragged = Ragged(lengths: mask.map(\.count))
    let values = ragged.rows(try input.packed("values", offsets: ragged.offsets))
    let counts = mask.map { row in row.count { $0 } }
    let parts = input.has("micro_batches") ? try input.integerRows("micro_batches") : []
    guard parts.joined().allSatisfy(mask.indices.contains) else {
      throw input.error("micro_batches", "names a response that is not there")
    }
    let totals = StepTotals.trainedOnly(responseTokenCounts: counts)
    let constant = try settings.number("constant", above: 0)

    func loss(of rows: [Int], _ weights: [Double]) -> Double {
      aggregate(
        rows.flatMap { values[$0] }, offsets: Ragged(lengths: rows.map { mask[$0].count }).offsets,
        mask: rows.flatMap { mask[$0] }, weights: rows.map { weights[$0] })
    }
    func entry(_ mode: String, _ weights: [Double]) -> JSONValue {
      var entry: [String: JSONValue] = [
        "mode": .string(mode), "loss": JSONValue(loss(of: Array(mask.indices), weights)),
        "weight": JSONValue(zip(mask, weights).map { row, weight in row.map { $0 ? weight : 0 } }),
      ]
      if !parts.isEmpty { entry["micro_batch_losses"] = JSONValue(parts.map { loss(of: $0, weights) }) }
      return .object(entry)
    }

    let modes = LossAggregation.allCases.map { mode in
      entry(
        mode.rawValue,
        tokenWeights(
          mode: mode, responseTokenCounts: counts, totals: totals, constant: constant,
          stabilizer: verlStabilizer))
    }
    let sum = entry("token-sum", tokenSumWeights(responseTokenCounts: counts))
    return ["aggregations": .array(modes + [sum])]
  }
}
