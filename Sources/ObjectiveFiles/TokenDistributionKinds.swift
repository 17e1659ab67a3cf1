internal import Transformer

/// The kind of `token-distribution.json`.
package enum TokenDistributionKinds {
  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    guard kind == "token_distribution" else {
      throw ObjectiveFileError("`\(kind)` is not a kind of token distribution")
    }
    let temperature = try settings.number("temperature", default: 1)
    guard temperature > 0 else { throw settings.error("temperature", "is \(temperature), not above 0") }
    let (logits, labels) = (try input.rows("logits"), try input.integers("labels"))
    let dLogprobs = try input.numbers("upstream_logprob")
    let dEntropies = try input.numbers("upstream_entropy")
    guard [labels.count, dLogprobs.count, dEntropies.count].allSatisfy({ $0 == logits.count }) else {
      throw input.error("labels", "and the upstream gradients need one number for each row of `logits`")
    }
    for (row, label) in zip(logits, labels) where !row.indices.contains(label) {
      throw input.error("labels", "holds \(label), with \(row.count) logits")
    }
    let tokens = zip(logits, labels).map {
      TokenDistribution(logits: $0, label: $1, temperature: temperature)
    }
    return [
      "logprobs": JSONValue(tokens.map(\.logprob)), "entropies": JSONValue(tokens.map(\.entropy)),
      "logits_grad_of_logprob": JSONValue(
        zip(tokens, dLogprobs).map { $0.dLogits(dLogprob: $1, dEntropy: 0) }),
      "logits_grad_of_entropy": JSONValue(
        zip(tokens, dEntropies).map { $0.dLogits(dLogprob: 0, dEntropy: $1) }),
    ]
  }
}
