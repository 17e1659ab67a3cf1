/// One node of a reward's tree, as it was computed and as it counted.
public struct RewardComponent: Sendable, Hashable {
  /// The way to it: `dler`, `product/cosine`. Those without `/` add up to the total; the others say where these come from.
  public var name: String
  /// The node's own value; nil = no verdict.
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
  /// What group filters look at: `correctness`, or 0 where a truncation term counts the answer as cut. Never the shaped total.
  public var accuracy: Double?
  /// Depth first, parents before children.
  public var components: [RewardComponent]
  /// What group terms measured the group by (`da_dler/limit`), with weight 0: part of the record, not of the sum.
  public var references: [RewardComponent]
  /// Weighted sum of the top level; nil as soon as one of them has no verdict.
  public var total: Double?
  /// What the verifier read as the answer.
  public var extracted: String?
  /// The verifier's status and the rule that decided, in words.
  public var reason: String

  public init(
    correctness: Double?, accuracy: Double? = nil, components: [RewardComponent],
    references: [RewardComponent] = [], total: Double?, extracted: String?, reason: String
  ) {
    self.correctness = correctness
    self.accuracy = accuracy ?? correctness
    self.components = components
    self.references = references
    self.total = total
    self.extracted = extracted
    self.reason = reason
  }

  /// The components that the total is the weighted sum of.
  public var topLevel: [RewardComponent] { components.filter { !$0.name.contains("/") } }
}

/// What became of a rollout.
public enum Fate: Sendable, Hashable {
  case pending
  case trained
  /// Left out of the update by a rule: `zero_variance`, `no_verdict`, `overlong`…
  case filtered(reason: String)
  /// More groups than the step needed.
  case surplus
  /// Too old to be trained: versions that its oldest segment was behind.
  case stale(by: Int)
  /// Made by weights that a restart of the trainer has undone.
  case orphaned
  /// It could not be generated.
  case failed(reason: String)

  /// As stored in the ledger: `trained`, `filtered(zero_variance)`, …
  public var description: String {
    switch self {
    case .pending: "pending"
    case .trained: "trained"
    case .filtered(let reason): "filtered(\(reason))"
    case .surplus: "surplus"
    case .stale(let versions): "stale(\(versions))"
    case .orphaned: "orphaned"
    case .failed(let reason): "failed(\(reason))"
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
