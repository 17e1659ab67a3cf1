private import CKernels

/// Keys and values of one sequence, all layers and key/value heads, for positions 0 ..< `capacity`.
///
/// Keys lie in blocks of 64 positions with the head's components outermost, so that a query meets 64 keys with plain
/// multiply-adds; values lie position by position. Both are written in place.
public struct KeyValueCache: Sendable {
  public let capacity: Int
  private let heads: Int
  private let headSize: Int
  private let keys: Tensor  // [layers · heads, capacity · headSize]
  private let values: Tensor

  public init(layers: Int, heads: Int, headSize: Int, capacity: Int) {
    self.capacity = (capacity + Kernels.keyBlock - 1) / Kernels.keyBlock * Kernels.keyBlock
    self.heads = heads
    self.headSize = headSize
    keys = Tensor(rows: layers * heads, columns: self.capacity * headSize)
    values = Tensor(rows: layers * heads, columns: self.capacity * headSize)
  }

  /// Stores one position; `key` and `value` hold all heads side by side, `[1, heads · headSize]`.
  public func write(layer: Int, position: Int, key: Tensor, value: Tensor) {
    precondition(position >= 0 && position < capacity && key.columns == heads * headSize)
    let block = Kernels.keyBlock
    for head in 0..<heads {
      let row = layer * heads + head
      let keyBase = keys.pointer + row * keys.stride + position / block * block * headSize + position % block
      let valueBase = values.pointer + row * values.stride + position * headSize
      for component in 0..<headSize {
        keyBase[component * block] = key.pointer[head * headSize + component]
        valueBase[component] = value.pointer[head * headSize + component]
      }
    }
  }

  /// Attention of one position's queries (`[1, queryHeads · headSize]`) over positions 0 ..< `count`.
  public func attend(
    layer: Int, query: Tensor, queryHeads: Int, count: Int, scale: Float, into out: Tensor,
    kernels: Kernels
  ) {
    precondition(count > 0 && count <= capacity && query.columns == queryHeads * headSize)
    let group = queryHeads / heads
    for head in 0..<queryHeads {
      let row = layer * heads + head / group
      kernels.table.pointee.attend_one(
        query.pointer + head * headSize, keys.pointer + row * keys.stride,
        values.pointer + row * values.stride,
        headSize, count, headSize, scale, out.pointer + head * headSize)
    }
  }
}
