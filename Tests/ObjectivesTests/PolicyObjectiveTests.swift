import Foundation
import Objectives
import Testing

@Suite struct `Policy objective` {
  @Test func `an on-policy batch has ratio 1, the loss −mean A and a gradient all the same`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.lossAggregation = .seqMeanTokenMean
    let batch = TokenBatch(
      offsets: [0, 2, 3], logprobs: [-1, -2, -3], oldLogprobs: [-1, -2, -3], advantages: [0.5, -0.5],
      mask: [true, true, true],
      weights: tokenWeights(
        mode: .seqMeanTokenMean, responseTokenCounts: [2, 1], totals: StepTotals(tokens: 3, responses: 2),
        constant: 1))
    let result = policyObjective(batch, algorithm: algorithm)
    #expect(result.loss == 0)
    // −w A: −0.25 · 0.5 twice, 0.5 · 0.5
    #expect(result.dLogprobs == [-0.125, -0.125, 0.25])
    #expect(result.sums.ratioMin == 1 && result.sums.ratioMax == 1)
    #expect(result.sums.approxKLToOld == 0)
  }

  @Test func `the KL term enters with beta, and without beta is only measured`() {
    // d = 0.2: k3 0.0187308, derivative 0.1812692; A = 0
    var algorithm = AlgorithmConfiguration()
    let batch = TokenBatch(
      offsets: [0, 1], logprobs: [-1], oldLogprobs: [-1], referenceLogprobs: [-1.2], advantages: [0],
      mask: [true],
      weights: [0.5])
    #expect(policyObjective(batch, algorithm: algorithm).loss == 0)
    #expect(
      policyObjective(batch, algorithm: algorithm).sums.klToReference.isClose(to: 0.0187308, absolute: 1e-7))
    algorithm.beta = 0.1
    let result = policyObjective(batch, algorithm: algorithm)
    #expect(result.loss.isClose(to: 0.5 * 0.1 * 0.0187308, absolute: 1e-8))
    #expect(result.dLogprobs.worstDifference(from: [0.5 * 0.1 * 0.1812692], absolute: 1e-8) == nil)
  }

  @Test(arguments: 1...12) func `any split into micro-batches gives the same loss, gradient and sums`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let algorithm = randomAlgorithm(using: &random)
    let step = RandomStep(algorithm: algorithm, using: &random)
    let whole = policyObjective(step.batch(Array(step.responses.indices)), algorithm: algorithm)

    let order = Array(step.responses.indices).shuffled(using: &random)
    let cut = Int.random(in: 1..<order.count, using: &random)
    var loss = 0.0
    var sums = MetricSums()
    var gradients = [[Float]](repeating: [], count: order.count)
    for rows in [Array(order[..<cut]), Array(order[cut...])] {
      let batch = step.batch(rows)
      let part = policyObjective(batch, algorithm: algorithm)
      loss += part.loss
      sums += part.sums
      for (i, row) in rows.enumerated() {
        gradients[row] = Array(part.dLogprobs[batch.offsets[i]..<batch.offsets[i + 1]])
      }
    }
    #expect(loss.isClose(to: whole.loss, absolute: 1e-12))
    #expect(gradients.flatMap { $0 } == whole.dLogprobs)
    #expect(sums.tokens == whole.sums.tokens)
    #expect(sums.clippedLow == whole.sums.clippedLow && sums.clippedHigh == whole.sums.clippedHigh)
    #expect(sums.clippedDual == whole.sums.clippedDual)
    #expect(sums.ratioMin == whole.sums.ratioMin && sums.ratioMax == whole.sums.ratioMax)
    #expect(sums.ratioSum.isClose(to: whole.sums.ratioSum, relative: 1e-12))
    #expect(sums.klToReferenceSum.isClose(to: whole.sums.klToReferenceSum, relative: 1e-12))
  }

  @Test(arguments: 1...12) func `the gradient is that of the loss`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let algorithm = randomAlgorithm(using: &random)
    let step = RandomStep(algorithm: algorithm, using: &random)
    let batch = step.batch(Array(step.responses.indices))
    let gradient = policyObjective(batch, algorithm: algorithm).dLogprobs
    var compared = 0
    for t in gradient.indices {
      let logRatio = Double(batch.logprobs[t] - batch.oldLogprobs[t])
      let kinks = [log(1 - algorithm.epsilon), log(1 + algorithm.clipHigh), log(algorithm.dualClip ?? 1e9)]
      guard kinks.allSatisfy({ abs($0 - logRatio) > 0.01 }) else { continue }
      var (lower, upper) = (batch, batch)
      lower.logprobs[t] -= 0.004
      upper.logprobs[t] += 0.004
      // The distance as `Float` really holds it; the third derivative leaves h² / 6 ≈ 3e-6 relative.
      let distance = Double(upper.logprobs[t]) - Double(lower.logprobs[t])
      let slope =
        (policyObjective(upper, algorithm: algorithm).loss - policyObjective(lower, algorithm: algorithm).loss)
        / distance
      #expect(Double(gradient[t]).isClose(to: slope, relative: 1e-4, absolute: 1e-8), "token \(t)")
      compared += 1
    }
    #expect(compared > gradient.count / 2)
  }

  struct Case: Decodable {
    struct Settings: Decodable {
      var epsilon: Double, epsilonHigh: Double, lossType: String, beta: Double?, maxCompletionLength: Double?
    }
    struct Input: Decodable {
      var mask: [[Int]], logprobs: [[Float]], oldLogprobs: [[Float]], advantages: [[Double]]
      var referenceLogprobs: [[Float]]?, weights: [[Float]]?
    }
    struct Expected: Decodable { var loss: Double, grad: [[Double]], metrics: [String: Double] }
    var name: String, settings: Settings, input: Input, expected: Expected
  }

  @Test func `matches the loss of TRL's GRPO trainer`() throws {
    let modes: [String: LossAggregation] = [
      "grpo": .seqMeanTokenMean, "bnpo": .tokenMean, "dapo": .tokenMean, "dr_grpo": .seqMeanTokenSumNorm,
    ]
    for golden in try GoldenFile<Case>.read("trl-losses.json") where golden.input.weights == nil {
      var algorithm = AlgorithmConfiguration()
      algorithm.epsilon = golden.settings.epsilon
      algorithm.epsilonHigh = golden.settings.epsilonHigh
      algorithm.beta = golden.settings.beta ?? 0
      algorithm.lossAggregation = try #require(modes[golden.settings.lossType])
      let counts = golden.input.mask.map { $0.reduce(0, +) }
      var offsets = [0]
      for row in golden.input.mask { offsets.append(offsets[offsets.count - 1] + row.count) }
      let result = policyObjective(
        TokenBatch(
          offsets: offsets, logprobs: golden.input.logprobs.flatMap { $0 },
          oldLogprobs: golden.input.oldLogprobs.flatMap { $0 },
          referenceLogprobs: golden.input.referenceLogprobs.map { $0.flatMap { $0 } },
          advantages: golden.input.advantages.map { $0[0] },
          mask: golden.input.mask.flatMap { $0 }.map { $0 == 1 },
          weights: tokenWeights(
            mode: algorithm.lossAggregation, responseTokenCounts: counts,
            totals: StepTotals(responseTokenCounts: counts),
            constant: golden.settings.maxCompletionLength ?? 1)),
        algorithm: algorithm)
      let place: Comment = "\(golden.name)"
      #expect(result.loss.isClose(to: golden.expected.loss, relative: 2e-6, absolute: 1e-6), place)
      #expect(result.dLogprobs.worstDifference(from: golden.expected.grad.flatMap { $0 }) == nil, place)
      if let kl = golden.expected.metrics["kl"] {
        #expect(result.sums.klToReference.isClose(to: kl, absolute: 1e-6), place)
      }
      let low = try #require(golden.expected.metrics["clip_ratio/low_mean"])
      let high = try #require(golden.expected.metrics["clip_ratio/high_mean"])
      #expect(result.sums.clipFractionLow.isClose(to: low, absolute: 1e-9), place)
      #expect(result.sums.clipFractionHigh.isClose(to: high, absolute: 1e-9), place)
    }
  }
}

@Suite struct `Loss mask` {
  @Test func `a truncated response loses its loss only where that is asked for`() {
    let sampled = [true, false, true]
    #expect(lossMask(sampled: sampled, isTruncated: true, masksTruncated: true) == [false, false, false])
    #expect(lossMask(sampled: sampled, isTruncated: true, masksTruncated: false) == sampled)
    #expect(lossMask(sampled: sampled, isTruncated: false, masksTruncated: true) == sampled)
  }
}

@Suite struct `Negative log-likelihood` {
  @Test func `is the mean over the targets of the whole step, in any split`() {
    let whole = negativeLogLikelihood(
      logprobs: [-1, -2, -3, -9], mask: [true, true, true, false], stepTokens: 3)
    #expect(whole.loss.isClose(to: 2, absolute: 1e-12))
    #expect(whole.dLogprobs.worstDifference(from: [-1 / 3.0, -1 / 3.0, -1 / 3.0, 0]) == nil)
    let parts = [[Float(-1)], [-2, -3]].map {
      negativeLogLikelihood(logprobs: $0, mask: $0.map { _ in true }, stepTokens: 3)
    }
    #expect(parts.reduce(0) { $0 + $1.loss }.isClose(to: whole.loss, absolute: 1e-12))
    #expect(negativeLogLikelihood(logprobs: [-1], mask: [false], stepTokens: 0).loss == 0)
  }
}

private func randomAlgorithm(using random: inout SeededGenerator) -> AlgorithmConfiguration {
  var algorithm = AlgorithmConfiguration()
  algorithm.lossAggregation = LossAggregation.allCases.randomElement(using: &random) ?? .tokenMean
  algorithm.epsilonHigh = 0.28
  algorithm.dualClip = Bool.random(using: &random) ? 1.6 : nil
  algorithm.beta = Bool.random(using: &random) ? 0.04 : 0
  return algorithm
}

/// The responses of one optimizer step, from which micro-batches are put together.
private struct RandomStep {
  struct Response {
    var logprobs: [Float], oldLogprobs: [Float], referenceLogprobs: [Float], mask: [Bool], advantage: Double
  }
  var responses: [Response]
  let mode: LossAggregation

  init(algorithm: AlgorithmConfiguration, using random: inout SeededGenerator) {
    mode = algorithm.lossAggregation
    responses = (0..<6).map { _ in
      let tokens = Int.random(in: 1...9, using: &random)
      func draw(_ range: ClosedRange<Float>) -> [Float] {
        (0..<tokens).map { _ in Float.random(in: range, using: &random) }
      }
      let old = draw(-3 ... -0.1)
      return Response(
        logprobs: zip(old, draw(-0.7...0.7)).map { $0 + $1 }, oldLogprobs: old,
        referenceLogprobs: zip(old, draw(-0.5...0.5)).map { $0 + $1 },
        mask: (0..<tokens).map { _ in Int.random(in: 0..<5, using: &random) > 0 },
        advantage: Double.random(in: -2...2, using: &random))
    }
  }

  func batch(_ rows: [Int]) -> TokenBatch {
    let chosen = rows.map { responses[$0] }
    var offsets = [0]
    for response in chosen { offsets.append(offsets[offsets.count - 1] + response.logprobs.count) }
    func count(_ response: Response) -> Int { response.mask.count { $0 } }
    return TokenBatch(
      offsets: offsets, logprobs: chosen.flatMap(\.logprobs), oldLogprobs: chosen.flatMap(\.oldLogprobs),
      referenceLogprobs: chosen.flatMap(\.referenceLogprobs), advantages: chosen.map(\.advantage),
      mask: chosen.flatMap(\.mask),
      weights: tokenWeights(
        mode: mode, responseTokenCounts: chosen.map(count),
        totals: StepTotals(responseTokenCounts: responses.map(count)), constant: 16))
  }
}
