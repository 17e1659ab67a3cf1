private import CKernels

/// Causal attention over packed sequences, block by block: memory grows with the tokens, never with their square.
///
/// Scores of 64 queries × 128 keys at a time; the softmax runs online, the forward pass keeps each query's
/// log-sum-exp, and the backward pass recomputes the probabilities from it.
///
/// Dao et al. 2022, "FlashAttention", arXiv:2205.14135; the online softmax is from Milakov and Gimelshein 2018,
/// arXiv:1805.02867.
extension Compute {
  private static var queryBlock: Int { 64 }
  private static var keyBlockRows: Int { 128 }

  /// Shape of one attention layer.
  public struct AttentionShape: Sendable {
    public var queryHeads: Int
    public var keyValueHeads: Int
    public var headSize: Int

    public init(queryHeads: Int, keyValueHeads: Int, headSize: Int) {
      self.queryHeads = queryHeads
      self.keyValueHeads = keyValueHeads
      self.headSize = headSize
    }

    var scale: Float { 1 / Float(headSize).squareRoot() }
    var group: Int { queryHeads / keyValueHeads }

    func head(_ index: Int, of x: Tensor, rows: Range<Int>) -> Tensor {
      x.rows(rows).columns(index * headSize..<(index + 1) * headSize)
    }
  }

  /// - Parameters:
  ///   - query: `[T, H·C]`, rotated.
  ///   - key: `[T, K·C]`, rotated.
  ///   - value: `[T, K·C]`.
  ///   - sequences: Row ranges that attend within themselves.
  ///   - shape: Heads and their size.
  ///   - out: `[T, H·C]`.
  ///   - logSumExp: `[T, H]`, kept for the backward pass.
  public func attention(
    query: Tensor, key: Tensor, value: Tensor, sequences: [Range<Int>], shape: AttentionShape,
    into out: Tensor,
    logSumExp: Tensor
  ) {
    let order = Self.longestFirst(sequences)
    parallel(sequences.count * shape.queryHeads) { task in
      let rows = sequences[order[task / shape.queryHeads]]
      let head = task % shape.queryHeads
      attendForward(
        query: shape.head(head, of: query, rows: rows),
        key: shape.head(head / shape.group, of: key, rows: rows),
        value: shape.head(head / shape.group, of: value, rows: rows), scale: shape.scale,
        out: shape.head(head, of: out, rows: rows), logSumExp: logSumExp.rows(rows).columns(head..<head + 1))
    }
  }

  /// Gradients of ``attention``; `dQuery`, `dKey`, `dValue` are overwritten.
  public func attentionBackward(
    dOut: Tensor, out: Tensor, query: Tensor, key: Tensor, value: Tensor, logSumExp: Tensor,
    sequences: [Range<Int>], shape: AttentionShape, dQuery: Tensor, dKey: Tensor, dValue: Tensor
  ) {
    let order = Self.longestFirst(sequences)
    // One task per key/value head: its query heads add to the same keys, one after another.
    parallel(sequences.count * shape.keyValueHeads) { task in
      let rows = sequences[order[task / shape.keyValueHeads]]
      let shared = task % shape.keyValueHeads
      let dK = shape.head(shared, of: dKey, rows: rows)
      let dV = shape.head(shared, of: dValue, rows: rows)
      dK.fill(0)
      dV.fill(0)
      for head in shared * shape.group..<(shared + 1) * shape.group {
        let dQ = shape.head(head, of: dQuery, rows: rows)
        dQ.fill(0)
        attendBackward(
          dOut: shape.head(head, of: dOut, rows: rows), out: shape.head(head, of: out, rows: rows),
          query: shape.head(head, of: query, rows: rows), key: shape.head(shared, of: key, rows: rows),
          value: shape.head(shared, of: value, rows: rows),
          logSumExp: logSumExp.rows(rows).columns(head..<head + 1),
          scale: shape.scale, dQuery: dQ, dKey: dK, dValue: dV)
      }
    }
  }

  /// Longest sequences start first, so that no thread is left with a long one at the end.
  private static func longestFirst(_ sequences: [Range<Int>]) -> [Int] {
    sequences.indices.sorted { (sequences[$0].count, $1) > (sequences[$1].count, $0) }
  }

  private func attendForward(
    query: Tensor, key: Tensor, value: Tensor, scale: Float, out: Tensor, logSumExp: Tensor
  ) {
    let count = query.rows
    let scratch = AttentionScratch()
    for q0 in stride(from: 0, to: count, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, count)
      let outRows = out.rows(queries)
      outRows.fill(0)
      scratch.maximum.fill(-.infinity)
      scratch.sum.fill(0)
      for k0 in stride(from: 0, to: queries.upperBound, by: Self.keyBlockRows) {
        let keys = k0..<min(k0 + Self.keyBlockRows, queries.upperBound)
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: keys.count)
        Self.multiplyOnce(query.rows(queries), false, key.rows(keys), true, into: scores, accumulate: false)
        kernels.table.pointee.softmax_block(
          scores.pointer, scores.stride, scores.rows, scores.columns, q0 - k0, scale, scratch.maximum.pointer,
          scratch.sum.pointer, scratch.rescale.pointer)
        if k0 > 0 {
          kernels.table.pointee.scale_rows(
            outRows.pointer, outRows.stride, scratch.rescale.pointer, outRows.rows, outRows.columns)
        }
        Self.multiplyOnce(scores, false, value.rows(keys), false, into: outRows, accumulate: true)
      }
      for row in 0..<queries.count {
        let sum = scratch.sum[0, row]
        logSumExp[q0 + row, 0] = scratch.maximum[0, row] + logarithm(sum)
        scratch.rescale[0, row] = 1 / sum
      }
      kernels.table.pointee.scale_rows(
        outRows.pointer, outRows.stride, scratch.rescale.pointer, outRows.rows, outRows.columns)
    }
  }

  // With P = softmax(QKᵀ·scale) and δ = rowsum(dO∘O): dV = PᵀdO, dS = scale·P∘(dO Vᵀ − δ), dQ = dS K, dK = dSᵀQ.
  private func attendBackward(
    dOut: Tensor, out: Tensor, query: Tensor, key: Tensor, value: Tensor, logSumExp: Tensor, scale: Float,
    dQuery: Tensor, dKey: Tensor, dValue: Tensor
  ) {
    let count = query.rows
    let scratch = AttentionScratch()
    for q0 in stride(from: 0, to: count, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, count)
      let dO = dOut.rows(queries)
      let o = out.rows(queries)
      kernels.table.pointee.row_dots(
        dO.pointer, dO.stride, o.pointer, o.stride, queries.count, dO.columns, scratch.delta.pointer)
      for row in 0..<queries.count { scratch.maximum[0, row] = logSumExp[q0 + row, 0] }
      for k0 in stride(from: 0, to: queries.upperBound, by: Self.keyBlockRows) {
        let keys = k0..<min(k0 + Self.keyBlockRows, queries.upperBound)
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: keys.count)
        let dScores = scratch.dScores.part(from: 0, rows: queries.count, columns: keys.count)
        Self.multiplyOnce(query.rows(queries), false, key.rows(keys), true, into: scores, accumulate: false)
        Self.multiplyOnce(dO, false, value.rows(keys), true, into: dScores, accumulate: false)
        kernels.table.pointee.softmax_block_backward(
          scores.pointer, dScores.pointer, scores.stride, scores.rows, scores.columns, q0 - k0, scale,
          scratch.maximum.pointer, scratch.delta.pointer)
        Self.multiplyOnce(scores, true, dO, false, into: dValue.rows(keys), accumulate: true)
        Self.multiplyOnce(dScores, true, query.rows(queries), false, into: dKey.rows(keys), accumulate: true)
        Self.multiplyOnce(dScores, false, key.rows(keys), false, into: dQuery.rows(queries), accumulate: true)
      }
    }
  }

  private struct AttentionScratch {
    let scores = Tensor(rows: queryBlock, columns: keyBlockRows)
    let dScores = Tensor(rows: queryBlock, columns: keyBlockRows)
    let maximum = Tensor(rows: 1, columns: queryBlock)
    let sum = Tensor(rows: 1, columns: queryBlock)
    let rescale = Tensor(rows: 1, columns: queryBlock)
    let delta = Tensor(rows: 1, columns: queryBlock)
  }
}
