internal import Randomness
internal import Tensors

/// Draws one token from a row of logits.
///
/// The draw is a function of the logits, the parameters and one uniform number, by inverting the cumulative
/// distribution in the order of token ids.
struct TokenSampler {
  let parameters: SamplingParameters
  let kernels: Kernels

  struct Choice {
    var token: Int32
    /// Natural log of the token's probability under the distribution it was drawn from: after temperature, top-k and
    /// top-p. 0 for a greedy choice, which is certain.
    var logprob: Float
  }

  /// - Parameters:
  ///   - logits: `[1, V]`.
  ///   - uniform: In [0, 1).
  ///   - scratch: `[1, V]`, overwritten.
  /// - Returns: The token and its logprob.
  func sample(_ logits: Tensor, uniform: Float, scratch: Tensor) -> Choice {
    if parameters.temperature == 0 { return Choice(token: Int32(Kernels.indexOfMaximum(logits)), logprob: 0) }
    let inverse = 1 / parameters.temperature
    let logSum = kernels.softmax(logits, inverseTemperature: inverse, into: scratch)
    guard truncates(logits.columns) else {
      let token = Kernels.invertCumulative(scratch, at: uniform)
      return Choice(token: Int32(token), logprob: logits[0, token] * inverse - logSum)
    }
    let kept = keep(scratch)
    let total = kept.reduce(Float(0)) { $0 + scratch[0, $1] }
    let isKept = Set(kept)
    for token in 0..<scratch.columns where !isKept.contains(token) { scratch[0, token] = 0 }
    let token = Kernels.invertCumulative(scratch, at: uniform)
    return Choice(token: Int32(token), logprob: logarithm(scratch[0, token] / total))
  }

  private func truncates(_ vocab: Int) -> Bool {
    (parameters.topK > 0 && parameters.topK < vocab) || parameters.topP < 1
  }

  /// The tokens that top-k and then top-p leave, most probable first; equal ones in the order of their ids.
  private func keep(_ probabilities: Tensor) -> [Int] {
    let values = probabilities.values
    var order = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    if parameters.topK > 0 { order = Array(order.prefix(parameters.topK)) }
    guard parameters.topP < 1 else { return order }
    // Of what top-k left, renormalised: how Hugging Face and vLLM chain the two.
    let mass = order.reduce(Float(0)) { $0 + values[$1] }
    var sum: Float = 0
    var count = 0
    for token in order {
      count += 1
      sum += values[token] / mass
      if sum >= parameters.topP { break }
    }
    return Array(order.prefix(max(1, count)))
  }
}
