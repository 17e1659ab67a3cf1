import Experience
import Rollouts
import Testing

@Suite struct `Rollout pool` {
  private static let world = SegmentWorld(lengths: Array(repeating: 10, count: 12), groupSize: 2, limit: 16)

  /// Two groups of two on four slots, segments of 4, limit 16.
  private func pool() throws -> RolloutPool {
    var pool = RolloutPool(slots: 4, groupSize: 2, segmentLength: 4, maxCompletionLength: 16)
    for index in 0..<2 { try pool.add(Self.world.group(index, step: 1)) }
    return pool
  }

  private func outcome(
    _ item: WorkItem, start: Int = 0, count: Int, finish: FinishReason? = nil, text: String? = nil
  ) -> SegmentOutcome {
    SegmentOutcome(
      item: item, start: start,
      segments: [SegmentWorld.segment(item, from: start, count: count, version: 1)], finish: finish,
      text: text ?? finish.map { _ in "answer" })
  }

  private let first = WorkItem(step: 1, group: 0, sample: 0)

  /// The reason that the pool refuses an outcome for; checks that it has not changed.
  private func refusal(_ outcome: SegmentOutcome, by pool: RolloutPool) -> PoolError.Reason? {
    var changed = pool
    do throws(PoolError) {
      try changed.take(outcome, step: 1)
      return nil
    } catch {
      #expect(changed == pool)
      #expect(error.sample == outcome.item.sample && error.group == GroupID(outcome.item))
      return error.reason
    }
  }

  @Test func `new groups fit as far as whole groups of slots are free`() throws {
    var pool = RolloutPool(slots: 6, groupSize: 4, maxCompletionLength: 16)
    #expect(pool.admission == 1)
    try pool.add(SegmentWorld(lengths: Array(repeating: 10, count: 4), groupSize: 4).group(0, step: 1))
    #expect(pool.admission == 0)
    let next = SegmentWorld(lengths: [], groupSize: 4).group(1, step: 1)
    #expect(throws: PoolError(next.id, .noSlots(needed: 4, free: 2))) { try pool.add(next) }
    for sample in 0..<2 {
      try pool.take(outcome(WorkItem(step: 1, group: 0, sample: sample), count: 3, finish: .stop), step: 1)
    }
    // The two finished ones hold no slot, though their group is not complete.
    #expect(pool.admission == 1)
    try pool.add(next)
    #expect(pool.statistics(at: 1).held == 2)
  }

  @Test func `a pool restored with fewer slots admits nothing until they are free`() throws {
    let full = try pool()
    var small = RolloutPool(slots: 2, groupSize: 2, segmentLength: 4, maxCompletionLength: 16)
    for group in full.groups { try small.restore(group) }
    #expect(small.admission == 0)
    #expect(small.work.count == 4)
  }

  @Test func `work goes on where it stands, oldest group first, within what the limit leaves`() throws {
    var pool = try pool()
    try pool.take(outcome(first, count: 4), step: 1)
    #expect(pool.work.map(\.item.group) == [0, 0, 1, 1])
    #expect(pool.work.map(\.continuation.count) == [4, 0, 0, 0])
    #expect(pool.work[0].continuation == (0..<4).map { SegmentWorld.token(first, $0) })
    // 4 + 3 + 4 + 4 = 15: one token is left.
    for (start, count) in [(4, 3), (7, 4), (11, 4)] {
      try pool.take(outcome(first, start: start, count: count), step: 2)
    }
    #expect(pool.work.map(\.segmentLength) == [1, 4, 4, 4])
  }

  @Test func `groups are kept in order of issue, however they come in`() throws {
    var pool = RolloutPool(slots: 8, groupSize: 2, maxCompletionLength: 16)
    for (step, index) in [(2, 0), (1, 1), (1, 0), (2, 1)] {
      try pool.add(Self.world.group(index, step: step))
    }
    #expect(pool.groups.map { [$0.step, $0.index] } == [[1, 0], [1, 1], [2, 0], [2, 1]])
    #expect(throws: PoolError(GroupID(step: 1, group: 1), .groupExists)) {
      try pool.restore(Self.world.group(1, step: 1))
    }
  }

  @Test func `what was not asked for is refused and changes nothing`() throws {
    var pool = try pool()
    try pool.take(outcome(WorkItem(step: 1, group: 0, sample: 1), count: 2, finish: .stop), step: 1)
    let finished = WorkItem(step: 1, group: 0, sample: 1)
    func check(_ outcome: SegmentOutcome, _ expected: PoolError.Reason?) {
      #expect(refusal(outcome, by: pool) == expected)
    }
    check(outcome(WorkItem(step: 1, group: 7, sample: 0), count: 1), .unknownMember)
    check(outcome(WorkItem(step: 1, group: 0, sample: 2), count: 1), .unknownMember)
    check(outcome(WorkItem(step: 1, group: 0, sample: -1), count: 1), .unknownMember)
    check(outcome(finished, start: 2, count: 1), .alreadyFinished)
    check(outcome(first, start: 1, count: 1), .wrongStart(1, expected: 0))
    check(outcome(first, count: 5), .overSegment(tokens: 5, asked: 4))
    check(outcome(first, count: 17), .overLimit(tokens: 17, limit: 16))
    check(outcome(first, count: 4, finish: .length), .cutShort(tokens: 4, limit: 16))
    check(SegmentOutcome(item: first, start: 0, segments: [], finish: nil, text: nil), .noTokens)
    var empty = outcome(first, count: 1)
    empty.segments.append(Segment(tokens: [], logprobs: [], version: SegmentWorld.version(1)))
    check(empty, .noTokens)
    var lame = outcome(first, count: 2)
    lame.segments[0].logprobs.removeLast()
    check(lame, .arraysDiffer)
    var mute = outcome(first, count: 2, finish: .stop)
    mute.text = nil
    check(mute, .finishedWithoutText)
    check(outcome(first, count: 4), nil)
    check(outcome(first, count: 1), nil)
  }

  @Test func `at the limit an answer is over, whatever its maker says of it`() throws {
    var pool = RolloutPool(slots: 3, groupSize: 3, maxCompletionLength: 6)
    try pool.add(SegmentWorld(lengths: [], groupSize: 3).group(0, step: 1))
    let items = (0..<3).map { WorkItem(step: 1, group: 0, sample: $0) }
    #expect(try pool.take(outcome(items[0], count: 6), step: 4).finish == .length)
    #expect(try pool.take(outcome(items[1], count: 6, finish: .length), step: 4).finish == .length)
    // An end token in the last place is an end.
    #expect(try pool.take(outcome(items[2], count: 6, finish: .stop), step: 4).finish == .stop)
    let group = try #require(pool.takeComplete().first)
    #expect(group.members.map(\.finishedStep) == [4, 4, 4])
    // The first has no text yet: nobody took it to be over.
    #expect(group.members[0].text == nil && group.rollouts == nil)
  }

  @Test func `an answer may come in several parts by several versions`() throws {
    var pool = try pool()
    var two = outcome(first, count: 3)
    two.segments.append(SegmentWorld.segment(first, from: 3, count: 1, version: 2))
    try pool.take(two, step: 2)
    let group = try #require(pool[GroupID(first)])
    #expect(group.members[0].segments.map(\.version.number) == [1, 2])
    #expect(group.oldestVersion == 1)
  }

  @Test func `complete groups leave in order, and only so many as are wanted`() throws {
    var pool = try pool()
    for group in [1, 0] {
      for sample in 0..<2 {
        try pool.take(
          outcome(WorkItem(step: 1, group: group, sample: sample), count: 2, finish: .stop), step: 1)
      }
    }
    #expect(pool.takeComplete(atMost: 0).isEmpty)
    #expect(pool.takeComplete(atMost: 1).map(\.index) == [0])
    #expect(pool.takeComplete().map(\.index) == [1])
    #expect(pool.groups.isEmpty && pool.admission == 2)
  }

  @Test func `a pool is what its groups are`() throws {
    var pool = try pool()
    try pool.take(outcome(first, count: 4), step: 1)
    var again = RolloutPool(slots: 4, groupSize: 2, segmentLength: 4, maxCompletionLength: 16)
    for group in pool.groups.reversed() { try again.restore(group) }
    #expect(again == pool)
    // Of other sizes than the recipe's they are refused; an unfinished answer at the limit is over.
    let wide = SegmentWorld(lengths: [], groupSize: 3).group(5, step: 1)
    #expect(throws: PoolError(wide.id, .wrongGroupSize(3, expected: 2))) { try again.restore(wide) }
    var long = Self.world.group(5, step: 1)
    let item = long.id.item(1)
    long.members[1].segments = [SegmentWorld.segment(item, from: 0, count: 16, version: 1)]
    try again.restore(long)
    #expect(again[long.id]?.members.map(\.finish) == [nil, .length])
    long.index = 6
    long.members[1].segments.append(SegmentWorld.segment(item, from: 16, count: 1, version: 1))
    #expect(throws: PoolError(long.id.item(1), .overLimit(tokens: 17, limit: 16))) { try again.restore(long) }
    #expect(again.remove(long.id) == nil)
    #expect(again.remove(GroupID(first))?.index == 0)
  }

  @Test func `statistics say how full the pool is and how long answers have waited`() throws {
    var pool = try pool()
    func item(_ group: Int, _ sample: Int) -> WorkItem { WorkItem(step: 1, group: group, sample: sample) }
    try pool.take(outcome(item(0, 0), count: 2, finish: .stop), step: 1)
    try pool.take(outcome(item(0, 1), count: 4), step: 1)
    try pool.take(outcome(item(1, 0), count: 4), step: 1)
    var statistics = pool.statistics(at: 2)
    #expect(statistics.slots == 4 && statistics.unfinished == 3 && statistics.idleSlots == 1)
    #expect(statistics.held == 1 && statistics.completeGroups == 0)
    #expect(statistics.ages == [1, 1, 1])
    try pool.take(outcome(item(0, 1), start: 4, count: 4), step: 2)
    try pool.take(outcome(item(0, 1), start: 8, count: 1, finish: .stop), step: 3)
    statistics = pool.statistics(at: 3)
    #expect(statistics.completeGroups == 1 && statistics.held == 0)
  }

  @Test func `errors say which answer, what was wrong and what would be right`() {
    #expect(
      PoolError(first, .wrongStart(4, expected: 8)).description
        == "sample 0 of group 0 of step 1: goes on from token 4, but has 8")
    #expect(
      PoolError(first, .overLimit(tokens: 20, limit: 16)).description
        == "sample 0 of group 0 of step 1: would be 20 tokens long, but `max_completion_length` is 16")
  }
}
