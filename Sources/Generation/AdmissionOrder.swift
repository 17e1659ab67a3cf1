/// Which waiting sequence enters next under a policy, within one plan.
struct AdmissionOrder {
  private let policy: Scheduler.Policy
  private let waiting: [Scheduler.Waiting]
  private let finishedLengths: [Int: Int]
  private var isTaken: [Bool]
  /// Groups with a running member, and those with one that computes a prompt its siblings will share.
  private var runningGroups: Set<Int> = []
  private var prefillingGroups: Set<Int> = []
  private let sharesPrompts: Bool

  init(_ policy: Scheduler.Policy, _ state: Scheduler.State, sharesPrompts: Bool) {
    self.policy = policy
    waiting = state.waiting
    finishedLengths = state.finishedLengths
    isTaken = [Bool](repeating: false, count: waiting.count)
    self.sharesPrompts = sharesPrompts
    for row in state.running { note(group: row.group, pending: row.pending) }
  }

  /// The next one's place in the waiting list; nil if nobody can enter now.
  ///
  /// One that would share a prompt that is being computed lets others pass, but a preempted one is not passed.
  func next() -> Int? {
    var best: (index: Int, rank: Rank)?
    var standing = GroupStanding()
    for index in waiting.indices where !isTaken[index] {
      let candidate = waiting[index]
      if standing.group != candidate.group { standing = self.standing(of: candidate.group) }
      let isHeld = standing.isPrefilling && candidate.cachedTokens < max(1, candidate.promptTokens - 1)
      if isHeld, !candidate.wasPreempted { continue }
      let rank = self.rank(candidate, standing, isHeld: isHeld)
      if best.map({ rank.comes(before: $0.rank) }) ?? true { best = (index, rank) }
    }
    guard let best, !best.rank.isHeld else { return nil }
    return best.index
  }

  /// Takes one off the list; it counts as running from here on.
  mutating func take(_ index: Int) {
    isTaken[index] = true
    let taken = waiting[index]
    note(group: taken.group, pending: taken.tokens - taken.cachedTokens)
  }

  private mutating func note(group: Int, pending: Int) {
    if policy == .groupContext { runningGroups.insert(group) }
    if sharesPrompts, pending > 1 { prefillingGroups.insert(group) }
  }

  /// What the order needs to know of a group. Neighbors in the list are mostly of one group, so it is looked up
  /// once for all of them.
  private struct GroupStanding {
    var group: Int?
    var isPrefilling = false
    var isProbed = false
    var longestFinished = Double.infinity
  }

  private func standing(of group: Int) -> GroupStanding {
    var standing = GroupStanding(group: group)
    standing.isPrefilling = !prefillingGroups.isEmpty && prefillingGroups.contains(group)
    if policy == .groupContext {
      let longest = finishedLengths[group]
      standing.isProbed = longest != nil || runningGroups.contains(group)
      standing.longestFinished = longest.map(Double.init) ?? .infinity
    }
    return standing
  }

  private func rank(_ candidate: Scheduler.Waiting, _ standing: GroupStanding, isHeld: Bool) -> Rank {
    var rank = Rank(tier: .fresh, expected: 0, arrival: candidate.arrival, isHeld: isHeld)
    switch policy {
    case .fifo: break
    case .longestExpectedFirst: rank.expected = candidate.expectedLength ?? .infinity
    case .groupContext:
      rank.expected = standing.longestFinished
      if !standing.isProbed { rank.tier = .probe }
    }
    if candidate.wasPreempted { rank.tier = .preempted }
    return rank
  }

  private struct Rank {
    enum Tier: Int { case preempted, probe, fresh }
    var tier: Tier
    /// Tokens; larger comes first.
    var expected: Double
    var arrival: Int
    var isHeld: Bool

    func comes(before other: Rank) -> Bool {
      if tier != other.tier { return tier.rawValue < other.tier.rawValue }
      if expected != other.expected { return expected > other.expected }
      return arrival < other.arrival
    }
  }
}
