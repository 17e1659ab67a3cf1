/// Which changes each model may make to the tensors of a streamed merge, and the merge of one piece.
///
/// What has to know a whole tensor, or all of them, before the first entry is written: the k largest changes of each model.
/// They are found by passing over the weights twice more, never by holding them.
struct MergeSelection {
  private let method: MergeMethod
  private let sources: MergeSources
  /// One for each model; of the tensor that is being merged, or of all of them.
  private var largest: [LargestMagnitudes] = []

  init(_ method: MergeMethod, _ sources: MergeSources) {
    self.method = method
    self.sources = sources
  }

  /// Ranks the changes of all tensors together, where the method asks for it.
  mutating func rankAll(progress: (Int, Int) -> Void) throws {
    guard case .updateSelective(let share, _, .global) = method else { return }
    let tensors = sources.tensors.filter(\.isMerged)
    let count = tensors.reduce(0) { $0 + $1.count }
    var ranking = MagnitudeRanking(keep: updateSelectiveKept(of: count, keepFraction: share))
    for pass in 0..<2 {
      if pass == 1 { ranking.beginSecondPass() }
      for (index, tensor) in tensors.enumerated() {
        try observe(tensor, of: sources.models[0], in: &ranking)
        progress(pass * tensors.count + index + 1, 2 * tensors.count)
      }
    }
    largest = [ranking.finish(ties: .all)]
  }

  /// Ranks the changes of one tensor, where the method asks for it.
  mutating func rank(_ tensor: MergedTensor) throws {
    guard tensor.isMerged else { return }
    switch method {
    case .ties(let share, _):
      largest = try sources.models.map {
        try ranked(tensor, of: $0, keep: tiesKept(of: tensor.count, keepFraction: share), ties: .byIndex)
      }
    case .updateSelective(let share, _, .perTensor):
      let keep = updateSelectiveKept(of: tensor.count, keepFraction: share)
      largest = [try ranked(tensor, of: sources.models[0], keep: keep, ties: .all)]
    default: break
    }
  }

  /// The merged entries of a piece.
  mutating func merged(
    _ name: String, _ piece: Range<Int>, base: [Double], models: [[Double]], weights: [Double]
  ) -> [Double] {
    func dareDropped(_ drop: Double, _ seed: UInt64) -> [[Double]] {
      taskVectors(base: base, models: models).enumerated().map { model, delta in
        let mask = dareMask(piece, tensor: name, model: model, dropProbability: drop, seed: seed)
        return dropped(delta, kept: mask, dropProbability: drop)
      }
    }
    switch method {
    case .average:
      return averaged(models, weights: weights)
    case .taskArithmetic(let lambda):
      let deltas = taskVectors(base: base, models: models)
      return taskArithmetic(base: base, deltas: deltas, weights: weights, lambda: lambda)
    case .ties(_, let lambda):
      let deltas = taskVectors(base: base, models: models)
      let parts = deltas.indices.map { trimmed(deltas[$0], largest: &largest[$0]) }
      return tiesElected(base: base, trimmed: parts, weights: weights, lambda: lambda)
    case .dare(let drop, let lambda, let seed):
      return taskArithmetic(base: base, deltas: dareDropped(drop, seed), weights: weights, lambda: lambda)
    case .dareTIES(let drop, let lambda, let seed):
      return dareTIES(base: base, dropped: dareDropped(drop, seed), weights: weights, lambda: lambda)
    case .updateSelective(_, let scale, _):
      return updateSelective(base: base, tuned: models[0], scale: scale) { largest[0].takes($0) }.merged
    }
  }

  private func ranked(
    _ tensor: MergedTensor, of model: MergeReader, keep: Int, ties: LargestMagnitudes.Ties
  ) throws -> LargestMagnitudes {
    // Everything or nothing needs no ranking.
    if keep == 0 { return .none }
    if keep == tensor.count { return .all }
    var ranking = MagnitudeRanking(keep: keep)
    try observe(tensor, of: model, in: &ranking)
    ranking.beginSecondPass()
    try observe(tensor, of: model, in: &ranking)
    return ranking.finish(ties: ties)
  }

  private func observe(_ tensor: MergedTensor, of model: MergeReader, in ranking: inout MagnitudeRanking)
    throws
  {
    for piece in tensor.pieces {
      let base = try sources.base.floats(tensor.name, piece)
      let tuned = try model.floats(tensor.name, piece)
      // The same subtraction as when the piece is merged.
      ranking.observe(zip(tuned, base).map { Float(abs(Double($0) - Double($1))) })
    }
  }
}
