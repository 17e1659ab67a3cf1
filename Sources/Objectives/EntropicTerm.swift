private import Foundation

/// EntroPIC's extra term of the loss.
public struct EntropicTerm: Sendable {
  /// Reward units.
  public var loss: Double
  /// dloss/dlogprob, `[T]`.
  public var dLogprobs: [Double]
  /// Whether the term counts the token, `[T]`.
  public var highProb: [Bool]
}

/// The trained tokens whose probability lies above a threshold, strictly.
///
/// Logprobs are compared with log(threshold): a probability recomputed from its logprob can fall on the wrong
/// side.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training.
///   - mask: `[T]`, trained tokens.
///   - threshold: Probability.
/// - Returns: `[T]`.
public func highProbTokens(logprobs: [Double], mask: [Bool], threshold: Double) -> [Bool] {
  precondition(logprobs.count == mask.count, "\(logprobs.count) logprobs, \(mask.count) mask entries")
  let bound = log(threshold)
  return zip(logprobs, mask).map { $1 && $0 > bound }
}

/// α times the mean over confident tokens of −r·|A|, to be added to the policy loss.
///
///     L_α = α / N_c · Σ_{t: p_t > threshold} −r_t · |A_t|        dL_α/dlogprob_t = −α · r_t · |A_t| / N_c
///
/// With N_c = all trained tokens the objective weighs confident tokens exactly 1 + α where A > 0 and 1 − α
/// where A < 0; with N_c = the confident tokens themselves (the released code) it acts N / N_c times as
/// strongly. There is no clip, no dual clip and no correction weight on it. No confident token, or α = 0,
/// gives 0.
///
/// - Parameters:
///   - logprobs: `[T]`, nats, under the policy in training.
///   - oldLogprobs: `[T]`, nats, under the policy that anchors the ratio.
///   - advantages: `[T]`, reward units.
///   - mask: `[T]`, trained tokens.
///   - alpha: From ``EntropicController``.
///   - threshold: Probability above which a token is confident.
///   - denominatorCount: N_c, counted over the whole optimizer step.
/// - Returns: The term alone; those of micro-batches add up to that of the step.
///
/// EntroPIC, arXiv:2511.15248, as in its released code.
public func entropicTerm(
  logprobs: [Double], oldLogprobs: [Double], advantages: [Double], mask: [Bool], alpha: Double,
  threshold: Double, denominatorCount: Int
) -> EntropicTerm {
  precondition(
    oldLogprobs.count == logprobs.count && advantages.count == logprobs.count,
    "arrays of \(logprobs.count), \(oldLogprobs.count) and \(advantages.count) tokens")
  let highProb = highProbTokens(logprobs: logprobs, mask: mask, threshold: threshold)
  var term = EntropicTerm(
    loss: 0, dLogprobs: Array(repeating: 0, count: logprobs.count), highProb: highProb)
  guard alpha != 0 else { return term }
  let weight = alpha / Double(max(denominatorCount, 1))
  for t in highProb.indices where highProb[t] {
    // The token's loss is linear in its ratio, so value and derivative with respect to the logprob are one
    // number.
    let value = -weight * exp(logprobs[t] - oldLogprobs[t]) * abs(advantages[t])
    term.loss += value
    term.dLogprobs[t] = value
  }
  return term
}
