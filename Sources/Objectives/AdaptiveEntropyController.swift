/// Moves the weight of the entropy bonus by a fixed step, up while entropy is at or below its floor, down
/// above it.
///
///     applied_k = clip(c_k; min, max)  if H_k ≤ target, else 0
///     c_{k+1}   = clip(c_k + δ  if H_k ≤ target,  else c_k − δ;  min, max)
///
/// A value, as ``EntropicController``: one number of state, stored in checkpoints.
///
/// Skywork Open Reasoner 1, arXiv:2505.22312, §3.2.5; the tie and the bounds as in TRL.
public struct AdaptiveEntropyController: Sendable, Codable, Hashable {
  /// c, the weight that the next step may apply.
  public private(set) var coefficient: Double

  /// - Parameter coefficient: Where the weight starts (`entropy_coef`).
  public init(coefficient: Double = 0) {
    self.coefficient = coefficient
  }

  /// One optimizer step. An entropy that is no number applies 0 and moves nothing.
  ///
  /// - Parameters:
  ///   - entropy: Mean over the trained tokens of the step, nats.
  ///   - configuration: Floor, step and bounds.
  /// - Returns: Weight of the entropy bonus in this step.
  public mutating func step(entropy: Double, _ configuration: AdaptiveEntropy) -> Double {
    guard entropy.isFinite else { return 0 }
    func bounded(_ weight: Double) -> Double {
      min(max(weight, configuration.entropyCoefMin), configuration.entropyCoefMax)
    }
    let isLow = entropy <= configuration.entropyTarget
    let applied = isLow ? bounded(coefficient) : 0
    coefficient = bounded(
      bounded(coefficient) + (isLow ? configuration.entropyCoefDelta : -configuration.entropyCoefDelta))
    return applied
  }
}
