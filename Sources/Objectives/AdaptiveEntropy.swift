/// Moves the weight of the entropy bonus step by step, so that entropy does not fall below a floor
/// (Skywork Open Reasoner 1, arXiv:2505.22312, §3.2.5; names as in TRL).
public struct AdaptiveEntropy: Sendable, Hashable {
  /// Nats, at the rollout temperature: the bonus is applied at or below it.
  public var entropyTarget: Double = 0.2
  /// What an optimizer step adds to the weight, or takes off it.
  public var entropyCoefDelta: Double = 0.005
  public var entropyCoefMin: Double = 0
  public var entropyCoefMax: Double = 1

  public init() {}
}
