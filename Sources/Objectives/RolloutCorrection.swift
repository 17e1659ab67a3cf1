/// How the distance between the policy that sampled and the one that anchors the ratio is corrected for: weights and
/// filters from ρ = π_old / π_b, token by token, with the logprob each token was really sampled with.
///
/// Bounds are of the ratio itself, as they read; every filter has its own, and one side alone works. What a filter or a
/// bound takes away keeps its place in the denominators, so that a mask never makes the step larger. Only tokens that are
/// too old (`max_token_staleness`) leave both.
public struct RolloutCorrection: Sendable, Hashable {
  public enum Weighting: String, Sendable, CaseIterable {
    /// Filters only.
    case none
    /// Weights beyond a bound are set to it (TIS).
    case truncate
    /// Weights beyond a bound are set to 0 (MIS, IcePop).
    case mask
  }

  /// Of what the weight is the ratio.
  public enum Level: String, Sendable, CaseIterable {
    case token
    /// The product over the response, on each of its tokens.
    case sequence
    /// exp of the mean log ratio over the response, on each of its tokens.
    case geometric
  }

  public var weighting: Weighting = .truncate
  public var level: Level = .token
  /// Bounds of the weight; nil = none.
  public var ratioMin: Double?
  public var ratioMax: Double? = 2
  /// Divides the weights by their mean over the optimizer step: over trained tokens, or over responses where each has one
  /// weight (as verl does).
  public var normalizeWeights = false
  /// Filter tokens by their ratio.
  public var tokenMin: Double?
  public var tokenMax: Double?
  /// Filter responses by the product of their ratios.
  public var sequenceMin: Double?
  public var sequenceMax: Double?
  /// Filter responses by the geometric mean of their ratios.
  public var geometricMin: Double?
  public var geometricMax: Double?
  /// Filter responses by the mean of ½(log ρ)², the mean of ρ − 1 − log ρ, and the largest of the latter; nats.
  public var k2MeanMax: Double?
  public var k3MeanMax: Double?
  public var k3Max: Double?
  /// Filter responses with any token whose ratio is below.
  public var vetoMin: Double?
  /// Tokens sampled by a policy more than this many versions old are not trained and not counted; nil = all are.
  public var maxTokenStaleness: Int?

  public init() {}
}
