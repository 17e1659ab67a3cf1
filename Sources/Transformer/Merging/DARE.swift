internal import Randomness

/// DARE: drop entries of a task vector at random and scale up the rest, so that the expected change stays.
///
///     δ'_i = m_i δ_i / (1 − p)
///
/// - Parameters:
///   - delta: δ, `[N]`.
///   - kept: m, `[N]`.
///   - dropProbability: p, 0 ≤ p < 1.
/// - Returns: `[N]`.
///
/// Language Models are Super Mario, arXiv:2311.03099.
public func dropped(_ delta: [Double], kept: [Bool], dropProbability: Double) -> [Double] {
  precondition(delta.count == kept.count, "\(delta.count) values, \(kept.count) flags")
  return zip(delta, kept).map { $1 ? $0 / (1 - dropProbability) : 0 }
}

/// mergekit's DARE: what is kept is scaled so that its L1 norm is that of the whole, in fp32 throughout.
///
///     δ' = m δ · ‖δ‖₁ / ‖m δ‖₁
///
/// The scale is 1 where either norm is below 1e-7; without dropping (p ≤ 0) everything stays as it is.
///
/// - Parameters:
///   - delta: δ, `[N]`, a whole tensor.
///   - kept: m, `[N]`.
///   - dropProbability: p; only whether it is positive matters.
/// - Returns: `[N]`.
///
/// mergekit 0.1.5, method `dare_linear`; from its behavior.
public func droppedKeepingL1(_ delta: [Double], kept: [Bool], dropProbability: Double) -> [Double] {
  precondition(delta.count == kept.count, "\(delta.count) values, \(kept.count) flags")
  if dropProbability <= 0 { return delta }
  let whole = delta.map { Float($0) }
  let masked = zip(whole, kept).map { $1 ? $0 : 0 }
  let (before, after) = (l1(whole), l1(masked))
  if before < 1e-7 || after < 1e-7 { return masked.map { Double($0) } }
  let scale = before / after
  return masked.map { Double($0 * scale) }
}

private func l1(_ values: [Float]) -> Float { values.reduce(0) { $0 + abs($1) } }

/// Which entries DARE keeps: a function of seed, tensor, model and index alone, however the tensor is cut into parts.
///
/// - Parameters:
///   - range: Indices of the entries within the tensor.
///   - tensor: The tensor's name.
///   - model: The model's place in the list; models drop independently.
///   - dropProbability: p; each entry is kept with probability 1 − p.
///   - seed: The seed of the merge.
/// - Returns: One flag for each index of `range`.
public func dareMask(
  _ range: Range<Int>, tensor: String, model: Int, dropProbability: Double, seed: UInt64
) -> [Bool] {
  let stream = Stream("merge.dare", StableHash.of(tensor), UInt64(model)).identifier
  var flags: [Bool] = []
  flags.reserveCapacity(range.count)
  // A block of the generator serves four entries.
  var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  for index in range {
    if index % 4 == 0 || index == range.lowerBound {
      block = CounterRNG.block(seed: seed, stream: stream, position: UInt64(index / 4))
    }
    let lane =
      switch index % 4 {
      case 0: block.0
      case 1: block.1
      case 2: block.2
      default: block.3
      }
    flags.append(Double(lane) * 0x1p-32 >= dropProbability)
  }
  return flags
}

/// DARE followed by TIES without trimming: the dropped and scaled models elect and average.
///
/// - Parameters:
///   - base: θ_0, `[N]`.
///   - dropped: δ' of each model, `[K][N]`.
///   - weights: `[K]`.
///   - lambda: λ.
/// - Returns: `[N]`.
public func dareTIES(base: [Double], dropped: [[Double]], weights: [Double], lambda: Double) -> [Double] {
  // The models themselves are merged: a change too small to move its weight has no vote.
  let moved = dropped.map { base.adding($0) }
  return tiesElected(
    base: base, trimmed: taskVectors(base: base, models: moved), weights: weights, lambda: lambda)
}
