/// ShorterBetter: as close as possible to the shortest right answer of the group.
///
///     L* = shortest right length; the mean length where none is right
///     R  = α · c − β · |T − L*|
///
/// As published a right answer far from L* is worth less than a wrong one near it (α = 2, β = 0.001: from
/// 2,000 tokens on). `clamps_gap` cuts β · |T − L*| at α/2, which mends that; it is ours, and off.
///
/// "ShorterBetter: Guiding Reasoning Models to Find Optimal Inference Length for Efficient Reasoning",
/// arXiv:2504.21370; numbers of the released code.
public struct ShorterBetter: Sendable, Hashable {
  /// What being right is worth.
  public var alpha: Double
  /// Reward per token off L*.
  public var beta: Double
  public var clampsGap: Bool

  public init(alpha: Double = 2, beta: Double = 0.001, clampsGap: Bool = false) {
    self.alpha = alpha
    self.beta = beta
    self.clampsGap = clampsGap
  }

  /// L*, tokens.
  ///
  /// - Parameter members: The group's judged members.
  /// - Returns: 0 for no members.
  public func target(_ members: [GroupMember]) -> Double {
    if let shortest = members.lazy.filter(\.isRight).map(\.length).min() { return Double(shortest) }
    return members.isEmpty ? 0 : members.reduce(0.0) { $0 + Double($1.length) } / Double(members.count)
  }

  /// - Parameter members: The group's judged members.
  /// - Returns: The rewards, and L* as `target`.
  public func scores(_ members: [GroupMember]) -> GroupScores {
    let target = target(members)
    return GroupScores(
      values: members.map { member in
        let cost = beta * abs(Double(member.length) - target)
        return alpha * member.correctness - (clampsGap ? min(cost, alpha / 2) : cost)
      },
      reference: RewardReference(name: "target", value: target))
  }
}
