/// Mean of models.
///
///     θ = Σ_k w_k θ_k / Σ_k w_k
///
/// Computed as the mean itself and not around a base, so that equal models give themselves.
///
/// - Parameters:
///   - models: `[K][N]`, the values of one tensor (or a part of it) in each model.
///   - weights: `[K]`; their sum is not 0.
/// - Returns: `[N]`.
///
/// Model soups, arXiv:2203.05482.
public func averaged(_ models: [[Double]], weights: [Double]) -> [Double] {
  precondition(
    models.count == weights.count && !models.isEmpty, "\(models.count) models, \(weights.count) weights")
  let total = weights.reduce(0, +)
  precondition(total != 0, "weights \(weights) add up to 0")
  // Begun with the first model and not with 0, which would lose the sign of a negative zero.
  var sum = models[0].map { weights[0] * $0 }
  for (model, weight) in zip(models, weights).dropFirst() {
    precondition(model.count == sum.count, "\(model.count) values beside \(sum.count)")
    for i in sum.indices { sum[i] += weight * model[i] }
  }
  for i in sum.indices { sum[i] /= total }
  return sum
}

/// What each model changed: δ_k = θ_k − θ_0, `[K][N]`.
public func taskVectors(base: [Double], models: [[Double]]) -> [[Double]] {
  models.map { model in
    precondition(model.count == base.count, "\(model.count) values beside \(base.count)")
    return zip(model, base).map { $0 - $1 }
  }
}

/// Task arithmetic.
///
///     θ = θ_0 + λ Σ_k w_k δ_k,  δ_k = θ_k − θ_0
///
/// - Parameters:
///   - base: θ_0, `[N]`.
///   - deltas: δ, `[K][N]`; see ``taskVectors(base:models:)``.
///   - weights: w, `[K]`, not normalized.
///   - lambda: λ.
/// - Returns: `[N]`; where nothing changes, the base to the bit.
///
/// Editing Models with Task Arithmetic, arXiv:2212.04089; as long-to-short merging, arXiv:2503.20641.
public func taskArithmetic(base: [Double], deltas: [[Double]], weights: [Double], lambda: Double) -> [Double]
{
  precondition(deltas.count == weights.count, "\(deltas.count) models, \(weights.count) weights")
  var change = [Double](repeating: 0, count: base.count)
  for (delta, weight) in zip(deltas, weights) {
    precondition(delta.count == base.count, "\(delta.count) values beside \(base.count)")
    for i in change.indices { change[i] += weight * delta[i] }
  }
  for i in change.indices { change[i] *= lambda }
  return base.adding(change)
}

extension [Double] {
  /// The sum; where a change is 0, the value itself, so that a negative zero stays one.
  func adding(_ changes: [Double]) -> [Double] {
    zip(self, changes).map { value, change in change == 0 ? value : value + change }
  }
}
