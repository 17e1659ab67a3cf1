/// One line of a recipe's `reward.terms`: a named term, its weight and its parameters.
public enum RewardTerm: Sendable, Hashable {
  /// Is the answer right? `verifier` nil = the one each task names.
  case correctness(verifier: String?, weight: Double)
  /// DAPO's soft overlong punishment; see ``softOverlongPunishment(length:maximum:cache:)``.
  case softOverlong(cache: Int, weight: Double)

  /// The name in recipes, metrics and the store.
  public var name: String {
    switch self {
    case .correctness: "correctness"
    case .softOverlong: "soft_overlong"
    }
  }

  public var weight: Double {
    switch self {
    case .correctness(_, let weight), .softOverlong(_, let weight): weight
    }
  }
}

/// How a completion's reward is put together.
public struct RewardConfiguration: Sendable, Hashable {
  public var terms: [RewardTerm] = [.correctness(verifier: nil, weight: 1)]
  /// What a right answer is worth before its weight (DAPO: 1).
  public var correctReward: Double = 1
  /// What a wrong answer is worth before its weight (GRPO here: 0; DAPO: −1).
  public var incorrectReward: Double = 0

  public init() {}
}
