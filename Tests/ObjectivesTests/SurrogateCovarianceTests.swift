import Foundation
import Objectives
import Testing

@Suite struct `Tokens chosen by covariance` {
  /// Two responses, A = 1 and −1, mean 0; mean logprob −2: cov = [1.9, 1, −1, −1.9] · A.
  func step() -> TokenBatch {
    let logprobs = [-0.1, -1, -3, -3.9]
    return TokenBatch(
      offsets: [0, 4, 8], mask: [Bool](repeating: true, count: 8), logprobs: logprobs + logprobs,
      oldLogprobs: logprobs + logprobs,
      advantages: [Double](repeating: 1, count: 4) + [Double](repeating: -1, count: 4))
  }
  let clip = ClipRange(low: 0.2, high: 0.2)
  let bounds = OpenInterval(low: 0.5, high: 5)

  func indices(_ chosen: [Bool]) -> [Int] { chosen.indices.filter { chosen[$0] } }

  @Test func `a ratio of 1 takes all candidates and draws nothing`() {
    var generator = SeededGenerator(seed: 1)
    let before = generator.state
    let chosen = clipCovChoice(step(), clip: clip, ratio: 1, bounds: bounds, using: &generator)
    #expect(indices(chosen) == [0, 1, 6, 7])
    #expect(generator.state == before)
    let narrow = clipCovChoice(
      step(), clip: clip, ratio: 1, bounds: OpenInterval(low: 1, high: 1.9), using: &generator)
    #expect(indices(narrow).isEmpty, "the interval is open: \(indices(narrow))")
  }

  @Test func `at most a share of the tokens, at least one, and each candidate in its turn`() {
    var seen: Set<[Int]> = []
    for seed in 1...200 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let two = indices(clipCovChoice(step(), clip: clip, ratio: 0.3, bounds: bounds, using: &generator))
      #expect(two.count == 2 && Set(two).isSubset(of: [0, 1, 6, 7]))
      seen.insert(two)
      #expect(
        indices(clipCovChoice(step(), clip: clip, ratio: 2e-4, bounds: bounds, using: &generator)).count == 1)
    }
    #expect(seen.count == 6)
  }

  @Test func `a token that PPO clips is no candidate, nor one outside the mask`() {
    var batch = step()
    batch.oldLogprobs[0] = -0.5  // r = 1.49, A > 0
    batch.oldLogprobs[6] = -3.5  // r = 1.65, A < 0: follows
    batch.mask[3] = false
    batch.mask[4] = false  // cov of the same size: the means stay
    batch.logprobs[3] = .nan
    var generator = SeededGenerator(seed: 1)
    let chosen = clipCovChoice(
      batch, clip: clip, ratio: 1, bounds: OpenInterval(low: 0.1, high: 9), using: &generator)
    #expect(!chosen[0] && chosen[6] && !chosen[3] && !chosen[4])
  }

  @Test func `KL-Cov takes the largest, the earlier of equal ones, and at least one`() {
    #expect(indices(klCovChoice(step(), ratio: 0.4)) == [0, 1, 7])
    #expect(indices(klCovChoice(step(), ratio: 2e-4)) == [0])
    #expect(indices(klCovChoice(step(), ratio: 1)) == Array(0..<8))
    var nothing = step()
    nothing.mask = nothing.mask.map { _ in false }
    #expect(indices(klCovChoice(nothing, ratio: 0.5)).isEmpty)
  }

  @Test func `Clip-Cov takes the term of chosen tokens away, KL-Cov adds |log r|`() {
    var batch = TokenBatch.single([1, 1, -1], logRatios: [0.1, 0.1, -0.1])
    batch.chosen = [true, false, true]
    let clipCov = clipCovSurrogate(batch, weights: [1], clip: clip)
    #expect(mismatch(clipCov.tokenLosses, [0, -exp(0.1), 0]) == nil)
    #expect(mismatch(clipCov.dLogprobs, [0, -exp(0.1), 0]) == nil)
    #expect(clipCov.sums.bounded == 2)
    let klCov = klCovSurrogate(batch, weights: [1], coefficient: 2)
    #expect(mismatch(klCov.tokenLosses, [-exp(0.1) + 0.2, -exp(0.1), exp(-0.1) + 0.2]) == nil)
    #expect(mismatch(klCov.dLogprobs, [-exp(0.1) + 2, -exp(0.1), exp(-0.1) - 2]) == nil)
    #expect(klCov.sums.absoluteLogRatioSum.isClose(to: 0.3, absolute: 1e-12))
  }

  @Test func `without a choice Clip-Cov is PPO`() {
    let batch = TokenBatch.single([1, -1, 1], logRatios: [0.5, -0.5, 0])
    let (covariance, ppo) = (
      clipCovSurrogate(batch, weights: [1], clip: clip), ppoClipSurrogate(batch, weights: [1], clip: clip)
    )
    #expect(covariance.loss == ppo.loss && covariance.dLogprobs == ppo.dLogprobs)
  }
}
