/// Group-relative advantages: one number per response, which all of its tokens share.
///
///     group   A_i = (R_i − mean_g) / (std_g + 1e-6)
///     batch   A_i = (R_i − mean_g) / (std over all rewards of the batch + 1e-6)
///     none    A_i =  R_i − mean_g
///
/// A response without a verdict (nil, or a reward that is not finite) has no advantage and is in no statistic.
/// A group with fewer than two verdicts has no advantages at all, since its mean would be the reward itself.
/// Only a group that was *asked* for one response keeps it, with mean 0 and std 1 as in verl, so A = R / (1 + 1e-6)
/// (R without scaling).
/// Where the rewards that are to be compared are all equal, the advantages are exactly 0, never rounding noise
/// divided by 1e-6.
///
/// - Parameters:
///   - rewards: group × member, reward units; the shaped totals. nil = no verdict.
///   - scaling: What the centred rewards are divided by.
///   - stdDdof: 1 = sample standard deviation (verl, TRL), 0 = population (as papers write it).
/// - Returns: group × member in the shape of `rewards`; nil where there is no advantage.
///
/// DeepSeekMath, arXiv:2402.03300, §4.1; `batch`: Lite PPO, arXiv:2508.08221; `none`: Dr. GRPO, arXiv:2503.20783.
/// TRL adds 1e-4 where we, like verl, add 1e-6.
public func groupAdvantages(rewards: [[Double?]], scaling: RewardScaling, stdDdof: Int) -> [[Double?]] {
  let judged = rewards.map { group in group.map { reward in reward.flatMap { $0.isFinite ? $0 : nil } } }
  let batchSpread = spread(of: judged.flatMap { $0.compactMap { $0 } }, ddof: stdDdof)
  return judged.map { group in
    let values = group.compactMap { $0 }
    let isSingle = group.count == 1
    guard values.count > 1 || (isSingle && values.count == 1) else { return group.map { _ in nil } }

    let mean = isSingle ? 0 : values.reduce(0, +) / Double(values.count)
    let groupSpread = isSingle ? 1 : spread(of: values, ddof: stdDdof)
    let divisor: Double? =
      switch scaling {
      case .group: groupSpread.map { $0 + stabilizer }
      case .batch: groupSpread == nil ? nil : batchSpread.map { $0 + stabilizer }
      case .none: groupSpread == nil ? nil : 1
      }
    return group.map { reward in reward.map { reward in divisor.map { (reward - mean) / $0 } ?? 0 } }
  }
}

/// Added to a standard deviation before dividing by it; reward units.
private let stabilizer = 1e-6

/// Standard deviation of values that differ; nil where they are all equal, 1 where there are fewer than two.
private func spread(of values: [Double], ddof: Int) -> Double? {
  guard values.count > 1, let first = values.first else { return 1 }
  guard values.contains(where: { $0 != first }) else { return nil }
  let mean = values.reduce(0, +) / Double(values.count)
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / Double(max(1, values.count - ddof))).squareRoot()
}
