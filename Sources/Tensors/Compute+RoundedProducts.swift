private import CKernels

/// The right operand of many products, rounded to bf16 once where the products are.
public struct RightOperand: Sendable {
  let matrix: Tensor
  let isTransposed: Bool
  /// Stretch after stretch of the summed axis, as panels; nil = fp32.
  let words: Tensor?

  var inner: Int { isTransposed ? matrix.columns : matrix.rows }
  var columns: Int { isTransposed ? matrix.rows : matrix.columns }
}

/// Products of matrices rounded to bf16 and added up in fp32.
///
/// The right operand is rounded once, by all threads, into panels that all of them read; then each thread rounds some of
/// its rows of the left one at a time, few enough to stay in its cache, and multiplies them with every panel. Sums go over
/// the summed axis in order, in stretches of 4,096.
extension Compute {
  /// Numbers along the summed axis that are multiplied before the next ones.
  private static var stretch: Int { 4096 }
  /// Bytes of a rounded block of the left operand: a part of the second-level cache.
  private static var blockBytes: Int { 256 << 10 }

  /// Prepares op(b) for many products; its words are from `arena`.
  public func operand(_ b: Tensor, transposed: Bool, in type: MatmulType, _ arena: Arena) -> RightOperand {
    let plain = RightOperand(matrix: b, isTransposed: transposed, words: nil)
    guard type == .bf16 else { return plain }
    let words = arena.tensor(rows: 1, columns: paddedColumns(plain.columns) * ((plain.inner + 1) / 2))
    let operand = RightOperand(matrix: b, isTransposed: transposed, words: words)
    metered(.product, numbers: b.count + words.count) {
      team { member in
        for part in Self.stretches(operand.inner) {
          round(operand, part, into: place(of: part, operand, words), member)
        }
      }
    }
    return operand
  }

  /// c = a op(b), or c += …; a `[m, k]`, c `[m, n]`.
  public func multiply(_ a: Tensor, _ right: RightOperand, into c: Tensor, accumulate: Bool = false) {
    guard let words = right.words else {
      return multiply(a, right.matrix, transposeB: right.isTransposed, into: c, accumulate: accumulate)
    }
    precondition(a.columns == right.inner && a.rows == c.rows && c.columns == right.columns)
    guard c.count > 0 else { return }
    metered(
      .product, flops: 2 * Double(a.columns) * Double(c.count), numbers: a.count + words.count + c.count
    ) {
      team { member in
        for part in Self.stretches(right.inner) {
          multiplyRows(
            a, transposed: false, part, place(of: part, right, words), rows: share(of: c.rows, member),
            into: c,
            accumulate: accumulate || part.lowerBound > 0)
        }
      }
    }
  }

  func multiplyRounded(
    _ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool, into c: Tensor, accumulate: Bool,
    before: RowWork?, after: RowWork?
  ) {
    let right = RightOperand(matrix: b, isTransposed: transposeB, words: nil)
    let held = (min(right.inner, Self.stretch) + 1) / 2
    nonisolated(unsafe) let words = ThreadScratch.words(.shared, paddedColumns(c.columns) * held)
    func work(_ member: TeamMember) {
      for part in Self.stretches(right.inner) {
        round(right, part, into: words, member)
        member.meet()
        multiplyRows(
          a, transposed: transposeA, part, words, rows: share(of: c.rows, member), into: c,
          accumulate: accumulate || part.lowerBound > 0,
          before: part.lowerBound == 0 ? before.map { work in { work($0, member.index) } } : nil,
          after: part.upperBound == right.inner ? after.map { work in { work($0, member.index) } } : nil)
        member.meet()
      }
    }
    // Below some 100k multiply-adds, meeting a partner costs more than it saves.
    if right.inner * c.count > 100_000 { team(work) } else { work(.alone) }
  }

  /// Words of scratch memory that one product holds at most: of the right operand, and of a thread's rows.
  public static func roundedScratch(inner: Int, columns: Int) -> (shared: Int, own: Int) {
    let pairs = (min(inner, stretch) + 1) / 2
    return ((columns + 31) / 32 * 32 * pairs, max(64 * pairs, blockBytes / 4 + 32 * pairs))
  }

  private static func stretches(_ inner: Int) -> [Range<Int>] {
    stride(from: 0, to: inner, by: stretch).map { $0..<min($0 + stretch, inner) }
  }

  private func paddedColumns(_ columns: Int) -> Int {
    let width = kernels.table.pointee.panel_width
    return (columns + width - 1) / width * width
  }

  private func place(of part: Range<Int>, _ operand: RightOperand, _ words: Tensor) -> UnsafeMutablePointer<
    UInt32
  > {
    UnsafeMutableRawPointer(words.pointer + paddedColumns(operand.columns) * (part.lowerBound / 2))
      .assumingMemoryBound(to: UInt32.self)
  }

  /// This member's panels of a stretch.
  private func round(
    _ right: RightOperand, _ part: Range<Int>, into words: UnsafeMutablePointer<UInt32>, _ member: TeamMember
  ) {
    let b = right.matrix
    let panels = member.share(of: paddedColumns(right.columns) / kernels.table.pointee.panel_width)
    if right.isTransposed {
      kernels.table.pointee.round_right_transposed(
        b.pointer + part.lowerBound, b.stride, right.columns, part.count, words, panels.lowerBound,
        panels.upperBound)
    } else {
      kernels.table.pointee.round_right(
        b.pointer + part.lowerBound * b.stride, b.stride, part.count, right.columns, words, panels.lowerBound,
        panels.upperBound)
    }
  }

  /// The rows of one thread: whole tiles of them.
  private func share(of rows: Int, _ member: TeamMember) -> Range<Int> {
    let tiles = member.share(of: (rows + tileRows - 1) / tileRows)
    return tiles.lowerBound * tileRows..<min(rows, tiles.upperBound * tileRows)
  }

  private var tileRows: Int { max(kernels.table.pointee.panel_width, 8) }

  private func multiplyRows(
    _ a: Tensor, transposed: Bool, _ part: Range<Int>, _ right: UnsafePointer<UInt32>, rows: Range<Int>,
    into c: Tensor, accumulate: Bool, before: ((Range<Int>) -> Void)? = nil,
    after: ((Range<Int>) -> Void)? = nil
  ) {
    let pairs = (part.count + 1) / 2
    let fitting = Self.blockBytes / (4 * pairs) / tileRows * tileRows
    let block = max(tileRows, min(fitting, before == nil && after == nil ? 512 : Self.rowsInCache))
    let left = ThreadScratch.words(.own, paddedColumns(block) * pairs)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
      let count = min(block, rows.upperBound - first)
      before?(first..<first + count)
      if transposed {
        kernels.table.pointee.round_right(
          a.pointer + part.lowerBound * a.stride + first, a.stride, part.count, count, left, 0,
          paddedColumns(count) / kernels.table.pointee.panel_width)
      } else {
        kernels.table.pointee.round_left(
          a.pointer + first * a.stride + part.lowerBound, a.stride, count, part.count, left)
      }
      kernels.table.pointee.rounded_product(
        left, transposed ? 1 : 0, right, pairs, part.count, count, c.columns, c.pointer + first * c.stride,
        c.stride,
        accumulate ? 1 : 0)
      after?(first..<first + count)
    }
  }
}
