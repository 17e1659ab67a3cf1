import Foundation
import Objectives
import Testing

@Suite struct `Sequence ratios` {
  let paper = ClipRange(low: 3e-4, high: 4e-4)

  @Test func `GSPO by hand: the mean of the log ratios, clipped as one`() {
    // s = e^0.1 = 1.105171, not the product 1.349859
    let logRatios = [0.1, -0.1, 0.3]
    let good = gspoSurrogate(.single([1, 1, 1], logRatios: logRatios), weights: [1.0 / 3], clip: paper)
    #expect(good.loss.isClose(to: -1.0004, absolute: 1e-12))
    #expect(good.dLogprobs.allSatisfy { $0 == 0 })
    #expect(good.sums.clippedHigh == 3)
    let bad = gspoSurrogate(.single([-1, -1, -1], logRatios: logRatios), weights: [1.0 / 3], clip: paper)
    #expect(bad.loss.isClose(to: 1.105171, absolute: 1e-6))
    #expect(mismatch(bad.dLogprobs, [0.368390, 0.368390, 0.368390], absolute: 1e-6) == nil)
  }

  @Test func `GSPO clips where no single token would be`() {
    let logRatios = [0.02, -0.01, 0.05, 0, -0.03, 0.01]
    let batch = TokenBatch.single([Double](repeating: 1, count: 6), logRatios: logRatios)
    let result = gspoSurrogate(batch, weights: [1.0 / 6], clip: paper)
    #expect(result.dLogprobs.allSatisfy { $0 == 0 })
    #expect(result.tokenLosses[0].isClose(to: -1.0004, absolute: 1e-12))
    let free = gspoSurrogate(batch, weights: [1.0 / 6], clip: ClipRange(low: 0.2, high: 0.2))
    #expect(free.loss.isClose(to: -1.0066889, absolute: 1e-7))
    #expect(
      ppoClipSurrogate(batch, weights: [1.0 / 6], clip: ClipRange(low: 0.2, high: 0.2)).sums.clippedHigh == 0)
  }

  @Test func `one token: GSPO is PPO with its bounds`() {
    for (advantage, logRatio) in [(1.0, 0.3), (-1, 0.3), (1, -0.3), (-1, -0.3), (0.5, 1e-4)] {
      let batch = TokenBatch.single([advantage], logRatios: [logRatio])
      let (ours, ppo) = (
        gspoSurrogate(batch, weights: [1], clip: paper), ppoClipSurrogate(batch, weights: [1], clip: paper)
      )
      #expect(ours.loss.isClose(to: ppo.loss, relative: 1e-12))
      #expect(mismatch(ours.dLogprobs, ppo.dLogprobs) == nil)
    }
  }

  @Test(arguments: 1...20) func `with one advantage per response GSPO-token is GSPO`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var step = RandomResponses(.gspo, using: &random)
    for i in step.responses.indices {
      let advantage = Double.random(in: -2...2, using: &random)
      step.responses[i].advantages = step.responses[i].mask.map { _ in advantage }
      step.responses[i].correction = step.responses[i].mask.map { _ in 1.5 }
    }
    for mode in LossAggregation.allCases {
      step.algorithm.surrogate = .gspo
      let whole = step.loss(mode)
      step.algorithm.surrogate = .gspoToken
      let byToken = step.loss(mode)
      #expect(byToken.loss.isClose(to: whole.loss, relative: 1e-12, absolute: 1e-15))
      #expect(mismatch(byToken.dLogprobs, whole.dLogprobs) == nil)
    }
  }

  @Test func `a sequence said twice counts like once`() {
    let once = TokenBatch.single([-1, -1], logRatios: [0.2, -0.1])
    let twice = TokenBatch.single([-1, -1, -1, -1], logRatios: [0.2, -0.1, 0.2, -0.1])
    let (short, long) = (
      gspoSurrogate(once, weights: [1.0 / 2], clip: paper),
      gspoSurrogate(twice, weights: [1.0 / 4], clip: paper)
    )
    #expect(long.loss.isClose(to: short.loss, relative: 1e-12))
    #expect(mismatch(long.dLogprobs.map { 2 * $0 }, short.dLogprobs + short.dLogprobs) == nil)
  }

  @Test func `a mean log ratio past ten has no gradient`() {
    let batch = TokenBatch.single([-1, -1], logRatios: [12, 12])
    let result = gspoSurrogate(batch, weights: [0.5], clip: paper)
    #expect(result.loss.isClose(to: exp(10), relative: 1e-12))
    #expect(result.dLogprobs == [0, 0])
  }

  @Test func `GMPO by hand: the geometric mean of clipped ratios`() {
    // A = 1: .5 is clipped at .4, the others stay: ρ = exp((.4 + .1 − .6) / 3)
    let clip = ClipRange(low: 0.4, high: 0.4)
    let good = gmpoSurrogate(
      .single([1, 1, 1], logRatios: [0.5, 0.1, -0.6]), weights: [1.0 / 3], clip: clip)
    let ratio = exp(-0.1 / 3)
    #expect(good.loss.isClose(to: -ratio, relative: 1e-12))
    #expect(mismatch(good.dLogprobs, [0, -ratio / 3, -ratio / 3]) == nil)
    #expect(good.sums.clippedHigh == 2 && good.sums.clippedLow == 0)
    // A = −1: the −.6 is clipped at −.4
    let bad = gmpoSurrogate(
      .single([-1, -1, -1], logRatios: [0.5, 0.1, -0.6]), weights: [1.0 / 3], clip: clip)
    #expect(bad.loss.isClose(to: exp(0.2 / 3), relative: 1e-12))
    #expect(bad.dLogprobs[2] == 0 && bad.dLogprobs[0] > 0)
    #expect(bad.sums.clippedHigh == 0 && bad.sums.clippedLow == 2)
  }

  @Test func `GMPO weighs a response by the geometric mean of its corrections`() {
    let batch = TokenBatch.single([1, 1], logRatios: [0, 0], correction: [0.5, 2])
    let result = gmpoSurrogate(batch, weights: [0.5], clip: ClipRange(low: 0.4, high: 0.4))
    #expect(result.loss.isClose(to: -1, absolute: 1e-9))
  }
}

@Suite struct `Detached weights` {
  @Test func `CISPO by hand: the weight is clipped, the gradient is not`() {
    // r = 1.5, bound 1.2, A = 1, logprob −.7: value −(−.84), gradient of J 1.2
    let batch = TokenBatch.single([1], logRatios: [log(1.5)], logprobs: [-0.7])
    let result = cispoSurrogate(batch, weights: [1], weightMin: 0, weightMax: 1.2)
    #expect(result.loss.isClose(to: 0.84, absolute: 1e-12))
    #expect(mismatch(result.dLogprobs, [-1.2]) == nil)
    #expect(result.sums.bounded == 1 && result.sums.clippedHigh == 1)

    let three = cispoSurrogate(
      .single([1, 1, -1], logRatios: [1.5, 1, 0.7].map { log($0) }), weights: [1.0 / 3], weightMin: 0,
      weightMax: 1.28)
    #expect(mismatch(three.dLogprobs, [-0.426667, -0.333333, 0.233333], absolute: 1e-6) == nil)
  }

  @Test func `SAPO is REINFORCE at ratio 1 and fades on both sides`() {
    func slope(_ ratio: Double) -> Double {
      -sapoSurrogate(.single([1], logRatios: [log(ratio)]), weights: [1], tauPositive: 1, tauNegative: 1.05)
        .dLogprobs[0]
    }
    #expect(slope(1).isClose(to: 1, absolute: 1e-12))
    // 4 σ(1) σ(−1) · 2
    #expect(slope(2).isClose(to: 4 * 0.7310585786 * 0.2689414214 * 2, absolute: 1e-9))
    #expect(slope(8) < 0.05 && slope(0.05) < 0.05)
  }

  @Test func `DPPO holds confident tokens and lets rare ones move, where PPO does the opposite`() {
    // Probabilities before and after, A, who stops; worked in the methods
    let cases: [(old: Double, new: Double, advantage: Double, ppoStops: Bool, dppoStops: Bool)] = [
      (0.01, 0.03, 1, true, false), (0.60, 0.85, 1, true, true), (0.02, 0.0002, -1, true, false),
      (0.85, 0.60, -1, true, true), (0.60, 0.85, -1, false, false), (0.50, 0.61, 1, false, false),
    ]
    for (old, new, advantage, ppoStops, dppoStops) in cases {
      let batch = TokenBatch.single([advantage], logRatios: [log(new / old)], logprobs: [log(new)])
      let ppo = ppoClipSurrogate(batch, weights: [1], clip: ClipRange(low: 0.2, high: 0.28))
      let dppo = dppoTVSurrogate(batch, weights: [1], low: 0.2, high: 0.2, ratioMax: 20)
      #expect((ppo.dLogprobs[0] == 0) == ppoStops, "\(old) → \(new), A \(advantage)")
      #expect((dppo.dLogprobs[0] == 0) == dppoStops, "\(old) → \(new), A \(advantage)")
      #expect(dppo.sums.bounded == (dppoStops ? 1 : 0))
      if !dppoStops { #expect(mismatch(dppo.dLogprobs, [-advantage * new / old]) == nil) }
    }
  }

  @Test func `DPPO by KL stops a move away and lets the way back open`() {
    let there = TokenBatch.single(
      [1, -1], logRatios: [log(0.85 / 0.6), log(0.85 / 0.6)], logprobs: [log(0.85), log(0.85)])
    // .6 log(.6/.85) + .4 log(.4/.15) = 0.183
    let result = dppoKLSurrogate(there, weights: [1], low: 0.05, high: 0.05, ratioMax: 20)
    #expect(result.dLogprobs[0] == 0 && result.dLogprobs[1] > 0)
    #expect(dppoKLSurrogate(there, weights: [1], low: 0.05, high: 0.19, ratioMax: 20).sums.bounded == 0)
    #expect(dppoKLSurrogate(there, weights: [1], low: 0.05, high: 0.18, ratioMax: 20).sums.bounded == 1)
  }

  @Test func `DPPO cuts the ratio and counts it`() {
    let batch = TokenBatch.single([1], logRatios: [log(30)], logprobs: [log(0.03)])
    let result = dppoTVSurrogate(batch, weights: [1], low: 0.2, high: 0.2, ratioMax: 20)
    #expect(mismatch(result.dLogprobs, [-20]) == nil)
    #expect(result.sums.clippedDual == 1)
  }

  @Test func `REINFORCE by hand`() {
    let result = reinforceSurrogate(
      .single([2, -1], logRatios: [0.3, 0], logprobs: [-0.5, -1.5]), weights: [0.5])
    #expect(result.loss.isClose(to: 0.5 * (1 - 1.5), absolute: 1e-12))
    #expect(result.dLogprobs == [-1, 0.5])
  }

  @Test(arguments: 1...20) func `POIS is PPO at ratio 1`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var step = RandomResponses(.pois, using: &random)
    for i in step.responses.indices { step.responses[i].oldLogprobs = step.responses[i].logprobs }
    step.algorithm.delta = nil
    for mode in LossAggregation.allCases {
      step.algorithm.surrogate = .pois
      let pois = step.loss(mode)
      step.algorithm.surrogate = .ppoClip
      let ppo = step.loss(mode)
      #expect(pois.loss == ppo.loss)
      #expect(pois.dLogprobs == ppo.dLogprobs)
      step.algorithm.surrogate = .reinforce
      #expect(mismatch(step.loss(mode).dLogprobs, pois.dLogprobs) == nil)
    }
  }
}
