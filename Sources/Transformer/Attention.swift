internal import Tensors

/// Self-attention of one layer: q, k, v projections, optional q/k norm, rotation, causal attention, output projection.
///
/// Grouped queries: Ainslie et al. 2023, "GQA", arXiv:2305.13245. The norm on queries and keys is Qwen3's.
struct Attention {
  let qkv: Linear
  let output: Linear
  let queryNorm: RMSNorm?
  let keyNorm: RMSNorm?
  let shape: Compute.AttentionShape
  let matmul: MatmulType

  init(
    _ prefix: String, _ c: ModelConfiguration, in parameters: Parameters, gradients: Parameters,
    matmul: MatmulType
  ) {
    qkv = Linear(
      ["q_proj", "k_proj", "v_proj"].map { prefix + $0 }, in: parameters, gradients: gradients, matmul: matmul
    )
    output = Linear([prefix + "o_proj"], in: parameters, gradients: gradients, matmul: matmul)
    self.matmul = matmul
    func norm(_ name: String, heads: Int) -> RMSNorm? {
      guard c.hasQueryKeyNorm else { return nil }
      return RMSNorm(prefix + name, heads: heads, epsilon: c.rmsNormEps, in: parameters, gradients: gradients)
    }
    queryNorm = norm("q_norm", heads: c.numAttentionHeads)
    keyNorm = norm("k_norm", heads: c.numKeyValueHeads)
    shape = Compute.AttentionShape(
      queryHeads: c.numAttentionHeads, keyValueHeads: c.numKeyValueHeads, headSize: c.headDim)
  }

  /// What the backward pass needs of the forward pass.
  struct Saved {
    /// Projections before norm and rotation, `[T, (H + 2K)·C]`.
    let projected: Tensor
    /// After them, `[T, (H + K)·C]`.
    let rotated: Tensor
    /// `[T, H]` and `[T, K]`; used with q/k norm only.
    let queryInverseRMS: Tensor
    let keyInverseRMS: Tensor
    /// Attention's result before the output projection, `[T, H·C]`.
    let attended: Tensor
    /// `[T, H]`
    let logSumExp: Tensor

    init(_ shape: Compute.AttentionShape, tokens: Int, _ arena: Arena) {
      let queryWidth = shape.queryHeads * shape.headSize
      let keyWidth = shape.keyValueHeads * shape.headSize
      projected = arena.tensor(rows: tokens, columns: queryWidth + 2 * keyWidth)
      rotated = arena.tensor(rows: tokens, columns: queryWidth + keyWidth)
      queryInverseRMS = arena.tensor(rows: tokens, columns: shape.queryHeads)
      keyInverseRMS = arena.tensor(rows: tokens, columns: shape.keyValueHeads)
      attended = arena.tensor(rows: tokens, columns: queryWidth)
      logSumExp = arena.tensor(rows: tokens, columns: shape.queryHeads)
    }
  }

  private var queryColumns: Range<Int> { 0..<shape.queryHeads * shape.headSize }
  private var keyColumns: Range<Int> {
    queryColumns.upperBound..<queryColumns.upperBound + shape.keyValueHeads * shape.headSize
  }
  private var valueColumns: Range<Int> {
    keyColumns.upperBound..<keyColumns.upperBound + shape.keyValueHeads * shape.headSize
  }

  /// Adds the result to y.
  ///
  /// - Parameters:
  ///   - x: `[T, D]` (normed).
  ///   - y: `[T, D]`.
  ///   - saved: What the backward pass needs.
  ///   - step: The batch and where the work is done.
  ///   - makeInput: Makes rows of x.
  ///   - makeOutput: Makes what rows of y hold before.
  func forward(
    _ x: Tensor, addingTo y: Tensor, saved: Saved, _ step: DecoderLayer.Step, makeInput: @escaping RowWork,
    makeOutput: @escaping RowWork
  ) {
    let compute = step.compute
    qkv.forward(
      x, into: saved.projected, compute, before: makeInput,
      after: { rows, _ in normAndRotate(rows, saved, step) })
    compute.attention(
      query: saved.rotated.columns(queryColumns), key: saved.rotated.columns(keyColumns),
      value: saved.projected.columns(valueColumns), forest: step.batch.forest, shape: shape, in: matmul,
      into: saved.attended, logSumExp: saved.logSumExp, step.arena)
    output.forward(saved.attended, into: y, accumulate: true, compute, before: makeOutput)
  }

  private func normAndRotate(_ rows: Range<Int>, _ saved: Saved, _ step: DecoderLayer.Step) {
    let compute = step.compute
    if let queryNorm, let keyNorm {
      queryNorm.forward(
        rows: rows, of: saved.projected.columns(queryColumns), into: saved.rotated.columns(queryColumns),
        inverseRMS: saved.queryInverseRMS, compute)
      keyNorm.forward(
        rows: rows, of: saved.projected.columns(keyColumns), into: saved.rotated.columns(keyColumns),
        inverseRMS: saved.keyInverseRMS, compute)
    } else {
      saved.rotated.rows(rows).copy(from: saved.projected.rows(rows).columns(0..<saved.rotated.columns))
    }
    step.rotary.forward(rows: rows, of: saved.rotated, heads: heads, step)
  }

  /// Heads that are rotated.
  private var heads: Int { shape.queryHeads + shape.keyValueHeads }

  /// dy `[T, D]` to dx `[T, D]` (overwritten), whose rows go to `useInput` when all of dy has been read.
  func backward(
    _ dy: Tensor, x: Tensor, into dx: Tensor, saved: Saved, _ step: DecoderLayer.Step,
    useInput: @escaping RowWork
  ) {
    let (compute, arena) = (step.compute, step.arena)
    arena.scoped {
      let dAttended = arena.tensor(rows: dy.rows, columns: saved.attended.columns)
      output.accumulateGradients(dy, x: saved.attended, compute)
      output.backward(dy, into: dAttended, compute)
      let dRotated = arena.tensor(rows: dy.rows, columns: saved.rotated.columns)
      let dProjected = arena.tensor(rows: dy.rows, columns: saved.projected.columns)
      compute.attentionBackward(
        dOut: dAttended, out: saved.attended, query: saved.rotated.columns(queryColumns),
        key: saved.rotated.columns(keyColumns), value: saved.projected.columns(valueColumns),
        logSumExp: saved.logSumExp, forest: step.batch.forest, shape: shape, in: matmul,
        dQuery: dRotated.columns(queryColumns), dKey: dRotated.columns(keyColumns),
        dValue: dProjected.columns(valueColumns), arena)
      let partials = [queryNorm, keyNorm].map { $0?.partialGradients(compute, arena) }
      qkv.backward(
        dProjected, into: dx, compute,
        before: { rows, share in
          step.rotary.backward(rows: rows, of: dRotated, heads: heads, step)
          undoNorm(rows, dRotated, dProjected, saved, partials, share: share, compute)
        }, after: useInput)
      qkv.accumulateGradients(dProjected, x: x, compute)
      for (norm, partial) in zip([queryNorm, keyNorm], partials) {
        if let norm, let partial { norm.collect(partial, compute) }
      }
    }
  }

  private func undoNorm(
    _ rows: Range<Int>, _ dRotated: Tensor, _ dProjected: Tensor, _ saved: Saved, _ partials: [Tensor?],
    share: Int, _ compute: Compute
  ) {
    guard let queryNorm, let keyNorm, let dQueryWeight = partials[0], let dKeyWeight = partials[1] else {
      dProjected.rows(rows).columns(0..<dRotated.columns).copy(from: dRotated.rows(rows))
      return
    }
    queryNorm.backward(
      rows: rows, of: dRotated.columns(queryColumns), x: saved.projected.columns(queryColumns),
      inverseRMS: saved.queryInverseRMS, into: dProjected.columns(queryColumns), accumulate: false,
      partial: dQueryWeight, share: share, compute)
    keyNorm.backward(
      rows: rows, of: dRotated.columns(keyColumns), x: saved.projected.columns(keyColumns),
      inverseRMS: saved.keyInverseRMS, into: dProjected.columns(keyColumns), accumulate: false,
      partial: dKeyWeight, share: share, compute)
  }
}
