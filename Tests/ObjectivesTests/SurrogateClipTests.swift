import Foundation
import Objectives
import Testing

@Suite struct `Clipped surrogate` {
  /// One token of weight 1.
  func single(_ advantage: Double, ratio: Double, dual: Double? = nil, delta: Double? = nil) -> TokenLoss {
    ppoClipSurrogate(
      .single([advantage], logRatios: [log(ratio)]), weights: [1],
      clip: ClipRange(low: 0.2, high: 0.28, dual: dual, delta: delta))
  }

  @Test func `the six corners, by hand`() {
    // (A, r) → J: (1, 1.5) → 1.28; (1, .5) → .5; (−1, .5) → −.8; (−1, 1.5) → −1.5; (−1, 5), c = 10 → −5, c =
    // 3 → −3
    let corners: [(Double, Double, Double?, loss: Double, gradient: Double)] = [
      (1, 1.5, nil, -1.28, 0), (1, 0.5, nil, -0.5, -0.5), (-1, 0.5, nil, 0.8, 0), (-1, 1.5, nil, 1.5, 1.5),
      (-1, 5, nil, 5, 5), (-1, 5, 10, 5, 5), (-1, 5, 3, 3, 0),
    ]
    for (advantage, ratio, dual, loss, gradient) in corners {
      let result = single(advantage, ratio: ratio, dual: dual)
      #expect(result.loss.isClose(to: loss, relative: 1e-12), "A \(advantage), r \(ratio)")
      #expect(mismatch(result.dLogprobs, [gradient]) == nil, "A \(advantage), r \(ratio)")
    }
  }

  @Test func `a two-sided clip holds both signs, a positive one also below the upper bound`() {
    let corners: [(Double, Double, delta: Double, loss: Double, gradient: Double)] = [
      (-1, 5, 3, 3, 0), (-1, 2, 3, 2, 2), (1, 5, 3, -1.28, 0), (1, 1.2, 1.1, -1.1, 0),
      (1, 1.05, 1.1, -1.05, -1.05),
      // A δ inside the bounds leaves a negative advantage to the clipped side, which still follows there.
      (-1, 1.2, 1.1, 1.2, 1.2), (-1, 5, 1.1, 1.28, 0),
    ]
    for (advantage, ratio, delta, loss, gradient) in corners {
      let result = single(advantage, ratio: ratio, delta: delta)
      #expect(result.loss.isClose(to: loss, relative: 1e-12), "A \(advantage), r \(ratio), δ \(delta)")
      #expect(mismatch(result.dLogprobs, [gradient]) == nil, "A \(advantage), r \(ratio), δ \(delta)")
    }
    #expect(single(-1, ratio: 5, delta: 3).sums.clippedDual == 1)
    #expect(single(1, ratio: 5, delta: 3).sums.clippedHigh == 1)
    #expect(single(1, ratio: 1.2, delta: 1.1).sums.clippedHigh == 0)
  }

  @Test func `three tokens and their mean, by hand`() {
    // J = 1.28, 1, −0.8  ⇒  L = −1.48 / 3; the first and last are clipped
    let result = ppoClipSurrogate(
      .single([1, 1, -1], logRatios: [1.5, 1, 0.7].map { log($0) }), weights: [1.0 / 3],
      clip: ClipRange(low: 0.2, high: 0.28))
    #expect(result.loss.isClose(to: -1.48 / 3, absolute: 1e-12))
    #expect(mismatch(result.dLogprobs, [0, -1.0 / 3, 0]) == nil)
    #expect(mismatch(result.tokenLosses, [-1.28, -1, 0.8]) == nil)
    #expect(result.sums.clippedHigh == 1 && result.sums.clippedLow == 1)
    #expect(result.sums.clipFractionHigh.isClose(to: 1 / 3, absolute: 1e-12))
    #expect(result.sums.ratioMean.isClose(to: 3.2 / 3, absolute: 1e-12))
    #expect(result.sums.ratioMin.isClose(to: 0.7, absolute: 1e-12))
    #expect(result.sums.ratioMax.isClose(to: 1.5, absolute: 1e-12))
    // Σ r − 1 − log r = 0.2 − log(1.05)
    #expect(result.sums.approxKLToOldSum.isClose(to: 0.2 - log(1.05), absolute: 1e-12))
  }

  @Test func `the correction multiplies loss and gradient, and where it is 0 the token is counted`() {
    // −1.2 vs −1.0 and −.2 vs −1.4, TIS at 2: weights .818731 and 2; r = 1
    let result = ppoClipSurrogate(
      .single([1, -1, 1], logRatios: [0, 0, 0], correction: [exp(-0.2), 2, 0]), weights: [0.5],
      clip: ClipRange(low: 0.2, high: 0.2))
    #expect(mismatch(result.dLogprobs, [-0.5 * 0.8187307530779818, 1, 0]) == nil)
    #expect(mismatch(result.tokenLosses, [-0.8187307530779818, 2, 0]) == nil)
    #expect(result.sums.silenced == 1 && result.sums.tokens == 3)
  }

  @Test func `past twenty nats a token keeps its loss and loses its gradient`() {
    let batch = TokenBatch(
      offsets: [0, 1, 2], mask: [true, true], logprobs: [-0.4, -26], oldLogprobs: [-25, -0.5],
      advantages: [-1, 1])
    let clip = ClipRange(low: 0.2, high: 0.2)
    let result = ppoClipSurrogate(batch, weights: [1, 1], clip: clip)
    // e^20 · 1 for the first, −e^−20 · 1 for the second
    #expect(result.loss.isClose(to: exp(20), relative: 1e-12))
    #expect(result.dLogprobs == [0, 0])
    #expect(result.sums.logRatioSum == 0)
    let free = ppoClipSurrogate(batch, weights: [1, 1], clip: clip, logRatioLimits: LogRatioLimits.none)
    #expect(mismatch(free.dLogprobs, [exp(24.6), -exp(-25.5)]) == nil)
  }

  @Test func `an advantage of 0 trains nothing, however far the ratio`() {
    let result = ppoClipSurrogate(
      .single([0, 0], logRatios: [3, -3]), weights: [1], clip: ClipRange(low: 0.2, high: 0.2, dual: 3))
    #expect(result.loss == 0 && result.dLogprobs.allSatisfy { $0 == 0 })
    #expect(result.sums.clippedLow + result.sums.clippedHigh + result.sums.clippedDual == 0)
  }
}
