import Experience
import Rollouts
import Testing

@Suite struct `Staleness` {
  private func segments(_ versions: [Int]) -> [Segment] {
    versions.map { Segment(tokens: [1], logprobs: [-1], version: SegmentWorld.version($0)) }
  }

  @Test func `with a limit of 2, the trainer at 7 trains versions 7, 6 and 5, but not 4`() {
    let rule = StalenessRule(limit: 2)
    let ages = [7, 6, 5, 4].map { StalenessRule.staleness(of: segments([$0]), at: 7) }
    #expect(ages == [0, 1, 2, 3])
    #expect(ages.map(rule.keeps) == [true, true, true, false])
  }

  @Test
  func `a rollout by versions 5, 6 and 7 is as old as its oldest token, and a group as its oldest member`() {
    #expect(StalenessRule.staleness(of: segments([5, 6, 7]), at: 7) == 2)
    #expect(StalenessRule.staleness(of: segments([7, 6, 5]), at: 7) == 2)
    var group = SegmentWorld(lengths: [], groupSize: 3).group(0, step: 1)
    group.members[0].segments = segments([7])
    group.members[1].segments = segments([4, 7])
    #expect(StalenessRule.staleness(of: group, at: 7) == 3)
    #expect(StalenessRule.staleness(of: [Segment](), at: 7) == 0)
  }

  @Test func `a limit of 0 trains what sequential mode trains: the weights at hand`() {
    let rule = StalenessRule(limit: 0)
    #expect(rule.keeps(0) && !rule.keeps(1))
    #expect(StalenessRule(limit: -3) == rule)
    #expect(StalenessRule(limit: nil).keeps(.max))
  }

  @Test func `numbers without bounds do not run over`() {
    #expect(StalenessRule.lag(of: .min, at: .max) == .max)
    #expect(StalenessRule.lag(of: .max, at: .min) == 0)
    #expect(StalenessRule.lag(of: 9, at: 7) == 0)
  }
}

@Suite struct `Back-pressure` {
  @Test func `one more than the staleness times a step's groups may be on their way`() {
    let pressure = BackPressure(groupsPerStep: 16, maxStaleness: 4)
    #expect(pressure.limit == 80)
    #expect(pressure.admission(underWay: 0) == 80)
    #expect(pressure.admission(underWay: 79) == 1)
    #expect(pressure.admission(underWay: 90) == 0)
    #expect(BackPressure(groupsPerStep: 16, maxStaleness: 0).limit == 16)
    #expect(BackPressure(groupsPerStep: .max, maxStaleness: .max).admission(underWay: .max, taken: 1) == 0)
  }

  @Test func `what the step at hand has taken counts, and so do versions that are not published`() {
    let pressure = BackPressure(groupsPerStep: 16, maxStaleness: 2)
    #expect(pressure.admission(underWay: 40, taken: 8) == 0)
    #expect(pressure.admission(underWay: 20, taken: 8, versionsBehind: 1) == 4)
    // Never less than one step's groups, however far behind: else the step would wait for ever.
    #expect(pressure.admission(underWay: 4, taken: 8, versionsBehind: 9) == 4)
  }

  @Test func `nothing that waits its turn behind what was issued before it grows too old`() {
    // One step takes B groups; published every κ steps; groups are sampled from what is published when they are issued.
    for (maxStaleness, publishEvery) in [(0, 1), (1, 1), (1, 2), (2, 1), (4, 3), (4, 5)] {
      let pressure = BackPressure(groupsPerStep: 4, maxStaleness: maxStaleness)
      var (queue, published): ([Int], Int) = ([], 0)
      for version in 0..<60 {
        if version % publishEvery == 0 { published = version }
        var taken = 0
        while taken < 4 {
          let count = pressure.admission(
            underWay: queue.count, taken: taken, versionsBehind: version - published)
          queue += Array(repeating: published, count: count)
          #expect(version - queue.removeFirst() <= maxStaleness, "S \(maxStaleness), κ \(publishEvery)")
          taken += 1
        }
      }
    }
  }
}

@Suite struct `Capacity bound` {
  private let bound = CapacityBound(
    publishEvery: 3, rolloutsPerStep: 1024, trainSeconds: 60, publishSeconds: 40)

  @Test func `three steps of a minute and 40 s to publish need 21.94 rollouts per second`() throws {
    // 3 · 1024 / (3 · 60 − 40) = 3072 / 140.
    let needed = try #require(bound.rolloutsPerSecond)
    #expect(abs(needed - 3072.0 / 140) < 1e-12)
    #expect((needed * 100).rounded() == 2194)
  }

  @Test func `the hint names what helps`() {
    #expect(bound.hint(measured: 25, trainerWaits: 0.3, workersWait: 0) == .enough)
    #expect(bound.hint(measured: 10, trainerWaits: 0.3, workersWait: 0.01) == .addWorkers)
    #expect(bound.hint(measured: 10, trainerWaits: 0.3, workersWait: nil) == .addWorkers)
    #expect(bound.hint(measured: 10, trainerWaits: 0.3, workersWait: 0.4) == .raiseMaxStaleness)
    #expect(bound.hint(measured: 10, trainerWaits: 0, workersWait: 0.4) == .enough)
    #expect(CapacityBound.Hint.raiseMaxStaleness.words.contains("`max_staleness`"))
  }

  @Test func `where publishing takes as long as the steps between, no number of workers is enough`() {
    var slow = bound
    slow.publishSeconds = 180
    #expect(slow.rolloutsPerSecond == nil)
    #expect(slow.hint(measured: 1e9, trainerWaits: 0.9, workersWait: 0) == .raisePublishEvery)
    slow.publishSeconds = .nan
    #expect(slow.rolloutsPerSecond == nil)
  }
}
