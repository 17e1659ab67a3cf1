/// Clip-Cov's tokens: a few of those whose covariance lies inside the bounds.
///
///     cov_t = (A_t − mean A) · (logprob_t − mean logprob)          means over the trained tokens of the step
///     candidates: low < cov_t < high, and not clipped by PPO
///     chosen: max(1, ⌊ratio · N⌋) of the candidates, at random
///
/// Choose over the whole optimizer step: means and N of a micro-batch are others.
///
/// - Parameters:
///   - batch: The step's tokens.
///   - clip: PPO's bounds; tokens that they already hold are no candidates.
///   - ratio: Share of the trained tokens, above 0, at most 1. If it covers all candidates nothing is drawn.
///   - bounds: Open interval of the covariance.
///   - generator: Says which candidates.
/// - Returns: `[T]`, true for chosen tokens.
///
/// The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models, arXiv:2505.22617.
public func clipCovChoice(
  _ batch: TokenBatch, clip: ClipRange, ratio: Double, bounds: OpenInterval,
  using generator: inout some RandomNumberGenerator
) -> [Bool] {
  let ratios = ImportanceRatios(batch, level: .token, limits: LogRatioLimits.none)
  let bare = ClipRange(low: clip.low, high: clip.high)
  let (trained, covariances) = batch.covariances()
  var candidates: [Int] = []
  for (t, covariance) in zip(trained, covariances) where bounds.contains(covariance) {
    var sums = MetricSums()
    _ = bare.term(ratio: ratios.values[t], isLive: true, advantage: batch.advantages[t], sums: &sums)
    if sums.clippedLow + sums.clippedHigh == 0 { candidates.append(t) }
  }
  let wanted = chosenCount(of: trained.count, ratio: ratio)
  if wanted < candidates.count {
    for place in 0..<wanted {
      candidates.swapAt(place, Int.random(in: place..<candidates.count, using: &generator))
    }
    candidates.removeLast(candidates.count - wanted)
  }
  return batch.marked(candidates)
}

/// KL-Cov's tokens: those of highest covariance.
///
///     cov_t = (A_t − mean A) · (logprob_t − mean logprob)          means over the trained tokens of the step
///     chosen: the max(1, ⌊ratio · N⌋) tokens with the largest cov_t; of equal ones the earlier
///
/// - Parameters:
///   - batch: The step's tokens.
///   - ratio: Share of the trained tokens, above 0 and up to 1.
/// - Returns: `[T]`, true for chosen tokens; none in a batch without trained tokens.
///
/// The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models, arXiv:2505.22617.
public func klCovChoice(_ batch: TokenBatch, ratio: Double) -> [Bool] {
  let (trained, covariances) = batch.covariances()
  let order = trained.indices.sorted {
    covariances[$0] == covariances[$1] ? $0 < $1 : covariances[$0] > covariances[$1]
  }
  return batch.marked(order.prefix(chosenCount(of: trained.count, ratio: ratio)).map { trained[$0] })
}

/// max(1, ⌊ratio · N⌋).
private func chosenCount(of tokenCount: Int, ratio: Double) -> Int {
  precondition(ratio > 0 && ratio <= 1, "a share of \(ratio) of the tokens")
  return max(1, Int(ratio * Double(tokenCount)))
}

extension TokenBatch {
  /// The trained tokens and the covariance of each.
  fileprivate func covariances() -> (tokens: [Int], values: [Double]) {
    let trained = mask.indices.filter { mask[$0] }
    let count = Double(trained.count)
    let meanAdvantage = trained.reduce(0) { $0 + advantages[$1] } / count
    let meanLogprob = trained.reduce(0) { $0 + logprobs[$1] } / count
    return (trained, trained.map { (advantages[$0] - meanAdvantage) * (logprobs[$0] - meanLogprob) })
  }

  fileprivate func marked(_ tokens: [Int]) -> [Bool] {
    var chosen = Array(repeating: false, count: mask.count)
    for t in tokens { chosen[t] = true }
    return chosen
  }
}
