/// How a completion's reward is put together.
public struct RewardConfiguration: Sendable, Hashable {
  /// Their weighted sum is the reward.
  public var terms: [RewardTerm] = [.correctness(verifier: nil, weight: 1)]
  /// What a right answer is worth to the term `correctness`, before its weight (DAPO: 1). Other terms have
  /// numbers of their own.
  public var correctReward: Double = 1
  /// What a wrong answer is worth to the term `correctness` (GRPO here: 0; DAPO: −1).
  public var incorrectReward: Double = 0

  public init() {}
}
