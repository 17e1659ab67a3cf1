import Experience
import Randomness
import Rollouts
import Testing

/// The schedules of the methods page (UloRL, arXiv:2507.19766).
@Suite struct `Segment schedule` {
  @Test func `answers are cut into segments, and the last one ends or is truncated`() throws {
    // Lengths 3, 4, 9, 16, 20 with segments of 4 and a limit of 16.
    let history = try SegmentWorld(lengths: [3, 4, 9, 16, 20]).run(slots: 5, segment: 4)
    let members = history.trained.joined().sorted { $0.id < $1.id }.flatMap(\.members)
    #expect(
      members.map { $0.segments.map(\.tokens.count) } == [[3], [4], [4, 4, 1], [4, 4, 4, 4], [4, 4, 4, 4]])
    // The fourth ends with its last token, the fifth is cut there.
    #expect(members.map(\.finish) == [.stop, .stop, .stop, .stop, .length])
    #expect(members.map { $0.segments.map(\.version.number) }[2] == [1, 2, 3])
  }

  private static let lengths = [3, 9, 20, 4, 5, 2, 7, 1, 6, 3, 8, 2]

  @Test func `a slot that becomes free goes to the next answer`() throws {
    let history = try SegmentWorld(lengths: Self.lengths).run(slots: 4, segment: 4)
    #expect(history.finished == [[0, 3], [5], [1, 4], [2, 6, 7], [8, 9, 11], [10]])
    #expect(history.trained.joined().filter { $0.members[0].finish == .length }.map(\.index) == [2])
  }

  @Test func `groups are held until their last answer, and trained once`() throws {
    let history = try SegmentWorld(lengths: Self.lengths, groupSize: 2).run(slots: 4, segment: 4)
    let lags = history.trained.enumerated().map { index, groups in
      groups.map { "\("ABCDEF".map(String.init)[$0.index])\(StalenessRule.staleness(of: $0, at: index + 1))" }
    }
    #expect(lags == [[], [], ["A2", "C1"], ["B3"], ["D1"], ["E1"], ["F1"]])
    #expect(history.trained[3][0].members.map(\.finish) == [.length, .stop])
    #expect(history.statistics.allSatisfy { $0.unfinished <= 4 && $0.idleSlots <= 4 })
  }

  @Test(arguments: [1, 3, 4, 5, 16, 17, 1000])
  func `segmenting changes no token while the weights stay`(segment: Int) throws {
    let world = SegmentWorld(lengths: Self.lengths, groupSize: 3)
    let whole = try tokens(world.run(slots: 6, segment: nil))
    #expect(try tokens(world.run(slots: 6, segment: segment)) == whole)
  }

  @Test(arguments: [16, 17, Int.max])
  func `a segment of the whole limit is no segment`(segment: Int) throws {
    let world = SegmentWorld(lengths: Self.lengths, groupSize: 2)
    let (whole, segmented) = (
      try world.run(slots: 4, segment: nil), try world.run(slots: 4, segment: segment)
    )
    #expect(whole.trained == segmented.trained)
    // Everything that is admitted ends in the same step.
    #expect(segmented.trained.map(\.count) == [2, 2, 2])
    let pool = RolloutPool(slots: 4, groupSize: 2, segmentLength: segment, maxCompletionLength: 16)
    #expect(pool.segmentLength == nil)
  }

  @Test(arguments: 1...20)
  func `whatever the lengths, budgets and slots are kept and nothing is left over`(seed: UInt64) throws {
    var random = CounterRNG(seed: seed, stream: Stream("segment schedule"))
    let groupSize = Int.random(in: 1...5, using: &random)
    let count = groupSize * Int.random(in: 1...12, using: &random)
    let limit = Int.random(in: 2...40, using: &random)
    let lengths = (0..<count).map { _ in Int.random(in: 1...limit + 10, using: &random) }
    let world = SegmentWorld(lengths: lengths, groupSize: groupSize, limit: limit)
    let slots = groupSize * Int.random(in: 1...4, using: &random)
    let segment = Int.random(in: 1...limit, using: &random)
    let history = try world.run(slots: slots, segment: segment)
    #expect(history.statistics.allSatisfy { $0.unfinished <= slots })
    // At most G − 1 slots are idle while there is something left to admit.
    #expect(history.idleWithWorkLeft.allSatisfy { $0 < groupSize })
    let trained = history.trained.joined()
    #expect(trained.map(\.index).sorted() == Array(0..<count / groupSize))
    for group in trained {
      for (sample, member) in group.members.enumerated() {
        let item = group.id.item(sample)
        let length = min(world.length(item), limit)
        #expect(member.tokens == (0..<length).map { SegmentWorld.token(item, $0) })
        #expect(member.segments.allSatisfy { (1...segment).contains($0.tokens.count) })
        #expect(member.finish == (world.length(item) <= limit ? .stop : .length))
        // Each segment by the weights of its step, one step after the other.
        let versions = member.segments.map(\.version.number)
        #expect(versions == Array((versions.first ?? 0)..<(versions.first ?? 0) + versions.count))
      }
    }
  }

  private func tokens(_ history: SegmentWorld.History) -> [Int: [[Int32]]] {
    Dictionary(uniqueKeysWithValues: history.trained.joined().map { ($0.index, $0.members.map(\.tokens)) })
  }
}
