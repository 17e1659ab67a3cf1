private import Foundation

/// Estimators of KL(π_θ ‖ π_ref) from one sampled token, d = logprob − referenceLogprob.
///
/// John Schulman, "Approximating KL Divergence" (2020), http://joschu.net/blog/kl-approx.html
public enum KLEstimator: String, Sendable, CaseIterable {
  /// d. Right on average as a number; as a *loss* its expected gradient is 0, so use it inside rewards only.
  case k1
  /// d² / 2. Biased, but its gradient is that of the KL in expectation.
  case k2
  /// exp(−d) + d − 1. Right on average, never negative: the KL term of GRPO.
  case k3
}

/// One token's estimate of KL(π_θ ‖ π_ref) and its derivative.
public struct KLEstimate: Sendable, Hashable {
  /// Nats.
  public var value: Double
  /// dvalue/dlogprob, no unit.
  public var dLogprob: Double

  public init(value: Double, dLogprob: Double) {
    self.value = value
    self.dLogprob = dLogprob
  }
}

/// The estimate for one token.
///
///     k1: d, derivative 1     k2: d²/2, derivative d     k3: exp(−d) + d − 1, derivative 1 − exp(−d)
///
/// Equal logprobs give 0 and, but for k1, derivative 0. k3 has no upper bound, as in the paper and in TRL;
/// for a token that the reference finds e^709 times likelier it is infinite, and the step is refused.
///
/// - Parameters:
///   - logprob: Nats, under the policy in training.
///   - referenceLogprob: Nats, under the frozen reference.
///   - estimator: Which of the three.
///   - cap: Largest k3 that counts; a token beyond it gets this value and derivative 0 (verl uses 10). nil =
///     none.
/// - Returns: Value in nats, and its derivative with respect to `logprob`.
///
/// k3 as a loss: DeepSeekMath, arXiv:2402.03300, eq. 4.
public func klEstimate(
  logprob: Double, referenceLogprob: Double, estimator: KLEstimator, cap: Double? = nil
) -> KLEstimate {
  let d = logprob - referenceLogprob
  switch estimator {
  case .k1: return KLEstimate(value: d, dLogprob: 1)
  case .k2: return KLEstimate(value: d * d / 2, dLogprob: d)
  case .k3:
    // expm1 keeps the digits that exp(−d) − 1 loses when the two policies are nearly the same.
    let change = expm1(-d)
    let value = change + d
    if let cap, value > cap { return KLEstimate(value: cap, dLogprob: 0) }
    // Rounding can leave a tiny negative number; a comparison, unlike max, lets a NaN through.
    return KLEstimate(value: value < 0 ? 0 : value, dLogprob: -change)
  }
}

/// |d| and its derivative ±1, 0 where the logprobs are equal: verl's `abs`, for comparison only.
package func absoluteKLEstimate(logprob: Double, referenceLogprob: Double) -> KLEstimate {
  let d = logprob - referenceLogprob
  return KLEstimate(value: abs(d), dLogprob: d > 0 ? 1 : d < 0 ? -1 : d)
}

/// The value of k3 with the derivative of k2: verl's straight-through `k3+`, for comparison only.
package func straightThroughKLEstimate(logprob: Double, referenceLogprob: Double, cap: Double?) -> KLEstimate
{
  let value = klEstimate(logprob: logprob, referenceLogprob: referenceLogprob, estimator: .k3, cap: cap)
  let slope = klEstimate(logprob: logprob, referenceLogprob: referenceLogprob, estimator: .k2)
  return KLEstimate(value: value.value, dLogprob: slope.dLogprob)
}
