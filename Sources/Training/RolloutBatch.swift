internal import Experience
internal import Generation
internal import Objectives

/// The groups that one RL step takes: rolled out, scored, filtered.
struct RolloutBatch {
  /// A group, and whether the update is made of it.
  private struct Entry {
    var group: [ScoredRollout]
    var isKept: Bool
  }

  /// In the order in which they were taken, which a run that is done again from its store follows.
  private var entries: [Entry] = []
  private(set) var filter: GroupFilter
  var generateSeconds = 0.0
  /// nil where others generate.
  var generation: GenerationStatistics?
  /// On the scorer's thread, beside generation.
  var rewardSeconds = 0.0

  init(filter: GroupFilter) {
    self.filter = filter
  }

  /// Groups the update is made of.
  var kept: [[ScoredRollout]] { entries.filter(\.isKept).map(\.group) }
  var all: [[ScoredRollout]] { entries.map(\.group) }

  mutating func beginGeneration() { filter.beginBatch() }

  /// Takes a group, or leaves it out of the update with a reason.
  mutating func take(_ group: [ScoredRollout]) {
    switch filter.decide(correctness: group.map(\.reward.accuracy)) {
    case .keep: entries.append(Entry(group: group, isKept: true))
    case .filtered(let reason):
      entries.append(Entry(group: group.map { $0.with(.filtered(reason: reason.rawValue)) }, isKept: false))
    case .surplus: entries.append(Entry(group: group.map { $0.with(.surplus) }, isKept: false))
    }
  }

  /// Leaves the update the most balanced of the groups inside the band, where there are more than it is made of. Nothing else happens
  /// to them: they were sampled, they count as tries, and the ledger has the reason.
  mutating func balance() {
    let places = entries.indices.filter { entries[$0].isKept }
    let stays = filter.balance(places.map { entries[$0].group.map(\.reward.accuracy) })
    for (place, stays) in zip(places, stays) where !stays {
      let fate = Fate.filtered(reason: FilterReason.balanced.rawValue)
      entries[place] = Entry(group: entries[place].group.map { $0.with(fate) }, isKept: false)
    }
  }

  /// Puts the groups into the order in which they were issued.
  mutating func sortByIssue() {
    func issue(_ entry: Entry) -> (Int, Int) {
      entry.group.first.map { ($0.rollout.item.step, $0.rollout.item.group) } ?? (0, 0)
    }
    entries.sort { issue($0) < issue($1) }
  }

  /// Puts what became of the kept groups in their places.
  mutating func settle(_ groups: [[ScoredRollout]]) {
    let places = entries.indices.filter { entries[$0].isKept }
    precondition(places.count == groups.count, "\(groups.count) groups for \(places.count) places")
    for (place, group) in zip(places, groups) { entries[place].group = group }
  }

  /// All groups of a step that was given up.
  var abandoned: [[ScoredRollout]] {
    entries.map { entry in
      entry.isKept ? entry.group.map { $0.with(.filtered(reason: "step_abandoned")) } : entry.group
    }
  }
}

/// A step that could not be made: what was sampled for it, for the store, and why.
struct AbandonedStep: Error {
  var groups: [[ScoredRollout]]
  var version: PolicyVersion
  var error: TrainingError
}

extension ScoredRollout {
  func with(_ fate: Fate, advantage: Double? = nil) -> ScoredRollout {
    var copy = self
    copy.fate = fate
    copy.advantage = advantage
    return copy
  }
}
