import Foundation
import Objectives
import Testing

@Suite struct `Policy objective` {
  @Test func `an on-policy batch has ratio 1, the loss −mean A and a gradient all the same`() {
    let batch = TokenBatch(
      offsets: [0, 2, 3], mask: [true, true, true], logprobs: [-1, -2, -3], oldLogprobs: [-1, -2, -3],
      advantages: [0.5, 0.5, -0.5])
    let weights = tokenWeights(
      mode: .seqMeanTokenMean, responseTokenCounts: [2, 1], totals: StepTotals(tokens: 3, responses: 2),
      constant: 1)
    let result = policyObjective(batch, weights: weights, algorithm: AlgorithmConfiguration())
    #expect(result.loss == 0)
    // −w A: −0.25 · 0.5 twice, 0.5 · 0.5
    #expect(result.dLogprobs == [-0.125, -0.125, 0.25])
    #expect(result.sums.ratioMin == 1 && result.sums.ratioMax == 1)
    #expect(result.sums.approxKLToOld == 0)
  }

  @Test func `the KL term enters with beta, and without beta or in the reward is only measured`() {
    // d = 0.2: k3 0.0187308, derivative 0.1812692; A = 0
    var algorithm = AlgorithmConfiguration()
    let batch = TokenBatch(
      offsets: [0, 1], mask: [true], logprobs: [-1], oldLogprobs: [-1], referenceLogprobs: [-1.2],
      advantages: [0])
    func result() -> TokenLoss { policyObjective(batch, weights: [0.5], algorithm: algorithm) }
    #expect(result().loss == 0)
    #expect(result().sums.klToReference.isClose(to: 0.0187308, absolute: 1e-7))
    algorithm.beta = 0.1
    #expect(result().loss.isClose(to: 0.5 * 0.1 * 0.0187308, absolute: 1e-8))
    #expect(result().dLogprobs[0].isClose(to: 0.5 * 0.1 * 0.1812692, absolute: 1e-8))
    algorithm.klIn = .reward
    #expect(result().loss == 0 && result().dLogprobs == [0])
    #expect(result().sums.klToReference.isClose(to: 0.0187308, absolute: 1e-7))
  }

  @Test func `the entropy bonus pays for entropy, by the weights of the loss`() {
    let batch = TokenBatch(
      offsets: [0, 2, 3], mask: [true, false, true], logprobs: [-1, .nan, -1], oldLogprobs: [-1, .nan, -1],
      entropies: [0.5, .nan, 2], advantages: [0, .nan, 0])
    let result = policyObjective(
      batch, weights: [0.5, 0.25], algorithm: AlgorithmConfiguration(), plan: StepPlan(entropyCoef: 0.1))
    #expect(result.loss.isClose(to: -0.075, absolute: 1e-15))
    #expect((result.dEntropies == [-0.05, 0, -0.025]) as Bool)
    #expect((result.dLogprobs == [0, 0, 0]) as Bool)
  }

  @Test func `right responses are imitated by the mean over their tokens in the whole step`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.positiveNLLCoef = 0.3
    let batch = TokenBatch(
      offsets: [0, 2, 4], mask: [true, true, true, false], logprobs: [-1, -2, -4, .nan],
      oldLogprobs: [-1, -2, -4, .nan], advantages: [0, 0, 0, .nan], isCorrect: [true, false])
    // 8 tokens of right responses in the step, two of them here.
    let result = policyObjective(
      batch, weights: [1, 1], algorithm: algorithm, plan: StepPlan(positiveTokens: 8))
    #expect(result.loss.isClose(to: 0.3 / 8 * 3, absolute: 1e-15))
    let isPulled: [Bool] = result.dLogprobs.map { abs($0 + 0.3 / 8) < 1e-15 }
    #expect(isPulled == [true, true, false, false])
  }

  @Test func `EntroPIC with α 0 is the plain loss bit for bit`() {
    var random = SeededGenerator(seed: 4)
    let step = RandomStep(using: &random)
    var algorithm = AlgorithmConfiguration()
    let plain = policyObjective(step.all, weights: step.weights, algorithm: algorithm)
    algorithm.entropic = EntropicConfiguration()
    let controlled = policyObjective(
      step.all, weights: step.weights, algorithm: algorithm, plan: StepPlan(alpha: 0, entropicTokens: 7))
    #expect(plain.loss == controlled.loss && plain.dLogprobs == controlled.dLogprobs)
    #expect(controlled.sums.confidentPositive + controlled.sums.confidentNegative > 0)
  }

  @Test(arguments: 1...12) func `any split into micro-batches gives the same loss, gradients and sums`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let step = RandomStep(using: &random)
    let whole = step.loss(step.all, Array(step.responses.indices))
    let order = Array(step.responses.indices).shuffled(using: &random)
    let cut = Int.random(in: 1..<order.count, using: &random)
    var loss = 0.0
    var sums = MetricSums()
    var gradients = [[Double]](repeating: [], count: order.count)
    var entropyGradients = gradients
    for rows in [Array(order[..<cut]), Array(order[cut...])] {
      let batch = step.batch(rows)
      let part = step.loss(batch, rows)
      loss += part.loss
      sums += part.sums
      for (place, row) in rows.enumerated() {
        gradients[row] = Array(part.dLogprobs[batch.tokens(of: place)])
        entropyGradients[row] = Array(part.dEntropies[batch.tokens(of: place)])
      }
    }
    #expect(loss.isClose(to: whole.loss, absolute: 1e-12))
    #expect((gradients.flatMap { $0 } == whole.dLogprobs) as Bool)
    #expect((entropyGradients.flatMap { $0 } == whole.dEntropies) as Bool)
    #expect(sums.tokens == whole.sums.tokens && sums.confidentPositive == whole.sums.confidentPositive)
    let parts = [sums.policyLoss, sums.klLoss, sums.entropyLoss, sums.entropicLoss, sums.positiveNLLLoss]
    #expect(parts.reduce(0, +).isClose(to: whole.loss, absolute: 1e-12), "the parts are the whole")
    #expect(parts.allSatisfy { $0 != 0 })
  }

  @Test(arguments: 1...12) func `the gradients are those of the loss`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let step = RandomStep(using: &random)
    let rows = Array(step.responses.indices)
    let batch = step.all
    let result = step.loss(batch, rows)
    var compared = 0
    for t in batch.mask.indices where batch.mask[t] {
      func slope(_ move: (inout TokenBatch, Double) -> Void) -> Double {
        let losses = [-1e-5, 1e-5].map { distance in
          var moved = batch
          move(&moved, distance)
          return step.loss(moved, rows).loss
        }
        return (losses[1] - losses[0]) / 2e-5
      }
      let byEntropy = slope { $0.entropies?[t] += $1 }
      #expect(result.dEntropies[t].isClose(to: byEntropy, relative: 1e-6, absolute: 1e-9), "entropy of \(t)")
      let kinks = [log(0.8), log(1.28)].map { $0 + batch.oldLogprobs[t] } + [log(0.95)]
      guard kinks.allSatisfy({ abs($0 - batch.logprobs[t]) > 1e-3 }) else { continue }
      let byLogprob = slope { $0.logprobs[t] += $1 }
      #expect(result.dLogprobs[t].isClose(to: byLogprob, relative: 1e-5, absolute: 1e-9), "token \(t)")
      compared += 1
    }
    #expect(compared > batch.mask.count { $0 } / 2)
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
    let third = -1 / 3.0
    #expect((whole.dLogprobs == [third, third, third, 0]) as Bool)
    let first = negativeLogLikelihood(logprobs: [-1], mask: [true], stepTokens: 3)
    let second = negativeLogLikelihood(logprobs: [-2, -3], mask: [true, true], stepTokens: 3)
    #expect((first.loss + second.loss).isClose(to: whole.loss, absolute: 1e-12))
    #expect(negativeLogLikelihood(logprobs: [-1], mask: [false], stepTokens: 0).loss == 0)
  }
}

/// The responses of one optimizer step with every term of the objective, from which micro-batches are put together.
private struct RandomStep {
  struct Response {
    var mask: [Bool]
    var logprobs: [Double], old: [Double], reference: [Double], entropies: [Double]
    var advantage: Double
  }

  var responses: [Response]
  var algorithm = AlgorithmConfiguration()

  init(using random: inout SeededGenerator) {
    algorithm.lossAggregation = LossAggregation.allCases.randomElement(using: &random) ?? .tokenMean
    algorithm.epsilonHigh = 0.28
    algorithm.beta = 0.04
    algorithm.klEstimator = Bool.random(using: &random) ? .k2 : .k3
    algorithm.useBiasCorrectionKL = Bool.random(using: &random)
    algorithm.entropic = EntropicConfiguration()
    algorithm.positiveNLLCoef = 0.1
    responses = (0..<6).map { index in
      let tokens = Int.random(in: 2...9, using: &random)
      func draw(_ range: ClosedRange<Double>) -> [Double] {
        (0..<tokens).map { _ in Double.random(in: range, using: &random) }
      }
      // Every third token is one the policy is sure of.
      let old = draw(-3 ... -0.8).enumerated().map { $0.offset % 3 == 0 ? $0.element / 100 : $0.element }
      let moves = draw(-0.7...0.7).enumerated().map { $0.offset % 3 == 0 ? $0.element / 100 : $0.element }
      return Response(
        mask: (0..<tokens).map { $0 == 0 || Int.random(in: 0..<5, using: &random) > 0 },
        logprobs: zip(old, moves).map { $0 + $1 }, old: old,
        reference: zip(old, draw(-0.5...0.5)).map { $0 + $1 }, entropies: draw(0...2),
        advantage: (index % 2 == 0 ? 1 : -1) * Double.random(in: 0.1...2, using: &random))
    }
  }

  func batch(_ rows: [Int]) -> TokenBatch {
    let rows = rows.map { responses[$0] }
    return TokenBatch(
      offsets: rows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.mask.count) },
      mask: rows.flatMap(\.mask), logprobs: rows.flatMap(\.logprobs), oldLogprobs: rows.flatMap(\.old),
      referenceLogprobs: rows.flatMap(\.reference), entropies: rows.flatMap(\.entropies),
      advantages: rows.flatMap { row in row.mask.map { _ in row.advantage } },
      isCorrect: rows.map { $0.advantage > 0 })
  }

  var all: TokenBatch { batch(Array(responses.indices)) }
  var weights: [Double] { weights(Array(responses.indices)) }

  private func weights(_ rows: [Int]) -> [Double] {
    let counts = responses.map { $0.mask.count { $0 } }
    return tokenWeights(
      mode: algorithm.lossAggregation, responseTokenCounts: rows.map { counts[$0] },
      totals: StepTotals(responseTokenCounts: counts), constant: 16)
  }

  func loss(_ batch: TokenBatch, _ rows: [Int]) -> TokenLoss {
    let positive = responses.filter { $0.advantage > 0 }.reduce(0) { $0 + $1.mask.count { $0 } }
    return policyObjective(
      batch, weights: weights(rows), algorithm: algorithm,
      plan: StepPlan(entropyCoef: 0.05, alpha: 0.4, entropicTokens: 9, positiveTokens: positive))
  }
}
