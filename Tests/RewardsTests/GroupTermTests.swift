import Rewards
import Testing

private func isNear(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

/// Lengths and verdicts to members.
private func group(_ lengths: [Int], _ right: [Double], truncated: [Bool]? = nil) -> [GroupMember] {
  lengths.indices.map {
    GroupMember(length: lengths[$0], correctness: right[$0], isTruncated: truncated?[$0] ?? false)
  }
}

@Suite struct `DA-DLER` {
  let rule = DADLER(limit: 4000, easyLimit: 2000)

  @Test func `half of the group right makes it easy, one fewer does not`() {
    let lengths = [Int](repeating: 1500, count: 15) + [2500]
    let easy = rule.scores(
      group(lengths, [Double](repeating: 0, count: 8) + [Double](repeating: 1, count: 8)), maximumLength: 4000
    )
    #expect(easy.reference == RewardReference(name: "limit", value: 2000))
    // A right answer of 2,500 tokens in an easy group scores 0.
    #expect(easy.values.last == 0 && easy.values[8] == 1)
    let hard = rule.scores(
      group(lengths, [Double](repeating: 0, count: 9) + [Double](repeating: 1, count: 7)), maximumLength: 4000
    )
    #expect(hard.reference?.value == 4000)
    #expect(hard.values.last == 1)
  }

  @Test func `only answers that are whole within the wide limit count towards difficulty`() {
    let members = group([100, 100, 4001, 100], [1, 0, 1, 1], truncated: [false, false, false, true])
    // 1 of 4, so the wide limit.
    let scores = rule.scores(members, maximumLength: 9999)
    #expect(scores.reference?.value == 4000)
    #expect(scores.values == [1, 0, 0, 0])
  }

  @Test func `unset limits are the cap and half of it`() {
    #expect(DADLER().scores(group([60], [1]), maximumLength: 100).reference?.value == 50)
    #expect(DADLER().scores(group([60], [1]), maximumLength: 1).reference?.value == 1)
    #expect(DADLER().scores(group([60], [0]), maximumLength: 100).reference?.value == 100)
  }
}

@Suite struct `Kimi's length reward` {
  @Test func `matches the worked row`() {
    let members = group([400, 800, 1200, 1600], [1, 1, 0, 0])
    #expect(isNear(kimiLengthReward(members), [0.5, 1.0 / 6, -1.0 / 6, -0.5]))
  }

  @Test func `equal lengths, a group of one and nobody at all are worth nothing`() {
    #expect(kimiLengthReward(group([7, 7, 7], [1, 0, 1])) == [0, 0, 0])
    #expect(kimiLengthReward(group([7], [0])) == [0])
    #expect(kimiLengthReward([]) == [])
  }

  @Test func `the longest possible lengths do not overflow`() {
    #expect(kimiLengthReward(group([0, .max], [1, 1])) == [0.5, -0.5])
  }
}

@Suite struct `ShorterBetter reward` {
  @Test func `measures by the shortest right answer, or by the mean where none is right`() {
    let lengths = [400, 800, 1200, 1600]
    let scores = ShorterBetter().scores(group(lengths, [1, 1, 0, 0]))
    #expect(scores.reference == RewardReference(name: "target", value: 400))
    #expect(isNear(scores.values, [2, 1.6, -0.8, -1.2]))
    let none = ShorterBetter().scores(group(lengths, [0, 0, 0, 0]))
    #expect(none.reference?.value == 1000)
    #expect(isNear(none.values, [-0.6, -0.2, -0.2, -0.6]))
  }

  @Test func `the clamp keeps right above wrong`() {
    // L* = 6,000: published −1.0 and 1.9 for right, −0.1 for wrong; clamped 1 and −0.1.
    let members = group([6000, 9000, 6100], [1, 1, 0])
    #expect(isNear(ShorterBetter().scores(members).values, [2, -1, -0.1]))
    #expect(isNear(ShorterBetter(clampsGap: true).scores(members).values, [2, 1, -0.1]))
  }
}

@Suite struct `LASER reward` {
  @Test func `a bonus for right answers up to the target, inclusive`() {
    let scores = LASER(target: .fixed(1000)).scores(group([1000, 1001, 10], [1, 1, 0]))
    #expect(scores.values == [1.5, 1, -0.5])
    #expect(scores.reference == RewardReference(name: "target", value: 1000))
  }

  @Test(arguments: [
    ([1.0, 1, 0], 100), ([1, 0, 0], 200), ([0, 0, 0], 300), ([1, 1, 1, 0], 100), ([1, 0, 0, 0], 300),
    ([1, 1, 0, 0], 200),
  ])
  func `the band's bounds of one and two thirds belong to the easier side`(right: [Double], target: Double) {
    let rule = LASER(target: .byDifficulty(LASERTargets(easy: 100, medium: 200, hard: 300)))
    let members = group(right.map { _ in 50 }, right)
    #expect(rule.scores(members).reference?.value == target)
  }

  @Test func `exploring, a wrong answer past the target earns the bonus unless it repeats itself`() {
    let rule = LASER(target: .fixed(100), explores: true)
    let fresh = "so each of the nine words here is new"
    let members = [
      GroupMember(length: 101, correctness: 0, text: fresh),
      GroupMember(length: 100, correctness: 0, text: fresh),
      GroupMember(length: 101, correctness: 0, text: "wait wait wait wait wait wait wait"),
      GroupMember(length: 101, correctness: 1, text: fresh),
    ]
    #expect(rule.scores(members).values == [0, -0.5, -0.5, 1])
  }

  @Test func `what a truncated answer is worth can be set apart`() {
    let rule = LASER(target: .fixed(100), truncated: -1)
    #expect(
      rule.scores(group([90, 90, 90], [1, 1, 0], truncated: [true, false, true])).values == [-1, 1.5, -1])
  }
}

@Suite struct `LASER's targets` {
  let targets = LASERTargets(easy: 5000, medium: 6000, hard: 7000)

  @Test func `cover a fifth of easy, half of medium and all of hard problems' right answers`() {
    // Groups of 8. Easy: 6 right at 900 … 5,900; a fifth of six is two answers (⌊2/6 · 5⌋ = 1): 2048 covers
    // 900 and 1,900. Medium: 4 right, half are two: 1024 covers one, 2048 both. Hard: 2 right, both: 4096.
    let easy = group([900, 1900, 2900, 3900, 4900, 5900, 10, 10], [1, 1, 1, 1, 1, 1, 0, 0])
    let medium = group([900, 1900, 2900, 3900, 10, 10, 10, 10], [1, 1, 1, 1, 0, 0, 0, 0])
    let hard = group([900, 3900, 10, 10, 10, 10, 10, 10], [1, 1, 0, 0, 0, 0, 0, 0])
    let new = targets.reestimated(from: [easy, medium, hard], lower: 1024, upper: 8192)
    #expect(new == LASERTargets(easy: 2048, medium: 2048, hard: 4096))
  }

  @Test func `a band without right answers keeps its target, and none exceeds the cap`() {
    let hard = group([9000, 9000, 10, 10, 10, 10, 10, 10], [1, 1, 0, 0, 0, 0, 0, 0])
    let new = targets.reestimated(from: [hard, []], lower: 1024, upper: 8192)
    #expect(new == LASERTargets(easy: 5000, medium: 6000, hard: 8192))
    #expect(targets.reestimated(from: [], lower: 1024, upper: 8192) == targets)
  }

  @Test func `a reward takes new targets wherever a term follows the policy, and nowhere else`() {
    func laser(_ grid: Int?) -> RewardTerm {
      RewardTerm(
        .laser(LASER(target: .byDifficulty(LASERTargets(easy: 1, medium: 2, hard: 3)), adaptGrid: grid)))
    }
    var reward = RewardConfiguration()
    reward.terms = [laser(nil), RewardTerm(.product([.correctness(verifier: nil, weight: 1), laser(64)]))]
    #expect(reward.adaptiveTargets?.grid == 64)
    let new = LASERTargets(easy: 10, medium: 20, hard: 30)
    let adapted = reward.adapted(to: new)
    #expect(adapted.adaptiveTargets?.targets == new && adapted.terms[0] == reward.terms[0])
    reward.terms = [laser(nil)]
    #expect(reward.adaptiveTargets == nil && reward.adapted(to: new) == reward)
  }
}

@Suite struct `HBPO reward` {
  let rule = HBPO()

  @Test(arguments: [
    (512, [3.8965, 3.9231, 3.1150, 1.0248]), (1024, [3.6955, 3.6955, 3.2400, 1.1498]),
    (2048, [2.8284, 2.8284, 2.8284, 1.3998]), (2560, [2.2223, 2.2223, 2.2223, 1.5248]),
  ])
  func `matches the worked table for right answers`(budget: Int, expected: [Double]) {
    let rewards = [100, 400, 1500, 3000].map {
      rule.reward(isRight: true, hasAnswer: true, length: $0, budget: budget)
    }
    #expect(isNear(rewards, expected, 5e-5), "\(rewards)")
  }

  @Test func `wrong and too long are worth nothing, no answer less`() {
    #expect(rule.reward(isRight: false, hasAnswer: true, length: 100, budget: 512) == 0)
    #expect(rule.reward(isRight: true, hasAnswer: true, length: 4097, budget: 512) == 0)
    #expect(rule.reward(isRight: false, hasAnswer: false, length: 100, budget: 512) == -1)
  }

  @Test func `the published intra term is never positive, ours is a comparison within the budget`() {
    // Two samples per budget: sample i and i + 4. (400 and 900 at b = 512, …)
    let lengths = [400, 900, 1500, 2400, 900, 1500, 2300, 3000]
    let right = [true, true, true, true, true, false, true, false]
    let rewards: [Double?] = lengths.indices.map {
      rule.reward(
        isRight: right[$0], hasAnswer: true, length: lengths[$0], budget: rule.budget(ofSample: $0))
    }
    let paper = rule.intra(rewards, form: .paper).compactMap { $0 }
    #expect(
      isNear(paper, [-0.127, -1.848, -0.174, -1.111, -0.127, -1.848, -0.174, -1.111], 5e-4), "\(paper)")
    let centered = rule.intra(rewards, form: .centered).compactMap { $0 }
    #expect(isNear([centered[0] + centered[4], centered[1] + centered[5]], [0, 0]))
    #expect(rule.intra([2, 2, 2, 2, 2, 2, 2, 2], form: .centered) == [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(rule.intra([nil, 1, nil, nil, 3], form: .centered) == [nil, 0, nil, nil, 0])
  }
}

/// Numbers from a seed.
struct Counter: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) >> 20
  }
}
