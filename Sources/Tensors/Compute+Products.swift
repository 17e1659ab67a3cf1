private import CKernels
private import COpenBLAS

/// What is done to a few rows right before or after they are multiplied, while they are in the cache.
///
/// Called with the rows, and with the number of the thread's share: rows of one share come in order.
public typealias RowWork = (_ rows: Range<Int>, _ share: Int) -> Void

/// Products of matrices with many rows, on every thread of the pool.
extension Compute {
  /// c = op(a) op(b), or c += …, where op transposes if asked to.
  ///
  /// Shapes: op(a) `[m, k]`, op(b) `[k, n]`, c `[m, n]`. The rows of c are divided among the threads.
  public func multiply(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false, into c: Tensor,
    accumulate: Bool = false, in type: MatmulType = .fp32, before: RowWork? = nil, after: RowWork? = nil
  ) {
    precondition(
      !transposeA || before == nil && after == nil, "rows of a transposed operand come all at once")
    let inner = transposeA ? a.rows : a.columns
    precondition(
      (transposeA ? a.columns : a.rows) == c.rows && (transposeB ? b.rows : b.columns) == c.columns)
    precondition((transposeB ? b.columns : b.rows) == inner)
    guard c.count > 0 else { return }
    guard inner > 0 else {
      if !accumulate { c.fill(0) }
      return
    }
    metered(.product, flops: 2 * Double(inner) * Double(c.count), numbers: a.count + b.count + c.count) {
      guard type == .fp32 else {
        return multiplyRounded(
          a, b, transposeA: transposeA, transposeB: transposeB, into: c, accumulate: accumulate,
          before: before,
          after: after)
      }
      // Below some 100k multiply-adds, waking a partner costs more than it saves.
      let grain = max(8, 100_000 / max(1, inner * c.columns))
      let shares = split(c.rows, grain: grain)
      parallel(shares.count) { share in
        let block = before == nil && after == nil ? c.rows : Self.rowsInCache
        for first in stride(from: shares[share].lowerBound, to: shares[share].upperBound, by: block) {
          let rows = first..<min(first + block, shares[share].upperBound)
          before?(rows, share)
          let part = transposeA ? a.columns(rows) : a.rows(rows)
          Self.multiplyOnce(part, transposeA, b, transposeB, into: c.rows(rows), accumulate: accumulate)
          after?(rows, share)
        }
      }
    }
  }

  /// Rows that are worked on at a time where there is more to do with them than to multiply.
  static var rowsInCache: Int { 256 }

  /// One product on the calling thread.
  static func multiplyOnce(
    _ a: Tensor, _ transposeA: Bool, _ b: Tensor, _ transposeB: Bool, into c: Tensor, accumulate: Bool
  ) {
    let inner = transposeA ? a.rows : a.columns
    guard c.count > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(c.rows), blasint(c.columns), blasint(inner), 1, a.pointer, blasint(a.stride), b.pointer,
      blasint(b.stride), accumulate ? 1 : 0, c.pointer, blasint(c.stride))
  }
}
