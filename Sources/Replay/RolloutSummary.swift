public import Experience

/// Which rollouts of a store; nil = any.
public struct RolloutSelection: Sendable, Hashable {
  public var kind: RolloutKind
  public var step: Int?
  public var group: Int?
  public var sample: Int?

  public init(kind: RolloutKind = .train, step: Int? = nil, group: Int? = nil, sample: Int? = nil) {
    self.kind = kind
    self.step = step
    self.group = group
    self.sample = sample
  }
}

/// A stored rollout without its texts and tokens: where it belongs, what it was worth, what became of it.
public struct RolloutSummary: Sendable, Hashable {
  /// Its row in `rollouts`.
  public let id: Int
  /// Name of the run.
  public let run: String
  public let kind: RolloutKind
  /// Training step that recorded it.
  public let step: Int
  public let stage: String
  public let group: Int
  public let sample: Int
  /// Identity of the task.
  public let task: String
  /// Generated tokens, end token included.
  public let completionLength: Int
  public let finishReason: FinishReason
  /// nil = no verdict.
  public let correctness: Double?
  public let components: [RewardComponent]
  public let total: Double?
  /// nil = it was part of no update.
  public let advantage: Double?
  /// As the ledger has it; nil = the ledger does not know it.
  public let fate: String?
}

/// All that the store knows of a rollout.
public struct StoredRollout: Sendable {
  public let summary: RolloutSummary
  public let scored: ScoredRollout
}

/// What became of the rollouts of one step.
public struct LedgerLine: Sendable, Hashable {
  public let step: Int
  public let stage: String
  public internal(set) var tokens = 0
  public private(set) var rollouts = 0
  public private(set) var trained = 0
  public private(set) var surplus = 0
  public private(set) var pending = 0
  /// By reason: `zero_variance`, `no_verdict`, …
  public private(set) var filtered: [String: Int] = [:]
  /// Rollouts that the ledger does not know.
  public private(set) var unknown = 0

  init(step: Int, stage: String) {
    self.step = step
    self.stage = stage
  }

  /// Every rollout has one fate, and none is still to come:
  ///
  ///     rollouts = trained + filtered + surplus
  public var addsUp: Bool { rollouts == trained + surplus + filtered.values.reduce(0, +) }

  mutating func add(_ count: Int, fate: String?) {
    rollouts += count
    switch fate.flatMap(Fate.init(stored:)) {
    case .trained: trained += count
    case .surplus: surplus += count
    case .pending: pending += count
    case .filtered(let reason): filtered[reason, default: 0] += count
    case nil: unknown += count
    }
  }

  /// The lines' sum, as one line.
  public static func total(_ lines: [LedgerLine]) -> LedgerLine {
    var total = LedgerLine(step: lines.last?.step ?? 0, stage: lines.last?.stage ?? "")
    for line in lines {
      total.tokens += line.tokens
      total.rollouts += line.rollouts
      total.trained += line.trained
      total.surplus += line.surplus
      total.pending += line.pending
      total.unknown += line.unknown
      total.filtered.merge(line.filtered, uniquingKeysWith: +)
    }
    return total
  }
}
