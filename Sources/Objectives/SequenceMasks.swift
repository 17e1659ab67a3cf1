/// The tokens whose entropy is among the highest of the step: forks in the road, which carry most of what RL
/// teaches.
///
///     kept_t  iff  H_t ≥ quantile(H of trained tokens, 1 − topQuantile)
///
/// The quantile interpolates linearly between neighbours; ties at the threshold are all kept. `topQuantile` 1
/// keeps every trained token. An entropy that is no number is in no quantile and not kept.
///
/// - Parameters:
///   - entropies: `[T]`, nats, all tokens of the optimizer step.
///   - mask: `[T]`, trained tokens.
///   - topQuantile: Share to keep, 0 to 1 (TRL's `top_entropy_quantile`).
/// - Returns: `[T]`, true = keeps its policy loss; false outside the mask.
///
/// Beyond the 80/20 Rule, arXiv:2506.01939, §5.
public func highEntropyMask(entropies: [Double], mask: [Bool], topQuantile: Double) -> [Bool] {
  precondition(entropies.count == mask.count, "\(entropies.count) entropies, \(mask.count) mask entries")
  let trained = zip(entropies, mask).filter { $1 && !$0.isNaN }.map { $0.0 }.sorted()
  guard let threshold = quantile(of: trained, 1 - topQuantile) else { return mask.map { _ in false } }
  return zip(entropies, mask).map { $1 && $0 >= threshold }
}

/// Which tokens of responses stay when what moved too far away is left out.
///
///     kept_t  iff  A_t ≥ 0  or  mean over the response of (behaviorLogprob − logprob) ≤ threshold
///
/// A bad answer that the policy would hardly give any more teaches nothing but noise; good ones always count.
/// The mean is over the trained tokens of the response, the logprobs are detached.
///
/// - Parameters:
///   - advantages: `[T]`, reward units.
///   - logprobs: `[T]`, nats, under the policy in training.
///   - behaviorLogprobs: `[T]`, nats, under the policy that sampled.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - threshold: Nats per token (`off_policy_mask_threshold`).
/// - Returns: `[T]`, true = keeps its policy loss; false outside the mask.
///
/// DeepSeek-V3.2, arXiv:2512.02556, eq. 9; TRL's `off_policy_mask_threshold`.
public func offPolicySequenceMask(
  advantages: [Double], logprobs: [Double], behaviorLogprobs: [Double], offsets: [Int], mask: [Bool],
  threshold: Double
) -> [Bool] {
  precondition(
    [logprobs.count, behaviorLogprobs.count, mask.count].allSatisfy { $0 == advantages.count },
    "arrays of \(advantages.count), \(logprobs.count), \(behaviorLogprobs.count) and \(mask.count) tokens")
  var kept = mask
  for (begin, end) in zip(offsets, offsets.dropFirst()) {
    var distance = 0.0
    var count = 0
    for t in begin..<end where mask[t] {
      distance += behaviorLogprobs[t] - logprobs[t]
      count += 1
    }
    guard count > 0, distance / Double(count) > threshold else { continue }
    for t in begin..<end where advantages[t] < 0 { kept[t] = false }
  }
  return kept
}

/// The value below which a share of sorted values lies, interpolated linearly; nil if there are none.
func quantile(of sorted: [Double], _ share: Double) -> Double? {
  guard let last = sorted.last else { return nil }
  var rank = min(1, max(0, share)) * Double(sorted.count - 1)
  // 0.3 · 10 is to be 3: what its rounding adds would put the threshold above the value at that rank.
  if abs(rank - rank.rounded()) < 1e-6 { rank = rank.rounded() }
  let below = Int(rank)
  guard below + 1 < sorted.count else { return last }
  return sorted[below] + (rank - Double(below)) * (sorted[below + 1] - sorted[below])
}
