/// Advantages of responses, brought to mean 0 and variance 1 over the batch.
///
///     mean = Σ c_i A_i / N        var = Σ c_i (A_i − mean)² / (N − ddof)        N = Σ c_i
///     A_i ← (A_i − mean) / sqrt(var + 1e-8)
///
/// With c_i = trained tokens of response i every token counts once, as in verl; with c_i = 1 every response
/// does. The two differ: under token weights a batch of short right and long wrong answers has a mean below
/// 0. Where all counted advantages are equal, or there are no more than `ddof` counts, the result is exactly
/// 0.
///
/// - Parameters:
///   - advantages: `[R]`, reward units.
///   - counts: `[R]`, c_i; 0 leaves a response out of the statistics.
///   - ddof: 1 = sample variance (verl), 0 = population.
/// - Returns: `[R]`, no unit.
///
/// REINFORCE++, arXiv:2501.03262, eq. 10 (baseline variant); batch-wise normalization of DLER,
/// arXiv:2510.15110, §3.1.
public func whitened(_ advantages: [Double], counts: [Double], ddof: Int) -> [Double] {
  precondition(advantages.count == counts.count, "\(advantages.count) advantages, \(counts.count) counts")
  guard let scale = WhiteningScale(advantages, weights: counts, ddof: ddof) else {
    return advantages.map { _ in 0 }
  }
  return advantages.map(scale.apply)
}

/// Values of tokens (returns), brought to mean 0 and variance 1 over the trained tokens of the batch.
///
/// As ``whitened(_:counts:ddof:)`` with one value per token.
///
/// - Parameters:
///   - values: `[T]`, reward units.
///   - mask: `[T]`, trained tokens; the others are left out and become 0.
///   - ddof: 1 = sample variance (verl), 0 = population.
/// - Returns: `[T]`, no unit.
///
/// REINFORCE++, arXiv:2501.03262; verl's `masked_whiten`.
public func whitenedTokens(_ values: [Double], mask: [Bool], ddof: Int = 1) -> [Double] {
  precondition(values.count == mask.count, "\(values.count) values, \(mask.count) mask entries")
  guard let scale = WhiteningScale(values, weights: mask.map { $0 ? 1 : 0 }, ddof: ddof) else {
    return values.map { _ in 0 }
  }
  return zip(values, mask).map { $1 ? scale.apply($0) : 0 }
}

/// Mean and standard deviation of weighted values that differ.
private struct WhiteningScale {
  let mean: Double
  let deviation: Double

  init?(_ values: [Double], weights: [Double], ddof: Int) {
    let counted = zip(values, weights).filter { $0.1 > 0 }
    let total = counted.reduce(0) { $0 + $1.1 }
    // Rounding of the mean must not be blown up where there is nothing to tell apart; a NaN differs from
    // itself and goes on.
    guard total > Double(ddof), let first = counted.first?.0, counted.contains(where: { $0.0 != first })
    else { return nil }
    let mean = counted.reduce(0) { $0 + $1.1 * $1.0 } / total
    let squares = counted.reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
    self.mean = mean
    deviation = (squares / (total - Double(ddof)) + 1e-8).squareRoot()
  }

  func apply(_ value: Double) -> Double { (value - mean) / deviation }
}
