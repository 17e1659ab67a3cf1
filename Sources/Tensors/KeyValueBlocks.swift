private import CKernels

/// How keys and values are stored; attention computes in fp32 either way.
public enum KeyValueFormat: String, Sendable, Hashable, CaseIterable {
  case fp32
  /// Rounded to nearest even; half the memory, and half the time where memory is what attention waits for.
  case bf16

  var byteCount: Int { self == .fp32 ? 4 : 2 }
  var code: Int32 { Int32(self == .fp32 ? CK_F32.rawValue : CK_BF16.rawValue) }
}

/// The keys and values of many sequences, in blocks of 64 positions that any sequence may use and several may share.
///
/// A block holds its positions for every layer and key/value head. Keys lie with the head's components outermost, so
/// that a query meets 64 keys with plain multiply-adds; values lie position by position. Both are written in place.
/// Paging after Kwon et al., "Efficient Memory Management for Large Language Model Serving with PagedAttention"
/// (arXiv 2309.06180).
///
/// Memory is taken from the system when a block is first written. Who owns which block is not known here.
public final class KeyValueBlocks: @unchecked Sendable {
  // Sendable: the memory never moves; callers write and read different positions, or one after the other.

  /// Positions per block.
  public static let positions = Int(CK_KEY_BLOCK)

  public let capacity: Int
  public let heads: Int
  public let headSize: Int
  public let format: KeyValueFormat
  private let perHead: Int  // numbers of one layer and head: keys, then values
  private let stride: Int  // numbers per block
  private let base: UnsafeMutableRawPointer

  /// nil where the system has no address space for so many.
  ///
  /// - Parameters:
  ///   - layers: Of the model.
  ///   - heads: Key/value heads.
  ///   - headSize: Components of a key.
  ///   - format: How they are stored.
  ///   - capacity: Blocks.
  public init?(layers: Int, heads: Int, headSize: Int, format: KeyValueFormat = .fp32, capacity: Int) {
    self.capacity = capacity
    self.heads = heads
    self.headSize = headSize
    self.format = format
    perHead = 2 * headSize * Self.positions
    stride = layers * heads * perHead
    let (numbers, isTooMany) = capacity.multipliedReportingOverflow(by: stride)
    guard !isTooMany, numbers < 1 << 46, let memory = ck_reserve(max(1, numbers * format.byteCount)) else {
      return nil
    }
    base = memory
  }

  deinit { ck_unreserve(base, max(1, capacity * stride * format.byteCount)) }

  /// Bytes of one block of such a model.
  public static func bytesPerBlock(
    layers: Int, heads: Int, headSize: Int, format: KeyValueFormat = .fp32
  ) -> Int {
    2 * layers * heads * headSize * positions * format.byteCount
  }

  /// Where a step's row stands: its position, and where its sequence's block numbers begin in the step's table.
  public struct Place: Sendable {
    public var position: Int
    public var table: Int

    public init(position: Int, table: Int) {
      self.position = position
      self.table = table
    }
  }

  /// Stores keys and values (`[rows, heads · headSize]`) of some rows of a step at one layer.
  public func store(
    layer: Int, keys: Tensor, values: Tensor, at places: [Place], tables: [Int32], rows: Range<Int>,
    kernels: Kernels
  ) {
    precondition(keys.columns == heads * headSize && values.columns == heads * headSize)
    for row in rows {
      let place = places[row]
      let block = blockStart(tables[place.table + place.position / Self.positions])
      kernels.table.pointee.store_position(
        keys.pointer + row * keys.stride, values.pointer + row * values.stride, heads, headSize, format.code,
        at(block + layer * heads * perHead), place.position % Self.positions)
    }
  }

  /// Attention of rows' queries (`[rows, group · heads · headSize]`) over all positions up to their own.
  ///
  /// - Parameters:
  ///   - layer: Of the model.
  ///   - queries: Query heads side by side; `group` of them share a key/value head.
  ///   - places: Where the rows stand.
  ///   - tables: Block numbers of the step's sequences.
  ///   - items: Which pairs of head and row, counted as head · rows + row.
  ///   - scale: Of the scores.
  ///   - out: As `queries`.
  ///   - kernels: Whose instruction set.
  public func attend(
    layer: Int, queries: Tensor, places: [Place], tables: [Int32], items: Range<Int>, scale: Float,
    into out: Tensor, kernels: Kernels
  ) {
    let group = queries.columns / (heads * headSize)
    precondition(out.columns == queries.columns && queries.columns == group * heads * headSize)
    precondition(items.upperBound <= heads * queries.rows)
    tables.withUnsafeBufferPointer { ids in
      guard let first = ids.baseAddress else { return }
      for item in items {
        let (head, row) = (item / queries.rows, item % queries.rows)
        let place = places[row]
        var blocks = ck_blocks(base: base, ids: first + place.table, stride: stride, format: format.code)
        let (nextHead, nextRow) =
          item + 1 < items.upperBound
          ? ((item + 1) / queries.rows, (item + 1) % queries.rows) : (head, row)
        let next = at(blockStart(ids[places[nextRow].table]) + (layer * heads + nextHead) * perHead)
        kernels.table.pointee.attend_blocks(
          queries.pointer + row * queries.stride + head * group * headSize, group, &blocks,
          (layer * heads + head) * perHead, place.position + 1, headSize, scale, next,
          out.pointer + row * out.stride + head * group * headSize)
      }
    }
  }

  /// Copies all of a block.
  public func copy(_ source: Int32, to target: Int32) {
    at(blockStart(target)).copyMemory(from: at(blockStart(source)), byteCount: stride * format.byteCount)
  }

  private func at(_ number: Int) -> UnsafeMutableRawPointer { base + number * format.byteCount }

  private func blockStart(_ block: Int32) -> Int {
    precondition(block >= 0 && block < capacity, "no such block")
    return Int(block) * stride
  }
}
