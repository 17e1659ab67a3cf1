import Foundation
import Objectives
import Testing

@Suite struct `KL penalty` {
  @Test func `a token 0.2 nats above the reference, by hand`() {
    // d = 0.2: k1 = 0.2; k2 = 0.02, derivative 0.2; k3 = e^−0.2 − 0.8 = 0.0187308, derivative 1 − e^−0.2 =
    // 0.1812692
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

  @Test func `a cap holds value and derivative of k3 where it lies above`() {
    // d = −3: k3 = e³ − 4 = 16.1
    let capped = klEstimate(logprob: -4, referenceLogprob: -1, estimator: .k3, cap: 10)
    #expect(capped == KLEstimate(value: 10, dLogprob: 0))
    let free = klEstimate(logprob: -4, referenceLogprob: -1, estimator: .k3)
    #expect(free.value.isClose(to: 16.0855369, absolute: 1e-7))
    #expect(free.dLogprob.isClose(to: -19.0855369, absolute: 1e-7))
    #expect(klEstimate(logprob: -4, referenceLogprob: -1, estimator: .k1, cap: 1).value == -3)
  }

  @Test(arguments: KLEstimator.allCases, [-2.5, -0.3, 0.01, 1.7])
  func `the derivative is that of the value`(estimator: KLEstimator, d: Double) {
    func value(_ logprob: Double) -> Double {
      klEstimate(logprob: logprob, referenceLogprob: -3, estimator: estimator).value
    }
    let numerical = (value(-3 + d + 1e-5) - value(-3 + d - 1e-5)) / 2e-5
    let estimate = klEstimate(logprob: -3 + d, referenceLogprob: -3, estimator: estimator)
    #expect(estimate.dLogprob.isClose(to: numerical, relative: 1e-7, absolute: 1e-8))
  }

  @Test func `as a loss k1 teaches nothing on average, and k2 what the KL does`() {
    // π = (0.7, 0.3), ref = (0.4, 0.6), one logit z: dlogπ_1/dz = 0.3, dlogπ_2/dz = −0.7
    let policy = [0.7, 0.3]
    let reference = [0.4, 0.6]
    let slopes = [0.3, -0.7]
    func expectedGradient(_ estimator: KLEstimator) -> Double {
      (0..<2).reduce(0) { sum, token in
        let estimate = klEstimate(
          logprob: log(policy[token]), referenceLogprob: log(reference[token]), estimator: estimator)
        return sum + policy[token] * estimate.dLogprob * slopes[token]
      }
    }
    // dKL/dz = Σ p · slope · log(p / q)
    let truth = (0..<2).reduce(0) { $0 + policy[$1] * slopes[$1] * log(policy[$1] / reference[$1]) }
    #expect(expectedGradient(.k1).isClose(to: 0, absolute: 1e-15))
    #expect(expectedGradient(.k2).isClose(to: truth, absolute: 1e-15))
  }
}
