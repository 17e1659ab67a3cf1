import Foundation
import Objectives
import Testing

@Suite struct `Laws of every surrogate` {
  static let cases = Surrogate.allCases.flatMap { surrogate in (1...8).map { (surrogate, UInt64($0)) } }

  @Test(arguments: cases) func `the gradient is that of the loss`(surrogate: Surrogate, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let step = RandomResponses(surrogate, using: &random)
    for mode in LossAggregation.allCases {
      let result = step.loss(mode)
      let (base, held) = (step.all, step.heldLoss(mode))
      for t in base.mask.indices where base.mask[t] {
        var (up, down) = (base.logprobs, base.logprobs)
        up[t] += 1e-5
        down[t] -= 1e-5
        let difference = (held(up) - held(down)) / 2e-5
        #expect(
          abs(difference - result.dLogprobs[t]) <= 1e-8 + 1e-6 * abs(difference),
          "\(surrogate) \(mode) [\(t)]: \(result.dLogprobs[t]), by differences \(difference)")
      }
    }
  }

  @Test(arguments: cases) func `micro-batches add up to the step`(surrogate: Surrogate, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let step = RandomResponses(surrogate, using: &random)
    let mode = LossAggregation.allCases.randomElement(using: &random) ?? .tokenMean
    let whole = step.loss(mode)
    let order = Array(step.responses.indices).shuffled(using: &random)
    let cut = Int.random(in: 0...order.count, using: &random)

    var loss = 0.0
    var sums = MetricSums()
    var gradients = [[Double]](repeating: [], count: order.count)
    for rows in [Array(order[..<cut]), Array(order[cut...])] {
      let batch = step.batch(rows)
      let part = surrogateLoss(batch, weights: step.weights(mode, rows), algorithm: step.algorithm)
      loss += part.loss
      sums += part.sums
      for (i, row) in rows.enumerated() { gradients[row] = Array(part.dLogprobs[batch.tokens(of: i)]) }
    }
    #expect(loss.isClose(to: whole.loss, relative: 1e-12, absolute: 1e-12))
    #expect(mismatch(gradients.flatMap { $0 }, whole.dLogprobs) == nil)
    #expect(sums.tokens == whole.sums.tokens && sums.silenced == whole.sums.silenced)
    func held(_ sums: MetricSums) -> [Int] {
      [sums.clippedLow, sums.clippedHigh, sums.clippedDual, sums.bounded]
    }
    #expect(held(sums) == held(whole.sums))
    #expect(sums.policyLoss.isClose(to: whole.loss, absolute: 1e-12))
    #expect(sums.ratioSum.isClose(to: whole.sums.ratioSum, relative: 1e-12, absolute: 1e-12))
  }

  @Test(arguments: cases) func `the order of the responses does not matter`(
    surrogate: Surrogate, seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var step = RandomResponses(surrogate, using: &random)
    let before = step.loss(.seqMeanTokenMean)
    step.responses.reverse()
    let after = step.loss(.seqMeanTokenMean)
    #expect(after.loss.isClose(to: before.loss, relative: 1e-12, absolute: 1e-12))
    #expect(mismatch(after.dLogprobs.sorted(), before.dLogprobs.sorted()) == nil)
  }

  @Test(arguments: cases) func `the loss is the weighted sum of the token losses`(
    surrogate: Surrogate, seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let step = RandomResponses(surrogate, using: &random)
    let (batch, weights) = (step.all, step.weights(.seqMeanTokenSum, Array(step.responses.indices)))
    let result = surrogateLoss(batch, weights: weights, algorithm: step.algorithm)
    let sum = aggregate(result.tokenLosses, offsets: batch.offsets, mask: batch.mask, weights: weights)
    #expect(sum.isClose(to: result.loss, relative: 1e-12, absolute: 1e-12))
    // The masked tokens of these batches are NaN throughout.
    #expect(result.loss.isFinite && result.dLogprobs.allSatisfy(\.isFinite))
    #expect(zip(batch.mask, result.dLogprobs).allSatisfy { $0 || $1 == 0 })
    #expect(zip(batch.mask, result.tokenLosses).allSatisfy { $0 || $1 == 0 })
    #expect(result.dEntropies.allSatisfy { $0 == 0 })
    #expect(result.sums.tokens == batch.trainedCounts.reduce(0, +))
    #expect(result.sums.silenced == zip(batch.mask, batch.correction ?? []).count { $0 && $1 == 0 })
  }

  @Test(arguments: cases) func `advantages scale loss and gradient`(surrogate: Surrogate, seed: UInt64) {
    guard surrogate != .klCov else { return }  // its penalty does not scale
    var random = SeededGenerator(seed: seed)
    var step = RandomResponses(surrogate, using: &random)
    let before = step.loss(.tokenMean)
    for i in step.responses.indices {
      step.responses[i].advantages = step.responses[i].advantages.map { $0 * 3 }
    }
    let after = step.loss(.tokenMean)
    #expect(after.loss.isClose(to: 3 * before.loss, relative: 1e-12, absolute: 1e-12))
    #expect(mismatch(after.dLogprobs, before.dLogprobs.map { 3 * $0 }) == nil)
  }

  @Test(arguments: [Surrogate.ppoClip, .gspo, .gspoToken, .sapo, .gmpo, .clipCov, .klCov])
  func `both policies shifted alike change nothing`(surrogate: Surrogate) {
    var random = SeededGenerator(seed: 5)
    var step = RandomResponses(surrogate, using: &random)
    let before = step.loss(.tokenMean)
    for i in step.responses.indices {
      step.responses[i].logprobs = step.responses[i].logprobs.map { $0 - 4 }
      step.responses[i].oldLogprobs = step.responses[i].oldLogprobs.map { $0 - 4 }
    }
    let after = step.loss(.tokenMean)
    #expect(after.loss.isClose(to: before.loss, relative: 1e-10, absolute: 1e-12))
    #expect(mismatch(after.dLogprobs, before.dLogprobs) == nil)
  }

  @Test(arguments: Surrogate.allCases)
  func `a NaN in a trained token reaches the loss, also where it is silenced`(
    surrogate: Surrogate
  ) {
    var algorithm = AlgorithmConfiguration()
    algorithm.surrogate = surrogate
    algorithm.dualClip = 3
    let ignoresOld = surrogate == .reinforce || surrogate == .pois
    for correction in surrogate == .gmpo ? [1.0] : [1, 0] {
      for advantage in [1.0, -1, 0] {
        for (logprob, old, advantage) in [
          (.nan, -1, advantage), (-1, ignoresOld ? .nan : -1, .nan), (-1, ignoresOld ? -1 : .nan, advantage),
        ] where !(ignoresOld && old == -1 && !logprob.isNaN) {
          var batch = TokenBatch.single([advantage, 1], logRatios: [0, 0], correction: [correction, 1])
          batch.logprobs[0] = logprob
          batch.oldLogprobs[0] = old
          batch.chosen = [true, false]
          #expect(surrogateLoss(batch, weights: [0.5], algorithm: algorithm).loss.isNaN, "\(surrogate)")
        }
      }
    }
  }

  @Test(arguments: Surrogate.allCases) func `nothing in, zero out`(surrogate: Surrogate) {
    var algorithm = AlgorithmConfiguration()
    algorithm.surrogate = surrogate
    for batch in [
      TokenBatch(offsets: [0], mask: [], logprobs: [], oldLogprobs: [], advantages: []),
      TokenBatch(
        offsets: [0, 0, 1], mask: [false], logprobs: [.nan], oldLogprobs: [.nan], advantages: [.nan]),
    ] {
      let result = surrogateLoss(
        batch, weights: Array(repeating: 0, count: batch.responseCount), algorithm: algorithm)
      #expect(result.loss == 0 && result.dLogprobs.allSatisfy { $0 == 0 })
      #expect(result.sums == MetricSums())
    }
  }
}

extension RandomResponses {
  /// The loss as a function of the logprobs with everything held that the method detaches.
  fileprivate func heldLoss(_ mode: LossAggregation) -> (_ logprobs: [Double]) -> Double {
    let batch = all
    let weights = weights(mode, Array(responses.indices))
    switch algorithm.surrogate {
    case .gspoToken:
      // sg(s) · π / sg(π) is a token ratio whose old policy is the new one, moved by the mean log ratio.
      var anchored = batch
      for response in 0..<batch.responseCount {
        let trained = batch.tokens(of: response).filter { batch.mask[$0] }
        let mean =
          trained.reduce(0) { $0 + batch.logprobs[$1] - batch.oldLogprobs[$1] } / Double(trained.count)
        for t in trained { anchored.oldLogprobs[t] = batch.logprobs[t] - mean }
      }
      var clip = algorithm.clip
      clip.dual = nil
      return { logprobs in
        var moved = anchored
        moved.logprobs = logprobs
        return ppoClipSurrogate(moved, weights: weights, clip: clip).loss
      }
    case .cispo, .dppoTV, .dppoKL, .pois:
      // The weight in front of the logprob is detached; POIS is REINFORCE that reports A.
      let start = surrogateLoss(batch, weights: weights, algorithm: algorithm)
      let isPOIS = algorithm.surrogate == .pois
      return { logprobs in
        let moved = batch.mask.indices.map { t in
          batch.mask[t] ? start.tokenLosses[t] * logprobs[t] / (isPOIS ? 1 : batch.logprobs[t]) : 0
        }
        return aggregate(moved, offsets: batch.offsets, mask: batch.mask, weights: weights)
      }
    default:
      return { logprobs in
        var moved = batch
        moved.logprobs = logprobs
        return surrogateLoss(moved, weights: weights, algorithm: algorithm).loss
      }
    }
  }
}
