import Foundation
import Objectives
import Testing

@Suite struct `Masks of tokens` {
  @Test func `the highest entropies of the trained tokens are kept`() {
    let entropies = [0.1, 0.9, 5, 0.4, 0.3, 0.2]
    let mask = [true, true, false, true, true, true]
    // sorted .1 .2 .3 .4 .9: the quantile at 1 − .5 is .3, at 1 − .2 it is .4 + .2 · .5
    #expect(
      highEntropyMask(entropies: entropies, mask: mask, topQuantile: 0.5)
        == [false, true, false, true, true, false])
    #expect(
      highEntropyMask(entropies: entropies, mask: mask, topQuantile: 0.2)
        == [false, true, false, false, false, false])
    #expect(highEntropyMask(entropies: entropies, mask: mask, topQuantile: 1) == mask)
    #expect(highEntropyMask(entropies: [1, 2], mask: [false, false], topQuantile: 0.5) == [false, false])
  }

  @Test func `a share that hits a value keeps it, whatever the product rounds to`() {
    // rank (1 − 0.7) · 10 comes out as 3.0000000000000004; eight of eleven lie at or above 3
    let kept = highEntropyMask(
      entropies: (0..<11).map(Double.init), mask: Array(repeating: true, count: 11), topQuantile: 0.7)
    #expect(kept.count { $0 } == 8)
  }

  @Test func `bad answers that the policy moved away from are left out`() {
    let logprobs = [-0.9, -1.2, -0.4, -1.1]
    let behavior = [-0.2, -0.3, -0.1, -0.5]
    // mean log(μ/π) = .625
    func kept(_ advantage: Double, _ threshold: Double) -> [Bool] {
      offPolicySequenceMask(
        advantages: Array(repeating: advantage, count: 4), logprobs: logprobs, behaviorLogprobs: behavior,
        offsets: [0, 4], mask: [true, true, true, true], threshold: threshold)
    }
    #expect(kept(-1, 0.5).allSatisfy { !$0 })
    #expect(kept(-1, 0.626).allSatisfy { $0 })
    #expect(kept(0, 0.5).allSatisfy { $0 })
    #expect(kept(1, 0.5).allSatisfy { $0 })
  }

  @Test func `only trained tokens of a response say how far it is`() {
    let kept = offPolicySequenceMask(
      advantages: [-1, -1, -1], logprobs: [-9, -1, -2], behaviorLogprobs: [-1, -1, -1], offsets: [0, 2, 3],
      mask: [false, true, true], threshold: 0.5)
    #expect(kept == [false, true, false])
  }
}

@Suite struct `Mastered tokens` {
  private let logprobs = [0.995, 0.60, 0.999, 0.99].map { log($0) }

  private func mastered(_ entropies: [Double], isCorrect: Bool = true) -> MasteredTokens {
    masteredTokens(
      logprobs: logprobs, entropies: entropies, offsets: [0, 4], mask: [true, true, true, true],
      isCorrect: [isCorrect], rule: MasteredTokenRule())
  }

  /// The objective of the notes: A = .5, r = 1, mean over all four tokens.
  private func objective(_ masked: [Bool]) -> Double {
    let batch = TokenBatch(
      offsets: [0, 4], mask: [true, true, true, true], logprobs: logprobs, oldLogprobs: logprobs,
      advantages: [0.5, 0.5, 0.5, 0.5], correction: masked.map { $0 ? 0 : 1 })
    return -ppoClipSurrogate(batch, weights: [0.25], clip: ClipRange(low: 0.2, high: 0.2)).loss
  }

  @Test func `above the gate nothing is masked, below it what is at least as probable as the threshold`() {
    let above = mastered([0.03, 1.0, 0.01, 0.06])
    #expect(above.responseEntropy[0].isClose(to: 0.275, relative: 1e-12))
    #expect(above.masked.allSatisfy { !$0 })
    #expect(objective(above.masked).isClose(to: 0.5, relative: 1e-12))
    let below = mastered([0.03, 0.5, 0.01, 0.06])
    #expect(below.responseEntropy[0].isClose(to: 0.15, relative: 1e-12))
    #expect(below.masked == [true, false, true, true])
    // masked tokens stay in the denominator
    #expect(objective(below.masked).isClose(to: 0.125, relative: 1e-12))
  }

  @Test func `wrong answers are never masked`() {
    #expect(mastered([0.03, 0.5, 0.01, 0.06], isCorrect: false).masked.allSatisfy { !$0 })
  }

  @Test func `the entropy is that of the trained tokens, response by response`() {
    let result = masteredTokens(
      logprobs: [0, 0, 0, 0], entropies: [0.1, 9, 0.3, 9], offsets: [0, 2, 3, 4],
      mask: [true, false, true, false], isCorrect: [true, true, true], rule: MasteredTokenRule())
    #expect(result.responseEntropy == [0.1, 0.3, 0])
    #expect(result.masked == [true, false, false, false])
  }
}

@Suite struct `Segments of several policies` {
  @Test func `SAIS measures against who sampled, POIS against itself`() {
    let ratios = segmentRatios(
      logprobs: [-0.50, -1.20, -0.10], behaviorLogprobs: [-0.60, -1.00, -0.10], offsets: [0, 3],
      versions: [5, 6, 7], trainerVersion: 7)
    #expect(mismatch(ratios.sais, [1.105171, 0.818731, 1], absolute: 1e-6) == nil)
    #expect(ratios.pois == [1, 1, 1])
    #expect(ratios.lag == [2, 1, 0])
    #expect(ratios.staleness == [2])
    #expect(ratios.onPolicyShare.isClose(to: 1.0 / 3, relative: 1e-12))
  }

  @Test func `a response of one segment is an ordinary one, an empty one is not stale`() {
    let ratios = segmentRatios(
      logprobs: [-1, -2], behaviorLogprobs: [-1, -2], offsets: [0, 2, 2], versions: [4, 4], trainerVersion: 4)
    #expect(ratios.sais == [1, 1])
    #expect(ratios.staleness == [0, 0])
    #expect(ratios.onPolicyShare == 1)
  }
}

@Suite struct `GFPO` {
  private let lengths = [1200, 300, 700, 2000, 500, 900, 1500, 650]
  private let rewards: [Double] = [1, 0, 1, 1, 0, 1, 0, 1]

  @Test func `the shortest keep two wrong and two right, compared among themselves`() {
    let kept = gfpoKept(lengths: lengths, rewards: rewards, rule: GroupFiltering(metric: .shortest, keep: 4))
    #expect(kept == [1, 2, 4, 7])
    let advantages = groupAdvantages(
      rewards: [rewards.indices.map { kept.contains($0) ? rewards[$0] : nil }],
      rule: AdvantageRule(stdDdof: 0))[0]
    #expect(advantages.map { $0.map { $0.rounded() } } == [nil, -1, 1, nil, -1, nil, nil, 1])
  }

  @Test func `reward per token keeps the right ones, which are all worth the same`() {
    let kept = gfpoKept(
      lengths: lengths, rewards: rewards, rule: GroupFiltering(metric: .rewardPerToken, keep: 4))
    #expect(kept == [0, 2, 5, 7])
    #expect(
      groupAdvantages(rewards: [kept.map { rewards[$0] }], rule: AdvantageRule()) == [[0, 0, 0, 0]])
  }

  @Test func `of equals the earlier, and all where there are not enough`() {
    #expect(gfpoKept(lengths: [5, 5, 5], rewards: [0, 0, 0], rule: GroupFiltering(keep: 2)) == [0, 1])
    #expect(gfpoKept(lengths: [5, 0], rewards: [1, 1], rule: GroupFiltering(keep: 9)) == [0, 1])
    #expect(
      gfpoKept(
        lengths: [0, 3], rewards: [1, 1], rule: GroupFiltering(metric: .rewardPerToken, keep: 1)) == [0])
  }
}
