import Foundation
import Objectives
import Testing

@Suite struct `KL to the reference as a loss` {
  @Test func `by hand, with and without the ratio`() {
    // d = 0.2: k3 0.0187308, derivative 0.1812692; r = e^0.1
    var batch = TokenBatch.single([5], logRatios: [0.1], logprobs: [-1], correction: [0])
    batch.referenceLogprobs = [-1.2]
    let plain = referenceKL(batch, weights: [0.5], estimator: .k3)
    #expect(plain.loss.isClose(to: 0.5 * 0.0187308, absolute: 1e-7))
    #expect(mismatch(plain.dLogprobs, [0.5 * 0.1812692], absolute: 1e-7) == nil)
    #expect(plain.sums.klLoss == plain.loss && plain.sums.policyLoss == 0 && plain.sums.silenced == 0)
    let weighted = referenceKL(batch, weights: [0.5], estimator: .k3, ratioLevel: .token)
    #expect(mismatch(weighted.dLogprobs, [0.5 * exp(0.1) * (0.1812692 + 0.0187308)], absolute: 1e-7) == nil)
    #expect(weighted.sums.klToReferenceSum.isClose(to: 0.0187308, absolute: 1e-7))
  }

  @Test(arguments: 1...12) func `the gradient is that of the loss`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let step = RandomResponses(.ppoClip, using: &random)
    let weights = step.weights(.tokenMean, Array(step.responses.indices))
    for estimator in KLEstimator.allCases {
      for level in [nil, RatioLevel.token, .sequence] {
        func loss(_ batch: TokenBatch) -> TokenLoss {
          referenceKL(batch, weights: weights, estimator: estimator, ratioLevel: level)
        }
        let (batch, result) = (step.all, loss(step.all))
        for t in batch.mask.indices where batch.mask[t] {
          var (up, down) = (batch, batch)
          up.logprobs[t] += 1e-5
          down.logprobs[t] -= 1e-5
          let difference = (loss(up).loss - loss(down).loss) / 2e-5
          #expect(
            abs(difference - result.dLogprobs[t]) <= 1e-8 + 1e-6 * abs(difference),
            "\(estimator) [\(t)]: \(result.dLogprobs[t]), by differences \(difference)")
        }
      }
    }
  }

  @Test func `without a reference it is 0`() {
    #expect(referenceKL(.single([1], logRatios: [0]), weights: [1], estimator: .k3).loss == 0)
  }
}
