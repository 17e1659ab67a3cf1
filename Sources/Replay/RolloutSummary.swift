public import Experience

/// Which rollouts of a store; nil = any.
public struct RolloutSelection: Sendable, Hashable {
  public var kind: RolloutKind
  public var step: Int?
  public var group: Int?
  public var sample: Int?
  /// A task's id, or what it is counted under.
  public var task: String?
  /// As the ledger has it: `filtered(overlong)`, or `filtered` for all of these.
  public var fate: String?

  public init(
    kind: RolloutKind = .train, step: Int? = nil, group: Int? = nil, sample: Int? = nil, task: String? = nil,
    fate: String? = nil
  ) {
    self.kind = kind
    self.step = step
    self.group = group
    self.sample = sample
    self.task = task
    self.fate = fate
  }
}

/// A stored rollout without its texts and tokens: where it belongs, what it was worth, what became of it.
public struct RolloutSummary: Sendable, Hashable {
  /// Its row in `rollouts`.
  public let id: Int
  /// Name of the run.
  public let run: String
  public let kind: RolloutKind
  /// Training step that asked for it.
  public let step: Int
  public let stage: String
  public let group: Int
  public let sample: Int
  /// Counts attempts at it that a restart of the trainer orphaned.
  public let attempt: Int
  /// Identity of the task.
  public let task: String
  /// What the prompt asked for; nil = it did not say.
  public let budget: LengthBudget?
  /// Generated tokens, end token included.
  public let completionLength: Int
  /// nil = it goes on, or has not begun.
  public let finishReason: FinishReason?
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
  /// Where it is not finished, its finish reason means nothing.
  public let scored: ScoredRollout
  /// Whether `apus replay vacuum` has dropped its tokens.
  public let isVacuumed: Bool
}

/// What became of the rollouts that one step asked for.
public struct LedgerLine: Sendable, Hashable {
  public let step: Int
  public let stage: String
  public internal(set) var tokens = 0
  public private(set) var rollouts = 0
  public private(set) var trained = 0
  public private(set) var surplus = 0
  public private(set) var pending = 0
  /// Made by weights that a restart has undone, and made anew.
  public private(set) var orphaned = 0
  /// By reason: `zero_variance`, `no_verdict`, …
  public private(set) var filtered: [String: Int] = [:]
  /// By the versions that they were behind.
  public private(set) var stale: [Int: Int] = [:]
  /// By reason.
  public private(set) var failed: [String: Int] = [:]
  /// Rollouts that the ledger does not know.
  public private(set) var unknown = 0

  init(step: Int, stage: String) {
    self.step = step
    self.stage = stage
  }

  /// Every rollout has one fate:
  ///
  ///     rollouts = trained + filtered + surplus + stale + failed + orphaned + pending
  public var addsUp: Bool {
    let left = [filtered.values.reduce(0, +), stale.values.reduce(0, +), failed.values.reduce(0, +)]
    return rollouts == trained + surplus + orphaned + pending + left.reduce(0, +)
  }

  mutating func add(_ count: Int, fate: String?) {
    rollouts += count
    switch fate.flatMap(Fate.init(stored:)) {
    case .trained: trained += count
    case .surplus: surplus += count
    case .pending: pending += count
    case .orphaned: orphaned += count
    case .filtered(let reason): filtered[reason, default: 0] += count
    case .stale(let versions): stale[versions, default: 0] += count
    case .failed(let reason): failed[reason, default: 0] += count
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
      total.orphaned += line.orphaned
      total.unknown += line.unknown
      total.filtered.merge(line.filtered, uniquingKeysWith: +)
      total.stale.merge(line.stale, uniquingKeysWith: +)
      total.failed.merge(line.failed, uniquingKeysWith: +)
    }
    return total
  }
}

extension LedgerLine {
  /// `64 trained + 24 filtered + 8 surplus`, and what else there is.
  public var terms: String {
    let left = [
      ("stale", stale.values.reduce(0, +)), ("failed", failed.values.reduce(0, +)), ("orphaned", orphaned),
      ("pending", pending), ("without a fate", unknown),
    ].filter { $0.1 > 0 }
    let always = [
      ("trained", trained), ("filtered", filtered.values.reduce(0, +)), ("surplus", surplus),
    ]
    return (always + left).map { "\($0.1) \($0.0)" }.joined(separator: " + ")
  }
}
