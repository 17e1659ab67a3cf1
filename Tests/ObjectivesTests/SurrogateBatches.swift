import Objectives

/// Random responses for the laws that every surrogate obeys. Tokens outside the mask hold no number at all.
struct RandomResponses {
  var responses: [Response]
  var algorithm = AlgorithmConfiguration()

  struct Response {
    var mask: [Bool]
    var logprobs: [Double]
    var oldLogprobs: [Double]
    var referenceLogprobs: [Double]
    var advantages: [Double]
    var correction: [Double]
    var chosen: [Bool]
  }

  init(_ surrogate: Surrogate, count: ClosedRange<Int> = 2...6, using random: inout SeededGenerator) {
    algorithm.surrogate = surrogate
    algorithm.epsilon = surrogate == .gspo || surrogate == .gspoToken ? 0.04 : 0.2
    algorithm.epsilonHigh = algorithm.epsilon * 1.4
    algorithm.dualClip = Bool.random(using: &random) ? 1.5 : nil
    algorithm.delta = [nil, 1.1, 1.6][Int.random(in: 0...2, using: &random)]
    algorithm.isWeightMin = 0.8
    algorithm.isWeightMax = 1.3
    algorithm.tauNegative = 2
    algorithm.divergenceLow = 0.05
    algorithm.divergenceHigh = 0.06
    algorithm.ratioMax = 1.4
    algorithm.klCovCoef = 0.7
    responses = (0..<Int.random(in: count, using: &random)).map { _ in
      let length = Int.random(in: 0...7, using: &random)
      let mask = (0..<length).map { _ in Double.random(in: 0...1, using: &random) < 0.8 }
      func values(_ range: ClosedRange<Double>) -> [Double] {
        mask.map { $0 ? Double.random(in: range, using: &random) : .nan }
      }
      let old = values(-3 ... -0.8)
      let isByToken = Bool.random(using: &random)
      let advantage = Double.random(in: -2...2, using: &random)
      return Response(
        mask: mask, logprobs: zip(old, values(-0.7...0.7)).map { $0 + $1 }, oldLogprobs: old,
        referenceLogprobs: zip(old, values(-0.7...0.7)).map { $0 + $1 },
        advantages: isByToken ? values(-2...2) : mask.map { $0 ? advantage : .nan },
        correction: values(-0.5...2).map { $0 < 0 ? 0 : $0 },
        chosen: mask.map { $0 && Bool.random(using: &random) })
    }
  }

  /// Some of the responses as a batch.
  func batch(_ rows: [Int]) -> TokenBatch {
    let rows = rows.map { responses[$0] }
    return TokenBatch(
      offsets: rows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.mask.count) },
      mask: rows.flatMap(\.mask), logprobs: rows.flatMap(\.logprobs),
      oldLogprobs: rows.flatMap(\.oldLogprobs), referenceLogprobs: rows.flatMap(\.referenceLogprobs),
      advantages: rows.flatMap(\.advantages), correction: rows.flatMap(\.correction),
      chosen: rows.flatMap(\.chosen))
  }

  var all: TokenBatch { batch(Array(responses.indices)) }

  /// Weights of some responses, with the counts of all.
  func weights(_ mode: LossAggregation, _ rows: [Int]) -> [Double] {
    let counts = responses.map { response in response.mask.count { $0 } }
    return tokenWeights(
      mode: mode, responseTokenCounts: rows.map { counts[$0] },
      totals: StepTotals(responseTokenCounts: counts), constant: 8)
  }

  func loss(_ mode: LossAggregation) -> TokenLoss {
    surrogateLoss(all, weights: weights(mode, Array(responses.indices)), algorithm: algorithm)
  }
}

extension TokenBatch {
  /// One response, all of whose tokens are trained.
  static func single(
    _ advantages: [Double], logRatios: [Double], logprobs: [Double]? = nil, correction: [Double]? = nil
  ) -> TokenBatch {
    let logprobs = logprobs ?? logRatios.map { -2 + $0 }
    return TokenBatch(
      offsets: [0, advantages.count], mask: advantages.map { _ in true }, logprobs: logprobs,
      oldLogprobs: zip(logprobs, logRatios).map { $0 - $1 }, advantages: advantages, correction: correction)
  }
}

/// The worst place where two lists differ by more than `absolute` + `relative` · |expected|, as a text; nil =
/// none does.
func mismatch(
  _ ours: [Double], _ expected: [Double], relative: Double = 1e-10, absolute: Double = 1e-12
) -> String? {
  guard ours.count == expected.count else { return "\(ours.count) elements, not \(expected.count)" }
  let excess = ours.indices.map { i in
    let difference = abs(ours[i] - expected[i])
    return (i, difference.isNaN ? .infinity : difference - absolute - relative * abs(expected[i]))
  }
  guard let worst = excess.max(by: { $0.1 < $1.1 }), worst.1 > 0 else { return nil }
  return "\(ours[worst.0]) instead of \(expected[worst.0]) at [\(worst.0)]"
}
