import Objectives

/// `policy-losses.json`: verl's policy losses under every aggregation.
package enum PolicyLossKinds {
  package static let kinds = [
    "ppo", "gspo", "cispo", "sapo", "gmpo", "reinforce", "dppo_tv", "dppo_kl", "clip_cov", "kl_cov",
  ]

  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    let algorithm = try algorithm(kind, settings)
    var batch = try ObjectiveBatch(input)
    batch.tokens.chosen = try chosenTokens(of: batch.tokens, algorithm, settings)

    var aggregations: [JSONValue] = []
    var last = TokenLoss(tokenCount: batch.tokens.logprobs.count)
    for aggregation in Aggregation.forms(of: kind) {
      let weights = try aggregation.weights(of: batch.tokens, settings)
      last = surrogateLoss(batch.tokens, weights: weights, algorithm: algorithm)
      aggregations.append([
        "mode": .string(aggregation.name), "loss": JSONValue(last.loss), "grad": batch.rows(last.dLogprobs),
      ])
    }
    var expected: [String: JSONValue] = [
      "aggregations": .array(aggregations), "metrics": .object(metrics(kind, last.sums)),
    ]
    if kind != "gmpo" { expected["token_losses"] = batch.rows(last.tokenLosses) }
    return .object(expected)
  }

  private static func algorithm(_ kind: String, _ settings: Fields)
    throws(ObjectiveFileError) -> AlgorithmConfiguration
  {
    var algorithm = AlgorithmConfiguration()
    switch kind {
    case "ppo": algorithm.surrogate = .ppoClip
    case "gspo": algorithm.surrogate = .gspoToken  // verl's form
    default:
      guard let surrogate = Surrogate(rawValue: kind) else {
        throw ObjectiveFileError("`\(kind)` is not a policy loss")
      }
      algorithm.surrogate = surrogate
    }
    switch algorithm.surrogate {
    case .ppoClip, .gspoToken, .gmpo, .clipCov:
      algorithm.epsilon = try settings.number("epsilon")
      algorithm.epsilonHigh = try settings.number("epsilon_high")
      // 0 is none, as null is.
      if kind == "ppo", try settings.number("dual_clip", default: 0) != 0 {
        algorithm.dualClip = try settings.number("dual_clip", above: 1)
      }
    case .cispo:
      algorithm.isWeightMin = try settings.number("is_weight_min")
      algorithm.isWeightMax = try settings.number("is_weight_max")
    case .sapo:
      algorithm.tauPositive = try settings.number("tau_positive", default: 1, above: 0)
      algorithm.tauNegative = try settings.number("tau_negative", default: 1.05, above: 0)
    case .dppoTV, .dppoKL:
      algorithm.divergenceLow = try settings.number("delta_low")
      algorithm.divergenceHigh = try settings.number("delta_high")
      algorithm.ratioMax = try settings.number("ratio_max", default: .infinity)
    case .klCov: algorithm.klCovCoef = try settings.number("kl_coef", default: 1)
    default: break
    }
    return algorithm
  }

  private static func chosenTokens(
    of batch: TokenBatch, _ algorithm: AlgorithmConfiguration, _ settings: Fields
  ) throws(ObjectiveFileError) -> [Bool]? {
    guard algorithm.surrogate.choosesByCovariance else { return nil }
    let ratio = try settings.number("cov_ratio", default: 1, above: 0)
    guard ratio <= 1 else { throw settings.error("cov_ratio", "is \(ratio), it is a share of the tokens") }
    guard algorithm.surrogate == .clipCov else { return klCovChoice(batch, ratio: ratio) }

    let bounds = OpenInterval(
      low: try settings.number("cov_min", default: 0), high: try settings.number("cov_max", default: 1))
    var generator = CountingGenerator()
    let chosen = clipCovChoice(
      batch, clip: algorithm.clip, ratio: ratio, bounds: bounds, using: &generator)
    guard generator.draws == 0 else {
      throw settings.error(
        "cov_ratio", "is \(ratio), so tokens are drawn at random; at 1 all candidates are taken")
    }
    return chosen
  }

  private static func metrics(_ kind: String, _ sums: MetricSums) -> [String: JSONValue] {
    let kl = JSONValue(-sums.perToken(sums.logRatioSum))
    func shares(_ clipped: Double, _ lower: Double) -> [String: JSONValue] {
      ["pg_clipfrac": JSONValue(clipped), "pg_clipfrac_lower": JSONValue(lower), "ppo_kl": kl]
    }
    return switch kind {
    case "reinforce": [:]
    case "kl_cov": ["ppo_kl": JSONValue(sums.perToken(sums.absoluteLogRatioSum))]
    case "clip_cov": ["pg_clipfrac": JSONValue(sums.boundedFraction), "ppo_kl": kl]
    case "gmpo": shares(sums.clipFractionHigh, sums.clipFractionLow)
    case "cispo": shares(sums.boundedFraction, 0)
    case "sapo": shares(0, 0)
    case "dppo_tv", "dppo_kl": shares(sums.boundedFraction, sums.clipFractionDual)
    default: shares(sums.clipFractionLow + sums.clipFractionHigh, sums.clipFractionDual)
    }
  }
}

/// An aggregation as the file names it.
private enum Aggregation {
  case mode(LossAggregation)
  /// GMPO's: every response counts once, those without trained tokens as well.
  case responseMean

  static func forms(of kind: String) -> [Aggregation] {
    switch kind {
    case "sapo": [.mode(.seqMeanTokenMean)]
    case "gmpo": [.responseMean]
    default: LossAggregation.allCases.map { .mode($0) }
    }
  }

  var name: String {
    switch self {
    case .mode(let mode): mode.rawValue
    case .responseMean: "response-mean"
    }
  }

  func weights(of batch: TokenBatch, _ settings: Fields) throws(ObjectiveFileError) -> [Double] {
    let counts = batch.trainedCounts
    switch self {
    case .responseMean:
      return tokenWeights(
        mode: .seqMeanTokenMean, responseTokenCounts: counts,
        totals: StepTotals(responseTokenCounts: counts), constant: 1)
    case .mode(let mode):
      var totals = StepTotals.trainedOnly(responseTokenCounts: counts)
      if settings.has("denominators") {
        let given = try settings.fields("denominators")
        totals = StepTotals(tokens: try given.integer("tokens"), responses: try given.integer("responses"))
      }
      return tokenWeights(
        mode: mode, responseTokenCounts: counts, totals: totals,
        constant: mode == .seqMeanTokenSumNorm ? try settings.number("constant", above: 0) : 1,
        stabilizer: verlStabilizer)
    }
  }
}

/// Shows whether anything was drawn.
private struct CountingGenerator: RandomNumberGenerator {
  var draws: UInt64 = 0

  mutating func next() -> UInt64 {
    draws += 1
    return draws
  }
}

/// What verl adds to a number of tokens before it divides by it.
let verlStabilizer = 1e-8
