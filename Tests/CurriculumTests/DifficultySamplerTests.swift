import Curriculum
import Experience
import Testing

/// The worked numbers of the papers and of our defaults.
@Suite struct `Difficulty samplers` {
  /// A task of one group of 8, so many of them right.
  static func tried(_ right: Int, groups: Int = 1) -> TaskStatistics {
    var statistics = TaskStatistics()
    for step in 1...groups {
      statistics.add(
        GroupOutcome(
          answers: (0..<8).map { .init(accuracy: $0 < right ? 1 : 0, length: 10) }, isFiltered: false),
        step: step)
    }
    return statistics
  }

  /// The probability of each slot under the parts together.
  static func probabilities(_ parts: [DrawPart]) -> [Double] {
    let count = parts.first?.weights.count ?? 0
    return (0..<count).map { slot in
      parts.reduce(0) { $0 + $1.share * $1.weights[slot] / $1.weights.reduce(0, +) }
    }
  }

  /// What became of a group with these accuracies, 10 tokens each; nil = no verdict, on 99 tokens.
  private static func group(_ accuracies: Double?..., isFiltered: Bool = false) -> GroupOutcome {
    GroupOutcome(
      answers: accuracies.map { .init(accuracy: $0, length: $0 == nil ? 99 : 10) }, isFiltered: isFiltered)
  }

  static func isClose(_ found: [Double], _ expected: [Double], within tolerance: Double = 5e-4) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }
  }

  @Test func `retrospective sampling weighs by the inverse mean reward, capped`() {
    // Mean rewards 0, .125, .25, .5, .875, 1 of groups of 8: weights 8, 8, 4, 2, 1.143, 1.
    var rule = RetrospectiveSampler()
    rule.share = 1
    let slots = [0, 1, 2, 4, 7, 8].map { Self.tried($0) }
    let found = Self.probabilities(DifficultySampler.retrospective(rule).parts(slots, isEndless: false))
    #expect(Self.isClose(found, [0.331, 0.331, 0.166, 0.083, 0.047, 0.041]), "\(found)")
  }

  @Test func `a task that is right once in sixteen weighs no more than the cap`() {
    var rare = Self.tried(0)
    rare.add(Self.group(0.125), step: 2)  // (0 + 1/8) / 2
    let parts = DifficultySampler.retrospective(RetrospectiveSampler()).parts([rare], isEndless: true)
    #expect(rare.recentAccuracy == 0.0625 && parts[0].weights == [8])
  }

  @Test func `a task that never succeeds cools down from its second all-wrong group on, to a floor`() {
    var rule = RetrospectiveSampler()
    rule.share = 1
    func weight(_ groups: Int) -> Double {
      DifficultySampler.retrospective(rule).parts([Self.tried(0, groups: groups)], isEndless: false)[0]
        .weights[0]
    }
    #expect([1, 2, 3, 4, 5].map(weight) == [8, 4, 2, 1, 0.5])
    #expect([6, 7, 1000].map(weight).allSatisfy { abs($0 - 0.4) < 1e-12 })
  }

  @Test func `a group that is right again ends the cooling`() {
    var statistics = Self.tried(0, groups: 4)
    #expect(statistics.wrongInARow == 4)
    statistics.add(
      GroupOutcome(
        answers: [.init(accuracy: 1, length: 3), .init(accuracy: 0, length: 5)], isFiltered: false), step: 9)
    #expect(statistics.wrongInARow == 0 && statistics.lastStep == 9 && statistics.recentAccuracy == 0.25)
  }

  @Test func `looking back takes its share, and the rest goes to what was never tried`() {
    let slots = [Self.tried(0), nil, nil, Self.tried(8)]
    let found = Self.probabilities(
      DifficultySampler.retrospective(RetrospectiveSampler()).parts(slots, isEndless: false))
    // Half by 8 : 1, half evenly over two.
    let expected1: [Double] = [4.0 / 9, 0.25, 0.25, 0.5 / 9]
    #expect(Self.isClose(found, expected1, within: 1e-12), "\(found)")
    let first = DifficultySampler.retrospective(RetrospectiveSampler()).parts(
      [nil, nil], isEndless: false)
    #expect(first == [DrawPart(share: 1, weights: [1, 1])])
  }

  @Test func `what is endless always has something new`() {
    let slots = [Self.tried(2), Self.tried(4)]
    let found = Self.probabilities(
      DifficultySampler.retrospective(RetrospectiveSampler()).parts(slots, isEndless: true))
    // 1/p is 4 and 2: half of the draws by 2 : 1, half evenly.
    let expected2: [Double] = [0.5 * 2 / 3 + 0.25, 0.5 / 3 + 0.25]
    #expect(Self.isClose(found, expected2, within: 1e-12), "\(found)")
    // A level that was never tried is no row to be gone through first: it has its half of the other half.
    let withNew = Self.probabilities(
      DifficultySampler.retrospective(RetrospectiveSampler()).parts([Self.tried(4), nil], isEndless: true))
    #expect(withNew == [0.75, 0.25], "\(withNew)")
  }

  @Test func `prioritized sampling weighs by p(1 − p), the untried by the mean, and starves nobody`() {
    // p = 0, .25, .5, 1 and one never tried: w = 0, .1875, .25, 0 and the mean .109375; their sum .546875.
    let slots = [Self.tried(0), Self.tried(2), Self.tried(4), Self.tried(8), nil]
    let parts = DifficultySampler.prioritized(PrioritizedSampler()).parts(slots, isEndless: false)
    let found = Self.probabilities(parts)
    let weights: [Double] = [0, 0.1875, 0.25, 0, 0.109375]
    let expected = weights.map { weight -> Double in 0.9 * weight / 0.546875 + 0.02 }
    #expect(Self.isClose(found, expected, within: 1e-12), "\(found)")
    #expect(found[0] == 0.02 && found[3] == 0.02)
  }

  @Test func `where every tried task is all wrong or all right, the untried come first`() {
    let slots = [Self.tried(0), nil, Self.tried(8)]
    let parts = DifficultySampler.prioritized(PrioritizedSampler(uniformShare: 0)).parts(
      slots, isEndless: false)
    #expect(Self.probabilities(parts) == [0, 1, 0])
  }

  @Test func `pools have their shares, and that of an empty one goes to the others in proportion`() {
    // p = 0 (hard), .25 and .5 (medium), 1 (easy), one never tried (medium).
    let slots = [Self.tried(0), Self.tried(2), Self.tried(4), Self.tried(8), nil]
    let sampler = DifficultySampler.pools(DifficultyPools())
    let found = Self.probabilities(sampler.parts(slots, isEndless: false))
    let expected3: [Double] = [0.2, 0.7 / 3, 0.7 / 3, 0.1, 0.7 / 3]
    #expect(Self.isClose(found, expected3, within: 1e-12), "\(found)")
    let withoutEasy = Self.probabilities(sampler.parts(Array(slots.prefix(3)), isEndless: false))
    let expected4: [Double] = [2.0 / 9, 3.5 / 9, 3.5 / 9]
    #expect(Self.isClose(withoutEasy, expected4, within: 1e-12), "\(withoutEasy)")
  }

  @Test func `the bounds of a pool belong to the middle`() {
    let pools = DifficultyPools()
    #expect(pools.pool(0.25) == .medium && pools.pool(0.75) == .medium && pools.pool(nil) == .medium)
    #expect(pools.pool(0.25.nextDown) == .hard && pools.pool(0.75.nextUp) == .easy)
  }

  @Test func `a band judges after enough answers, strictly between its bounds`() {
    var band = KeepAccuracyBand(low: 0.25, high: 0.75)
    band.recheckAfter = nil
    #expect(band.keeps(nil, at: 1))
    #expect(band.keeps(Self.tried(0), at: 100))  // 8 answers of 16
    #expect(!band.keeps(Self.tried(0, groups: 2), at: 100))
    #expect(!band.keeps(Self.tried(2, groups: 2), at: 100))  // .25 is the bound
    #expect(band.keeps(Self.tried(3, groups: 2), at: 100))
    #expect(!band.keeps(Self.tried(8, groups: 2), at: 100))
  }

  @Test func `a task outside the band is looked at again once it was left alone long enough`() {
    var band = KeepAccuracyBand()
    band.recheckAfter = 10
    let statistics = Self.tried(0, groups: 2)  // last at step 2
    #expect(!band.keeps(statistics, at: 12))
    #expect(band.keeps(statistics, at: 13))
    band.recheckAfter = .max
    #expect(!band.keeps(statistics, at: .max))
  }

  @Test func `statistics count groups, answers with a verdict, and what taught nothing`() {
    var statistics = TaskStatistics()
    #expect(!statistics.neverTaught && statistics.accuracy == nil && statistics.meanLength == nil)
    statistics.add(
      GroupOutcome(answers: [.init(accuracy: nil, length: 99)], isFiltered: true), step: 1)
    #expect(statistics.neverTaught && statistics.attempts == 0 && statistics.recentAccuracy == nil)
    statistics.add(
      GroupOutcome(
        answers: [.init(accuracy: 1, length: 4), .init(accuracy: 1, length: 6)], isFiltered: false), step: 2)
    // One left out, one all right: no rule had both.
    #expect(statistics.rightGroups == 1 && statistics.filteredGroups == 1 && !statistics.neverTaught)
    #expect(statistics.accuracy == 1 && statistics.meanLength == 5)
    statistics.add(
      GroupOutcome(
        answers: [.init(accuracy: 0, length: 2), .init(accuracy: 0.5, length: 4)], isFiltered: false), step: 3
    )
    #expect(statistics.accuracy == 2.5 / 4 && statistics.meanLength == 4)
    #expect(statistics.recentAccuracy == (1 + 0.25) / 2 && statistics.groups == 3)
  }

  @Test func `groups all wrong or all right teach nothing, one in between does`() {
    var statistics = TaskStatistics()
    statistics.add(Self.group(0, 0), step: 1)
    statistics.add(Self.group(1, 1), step: 2)
    #expect(statistics.wrongGroups == 1 && statistics.rightGroups == 1 && statistics.neverTaught)
    statistics.add(Self.group(0, 0.5), step: 3)
    statistics.add(Self.group(0.5, 1), step: 4)
    #expect(statistics.wrongGroups == 1 && statistics.rightGroups == 1 && !statistics.neverTaught)
  }

  @Test func `answers without a verdict count for nothing beside those that have one`() {
    var statistics = TaskStatistics()
    statistics.add(Self.group(nil, 1, 0, nil), step: 1)
    #expect(statistics.attempts == 2 && statistics.accuracy == 0.5 && statistics.meanLength == 10)
  }

  @Test func `statistics that were counted apart add up, and the later ones say what it can do now`() {
    let groups = [
      Self.group(0, 0), Self.group(1, 1), Self.group(nil, isFiltered: true), Self.group(0, 0, 0, 1),
    ]
    var (together, first, later) = (TaskStatistics(), TaskStatistics(), TaskStatistics())
    for (index, group) in groups.enumerated() {
      together.add(group, step: index + 1)
      if index < 2 { first.add(group, step: index + 1) } else { later.add(group, step: index + 1) }
    }
    first.merge(later)
    #expect(first.groups == 4 && first.attempts == together.attempts && first.tokens == together.tokens)
    #expect(first.correct == together.correct && first.lastStep == 4 && first.recentAccuracy == 0.25)
    #expect(first.wrongGroups == 1 && first.rightGroups == 1 && first.filteredGroups == 1)
    var unjudged = TaskStatistics()
    unjudged.add(Self.group(nil), step: 5)
    first.merge(unjudged)
    #expect(first.recentAccuracy == 0.25 && first.lastStep == 5)
    // Three all-wrong groups, and one after them that nobody could judge.
    var wrong = TaskStatistics()
    for step in 6...8 { wrong.add(Self.group(0, 0), step: step) }
    wrong.merge(unjudged)
    #expect(wrong.wrongInARow == 3)
  }

  @Test func `a group counts as left out where a rule left out each of its answers`() {
    func outcome(_ fates: [Fate]) -> GroupOutcome {
      let task = ReasoningTask(id: "a", source: "a", prompt: "q", groundTruth: "5", verifier: "math")
      return GroupOutcome(
        fates.enumerated().map { sample, fate in
          let segment = Segment(
            tokens: [1, 2, 3], logprobs: [0, 0, 0], version: PolicyVersion(number: 0, digest: ""))
          let rollout = Rollout(
            item: WorkItem(step: 1, group: 0, sample: sample), task: task, promptTokens: [1],
            segments: [segment, segment], finishReason: .stop, text: "5")
          let reward = RewardBreakdown(
            correctness: 1, accuracy: 0, components: [], total: 1, extracted: "5", reason: "compared")
          return ScoredRollout(rollout: rollout, reward: reward, fate: fate)
        })
    }
    let (overlong, whole) = (Fate.filtered(reason: "overlong"), outcome([.trained, .trained]))
    #expect(whole.answers == [.init(accuracy: 0, length: 6), .init(accuracy: 0, length: 6)])
    #expect(!whole.isFiltered && !outcome([overlong, .trained]).isFiltered)
    #expect(outcome([overlong, overlong]).isFiltered)
  }

  @Test func `a single answer is no group that is all wrong`() {
    var statistics = TaskStatistics()
    statistics.add(GroupOutcome(answers: [.init(accuracy: 0, length: 4)], isFiltered: false), step: 1)
    #expect(statistics.wrongGroups == 0 && statistics.wrongInARow == 0 && !statistics.neverTaught)
  }
}
