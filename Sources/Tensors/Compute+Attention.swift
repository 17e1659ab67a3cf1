private import CKernels

/// Causal attention over a forest of spans, block by block: memory grows with the tokens, never with their square.
///
/// Scores of 64 queries × 128 keys at a time; the softmax runs online, the forward pass keeps each query's
/// log-sum-exp, and the backward pass recomputes the probabilities from it. The keys of a span are those of its
/// ancestors, oldest first, and then its own.
///
/// Dao et al. 2022, "FlashAttention", arXiv:2205.14135; the online softmax is from Milakov and Gimelshein 2018,
/// arXiv:1805.02867.
extension Compute {
  static var queryBlock: Int { 64 }
  static var keyBlockRows: Int { 128 }

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
      x.rows(rows).columns(head(index))
    }

    func head(_ index: Int) -> Range<Int> { index * headSize..<(index + 1) * headSize }
  }

  /// - Parameters:
  ///   - query: `[T, H·C]`, rotated.
  ///   - key: `[T, K·C]`, rotated.
  ///   - value: `[T, K·C]`.
  ///   - forest: Which rows attend to which.
  ///   - shape: Heads and their size.
  ///   - type: What the operands of the products are rounded to.
  ///   - out: `[T, H·C]`.
  ///   - logSumExp: `[T, H]`, kept for the backward pass.
  ///   - arena: Scratch memory.
  public func attention(
    query: Tensor, key: Tensor, value: Tensor, forest: SpanForest, shape: AttentionShape, in type: MatmulType,
    into out: Tensor, logSumExp: Tensor, _ arena: Arena
  ) {
    let order = SpanForest.longestFirst(forest.spans.indices.map { forest.pairs(of: $0) })
    // Two products of `headSize` for each pair and head.
    let work = 4 * Double(forest.attentionPairs * shape.queryHeads * shape.headSize)
    let numbers = query.count + key.count + value.count + out.count
    metered(.attention, flops: work, numbers: numbers) {
      arena.scoped {
        let rounded =
          type == .bf16
          ? RoundedKeys(key: key, value: value, forest: forest, shape: shape, for: .forward, self, arena)
          : nil
        parallel(order.count * shape.queryHeads) { task in
          let span = order[task / shape.queryHeads]
          let head = task % shape.queryHeads
          let rows = forest.spans[span].rows
          let queries = shape.head(head, of: query, rows: rows)
          let results = shape.head(head, of: out, rows: rows)
          let sums = logSumExp.rows(rows).columns(head..<head + 1)
          if let rounded {
            attendRounded(
              query: queries, keys: rounded, span: span, head: head / shape.group, scale: shape.scale,
              out: results, logSumExp: sums)
          } else {
            attend(
              query: queries, key: key.columns(shape.head(head / shape.group)),
              value: value.columns(shape.head(head / shape.group)), keyRows: forest.keyRows(of: span),
              scale: shape.scale, out: results, logSumExp: sums)
          }
        }
      }
    }
  }

  /// Gradients of ``attention``; `dQuery`, `dKey`, `dValue` are overwritten.
  public func attentionBackward(
    dOut: Tensor, out: Tensor, query: Tensor, key: Tensor, value: Tensor, logSumExp: Tensor,
    forest: SpanForest, shape: AttentionShape, in type: MatmulType, dQuery: Tensor, dKey: Tensor,
    dValue: Tensor, _ arena: Arena
  ) {
    let order = SpanForest.longestFirst(
      forest.trees.map { tree in tree.reduce(0) { $0 + forest.pairs(of: $1) } })
    // Five products of `headSize` for each pair and head.
    let work = 10 * Double(forest.attentionPairs * shape.queryHeads * shape.headSize)
    let numbers = 2 * (query.count + key.count + value.count + out.count)
    metered(.attentionBackward, flops: work, numbers: numbers) {
      arena.scoped {
        let rounded =
          type == .bf16
          ? RoundedKeys(key: key, value: value, forest: forest, shape: shape, for: .backward, self, arena)
          : nil
        // One task per tree and key/value head: its spans and query heads add to the same keys, one after another.
        parallel(order.count * shape.keyValueHeads) { task in
          let tree = forest.trees[order[task / shape.keyValueHeads]]
          let shared = task % shape.keyValueHeads
          let dK = dKey.columns(shape.head(shared))
          let dV = dValue.columns(shape.head(shared))
          for span in tree {
            dK.rows(forest.spans[span].rows).fill(0)
            dV.rows(forest.spans[span].rows).fill(0)
          }
          for span in tree {
            let rows = forest.spans[span].rows
            for head in shared * shape.group..<(shared + 1) * shape.group {
              let step = BackwardRows(
                dOut: shape.head(head, of: dOut, rows: rows), out: shape.head(head, of: out, rows: rows),
                query: shape.head(head, of: query, rows: rows),
                logSumExp: logSumExp.rows(rows).columns(head..<head + 1),
                dQuery: shape.head(head, of: dQuery, rows: rows))
              if let rounded {
                attendRoundedBackward(
                  step, keys: rounded, span: span, head: shared, scale: shape.scale, dKey: dK, dValue: dV)
              } else {
                attendBackward(
                  step, key: key.columns(shape.head(shared)), value: value.columns(shape.head(shared)),
                  keyRows: forest.keyRows(of: span), scale: shape.scale, dKey: dK, dValue: dV)
              }
            }
          }
        }
      }
    }
  }

  /// What belongs to the queries of one span and head in the backward pass.
  struct BackwardRows {
    let dOut: Tensor
    let out: Tensor
    let query: Tensor
    let logSumExp: Tensor
    let dQuery: Tensor
  }

  /// Blocks of keys that a block of queries attends to: rows, and which of them the first query sees
  /// (column c of query r is seen where c ≤ visible + r).
  struct KeyBlocks: Sequence, IteratorProtocol {
    private let ranges: [Range<Int>]
    /// Queries, counted from the span's first row.
    private let queries: Range<Int>
    private var range = 0
    private var offset = 0

    init(_ ranges: [Range<Int>], queries: Range<Int>) {
      self.ranges = ranges
      self.queries = queries
    }

    struct Block {
      let rows: Range<Int>
      /// Index among the key ranges, and the block's number within its range.
      let range: Int
      let number: Int
      /// Rows that the whole block has, of which the queries may see only the first.
      let held: Int
      let visible: Int
      let isFirst: Bool
    }

    mutating func next() -> Block? {
      while range < ranges.count {
        let isOwn = range == ranges.count - 1
        let end = isOwn ? queries.upperBound : ranges[range].count
        guard offset < end else {
          range += 1
          offset = 0
          continue
        }
        let count = Swift.min(keyBlockRows, end - offset)
        let start = ranges[range].lowerBound + offset
        defer { offset += count }
        return Block(
          rows: start..<start + count, range: range, number: offset / keyBlockRows,
          held: Swift.min(keyBlockRows, ranges[range].count - offset),
          visible: isOwn ? queries.lowerBound - offset : count,
          isFirst: offset == 0 && !ranges[..<range].contains { !$0.isEmpty })
      }
      return nil
    }
  }

  private func attend(
    query: Tensor, key: Tensor, value: Tensor, keyRows: [Range<Int>], scale: Float, out: Tensor,
    logSumExp: Tensor
  ) {
    let scratch = AttentionScratch()
    for q0 in stride(from: 0, to: query.rows, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, query.rows)
      let outRows = out.rows(queries)
      scratch.begin()
      for block in KeyBlocks(keyRows, queries: queries) {
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: block.rows.count)
        Self.multiplyOnce(
          query.rows(queries), false, key.rows(block.rows), true, into: scores, accumulate: false)
        softmax(scores, block, scale, scratch, outRows)
        Self.multiplyOnce(
          scores, false, value.rows(block.rows), false, into: outRows, accumulate: !block.isFirst)
      }
      finish(outRows, scratch, logSumExp.rows(queries))
    }
  }

  // With P = softmax(QKᵀ·scale) and δ = rowsum(dO∘O): dV = PᵀdO, dS = scale·P∘(dO Vᵀ − δ), dQ = dS K, dK = dSᵀQ.
  private func attendBackward(
    _ step: BackwardRows, key: Tensor, value: Tensor, keyRows: [Range<Int>], scale: Float, dKey: Tensor,
    dValue: Tensor
  ) {
    let scratch = AttentionScratch()
    for q0 in stride(from: 0, to: step.query.rows, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, step.query.rows)
      let query = step.query.rows(queries)
      let dO = step.dOut.rows(queries)
      prepareBackward(step, queries, scratch)
      for block in KeyBlocks(keyRows, queries: queries) {
        let keys = key.rows(block.rows)
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: block.rows.count)
        let dScores = scratch.dScores.part(from: 0, rows: queries.count, columns: block.rows.count)
        Self.multiplyOnce(query, false, keys, true, into: scores, accumulate: false)
        Self.multiplyOnce(dO, false, value.rows(block.rows), true, into: dScores, accumulate: false)
        softmaxBackward(scores, dScores, block, scale, scratch)
        Self.multiplyOnce(scores, true, dO, false, into: dValue.rows(block.rows), accumulate: true)
        Self.multiplyOnce(dScores, true, query, false, into: dKey.rows(block.rows), accumulate: true)
        Self.multiplyOnce(
          dScores, false, keys, false, into: step.dQuery.rows(queries), accumulate: !block.isFirst)
      }
    }
  }

  /// Scores become e^(scale·s − running maximum); what `out` holds so far is rescaled to that maximum.
  func softmax(
    _ scores: Tensor, _ block: KeyBlocks.Block, _ scale: Float, _ scratch: AttentionScratch, _ out: Tensor
  ) {
    kernels.table.pointee.softmax_block(
      scores.pointer, scores.stride, scores.rows, scores.columns, block.visible, scale,
      scratch.maximum.pointer,
      scratch.sum.pointer, scratch.rescale.pointer)
    guard !block.isFirst else { return }
    kernels.table.pointee.scale_rows(out.pointer, out.stride, scratch.rescale.pointer, out.rows, out.columns)
  }

  /// Divides by the sums, and notes the log-sum-exp.
  func finish(_ out: Tensor, _ scratch: AttentionScratch, _ logSumExp: Tensor) {
    for row in 0..<out.rows {
      let sum = scratch.sum[0, row]
      logSumExp[row, 0] = scratch.maximum[0, row] + logarithm(sum)
      scratch.rescale[0, row] = 1 / sum
    }
    kernels.table.pointee.scale_rows(out.pointer, out.stride, scratch.rescale.pointer, out.rows, out.columns)
  }

  /// δ and the log-sum-exp of a block of queries.
  func prepareBackward(_ step: BackwardRows, _ queries: Range<Int>, _ scratch: AttentionScratch) {
    let dO = step.dOut.rows(queries)
    let out = step.out.rows(queries)
    kernels.table.pointee.row_dots(
      dO.pointer, dO.stride, out.pointer, out.stride, queries.count, dO.columns, scratch.delta.pointer)
    for (row, query) in queries.enumerated() { scratch.maximum[0, row] = step.logSumExp[query, 0] }
  }

  /// Scores become probabilities, and their gradients' raw form dO Vᵀ becomes dS.
  func softmaxBackward(
    _ scores: Tensor, _ dScores: Tensor, _ block: KeyBlocks.Block, _ scale: Float, _ scratch: AttentionScratch
  ) {
    kernels.table.pointee.softmax_block_backward(
      scores.pointer, dScores.pointer, scores.stride, scores.rows, scores.columns, block.visible, scale,
      scratch.maximum.pointer, scratch.delta.pointer)
  }
}

/// Work in progress of one thread on one block of queries, in the thread's own scratch memory.
struct AttentionScratch {
  let scores: Tensor
  let dScores: Tensor
  let maximum: Tensor
  let sum: Tensor
  let rescale: Tensor
  let delta: Tensor
  /// Operands rounded to bf16: queries, probabilities and the like.
  let words: [UnsafeMutablePointer<UInt32>]

  /// `wordCounts`: words of each rounded operand.
  init(wordCounts: [Int] = []) {
    let rows = Compute.queryBlock
    let columns = Compute.keyBlockRows
    let numbers = [rows * columns, rows * columns, rows, rows, rows, rows]
    let total = (numbers + wordCounts).reduce(0) { $0 + ScratchParts.size($1) }
    var parts = ScratchParts(ThreadScratch.floats(.own, total))
    func tensor(_ rows: Int, _ columns: Int) -> Tensor {
      Tensor(
        storage: .init(borrowing: parts.floats(rows * columns), count: rows * columns), offset: 0, rows: rows,
        columns: columns, stride: columns)
    }
    scores = tensor(rows, columns)
    dScores = tensor(rows, columns)
    maximum = tensor(1, rows)
    sum = tensor(1, rows)
    rescale = tensor(1, rows)
    delta = tensor(1, rows)
    words = wordCounts.map { parts.words($0) }
  }

  /// Forgets the running maximum and sum.
  func begin() {
    maximum.fill(-.infinity)
    sum.fill(0)
  }
}
