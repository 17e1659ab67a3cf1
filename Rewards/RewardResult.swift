/// One node of a reward's tree, as it was computed and as it counts.
public struct RewardTermValue: Sendable, Hashable {
  /// The way to it: `cosine`, `product/cosine`, `gate/then/cosine`. `gate/when` is the gate's condition, 1 or
  /// 0.
  public var name: String
  /// The node's own value before its weight; nil = no verdict.
  public var value: Double?
  public var weight: Double

  public init(name: String, value: Double?, weight: Double) {
    self.name = name
    self.value = value
    self.weight = weight
  }
}

/// What a group term measured its group by: `da_dler/limit`, `shorter_better/target`, `laser/target`.
public struct RewardReference: Sendable, Hashable {
  public var name: String
  public var value: Double

  public init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// What a completion is worth, and why. Raw correctness stays apart from the shaped total.
public struct RewardResult: Sendable, Hashable {
  /// The verdict's score, 0…1, before any shaping; nil = no verdict.
  public var correctness: Double?
  /// What a filter on group accuracy looks at: `correctness`, but 0 for an answer that a DLER term counts as
  /// cut. Never the shaped total.
  public var accuracy: Double?
  /// Every node, depth first, parents before children; names without `/` are those of
  /// ``RewardConfiguration/terms``, and the others allow to compute each of them again.
  public var components: [RewardTermValue]
  /// Σ weight · value over the top level; nil as soon as one of them has no value.
  public var total: Double?
  public var verdict: Verdict
  /// The same for all members of a group.
  public var references: [RewardReference]
  /// Why there is no total although there is a verdict.
  public var problem: RewardError?

  public init(
    correctness: Double?, accuracy: Double?, components: [RewardTermValue], total: Double?, verdict: Verdict,
    references: [RewardReference] = [], problem: RewardError? = nil
  ) {
    self.correctness = correctness
    self.accuracy = accuracy
    self.components = components
    self.total = total
    self.verdict = verdict
    self.references = references
    self.problem = problem
  }
}
