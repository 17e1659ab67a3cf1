import CKernels
import Tensors

/// The kernels that only `Compute`'s attention calls, on arrays; all use of raw memory in these tests is here.
struct CKernelTable {
  private let level: Kernels.Level

  init(_ level: Kernels.Level) { self.level = level }

  /// See `softmax_block` in `ckernels.h`.
  struct SoftmaxBlock {
    /// `[rows, ld]`
    var scores: [Float]
    var rows: Int
    var columns: Int
    var visible0: Int
    var scale: Float
    var maximum: [Float]
    var sum: [Float]
    var rescale: [Float] = []

    var ld: Int { scores.count / rows }
  }

  func softmaxBlock(_ block: inout SoftmaxBlock) {
    block.rescale = [Float](repeating: 99, count: block.rows)
    let ld = block.ld
    unsafe ck_table_of(level.rawValue).pointee.softmax_block(
      &block.scores, ld, block.rows, block.columns, block.visible0, block.scale, &block.maximum, &block.sum,
      &block.rescale)
  }

  func softmaxBlockBackward(
    scores: inout [Float], dProbabilities: inout [Float], rows: Int, columns: Int, visible0: Int,
    scale: Float,
    logSumExp: [Float], delta: [Float]
  ) {
    let ld = scores.count / rows
    unsafe ck_table_of(level.rawValue).pointee.softmax_block_backward(
      &scores, &dProbabilities, ld, rows, columns, visible0, scale, logSumExp, delta)
  }

  func rowDots(_ a: [Float], _ b: [Float], rows: Int, columns: Int) -> [Float] {
    var out = [Float](repeating: 0, count: rows)
    unsafe ck_table_of(level.rawValue).pointee.row_dots(
      a, a.count / rows, b, b.count / rows, rows, columns, &out)
    return out
  }

  func scaleRows(_ x: [Float], by factors: [Float], columns: Int) -> [Float] {
    var x = x
    let ld = x.count / factors.count
    unsafe ck_table_of(level.rawValue).pointee.scale_rows(&x, ld, factors, factors.count, columns)
    return x
  }
}
