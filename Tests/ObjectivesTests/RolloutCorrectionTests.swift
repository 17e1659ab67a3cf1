import Foundation
import Objectives
import Testing

@Suite struct `Rollout correction` {
  /// Six tokens of one response, as probabilities under the sampler and the anchor.
  private let worked = Pair(
    old: [0.55, 0.88, 0.22, 0.60, 0.15, 0.78].map { log($0) },
    behavior: [0.50, 0.90, 0.20, 0.60, 0.05, 0.80].map { log($0) }, lengths: [6])
  private let ratios = [1.1, 0.977778, 1.1, 1, 3, 0.975]

  @Test func `the worked row at every level`() {
    #expect(mismatch(worked.weights { $0.ratioMax = nil }, ratios, absolute: 1e-6) == nil)
    // TIS(2): the fifth becomes 2
    let truncated = worked.weights { _ in }
    #expect(mismatch(truncated, [1.1, 0.977778, 1.1, 1, 2, 0.975], absolute: 1e-6) == nil)
    #expect((truncated.reduce(0, +) / 6).isClose(to: 1.1921, absolute: 5e-5))
    // MIS(.5–2): the fifth becomes 0; IcePop(.5–5) keeps it
    let masked = worked.weights {
      $0.weighting = .mask
      $0.ratioMin = 0.5
    }
    #expect(mismatch(masked, [1.1, 0.977778, 1.1, 1, 0, 0.975], absolute: 1e-6) == nil)
    let icePop = worked.weights {
      $0.weighting = .mask
      $0.ratioMin = 0.5
      $0.ratioMax = 5
    }
    #expect(mismatch(icePop, ratios, absolute: 1e-6) == nil)
    let product = worked.weights {
      $0.level = .sequence
      $0.ratioMax = nil
    }
    #expect(mismatch(product, Array(repeating: 3.4606, count: 6), absolute: 1e-6) == nil)
    let geometric = worked.weights {
      $0.level = .geometric
      $0.ratioMax = nil
    }
    #expect(mismatch(geometric, Array(repeating: 1.2299, count: 6), absolute: 5e-5) == nil)
  }

  @Test func `its statistics decide over filters at the numbers of the notes`() {
    // mean k3 .1519, mean k2 .1022; the fifth token has k3 = 3 − 1 − log 3 = .9014
    func drops(_ change: (inout RolloutCorrection) -> Void) -> Bool { worked.kept(change).allSatisfy { !$0 } }
    #expect(drops { $0.k3MeanMax = 0.1518 })
    #expect(!drops { $0.k3MeanMax = 0.1520 })
    #expect(drops { $0.k2MeanMax = 0.1021 })
    #expect(!drops { $0.k2MeanMax = 0.1023 })
    #expect(drops { $0.k3Max = 0.9013 })
    #expect(!drops { $0.k3Max = 0.9015 })
    #expect(drops { $0.sequenceMax = 3.46 })
    #expect(!drops { $0.sequenceMax = 3.461 })
    #expect(drops { $0.geometricMin = 1.23 })
    #expect(!drops { $0.geometricMin = 1.2298 })
    #expect(drops { $0.vetoMin = 0.976 })
    #expect(!drops { $0.vetoMin = 0.974 })
  }

  @Test func `TIS and MIS of the notes' two tokens`() {
    let pair = Pair(old: [-1.2, -0.2], behavior: [-1.0, -1.4], lengths: [2])
    #expect(mismatch(pair.weights { $0.ratioMax = nil }, [0.818731, 3.320117], absolute: 1e-6) == nil)
    #expect(mismatch(pair.weights { _ in }, [0.818731, 2], absolute: 1e-6) == nil)
    #expect(mismatch(pair.weights { $0.weighting = .mask }, [0.818731, 0], absolute: 1e-6) == nil)
  }

  @Test func `a filter bounds the ratio itself, on each side alone`() {
    // ratios 1.5, 0.65, 1
    let pair = Pair(old: [log(1.5), log(0.65), 0], behavior: [0, 0, 0], lengths: [3])
    #expect(pair.kept { ($0.tokenMin, $0.tokenMax) = (0.6, 1.4) } == [false, true, true])
    #expect(pair.kept { $0.tokenMin = 0.7 } == [true, false, true])
    #expect(pair.kept { $0.tokenMax = 1.4 } == [false, true, true])
    let outcome = pair.corrected {
      $0.tokenMin = 0.7
      $0.tokenMax = 1.4
    }
    #expect(outcome.kept == [false, false, true])
    #expect(outcome.weights == [0, 0, 1])
    #expect(outcome.filteredTokenShare.isClose(to: 2.0 / 3, absolute: 1e-15))
    #expect(outcome.filteredResponseShare == 1)
    // a truncated weight stays between its bounds, on both sides
    let weights = pair.weights { ($0.ratioMin, $0.ratioMax) = (0.8, 1.2) }
    #expect(mismatch(weights, [1.2, 0.8, 1]) == nil)
  }

  @Test func `filters AND together and take whole responses or single tokens`() {
    // two responses: ratios 1, 3 and 1, 1
    let pair = Pair(old: [0, log(3), 0, 0], behavior: [0, 0, 0, 0], lengths: [2, 2])
    #expect(pair.kept { $0.tokenMax = 2 } == [true, false, true, true])
    #expect(pair.kept { $0.geometricMax = 1.5 } == [false, false, true, true])
    #expect(
      pair.kept {
        $0.tokenMax = 2
        $0.geometricMin = 1.1
      } == [true, false, false, false])
  }

  @Test(arguments: RolloutCorrection.Level.allCases)
  func `where both policies agree weights are exactly 1 and nothing is dropped`(
    level: RolloutCorrection.Level
  ) {
    let logprobs = [-0.3, -2.1, -0.7, -11, -0.01]
    let pair = Pair(old: logprobs, behavior: logprobs, lengths: [2, 3])
    for weighting in RolloutCorrection.Weighting.allCases {
      for normalize in [false, true] {
        let outcome = pair.corrected {
          $0.weighting = weighting
          $0.level = level
          $0.normalizeWeights = normalize
          ($0.ratioMin, $0.ratioMax) = (0.999, 1.001)
          ($0.tokenMin, $0.tokenMax) = (1, 1)
          ($0.sequenceMin, $0.sequenceMax) = (1, 1)
          ($0.geometricMin, $0.geometricMax) = (1, 1)
          ($0.k2MeanMax, $0.k3MeanMax, $0.k3Max) = (0, 0, 0)
          $0.vetoMin = 1
        }
        #expect(outcome.weights == [1, 1, 1, 1, 1])
        #expect(outcome.kept.allSatisfy { $0 })
      }
    }
  }

  @Test func `repeating a response changes its product and not its geometric mean`() {
    let twice = Pair(
      old: worked.old + worked.old, behavior: worked.behavior + worked.behavior, lengths: [12])
    func weight(_ pair: Pair, _ level: RolloutCorrection.Level) -> Double {
      pair.weights {
        $0.level = level
        $0.ratioMax = nil
      }[0]
    }
    #expect(weight(twice, .geometric).isClose(to: weight(worked, .geometric), relative: 1e-14))
    #expect(weight(twice, .sequence).isClose(to: pow(weight(worked, .sequence), 2), relative: 1e-12))
  }

  @Test func `tokens outside the mask have weight 0 and no influence`() {
    var pair = Pair(old: [-1, .nan, -1], behavior: [-1.1, -9, -1.1], lengths: [3])
    pair.mask[1] = false
    let outcome = pair.corrected {
      $0.level = .geometric
      $0.geometricMax = 1.2
    }
    #expect(mismatch(outcome.weights, [exp(0.1), 0, exp(0.1)]) == nil)
    #expect(outcome.kept == [true, false, true])
  }

  @Test func `log ratios past 20 grow no further and a NaN does not vanish`() {
    let far = Pair(old: [-1, -60], behavior: [-60, -1], lengths: [1, 1])
    #expect(mismatch(far.weights { $0.ratioMax = nil }, [exp(20), exp(-20)]) == nil)
    let broken = Pair(old: [.nan, -1], behavior: [-1, -1], lengths: [2]).weights {
      ($0.tokenMin, $0.tokenMax) = (0.5, 2)
      ($0.geometricMin, $0.geometricMax) = (0.9, 1.1)
      $0.k3Max = 0.1
      $0.vetoMin = 1e-4
    }
    #expect(broken[0].isNaN)
  }

  @Test func `normalized weights have mean 1 over tokens, or over responses at their level`() {
    let pair = Pair(old: [-1, -2, -0.5, -0.2], behavior: [-1.3, -1.9, -0.9, -0.4], lengths: [3, 1])
    let tokens = pair.weights { $0.normalizeWeights = true }
    #expect((tokens.reduce(0, +) / 4).isClose(to: 1, absolute: 1e-14))
    let responses = pair.weights {
      $0.normalizeWeights = true
      $0.level = .sequence
    }
    #expect(((responses[0] + responses[3]) / 2).isClose(to: 1, absolute: 1e-14))
    // every weight masked: nothing to divide by
    let gone = pair.corrected {
      $0.weighting = .mask
      $0.ratioMin = 50
      $0.ratioMax = nil
      $0.normalizeWeights = true
    }
    #expect(gone.weights == [0, 0, 0, 0])
    #expect(gone.normalization == 1)
  }

  @Test func `the decoupled objective keeps a gradient that the naive ratio loses`() {
    // μ .2, π_old .3, π_θ .33, A 1, ε .2: 1.5 · 1.1 = 1.65; naive ratio 1.65, clipped at 1.2
    func objective(policy: Double, old: Double, weights: [Double]?) -> TokenLoss {
      let batch = TokenBatch(
        offsets: [0, 1], mask: [true], logprobs: [log(policy)], oldLogprobs: [log(old)], advantages: [1],
        correction: weights)
      return ppoClipSurrogate(batch, weights: [1], clip: ClipRange(low: 0.2, high: 0.2))
    }
    let weights = Pair(old: [log(0.3)], behavior: [log(0.2)], lengths: [1]).weights { _ in }
    #expect(weights[0].isClose(to: 1.5, relative: 1e-12))
    let alive = objective(policy: 0.33, old: 0.3, weights: weights)
    #expect(alive.loss.isClose(to: -1.65, relative: 1e-12))
    #expect(alive.dLogprobs[0].isClose(to: -1.65, relative: 1e-12))
    let naive = objective(policy: 0.33, old: 0.2, weights: nil)
    #expect(naive.loss.isClose(to: -1.2, relative: 1e-12))
    #expect(naive.dLogprobs == [0])
    // π_θ .42: 1.5 · 1.2
    let clipped = objective(policy: 0.42, old: 0.3, weights: weights)
    #expect(clipped.loss.isClose(to: -1.8, relative: 1e-12))
    #expect(clipped.dLogprobs == [0])
  }
}

/// Logprobs of two policies on the same tokens.
struct Pair {
  var old: [Double]
  var behavior: [Double]
  var offsets: [Int]
  var mask: [Bool]

  init(old: [Double], behavior: [Double], lengths: [Int]) {
    self.old = old
    self.behavior = behavior
    offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    mask = old.map { _ in true }
  }

  func corrected(_ change: (inout RolloutCorrection) -> Void) -> CorrectionOutcome {
    var rule = RolloutCorrection()
    change(&rule)
    return correct(
      oldLogprobs: old, behaviorLogprobs: behavior, offsets: offsets, mask: mask, rule: rule)
  }

  func weights(_ change: (inout RolloutCorrection) -> Void) -> [Double] { corrected(change).weights }

  func kept(_ change: (inout RolloutCorrection) -> Void) -> [Bool] { corrected(change).kept }
}
