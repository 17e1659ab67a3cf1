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
      ["q_proj", "k_proj", "v_proj"].map { prefix + $0 }, in: parameters, gradients: gradients, matmul: matmul)
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

  /// x `[T, D]` (normed); the result is added to y `[T, D]`.
  func forward(_ x: Tensor, addingTo y: Tensor, saved: Saved, _ step: DecoderLayer.Step) {
    let (compute, batch) = (step.compute, step.batch)
    qkv.forward(x, into: saved.projected, compute)
    let query = saved.rotated.columns(queryColumns)
    let key = saved.rotated.columns(keyColumns)
    if let queryNorm, let keyNorm {
      queryNorm.forward(
        saved.projected.columns(queryColumns), into: query, inverseRMS: saved.queryInverseRMS, compute)
      keyNorm.forward(
        saved.projected.columns(keyColumns), into: key, inverseRMS: saved.keyInverseRMS, compute)
    } else {
      compute.copy(saved.projected.columns(0..<saved.rotated.columns), into: saved.rotated)
    }
    step.rotary.forward(
      saved.rotated, heads: shape.queryHeads + shape.keyValueHeads, positions: batch.positions, compute)
    compute.attention(
      query: query, key: key, value: saved.projected.columns(valueColumns), forest: batch.forest,
      shape: shape, in: matmul, into: saved.attended, logSumExp: saved.logSumExp, step.arena)
    output.forward(saved.attended, into: y, accumulate: true, compute)
  }

  /// dy `[T, D]` to dx `[T, D]` (overwritten).
  func backward(_ dy: Tensor, x: Tensor, into dx: Tensor, saved: Saved, _ step: DecoderLayer.Step) {
    let (compute, batch, arena) = (step.compute, step.batch, step.arena)
    arena.scoped {
      let dAttended = arena.tensor(rows: dy.rows, columns: saved.attended.columns)
      output.backward(dy, x: saved.attended, into: dAttended, compute)
      let dRotated = arena.tensor(rows: dy.rows, columns: saved.rotated.columns)
      let dProjected = arena.tensor(rows: dy.rows, columns: saved.projected.columns)
      compute.attentionBackward(
        dOut: dAttended, out: saved.attended, query: saved.rotated.columns(queryColumns),
        key: saved.rotated.columns(keyColumns), value: saved.projected.columns(valueColumns),
        logSumExp: saved.logSumExp, forest: batch.forest, shape: shape, in: matmul,
        dQuery: dRotated.columns(queryColumns), dKey: dRotated.columns(keyColumns),
        dValue: dProjected.columns(valueColumns), arena)
      step.rotary.backward(
        dRotated, heads: shape.queryHeads + shape.keyValueHeads, positions: batch.positions, compute)
      if let queryNorm, let keyNorm {
        queryNorm.backward(
          dRotated.columns(queryColumns), x: saved.projected.columns(queryColumns),
          inverseRMS: saved.queryInverseRMS,
          into: dProjected.columns(queryColumns), accumulate: false, compute)
        keyNorm.backward(
          dRotated.columns(keyColumns), x: saved.projected.columns(keyColumns),
          inverseRMS: saved.keyInverseRMS,
          into: dProjected.columns(keyColumns), accumulate: false, compute)
      } else {
        compute.copy(dRotated, into: dProjected.columns(0..<dRotated.columns))
      }
      qkv.backward(dProjected, x: x, into: dx, compute)
    }
  }
}
