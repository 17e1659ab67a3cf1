#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// One token's distribution, in double precision: what the fused head (`LanguageModelHead`) computes in blocks.
///
///     z = logits / temperature,  lse = max z + log Σ_v exp(z_v − max z),  p_v = exp(z_v − lse)
///     logprob = z_label − lse,   entropy = −Σ_v p_v log p_v
///
/// A token without any probability (a logit of −∞) adds nothing to the entropy.
public struct TokenDistribution: Sendable {
  /// Of the label, nats.
  public let logprob: Double
  /// Nats.
  public let entropy: Double
  /// log p, `[V]`.
  private let logProbabilities: [Double]
  private let label: Int
  private let temperature: Double

  /// - Parameters:
  ///   - logits: `[V]`, before the temperature.
  ///   - label: The token that was taken.
  ///   - temperature: Divides the logits; above 0.
  public init(logits: [Double], label: Int, temperature: Double) {
    precondition(logits.indices.contains(label), "label \(label) of \(logits.count) logits")
    precondition(temperature > 0, "temperature \(temperature)")
    let scaled = logits.map { $0 / temperature }
    let largest = scaled.max() ?? 0
    let sum = scaled.reduce(0) { $0 + exp($1 - largest) }
    // The maximum is taken out first and put back never: log p does not suffer from large logits.
    logProbabilities = scaled.map { ($0 - largest) - log(sum) }
    logprob = logProbabilities[label]
    entropy = logProbabilities.reduce(0) { $1 == -.infinity ? $0 : $0 - exp($1) * $1 }
    self.label = label
    self.temperature = temperature
  }

  /// Gradient of a loss with respect to the logits.
  ///
  ///     dlogit_v = (dlogprob (1[v = label] − p_v) − dentropy · p_v (log p_v + entropy)) / temperature
  ///
  /// - Parameters:
  ///   - dLogprob: dL/dlogprob.
  ///   - dEntropy: dL/dentropy.
  /// - Returns: `[V]`.
  public func dLogits(dLogprob: Double, dEntropy: Double) -> [Double] {
    logProbabilities.enumerated().map { v, logProbability in
      let p = exp(logProbability)
      let ofEntropy = logProbability == -.infinity ? 0 : p * (logProbability + entropy)
      return (dLogprob * ((v == label ? 1 : 0) - p) - dEntropy * ofEntropy) / temperature
    }
  }
}
