/// Difficulty-aware DLER: groups that solve their problem well within the limit are held to a tighter one.
///
///     ρ = share of the group that is right and whole within `limit`
///     L = easy_limit   where ρ ≥ easy_at
///       = limit        else
///     R = c where whole within L, else c · factor
///
/// Answers are generated up to `limit` in any case; the tighter limit is applied to the reward only.
///
/// "DLER: Doing Length pEnalty Right", arXiv:2510.15110, §3 (2,000 and 4,000 tokens, ρ = 0.5). That the
/// boundary belongs to the easy side, and that ρ counts answers within the wide limit of the same group, is
/// our reading: the paper does not say.
public struct DADLER: Sendable, Hashable {
  /// The wide limit, tokens; nil = `max_completion_length`.
  public var limit: Int?
  /// The tight limit, tokens; nil = half of the wide one, as in the paper.
  public var easyLimit: Int?
  /// Which share right makes a group easy; inclusive.
  public var easyAt: Double
  /// What is left of a right answer that was cut or is longer than the limit.
  public var truncatedRewardFactor: Double

  public init(
    limit: Int? = nil, easyLimit: Int? = nil, easyAt: Double = 0.5, truncatedRewardFactor: Double = 0
  ) {
    self.limit = limit
    self.easyLimit = easyLimit
    self.easyAt = easyAt
    self.truncatedRewardFactor = truncatedRewardFactor
  }

  /// - Parameters:
  ///   - members: The group's judged members.
  ///   - maximumLength: `max_completion_length`, tokens.
  /// - Returns: The rewards, and the limit they were held to as `limit`.
  public func scores(_ members: [GroupMember], maximumLength: Int) -> GroupScores {
    let wide = limit ?? maximumLength
    let solved = members.filter { $0.isRight && $0.isWhole(within: wide) }
    let isEasy = !members.isEmpty && Double(solved.count) / Double(members.count) >= easyAt
    let inForce = isEasy ? easyLimit ?? max(1, wide / 2) : wide
    let rule = DLER(limit: inForce, truncatedRewardFactor: truncatedRewardFactor)
    return GroupScores(
      values: members.map {
        rule.reward(correctness: $0.correctness, isWhole: $0.isWhole(within: inForce))
      },
      reference: RewardReference(name: "limit", value: Double(inForce)))
  }

  /// Plain DLER with the wide limit: what an answer must meet to count as right anywhere.
  var wide: DLER { DLER(limit: limit, truncatedRewardFactor: truncatedRewardFactor) }
}

extension GroupMember {
  /// Did it end by itself within so many tokens?
  func isWhole(within limit: Int) -> Bool { !isTruncated && length <= limit }
}
