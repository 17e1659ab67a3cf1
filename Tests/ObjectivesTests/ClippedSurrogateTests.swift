import Foundation
import Objectives
import Testing

@Suite struct `Clipped surrogate` {
  /// Loss and gradient of one token of weight 1.
  func single(_ advantage: Float, ratio: Double, dual: Double? = nil) -> TokenLoss {
    clippedSurrogate(
      logprobs: [Float(log(ratio)) - 2], oldLogprobs: [-2], advantages: [advantage], weights: [1],
      clip: ClipRange(low: 0.2, high: 0.28, dual: dual))
  }

  @Test func `the six corners, by hand`() {
    // (A, r) → J: (1, 1.5) → 1.28; (1, .5) → .5; (−1, .5) → −.8; (−1, 1.5) → −1.5; (−1, 5), c = 10 → −5, c = 3 → −3
    let corners: [(Float, Double, Double?, loss: Double, gradient: Double)] = [
      (1, 1.5, nil, -1.28, 0), (1, 0.5, nil, -0.5, -0.5), (-1, 0.5, nil, 0.8, 0), (-1, 1.5, nil, 1.5, 1.5),
      (-1, 5, nil, 5, 5), (-1, 5, 10, 5, 5), (-1, 5, 3, 3, 0),
    ]
    for (advantage, ratio, dual, loss, gradient) in corners {
      let result = single(advantage, ratio: ratio, dual: dual)
      #expect(result.loss.isClose(to: loss, relative: 2e-6), "A \(advantage), r \(ratio)")
      #expect(result.dLogprobs.worstDifference(from: [gradient]) == nil, "A \(advantage), r \(ratio)")
    }
  }

  @Test func `three tokens and their mean, by hand`() {
    // J = 1.28, 1, −0.8  ⇒  L = −1.48 / 3; the first and last are clipped
    let result = clippedSurrogate(
      logprobs: [1.5, 1, 0.7].map { Float(log($0)) }, oldLogprobs: [0, 0, 0], advantages: [1, 1, -1],
      weights: [1 / 3, 1 / 3, 1 / 3], clip: ClipRange(low: 0.2, high: 0.28))
    #expect(result.loss.isClose(to: -0.493333, absolute: 1e-6))
    #expect(result.dLogprobs.worstDifference(from: [0, -0.333333, 0]) == nil)
    #expect(result.sums.clippedHigh == 1)
    #expect(result.sums.clippedLow == 1)
    #expect(result.sums.clipFractionHigh.isClose(to: 1 / 3, absolute: 1e-12))
    #expect(result.sums.ratioMean.isClose(to: 3.2 / 3, absolute: 1e-6))
    #expect(result.sums.ratioMin.isClose(to: 0.7, absolute: 1e-6))
    #expect(result.sums.ratioMax.isClose(to: 1.5, absolute: 1e-6))
    // Σ r − 1 − log r = 0.2 − log(1.05)
    #expect(result.sums.approxKLToOldSum.isClose(to: 0.2 - log(1.05), absolute: 1e-6))
  }

  @Test func `past twenty nats a token keeps its loss and loses its gradient`() {
    let result = clippedSurrogate(
      logprobs: [-0.4, -26], oldLogprobs: [-25, -0.5], advantages: [-1, 1], weights: [1, 1],
      clip: ClipRange(low: 0.2, high: 0.2))
    // e^20 · 1 for the first, −e^−20 · 1 for the second
    #expect(result.loss.isClose(to: exp(20), relative: 1e-9))
    #expect(result.dLogprobs == [0, 0])
    #expect(result.sums.logRatioSum == 0)
  }

  @Test func `a token of weight 0 is left out even where it holds no number`() {
    let result = clippedSurrogate(
      logprobs: [-1, .nan], oldLogprobs: [-1, .infinity], advantages: [2, .nan], weights: [1, 0],
      clip: ClipRange(low: 0.2, high: 0.2))
    #expect(result.loss == -2)
    #expect(result.dLogprobs == [-2, 0])
    #expect(result.sums.tokens == 1)
  }

  @Test func `a NaN in a counted token reaches loss and gradient`() {
    for advantage: Float in [1, -1, 0] {
      let result = clippedSurrogate(
        logprobs: [.nan], oldLogprobs: [-1], advantages: [advantage], weights: [1],
        clip: ClipRange(low: 0.2, high: 0.2, dual: 3))
      #expect(result.loss.isNaN)
      #expect(result.dLogprobs[0].isNaN)
    }
  }

  @Test func `nothing in, zero out`() {
    let result = clippedSurrogate(
      logprobs: [], oldLogprobs: [], advantages: [], weights: [], clip: ClipRange(low: 0.2, high: 0.2))
    #expect(result.loss == 0)
    #expect(result.sums == MetricSums())
    #expect(result.sums.ratioMean == 0)
  }

  struct Case: Decodable {
    struct Settings: Decodable {
      var constant: Double, epsilon: Double, epsilonHigh: Double, dualClip: Double?,
        denominators: Denominators?
    }
    struct Denominators: Decodable { var tokens: Int, responses: Int }
    struct Input: Decodable {
      var mask: [[Int]], logprobs: [[Float]], oldLogprobs: [[Float]], advantages: [[Float]],
        weights: [[Float]]?
    }
    struct Expected: Decodable { var aggregations: [Aggregation], metrics: Metrics }
    struct Aggregation: Decodable { var mode: String, loss: Double, grad: [[Double]] }
    struct Metrics: Decodable { var pgClipfrac: Double, ppoKl: Double, pgClipfracLower: Double }
    var name: String, settings: Settings, input: Input, expected: Expected
  }

  @Test func `matches verl under every aggregation`() throws {
    for golden in try GoldenFile<Case>.read("policy-losses.json") {
      let input = golden.input
      let counts = input.mask.map { $0.reduce(0, +) }
      // verl leaves fully masked responses out of the number of responses unless it is given.
      let totals =
        golden.settings.denominators.map { StepTotals(tokens: $0.tokens, responses: $0.responses) }
        ?? StepTotals(responseTokenCounts: counts.filter { $0 > 0 })
      for aggregation in golden.expected.aggregations {
        let mode = try #require(LossAggregation(rawValue: aggregation.mode))
        let perResponse = tokenWeights(
          mode: mode, responseTokenCounts: counts, totals: totals, constant: golden.settings.constant)
        let weights = input.mask.indices.flatMap { i in
          input.mask[i].indices.map { t in
            Float(perResponse[i]) * Float(input.mask[i][t]) * (input.weights?[i][t] ?? 1)
          }
        }
        let result = clippedSurrogate(
          logprobs: input.logprobs.flatMap { $0 }, oldLogprobs: input.oldLogprobs.flatMap { $0 },
          advantages: input.advantages.flatMap { $0 }, weights: weights,
          clip: ClipRange(
            low: golden.settings.epsilon, high: golden.settings.epsilonHigh, dual: golden.settings.dualClip))
        let place: Comment = "\(golden.name), \(aggregation.mode)"
        #expect(result.loss.isClose(to: aggregation.loss, relative: 2e-6, absolute: 1e-6), place)
        #expect(result.dLogprobs.worstDifference(from: aggregation.grad.flatMap { $0 }) == nil, place)
        let metrics = golden.expected.metrics
        let clipped = result.sums.clipFractionLow + result.sums.clipFractionHigh
        #expect(clipped.isClose(to: metrics.pgClipfrac, absolute: 1e-6), place)
        #expect(result.sums.clipFractionDual.isClose(to: metrics.pgClipfracLower, absolute: 1e-6), place)
        let k1 = -result.sums.perToken(result.sums.logRatioSum)
        #expect(k1.isClose(to: metrics.ppoKl, absolute: 1e-6), place)
      }
    }
  }
}
