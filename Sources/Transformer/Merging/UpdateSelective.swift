/// How many of n entries update-selective merging keeps: ⌈keep_fraction · n⌉.
public func updateSelectiveKept(of count: Int, keepFraction: Double) -> Int {
  Int((min(1, max(0, keepFraction)) * Double(count)).rounded(.up))
}

/// The smallest magnitude that is kept: the k-th largest, k = ⌈keep_fraction · n⌉; infinite where k = 0.
///
/// - Parameters:
///   - deltas: All changes that are ranked together: one tensor, or all of them.
///   - keepFraction: The share that is kept; entries as large as the k-th are all kept.
/// - Returns: A magnitude.
public func updateSelectiveThreshold(_ deltas: [Double], keepFraction: Double) -> Double {
  let keep = updateSelectiveKept(of: deltas.count, keepFraction: keepFraction)
  return keep == 0 ? .infinity : deltas.map { abs($0) }.sorted(by: >)[keep - 1]
}

/// Update-selective merging: the largest changes of a tuned model, scaled, go back onto its base.
///
///     θ_i = base_i + scale · δ_i  where |δ_i| ≥ threshold,  base_i elsewhere;  δ = tuned − base
///
/// - Parameters:
///   - base: `[N]`.
///   - tuned: `[N]`, the trained model.
///   - scale: What kept changes are multiplied with; .7 in the paper.
///   - isKept: Whether a change is kept; told of every δ_i in order.
/// - Returns: The merged values `[N]`, and how many changes were kept.
///
/// DLER, arXiv:2510.15110 (25 % kept, scale .7); whether the entries of all tensors are ranked together is not stated there.
public func updateSelective(
  base: [Double], tuned: [Double], scale: Double, isKept: (Double) -> Bool
) -> (merged: [Double], kept: Int) {
  precondition(base.count == tuned.count, "\(tuned.count) values beside \(base.count)")
  var kept = 0
  let merged = zip(base, tuned).map { value, other in
    let delta = other - value
    guard isKept(delta) else { return value }
    kept += 1
    return delta == 0 || scale == 0 ? value : value + scale * delta
  }
  return (merged, kept)
}
