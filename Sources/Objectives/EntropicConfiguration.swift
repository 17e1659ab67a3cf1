/// EntroPIC's controller and its term of the loss (arXiv:2511.15248; defaults from the released code).
public struct EntropicConfiguration: Sendable, Hashable {
  /// What the mean over the confident tokens is taken over.
  public enum Denominator: String, Sendable, CaseIterable {
    /// The confident tokens themselves (the released code).
    case highProbTokens = "high_prob_tokens"
    /// All trained tokens, which makes the weights of confident tokens exactly 1 ± α.
    case allTokens = "all_tokens"
  }

  /// Nats, at the rollout temperature; nil = the controller is off.
  public var targetEntropy: Double? = 0.1
  public var kp: Double = 1
  public var ki: Double = 0.01
  /// Tokens above this probability are confident.
  public var highProbThreshold: Double = 0.95
  public var denominator: Denominator = .highProbTokens
  /// Freezes the integral while α saturates and the error has its sign.
  public var antiWindup = true
  /// Measures the entropy anew before every update; false: later mini-batches use what the one before saw.
  public var exactEntropy = false
  /// Sets the integral to 0 where a stage begins.
  public var resetOnStage = true

  public init() {}
}
