private import Foundation

/// Which tokens the policy has mastered, and how sure of itself it is in each response.
public struct MasteredTokens: Sendable {
  /// `[T]`, true = loses its policy loss and keeps its place in the denominator.
  public var masked: [Bool]
  /// Mean entropy over the trained tokens, `[R]`, nats; 0 where there are none.
  public var responseEntropy: [Double]
}

/// UloRL's dynamic masking of well-mastered positive tokens.
///
///     H_i = mean over trained tokens of H_t
///     masked_t  iff  response i is right  and  H_i < gate  and  p_t ≥ threshold
///
/// Pushing a token that is nearly certain even higher takes entropy and teaches nothing; above the gate
/// entropy is no concern and nothing is masked. Logprobs are compared with log(threshold), so that a token at
/// the threshold is in.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training, at the rollout temperature.
///   - entropies: `[T]`, nats, of the same distributions.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - isCorrect: `[R]`, raw correctness.
///   - rule: Threshold and gate.
/// - Returns: The masked tokens and the entropies that decided.
///
/// UloRL, arXiv:2507.19766, §3.3; the minus sign that its entropy lacks is in.
public func masteredTokens(
  logprobs: [Double], entropies: [Double], offsets: [Int], mask: [Bool], isCorrect: [Bool],
  rule: MasteredTokenRule
) -> MasteredTokens {
  precondition(
    entropies.count == logprobs.count && mask.count == logprobs.count && offsets.count == isCorrect.count + 1,
    "\(logprobs.count), \(entropies.count), \(mask.count) tokens; \(offsets) for \(isCorrect.count) verdicts")
  let bound = log(rule.threshold)
  var result = MasteredTokens(masked: Array(repeating: false, count: mask.count), responseEntropy: [])
  for response in isCorrect.indices {
    let trained = (offsets[response]..<offsets[response + 1]).filter { mask[$0] }
    let entropy = trained.reduce(0) { $0 + entropies[$1] } / Double(max(1, trained.count))
    result.responseEntropy.append(entropy)
    guard isCorrect[response], entropy < rule.entropyGate else { continue }
    for t in trained where logprobs[t] >= bound { result.masked[t] = true }
  }
  return result
}
