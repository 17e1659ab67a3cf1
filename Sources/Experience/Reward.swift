/// One term of a reward, as it was computed and as it counted.
public struct RewardComponent: Sendable, Hashable {
  public var name: String
  /// The term's own value; nil = no verdict.
  public var value: Double?
  public var weight: Double

  public init(name: String, value: Double?, weight: Double) {
    self.name = name
    self.value = value
    self.weight = weight
  }
}

/// What a rollout was worth, and why. Raw correctness stays apart from the shaped total, always.
public struct RewardBreakdown: Sendable, Hashable {
  /// 1 right, 0 wrong, in between for partial credit; nil = the verifier could not judge.
  public var correctness: Double?
  public var components: [RewardComponent]
  /// Weighted sum of the components; nil as soon as one of them has no verdict.
  public var total: Double?
  /// What the verifier read as the answer.
  public var extracted: String?
  /// The verifier's status and the rule that decided, in words.
  public var reason: String

  public init(
    correctness: Double?, components: [RewardComponent], total: Double?, extracted: String?, reason: String
  ) {
    self.correctness = correctness
    self.components = components
    self.total = total
    self.extracted = extracted
    self.reason = reason
  }
}

/// What became of a rollout.
public enum Fate: Sendable, Hashable {
  case pending
  case trained
  /// Left out of the update by a rule: `zero_variance`, `no_verdict`, `overlong`…
  case filtered(reason: String)
  /// More groups than the step needed.
  case surplus

  /// As stored in the ledger: `trained`, `filtered(zero_variance)`, …
  public var description: String {
    switch self {
    case .pending: "pending"
    case .trained: "trained"
    case .filtered(let reason): "filtered(\(reason))"
    case .surplus: "surplus"
    }
  }
}

/// A rollout with its reward and its fate: the unit that replay stores.
public struct ScoredRollout: Sendable {
  public var rollout: Rollout
  public var reward: RewardBreakdown
  public var advantage: Double?
  public var fate: Fate

  public init(rollout: Rollout, reward: RewardBreakdown, advantage: Double? = nil, fate: Fate = .pending) {
    self.rollout = rollout
    self.reward = reward
    self.advantage = advantage
    self.fate = fate
  }
}
