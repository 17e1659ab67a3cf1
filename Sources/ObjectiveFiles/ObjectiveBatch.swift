import Objectives

/// The ragged rows of a case as a batch of tokens, and how to get back to rows.
struct ObjectiveBatch {
  let ragged: Ragged
  var tokens: TokenBatch

  /// Reads `mask`, `logprobs`, `old_logprobs`, `advantages` and, where they are there, `reference_logprobs`,
  /// `entropies` and `weights` (as the correction).
  init(_ input: Fields) throws(ObjectiveFileError) {
    let mask = try input.masks("mask")
    ragged = Ragged(lengths: mask.map(\.count))
    tokens = TokenBatch(
      offsets: ragged.offsets, mask: mask.flatMap { $0 },
      logprobs: try input.packed("logprobs", offsets: ragged.offsets),
      oldLogprobs: try input.packed("old_logprobs", offsets: ragged.offsets),
      referenceLogprobs: try input.packedIfThere("reference_logprobs", offsets: ragged.offsets),
      entropies: try input.packedIfThere("entropies", offsets: ragged.offsets),
      advantages: try input.packed("advantages", offsets: ragged.offsets),
      correction: try input.packedIfThere("weights", offsets: ragged.offsets))
  }

  /// Values per token as rows.
  func rows(_ values: [Double]) -> JSONValue { JSONValue(ragged.rows(values)) }

  /// One response by itself.
  func response(_ i: Int) -> TokenBatch {
    let range = tokens.tokens(of: i)
    return TokenBatch(
      offsets: [0, range.count], mask: Array(tokens.mask[range]), logprobs: Array(tokens.logprobs[range]),
      oldLogprobs: Array(tokens.oldLogprobs[range]),
      referenceLogprobs: tokens.referenceLogprobs.map { Array($0[range]) },
      entropies: tokens.entropies.map { Array($0[range]) }, advantages: Array(tokens.advantages[range]),
      correction: tokens.correction.map { Array($0[range]) }, chosen: tokens.chosen.map { Array($0[range]) })
  }
}

extension Fields {
  func packedIfThere(_ key: String, offsets: [Int]) throws(ObjectiveFileError) -> [Double]? {
    has(key) ? try packed(key, offsets: offsets) : nil
  }

  /// A number that a function of ours takes only above a bound.
  func number(_ key: String, default fallback: Double? = nil, above bound: Double)
    throws(ObjectiveFileError) -> Double
  {
    let value = if let fallback { try number(key, default: fallback) } else { try number(key) }
    guard value > bound else { throw error(key, "is \(value), it has to be above \(bound)") }
    return value
  }
}
