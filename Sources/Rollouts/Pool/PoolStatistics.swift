/// How full the pool is, and how long its answers have been in it.
public struct PoolStatistics: Sendable, Hashable {
  /// Answers that may be in the making at once.
  public var slots = 0
  /// Answers in the making: slots in use.
  public var unfinished = 0
  /// Finished answers that wait for others of their group.
  public var held = 0
  public var groups = 0
  public var completeGroups = 0
  /// For each unfinished answer, oldest first: steps since its group was issued.
  public var ages: [Int] = []

  public init() {}

  public var idleSlots: Int { max(0, slots - unfinished) }
}

extension RolloutPool {
  /// How full the pool is, and how old what is in it, counted from the step at hand.
  public func statistics(at step: Int) -> PoolStatistics {
    var statistics = PoolStatistics()
    statistics.slots = slots
    statistics.groups = groups.count
    for group in groups {
      let isComplete = group.isComplete
      statistics.completeGroups += isComplete ? 1 : 0
      for member in group.members {
        guard member.isFinished else {
          statistics.unfinished += 1
          statistics.ages.append(max(0, step - group.step))
          continue
        }
        if !isComplete { statistics.held += 1 }
      }
    }
    return statistics
  }
}
