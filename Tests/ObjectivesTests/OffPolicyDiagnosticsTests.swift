import Foundation
import Objectives
import Testing

@Suite struct `Off-policy diagnostics` {
  @Test func `the worked row`() {
    let old = [0.55, 0.88, 0.22, 0.60, 0.15, 0.78].map { log($0) }
    let behavior = [0.50, 0.90, 0.20, 0.60, 0.05, 0.80].map { log($0) }
    let result = diagnostics(Pair(old: old, behavior: behavior, lengths: [6]))
    // ρ 1.1 .9778 1.1 1 3 .975; log .0953 −.0225 .0953 0 1.0986 −.0253
    #expect(result.k3KL.isClose(to: 0.1519, absolute: 5e-5))
    #expect(result.chi2Token.isClose(to: 1.3878, absolute: 5e-5))
    #expect(result.chi2Seq.isClose(to: 3.4606 * 3.4606 - 1, relative: 1e-12))
    #expect(result.kl.isClose(to: -log(3.4606) / 6, relative: 1e-12))
    #expect(result.maxAbsoluteLogRatio.isClose(to: log(3), relative: 1e-12))
    #expect(
      result.meanAbsoluteLogRatio.isClose(to: (log(3.4606) + 2 * 0.0225 + 2 * 0.0253) / 6, absolute: 5e-5))
    #expect(result.ratioMin.isClose(to: 0.975, relative: 1e-12))
    #expect(result.ratioMax.isClose(to: 3, relative: 1e-12))
    #expect(result.ratioP50.isClose(to: 1.05, relative: 1e-12))
    // sorted .975 .9778 1 1.1 1.1 3: rank .05 and 4.95
    #expect(result.ratioP01.isClose(to: 0.975 + 0.05 * (0.977778 - 0.975), absolute: 1e-6))
    #expect(result.ratioP99.isClose(to: 1.1 + 0.95 * 1.9, relative: 1e-12))
    #expect(result.effectiveSampleShare.isClose(to: 8.152778 * 8.152778 / 6 / 14.326673, absolute: 1e-6))
  }

  @Test func `two policies that agree are no distance apart`() {
    let pair = Pair(old: [-1, -0.5, -2], behavior: [-1, -0.5, -2], lengths: [2, 1])
    let result = diagnostics(pair)
    #expect(
      [result.kl, result.k3KL, result.chi2Token, result.chi2Seq, result.logPPLDiff] == [0, 0, 0, 0, 0])
    #expect(
      [result.effectiveSampleShare, result.pplRatio, result.ratioP01, result.ratioP99] == [1, 1, 1, 1])
  }

  @Test func `weights of one token among four leave a quarter of the sample`() {
    let pair = Pair(old: [-1, -1, -1, -1], behavior: [-1, -1, -1, -1], lengths: [4])
    #expect(diagnostics(pair, weights: [0, 2, 0, 0]).effectiveSampleShare == 0.25)
    #expect(diagnostics(pair, weights: [0, 0, 0, 0]).effectiveSampleShare == 0)
  }

  @Test func `a response without trained tokens is left out, and counts with perplexity 1 as in verl`() {
    var pair = Pair(old: [-2, -2, -5], behavior: [-1, -1, -5], lengths: [2, 1])
    pair.mask[2] = false
    #expect(diagnostics(pair).logPPLDiff == 1)
    #expect(diagnostics(pair, convention: .verl).logPPLDiff.isClose(to: 0.5, relative: 1e-7))
    pair.mask = [false, false, false]
    #expect(diagnostics(pair).ratioMax == 0)
  }

  @Test func `the longest quarter's share of the loss shows the length trap`() {
    // four responses of 1, 1, 2 and 8 tokens; the sampler finds each token e^0.3 times likelier
    let lengths = [1, 1, 2, 8]
    let pair = Pair(
      old: Array(repeating: -1.3, count: 12), behavior: Array(repeating: -1, count: 12), lengths: lengths)
    let advantages = Array(repeating: 1.0, count: 12)
    func lossShare(_ level: RolloutCorrection.Level) -> Double? {
      diagnostics(pair, weights: pair.weights { $0.level = level }, advantages: advantages)
        .longestQuartileLossShare
    }
    #expect(diagnostics(pair).longestQuartileTokenShare.isClose(to: 8.0 / 12, relative: 1e-12))
    #expect(diagnostics(pair).longestQuartileLossShare == nil)
    #expect(lossShare(.geometric)?.isClose(to: 8.0 / 12, relative: 1e-12) == true)
    // 8 e^−2.4 of 8 e^−2.4 + 2 e^−0.6 + 2 e^−0.3
    #expect(lossShare(.sequence)?.isClose(to: 0.2196, absolute: 1e-4) == true)
  }

  /// log ρ iid normal with mean −σ²/2, so that E ρ = 1, at σ = .01.
  @Test(arguments: [
    Trap(tokens: 1000, responses: 1000, above3: 0.0002, below05: 0.021, median: 0.951, deviation: 3.2e-4),
    Trap(tokens: 8192, responses: 200, above3: 0.048, below05: 0.377, median: 0.664, deviation: 1.1e-4),
  ])
  func `a product over a long response is nearly always too small to train on`(trap: Trap) {
    var random = SeededGenerator(seed: 3)
    var products: [Double] = []
    var geometric: [Double] = []
    let zeros = [Double](repeating: 0, count: trap.tokens)
    for _ in 0..<trap.responses {
      let old = zeros.map { _ in 0.01 * normal(&random) - 0.00005 }
      let pair = Pair(old: old, behavior: zeros, lengths: [trap.tokens])
      products.append(
        pair.weights {
          $0.level = .sequence
          $0.ratioMax = nil
        }[0])
      geometric.append(
        pair.weights {
          $0.level = .geometric
          $0.ratioMax = nil
        }[0])
    }
    let count = Double(trap.responses)
    func isNear(_ share: Double, _ expected: Double) -> Bool {
      // three standard errors of a share
      abs(share - expected) < 3 * (expected * (1 - expected) / count).squareRoot() + 1 / count
    }
    #expect(isNear(Double(products.count { $0 > 3 }) / count, trap.above3))
    #expect(isNear(Double(products.count { $0 < 0.5 }) / count, trap.below05))
    // the median of a lognormal: standard error 1.25 σ √T / √n of its logarithm
    let tolerance = 3 * 1.25 * 0.01 * (Double(trap.tokens) / count).squareRoot()
    #expect(abs(log(products.sorted()[trap.responses / 2] / trap.median)) < tolerance)
    let mean = geometric.reduce(0, +) / count
    let deviation = (geometric.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    #expect(deviation.isClose(to: trap.deviation, relative: 0.15))
  }

  struct Trap: Sendable, CustomTestStringConvertible {
    var tokens: Int
    var responses: Int
    var above3: Double
    var below05: Double
    var median: Double
    var deviation: Double
    var testDescription: String { "\(tokens) tokens" }
  }

  private func normal(_ random: inout SeededGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.ulpOfOne...1, using: &random))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }

  private func diagnostics(
    _ pair: Pair, weights: [Double]? = nil, advantages: [Double]? = nil, convention: MeanConvention = .plain
  ) -> OffPolicyDiagnostics {
    offPolicyDiagnostics(
      oldLogprobs: pair.old, behaviorLogprobs: pair.behavior, offsets: pair.offsets, mask: pair.mask,
      weights: weights, advantages: advantages, convention: convention)
  }
}

@Suite struct `Metrics of correction weights` {
  @Test func `by hand`() throws {
    // ratios 4, 1 and 0.25; truncated at 2
    let pair = Pair(old: [log(4), 0, log(0.25)], behavior: [0, 0, 0], lengths: [2, 1])
    func metrics(_ change: (inout RolloutCorrection) -> Void) throws -> CorrectionMetrics {
      var rule = RolloutCorrection()
      change(&rule)
      return try #require(
        correctionMetrics(
          oldLogprobs: pair.old, behaviorLogprobs: pair.behavior, offsets: pair.offsets, mask: pair.mask,
          rule: rule))
    }
    let tokens = try metrics { _ in }
    #expect(tokens.mean.isClose(to: 3.25 / 3, relative: 1e-12))
    #expect([tokens.max, tokens.fractionHigh, tokens.fractionLow] == [2, 1.0 / 3, 1.0 / 3])
    #expect(tokens.effectiveSampleShare.isClose(to: 3.25 * 3.25 / 3 / 5.0625, relative: 1e-12))
    #expect(tokens.responseMean.isClose(to: (1.5 + 0.25) / 2, relative: 1e-12))
    #expect(tokens.responseMaxDeviation.isClose(to: 0.75, relative: 1e-12))
    // the mean of the first response was 2.5 before truncation
    #expect(tokens.responseFractionHigh == 0.5)
    #expect(tokens.outOfBounds == nil)
    #expect(tokens.normalization == nil)

    let masked = try metrics {
      $0.weighting = .mask
      $0.ratioMin = 0.5
      $0.normalizeWeights = true
    }
    #expect(masked.outOfBounds?.isClose(to: 2.0 / 3, relative: 1e-12) == true)
    #expect(masked.normalization?.isClose(to: 1.0 / 3, relative: 1e-12) == true)
    // products 4 and 0.25, told before truncation
    let products = try metrics { $0.level = .sequence }
    #expect(products.max.isClose(to: 4, relative: 1e-12))
    #expect(products.min.isClose(to: 0.25, relative: 1e-12))
    #expect(products.mean.isClose(to: 4.25 / 3, relative: 1e-12))
  }

  @Test func `there are none where every weight is 0`() {
    var rule = RolloutCorrection()
    rule.weighting = .mask
    #expect(
      correctionMetrics(
        oldLogprobs: [0], behaviorLogprobs: [-5], offsets: [0, 1], mask: [true], rule: rule) == nil)
  }
}
