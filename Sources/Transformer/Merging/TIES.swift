/// How many of n entries a share keeps: at least one where the share is positive, as mergekit counts.
///
///     k = max(1, ⌊keep_fraction · n⌋);  0 for a share of 0, n for a share of 1
public func tiesKept(of count: Int, keepFraction: Double) -> Int {
  if keepFraction <= 0 || count == 0 { return 0 }
  return keepFraction >= 1 ? count : min(count, max(1, Int(keepFraction * Double(count))))
}

/// The largest entries of a task vector, zeros elsewhere; among equal ones the first are kept.
///
/// - Parameters:
///   - delta: `[N]`, one tensor, or the next part of it.
///   - largest: Which entries are kept; told of every part in order.
/// - Returns: `[N]`.
public func trimmed(_ delta: [Double], largest: inout LargestMagnitudes) -> [Double] {
  delta.map { largest.takes($0) ? $0 : 0 }
}

/// TIES after trimming: elect a sign for each entry, then average the changes that have it.
///
///     sign_i = + where Σ_k w_k δ_ki ≥ 0, − elsewhere
///     θ_i    = θ_0i + λ · Σ_{k agrees} w_k δ_ki / Σ_{k agrees} w_k
///
/// A change of 0 agrees with neither sign. Weights enter before the election and the mean is weighted, as in mergekit; with equal
/// weights this is the paper.
///
/// - Parameters:
///   - base: θ_0, `[N]`.
///   - trimmed: δ after trimming, `[K][N]`.
///   - weights: w, `[K]`.
///   - lambda: λ.
/// - Returns: `[N]`; where nothing changes, the base to the bit.
///
/// TIES-Merging, arXiv:2306.01708, algorithm 1.
public func tiesElected(base: [Double], trimmed: [[Double]], weights: [Double], lambda: Double) -> [Double] {
  precondition(trimmed.count == weights.count, "\(trimmed.count) models, \(weights.count) weights")
  var change = [Double](repeating: 0, count: base.count)
  for i in base.indices {
    var sum = 0.0
    for k in weights.indices { sum += weights[k] * trimmed[k][i] }
    let isPositive = sum >= 0
    var (agreeing, divisor) = (0.0, 0.0)
    for k in weights.indices {
      let delta = weights[k] * trimmed[k][i]
      if delta == 0 || (delta > 0) != isPositive { continue }
      agreeing += delta
      divisor += weights[k]
    }
    change[i] = lambda * (divisor == 0 ? agreeing : agreeing / divisor)
  }
  return base.adding(change)
}

/// TIES-merging of one tensor: trim, elect, average.
///
/// - Parameters:
///   - base: θ_0, `[N]`.
///   - models: θ_k, `[K][N]`.
///   - weights: `[K]`; 1 each is the paper.
///   - keepFraction: The share of entries **kept** (mergekit's `density`; the code of arXiv:2503.20641 gives the share masked).
///   - lambda: λ.
/// - Returns: `[N]`.
public func tiesMerged(
  base: [Double], models: [[Double]], weights: [Double], keepFraction: Double, lambda: Double
) -> [Double] {
  let keep = tiesKept(of: base.count, keepFraction: keepFraction)
  let parts = taskVectors(base: base, models: models).map { delta in
    var largest = LargestMagnitudes(of: delta, keep: keep, ties: .byIndex)
    return trimmed(delta, largest: &largest)
  }
  return tiesElected(base: base, trimmed: parts, weights: weights, lambda: lambda)
}
