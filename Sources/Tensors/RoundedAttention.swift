private import CKernels

/// Keys and values of a batch rounded to bf16, in blocks of 128 rows of a span, in the layouts that products want.
struct RoundedKeys: Sendable {
  enum Direction { case forward, backward }

  /// `across`: a block's rows are the columns of the product (scores); `down`: they are summed over.
  let keysAcross: Tensor
  let keysDown: Tensor?
  let valuesAcross: Tensor?
  let valuesDown: Tensor?
  private let forest: SpanForest
  private let heads: Int
  /// Number of the first block of each span.
  private let firstBlock: [Int]

  init(
    key: Tensor, value: Tensor, forest: SpanForest, shape: Compute.AttentionShape, for direction: Direction,
    _ compute: Compute, _ arena: Arena
  ) {
    let rowsOfBlock = Compute.keyBlockRows
    var blocks: [Range<Int>] = []
    var firstBlock: [Int] = []
    for span in forest.spans {
      firstBlock.append(blocks.count)
      for start in stride(from: span.rows.lowerBound, to: span.rows.upperBound, by: rowsOfBlock) {
        blocks.append(start..<min(start + rowsOfBlock, span.rows.upperBound))
      }
    }
    let width = compute.kernels.table.pointee.panel_width
    let acrossSize = rowsOfBlock * ((shape.headSize + 1) / 2)
    let downSize = (shape.headSize + width - 1) / width * width * rowsOfBlock / 2
    func words(_ size: Int) -> Tensor {
      arena.tensor(rows: max(1, blocks.count * shape.keyValueHeads), columns: size)
    }
    self.forest = forest
    self.firstBlock = firstBlock
    heads = shape.keyValueHeads
    keysAcross = words(acrossSize)
    keysDown = direction == .backward ? words(downSize) : nil
    valuesAcross = direction == .backward ? words(acrossSize) : nil
    valuesDown = direction == .forward ? words(downSize) : nil
    let (keysAcross, keysDown, valuesAcross, valuesDown) = (keysAcross, keysDown, valuesAcross, valuesDown)
    compute.parallel(blocks.count * shape.keyValueHeads) { task in
      let rows = blocks[task / shape.keyValueHeads]
      let head = task % shape.keyValueHeads
      let k = shape.head(head, of: key, rows: rows)
      let v = shape.head(head, of: value, rows: rows)
      func across(_ x: Tensor, _ out: Tensor?) {
        guard let out else { return }
        compute.kernels.table.pointee.round_right_transposed(
          x.pointer, x.stride, x.rows, x.columns, Self.words(out, task), 0, (x.rows + width - 1) / width)
      }
      func down(_ x: Tensor, _ out: Tensor?) {
        guard let out else { return }
        compute.kernels.table.pointee.round_right(
          x.pointer, x.stride, x.rows, x.columns, Self.words(out, task), 0, (x.columns + width - 1) / width)
      }
      across(k, keysAcross)
      down(k, keysDown)
      across(v, valuesAcross)
      down(v, valuesDown)
    }
  }

  /// The words of a block of `span`'s keys and one head.
  func block(_ words: Tensor?, _ block: Compute.KeyBlocks.Block, span: Int, head: Int) -> UnsafePointer<
    UInt32
  > {
    guard let words else { preconditionFailure("a layout that this direction does not have") }
    let ancestors = forest.spans[span].ancestors
    let owner = block.range < ancestors.count ? ancestors[block.range] : span
    return UnsafePointer(Self.words(words, (firstBlock[owner] + block.number) * heads + head))
  }

  func keyRows(of span: Int) -> [Range<Int>] { forest.keyRows(of: span) }

  private static func words(_ x: Tensor, _ row: Int) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(x.pointer + row * x.stride).assumingMemoryBound(to: UInt32.self)
  }
}

/// ``Compute/attention`` with operands rounded to bf16: queries, keys, values, probabilities and the gradients that are
/// multiplied. Softmax and sums stay in fp32.
extension Compute {
  func attendRounded(
    query: Tensor, keys: RoundedKeys, span: Int, head: Int, scale: Float, out: Tensor, logSumExp: Tensor
  ) {
    let size = query.columns
    let scratch = AttentionScratch(
      wordCounts: [Self.queryBlock * ((size + 1) / 2), Self.queryBlock * Self.keyBlockRows / 2])
    let (queryWords, probabilityWords) = (scratch.words[0], scratch.words[1])
    let keyRows = keys.keyRows(of: span)
    for q0 in stride(from: 0, to: query.rows, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, query.rows)
      let q = query.rows(queries)
      let outRows = out.rows(queries)
      roundLeft(q, queryWords)
      scratch.begin()
      for block in KeyBlocks(keyRows, queries: queries) {
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: block.rows.count)
        multiply(
          queryWords, keys.block(keys.keysAcross, block, span: span, head: head), inner: size, into: scores)
        softmax(scores, block, scale, scratch, outRows)
        roundLeft(scores, probabilityWords)
        multiply(
          probabilityWords, keys.block(keys.valuesDown, block, span: span, head: head),
          of: block.held, inner: block.rows.count, into: outRows, accumulate: !block.isFirst)
      }
      finish(outRows, scratch, logSumExp.rows(queries))
    }
  }

  func attendRoundedBackward(
    _ step: BackwardRows, keys: RoundedKeys, span: Int, head: Int, scale: Float, dKey: Tensor, dValue: Tensor
  ) {
    let size = step.query.columns
    let left = Self.queryBlock * ((size + 1) / 2)
    let right = Self.queryBlock / 2 * padded(size)
    let square = Self.queryBlock / 2 * padded(Self.keyBlockRows)
    let scratch = AttentionScratch(wordCounts: [left, left, right, right, square, square, square])
    let (queryLeft, dOutLeft, queryRight, dOutRight) =
      (scratch.words[0], scratch.words[1], scratch.words[2], scratch.words[3])
    let (probabilities, dScoresColumns, dScoresLeft) = (scratch.words[4], scratch.words[5], scratch.words[6])
    let keyRows = keys.keyRows(of: span)
    for q0 in stride(from: 0, to: step.query.rows, by: Self.queryBlock) {
      let queries = q0..<min(q0 + Self.queryBlock, step.query.rows)
      prepareBackward(step, queries, scratch)
      roundLeft(step.query.rows(queries), queryLeft)
      roundLeft(step.dOut.rows(queries), dOutLeft)
      roundRight(step.query.rows(queries), queryRight)
      roundRight(step.dOut.rows(queries), dOutRight)
      for block in KeyBlocks(keyRows, queries: queries) {
        func words(_ layout: Tensor?) -> UnsafePointer<UInt32> {
          keys.block(layout, block, span: span, head: head)
        }
        let scores = scratch.scores.part(from: 0, rows: queries.count, columns: block.rows.count)
        let dScores = scratch.dScores.part(from: 0, rows: queries.count, columns: block.rows.count)
        multiply(queryLeft, words(keys.keysAcross), inner: size, into: scores)
        multiply(dOutLeft, words(keys.valuesAcross), inner: size, into: dScores)
        softmaxBackward(scores, dScores, block, scale, scratch)
        roundRight(scores, probabilities)
        roundRight(dScores, dScoresColumns)
        roundLeft(dScores, dScoresLeft)
        multiply(
          probabilities, inPanels: true, dOutRight, inner: queries.count, into: dValue.rows(block.rows),
          accumulate: true)
        multiply(
          dScoresColumns, inPanels: true, queryRight, inner: queries.count, into: dKey.rows(block.rows),
          accumulate: true)
        multiply(
          dScoresLeft, words(keys.keysDown), of: block.held, inner: block.rows.count,
          into: step.dQuery.rows(queries),
          accumulate: !block.isFirst)
      }
    }
  }

  private func padded(_ columns: Int) -> Int {
    let width = kernels.table.pointee.panel_width
    return (columns + width - 1) / width * width
  }

  private func roundLeft(_ x: Tensor, _ words: UnsafeMutablePointer<UInt32>) {
    kernels.table.pointee.round_left(x.pointer, x.stride, x.rows, x.columns, words)
  }

  private func roundRight(_ x: Tensor, _ words: UnsafeMutablePointer<UInt32>) {
    let width = kernels.table.pointee.panel_width
    kernels.table.pointee.round_right(
      x.pointer, x.stride, x.rows, x.columns, words, 0, (x.columns + width - 1) / width)
  }

  private func multiply(
    _ a: UnsafePointer<UInt32>, inPanels: Bool = false, _ b: UnsafePointer<UInt32>, of held: Int? = nil,
    inner: Int, into c: Tensor, accumulate: Bool = false
  ) {
    kernels.table.pointee.rounded_product(
      a, inPanels ? 1 : 0, b, ((held ?? inner) + 1) / 2, inner, c.rows, c.columns, c.pointer, c.stride,
      accumulate ? 1 : 0)
  }
}
