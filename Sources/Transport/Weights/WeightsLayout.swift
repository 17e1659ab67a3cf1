/// Names and shapes of all weights of a model, and how their bytes are cut into leaves.
///
/// Tensors stand in the bytewise order of their names, whatever order memory has them in. Each is cut into leaves of 1 MiB
/// (the last one shorter), which are digested by themselves: a leaf is the unit that is compared, sent, checked and kept.
public struct WeightsLayout: Sendable, Hashable {
  /// One fp32 weight.
  public struct Tensor: Sendable, Hashable {
    public var name: String
    /// As in a model's file: `[rows, columns]` or `[count]`.
    public var shape: [Int]

    public init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }
  }

  /// A stretch of one tensor's bytes.
  public struct Leaf: Sendable, Hashable {
    /// Place in ``WeightsLayout/tensors``.
    public var tensor: Int
    /// Of the tensor's bytes; both ends are multiples of 4.
    public var bytes: Range<Int>
  }

  /// In the bytewise order of their names.
  public let tensors: [Tensor]
  public let leaves: [Leaf]
  /// Of all tensors.
  public let byteCount: Int
  /// Of a chunk's leaves, before deltas are taken; a chunk has at least one leaf, whatever its size.
  let chunkBytes: Int

  /// - Throws: ``WeightsError`` where a name is empty, too long or there twice, or a shape is not one of a tensor in memory.
  public init(_ tensors: [Tensor]) throws(WeightsError) {
    try self.init(tensors, leafBytes: WeightsDigests.leafBytes, chunkBytes: 1 << 20)
  }

  /// Leaves and chunks of other sizes, so that tests can do with small tensors.
  package init(_ tensors: [Tensor], leafBytes: Int, chunkBytes: Int) throws(WeightsError) {
    precondition(leafBytes > 0 && leafBytes % 4 == 0, "leaves of \(leafBytes) bytes")
    self.chunkBytes = chunkBytes
    self.tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var leaves: [Leaf] = []
    var total = 0
    for (index, tensor) in self.tensors.enumerated() {
      guard !tensor.name.isEmpty, tensor.name.utf8.count <= Self.nameLimit, !tensor.name.utf8.contains(0),
        index == 0 || self.tensors[index - 1].name != tensor.name
      else { throw WeightsError.badTensorName(tensor.name) }
      let size = try Self.byteCount(tensor)
      guard total <= Self.byteLimit - size else { throw .tooManyBytes(limit: Self.byteLimit) }
      total += size
      for start in stride(from: 0, to: size, by: leafBytes) {
        leaves.append(Leaf(tensor: index, bytes: start..<min(start + leafBytes, size)))
      }
    }
    self.leaves = leaves
    byteCount = total
  }

  /// Bytes of a name at most.
  static let nameLimit = 512
  /// Bytes of a model at most: 4 TiB, so that sums of sizes stay far from the end of `Int`.
  static let byteLimit = 1 << 42

  private static func byteCount(_ tensor: Tensor) throws(WeightsError) -> Int {
    var size = 4
    for side in tensor.shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflows, product <= byteLimit else {
        throw .badShape(tensor: tensor.name, tensor.shape)
      }
      size = product
    }
    return size
  }

  /// `layers.3.mlp.up_proj.weight, bytes 1048576 ..< 2097152`, for messages.
  func words(leaf index: Int) -> String {
    let leaf = leaves[index]
    return "`\(tensors[leaf.tensor].name)`, bytes \(leaf.bytes.lowerBound) ..< \(leaf.bytes.upperBound)"
  }
}
