private import Foundation

/// Ratios and ages of responses that were sampled in segments by several versions of the policy.
public struct SegmentRatios: Sendable {
  /// SAIS: π_θ / the policy that really sampled the token, `[T]`.
  public var sais: [Double]
  /// POIS: π_θ / π_θ = 1, `[T]`.
  public var pois: [Double]
  /// Trainer version − version that sampled, `[T]`, versions.
  public var lag: [Int]
  /// Largest lag of each response, `[R]`, versions; 0 for an empty one.
  public var staleness: [Int]
  /// Share of the tokens with lag 0; 0 if there are none.
  public var onPolicyShare: Double
}

/// UloRL's two stances on tokens of several behavior policies.
///
///     SAIS   r_t = π_θ(o_t) / π_f(t)(o_t), f(t) = the version that sampled token t
///     POIS   r_t = π_θ(o_t) / π_θ(o_t) = 1: every segment is taken as the last one, the clip never acts
///     TOIS   what SAIS is for a response of one segment
///
/// A response that several versions sampled in turn is a sample of one behavior policy, whose logprob at each
/// token is the stored one (AReaL, arXiv:2505.24298, proposition 1); nothing but the lag depends on where
/// segments end.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training.
///   - behaviorLogprobs: `[T]`, nats, each under the version that sampled it.
///   - offsets: `[R + 1]`.
///   - versions: `[T]`, the version that sampled the token.
///   - trainerVersion: The version in training.
/// - Returns: Ratios, lags and their summaries.
///
/// UloRL, arXiv:2507.19766, §3.2.
public func segmentRatios(
  logprobs: [Double], behaviorLogprobs: [Double], offsets: [Int], versions: [Int], trainerVersion: Int
) -> SegmentRatios {
  precondition(
    behaviorLogprobs.count == logprobs.count && versions.count == logprobs.count
      && offsets.last == logprobs.count,
    "arrays of \(logprobs.count), \(behaviorLogprobs.count) and \(versions.count) tokens, offsets \(offsets)")
  let lag = versions.map { trainerVersion - $0 }
  return SegmentRatios(
    sais: zip(logprobs, behaviorLogprobs).map { exp($0 - $1) },
    pois: logprobs.map { _ in 1 },
    lag: lag,
    staleness: zip(offsets, offsets.dropFirst()).map { lag[$0..<$1].max() ?? 0 },
    onPolicyShare: Double(lag.count { $0 == 0 }) / Double(max(1, lag.count)))
}
