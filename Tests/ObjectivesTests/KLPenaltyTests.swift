import Objectives
import Testing

@Suite struct `KL penalty` {
  @Test func `a token 0.2 nats above the reference, by hand`() {
    // d = 0.2: k1 = 0.2; k2 = 0.02, derivative 0.2; k3 = e^−0.2 − 0.8 = 0.0187308, derivative 1 − e^−0.2 = 0.1812692
    func estimate(_ estimator: KLEstimator) -> KLEstimate {
      klEstimate(logprob: -1, referenceLogprob: -1.2, estimator: estimator)
    }
    #expect(estimate(.k1).value.isClose(to: 0.2, absolute: 1e-7))
    #expect(estimate(.k1).dLogprob == 1)
    #expect(estimate(.k2).value.isClose(to: 0.02, absolute: 1e-7))
    #expect(estimate(.k2).dLogprob.isClose(to: 0.2, absolute: 1e-7))
    #expect(estimate(.k3).value.isClose(to: 0.0187308, absolute: 1e-7))
    #expect(estimate(.k3).dLogprob.isClose(to: 0.1812692, absolute: 1e-7))
  }

  @Test func `k3 of equal logprobs is 0 and of near ones keeps its digits`() {
    let same = klEstimate(logprob: -0.7, referenceLogprob: -0.7, estimator: .k3)
    #expect(same == KLEstimate(value: 0, dLogprob: 0))
    // d = 2^−20: k3 ≈ d²/2 = 4.547e-13, which exp(−d) + d − 1 would lose to rounding
    let near = klEstimate(logprob: -1 + 0x1p-20, referenceLogprob: -1, estimator: .k3)
    #expect(near.value.isClose(to: 4.547e-13, relative: 1e-3))
  }

  @Test func `a NaN in the reference reaches value and derivative`() {
    for estimator in KLEstimator.allCases where estimator != .k1 {
      let estimate = klEstimate(logprob: -1, referenceLogprob: .nan, estimator: estimator, cap: 10)
      #expect(estimate.value.isNaN && estimate.dLogprob.isNaN, "\(estimator)")
    }
  }

  struct Case: Decodable {
    struct Input: Decodable { var mask: [[Int]], logprobs: [[Float]], referenceLogprobs: [[Float]] }
    struct Expected: Decodable { var k1, k2, k3: PerToken, k3Unclamped: Mean }
    struct PerToken: Decodable { var value: [[Double]], grad: [[Double]] }
    struct Mean: Decodable { var tokenMean: Double, tokenMeanGrad: [[Double]] }
    var name: String, input: Input, expected: Expected
  }

  @Test func `matches verl, and TRL without a cap`() throws {
    for golden in try GoldenFile<Case>.read("kl.json") {
      let counted = golden.input.mask.flatMap { $0 }.map { $0 == 1 }
      let logprobs = golden.input.logprobs.flatMap { $0 }
      let reference = golden.input.referenceLogprobs.flatMap { $0 }
      let place: Comment = "\(golden.name)"
      func estimates(_ estimator: KLEstimator, cap: Double?) -> [KLEstimate] {
        zip(logprobs, reference).map {
          klEstimate(logprob: $0, referenceLogprob: $1, estimator: estimator, cap: cap)
        }
      }
      for (estimator, expected) in [
        (KLEstimator.k1, golden.expected.k1), (.k2, golden.expected.k2), (.k3, golden.expected.k3),
      ] {
        let values = expected.value.flatMap { $0 }
        let gradients = expected.grad.flatMap { $0 }
        for (t, estimate) in estimates(estimator, cap: 10).enumerated() where counted[t] {
          #expect(estimate.value.isClose(to: values[t], relative: 2e-6, absolute: 1e-6), place)
          #expect(estimate.dLogprob.isClose(to: gradients[t], relative: 2e-6, absolute: 1e-6), place)
        }
      }
      let tokens = Double(counted.count { $0 })
      let unclamped = estimates(.k3, cap: nil)
      let mean = zip(unclamped, counted).reduce(0) { $0 + ($1.1 ? $1.0.value : 0) } / tokens
      #expect(mean.isClose(to: golden.expected.k3Unclamped.tokenMean, relative: 2e-5, absolute: 1e-6), place)
      let gradients = golden.expected.k3Unclamped.tokenMeanGrad.flatMap { $0 }
      for t in counted.indices where counted[t] {
        #expect(
          (unclamped[t].dLogprob / tokens).isClose(to: gradients[t], relative: 2e-5, absolute: 1e-6), place)
      }
    }
  }
}
