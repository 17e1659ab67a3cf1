/// How rewards are compared; the advantage axis of ``AlgorithmConfiguration``.
public struct AdvantageRule: Sendable, Hashable {
  public var baseline: AdvantageBaseline
  public var scaling: RewardScaling
  /// 1 = sample standard deviation (verl, TRL), 0 = population (as papers write it).
  public var stdDdof: Int
  /// Added to a standard deviation before dividing by it, reward units. 1e-6 as in verl; TRL adds 1e-4.
  public var stabilizer: Double

  public init(
    baseline: AdvantageBaseline = .groupMean, scaling: RewardScaling = .group, stdDdof: Int = 1,
    stabilizer: Double = 1e-6
  ) {
    self.baseline = baseline
    self.scaling = scaling
    self.stdDdof = stdDdof
    self.stabilizer = stabilizer
  }
}

/// Group-relative advantages: one number per response, which all of its tokens share.
///
///     A_i = (R_i − b_i) / s
///
///     b   group_mean       mean of the group                              (GRPO)
///         leave_one_out    mean of the other members: R_i − b_i = n / (n − 1) · (R_i − mean)        (RLOO)
///         length_weighted  Σ T_j R_j / Σ T_j over the group               (OPO)
///         none             0                                              (REINFORCE++)
///     s   group            std of the group + 1e-6
///         batch            std over all rewards of the batch + 1e-6       (Lite PPO)
///         none             1                                              (Dr. GRPO)
///
/// A response without a verdict (nil, or a reward that is not finite) has no advantage and is in no
/// statistic. A group with fewer than two verdicts has no advantages at all, since its mean would be the
/// reward itself. Only a group that was *asked* for one response keeps it, with baseline 0 and std 1 as in
/// verl, so A = R / (1 + 1e-6) (R without scaling). Where the rewards that are compared are all equal, the
/// advantages are exactly 0, never rounding noise divided by 1e-6. Without a baseline, and with a scaling other
/// than `group`, nothing is compared within the group, and A = R by the batch's spread or R.
///
/// - Parameters:
///   - rewards: group × member, reward units; the shaped totals. nil = no verdict.
///   - lengths: group × member, trained tokens T_j; only `length_weighted` needs them.
///   - rule: Baseline, scaling and ddof.
/// - Returns: group × member in the shape of `rewards`; nil where there is no advantage.
///
/// DeepSeekMath, arXiv:2402.03300, §4.1; Back to Basics, arXiv:2402.14740; OPO, arXiv:2505.23585; Lite PPO,
/// arXiv:2508.08221; Dr. GRPO, arXiv:2503.20783.
public func groupAdvantages(
  rewards: [[Double?]], lengths: [[Int]]? = nil, rule: AdvantageRule
) -> [[Double?]] {
  precondition(
    rule.baseline != .lengthWeighted || lengths?.map(\.count) == rewards.map(\.count),
    "a length-weighted baseline without the length of each response")
  let judged = rewards.map { group in group.map { reward in reward.flatMap { $0.isFinite ? $0 : nil } } }
  let batchSpread = spread(of: judged.flatMap { $0.compactMap { $0 } }, ddof: rule.stdDdof)
  return judged.indices.map { index in
    let group = judged[index]
    let values = group.compactMap { $0 }
    let isSingle = group.count == 1
    guard values.count > 1 || (isSingle && values.count == 1) else { return group.map { _ in nil } }

    let groupSpread = isSingle ? 1 : spread(of: values, ddof: rule.stdDdof)
    // Without a baseline, only the group's own spread compares its members.
    let isCompared = rule.baseline != .none || rule.scaling == .group
    guard let groupSpread = groupSpread ?? (isCompared ? nil : 1) else {
      return group.map { $0.map { _ in 0 } }
    }
    let divisor: Double? =
      switch rule.scaling {
      case .group: groupSpread + rule.stabilizer
      case .batch: batchSpread.map { $0 + rule.stabilizer }
      case .none: 1
      }
    guard let divisor else { return group.map { $0.map { _ in 0 } } }
    let center = isSingle ? 0 : center(of: group, values, lengths?[index], rule.baseline)
    let count = Double(values.count)
    let factor = rule.baseline == .leaveOneOut && !isSingle ? count / (count - 1) : 1
    return group.map { $0.map { factor * ($0 - center) / divisor } }
  }
}

/// What is taken off each reward of a group before leave-one-out stretches the difference.
private func center(
  of group: [Double?], _ values: [Double], _ lengths: [Int]?, _ baseline: AdvantageBaseline
) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  switch baseline {
  case .groupMean, .leaveOneOut: return mean
  case .none: return 0
  case .lengthWeighted:
    var weighted = 0.0
    var total = 0.0
    for (reward, length) in zip(group, lengths ?? []) {
      guard let reward else { continue }
      weighted += Double(length) * reward
      total += Double(length)
    }
    // No trained token in the whole group: nobody will see the number.
    return total > 0 ? weighted / total : mean
  }
}

/// Standard deviation of values that differ; nil where they are all equal, 1 where there are fewer than two.
private func spread(of values: [Double], ddof: Int) -> Double? {
  guard values.count > 1, let first = values.first else { return 1 }
  guard values.contains(where: { $0 != first }) else { return nil }
  let mean = values.reduce(0, +) / Double(values.count)
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / Double(max(1, values.count - ddof))).squareRoot()
}
