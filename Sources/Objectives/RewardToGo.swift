/// Rewards per token where the KL to the reference counts in the reward.
///
///     r_t = −β · KL_t  over trained tokens,  plus the outcome on the response's last trained token
///
/// A response without trained tokens has none of either.
///
/// - Parameters:
///   - outcomes: `[R]`, reward units.
///   - kl: `[T]`, estimate of KL(π_old ‖ π_ref), nats; use k1 here.
///   - beta: Reward units per nat.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
/// - Returns: `[T]`, 0 outside the mask.
///
/// REINFORCE++, arXiv:2501.03262, eq. 8; InstructGPT, arXiv:2203.02155, eq. 2.
public func tokenRewards(
  outcomes: [Double], kl: [Double], beta: Double, offsets: [Int], mask: [Bool]
) -> [Double] {
  precondition(
    kl.count == mask.count && offsets.count == outcomes.count + 1,
    "\(kl.count) KL values, \(mask.count) mask entries, \(outcomes.count) outcomes, offsets \(offsets)")
  var rewards = zip(kl, mask).map { $1 ? -beta * $0 : 0 }
  for (response, outcome) in outcomes.enumerated() {
    guard let last = (offsets[response]..<offsets[response + 1]).last(where: { mask[$0] }) else { continue }
    rewards[last] += outcome
  }
  return rewards
}

/// What each token still earns: the discounted sum of rewards from it to the end of its response.
///
///     G_t = r_t + γ · G_next(t),      next(t) = the next *trained* token
///
/// Tokens that were put in (tool output) take no step of time: the return passes over them undiscounted. A
/// reward on one of them belongs to the trained tokens before it.
///
/// - Parameters:
///   - tokenRewards: `[T]`, reward units.
///   - offsets: `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - gamma: Discount per trained token.
/// - Returns: `[T]`, reward units; 0 outside the mask.
///
/// REINFORCE++, arXiv:2501.03262; verl's `compute_reinforce_plus_plus_outcome_advantage`.
public func returnsToGo(
  _ tokenRewards: [Double], offsets: [Int], mask: [Bool], gamma: Double
) -> [Double] {
  precondition(
    tokenRewards.count == mask.count && offsets.last == mask.count,
    "\(tokenRewards.count) rewards, \(mask.count) mask entries, offsets \(offsets)")
  var returns = [Double](repeating: 0, count: mask.count)
  for (begin, end) in zip(offsets, offsets.dropFirst()) {
    var later = 0.0
    for t in (begin..<end).reversed() {
      if mask[t] {
        later = tokenRewards[t] + gamma * later
        returns[t] = later
      } else {
        later += tokenRewards[t]
      }
    }
  }
  return returns
}
