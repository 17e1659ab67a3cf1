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
    guard truncates(logits.columns) else {
      let drawn = kernels.draw(logits, inverseTemperature: inverse, uniform: uniform, scratch: scratch)
      return Choice(token: Int32(drawn.token), logprob: drawn.logprob)
    }
    kernels.softmax(logits, inverseTemperature: inverse, into: scratch)
    let kept = keep(scratch.values)
    let total = kept.reduce(Float(0)) { $0 + scratch[0, $1] }
    let probabilities = kept.sorted().map { (token: $0, probability: scratch[0, $0]) }
    // The threshold is a share of what the kept ones do add up to, in the order of tokens.
    // Uniform numbers are multiples of 2⁻²⁴, taken at the middle of their cells.
    let threshold = (Double(uniform) + 0x1p-25) * probabilities.reduce(0.0) { $0 + Double($1.probability) }
    var sum = 0.0
    var chosen = probabilities[0]
    for candidate in probabilities where candidate.probability > 0 {
      sum += Double(candidate.probability)
      chosen = candidate
      if sum > threshold { break }
    }
    return Choice(token: Int32(chosen.token), logprob: logarithm(chosen.probability / total))
  }

  /// A token that was not drawn, with its logprob at the sampling temperature (1 where that is greedy).
  func force(_ token: Int32, _ logits: Tensor) -> Choice {
    let inverse = parameters.temperature == 0 ? 1 : 1 / parameters.temperature
    let out = Tensor(rows: 3, columns: 1)
    kernels.logprob(logits, inverseTemperature: inverse, targets: [token], out: out, at: 0)
    return Choice(token: token, logprob: out[0, 0])
  }

  private func truncates(_ vocab: Int) -> Bool {
    (parameters.topK > 0 && parameters.topK < vocab) || parameters.topP < 1
  }

  /// The tokens that top-k and then top-p leave, most probable first; equal ones in the order of their ids.
  private func keep(_ probabilities: [Float]) -> [Int] {
    let isBounded = parameters.topK > 0 && parameters.topK < probabilities.count
    // Sorting all of a large vocabulary takes longer than the model does: begin with the tokens above a bound, and
    // lower it until the wanted ones are among them.
    var bound = 1 / Float(4 * probabilities.count)
    while true {
      let isAll = bound < 1e-30
      let candidates =
        isAll ? Array(probabilities.indices) : probabilities.indices.filter { probabilities[$0] >= bound }
      bound /= 1000
      if !isAll, isBounded, candidates.count < parameters.topK { continue }
      var order = candidates.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
      if isBounded { order = Array(order.prefix(parameters.topK)) }
      guard parameters.topP < 1 else { return order }
      // Of what top-k left, renormalised: how Hugging Face and vLLM chain the two.
      let mass = isBounded ? order.reduce(Float(0)) { $0 + probabilities[$1] } : 1
      var sum: Float = 0
      for (count, token) in order.enumerated() {
        sum += probabilities[token] / mass
        if sum >= parameters.topP { return Array(order.prefix(count + 1)) }
      }
      if isAll || isBounded { return order }
    }
  }
}
