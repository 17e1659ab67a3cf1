/// What travels so that a worker gets weights, cut into chunks that can be read in any order.
///
/// Chunk 0 is the manifest: a byte 1 (this form), and the digest of every leaf, 32 bytes each. Names and shapes are not in it;
/// the worker has them from the model's configuration, and the weights' digest, which is made of both, tells whether they agree.
/// Each further chunk holds the next leaves, in order, of those that are not in the base, as many as make up 1 MiB: whole ones
/// one after the other, or where that is shorter, each as a byte 0 and the whole leaf, or a byte 1, four little-endian bytes
/// with a length, and a ``WeightsDelta``. A chunk of exactly the leaves' size is of the first kind.
struct WeightsPayload: Sendable {
  private static let form: UInt8 = 1

  let layout: WeightsLayout
  /// The leaves to be sent.
  let sent: [Int]
  /// Places in `sent`, by chunk; chunk `i` of the transfer is `chunks[i - 1]`.
  let chunks: [Range<Int>]

  /// Chunks of the transfer, with the manifest.
  var count: Int { chunks.count + 1 }

  /// - Parameters:
  ///   - layout: Of both versions.
  ///   - leaves: Digests of the version that is sent.
  ///   - base: Digests of the version that the receiver has; nil = none.
  init(_ layout: WeightsLayout, leaves: [Digest256], base: [Digest256]?) {
    self.layout = layout
    sent = leaves.indices.filter { base == nil || base?[$0] != leaves[$0] }
    var chunks: [Range<Int>] = []
    var (start, size) = (0, 0)
    for (place, leaf) in sent.enumerated() {
      let bytes = layout.leaves[leaf].bytes.count
      if place > start, size + bytes > layout.chunkBytes {
        chunks.append(start..<place)
        (start, size) = (place, 0)
      }
      size += bytes
    }
    if start < sent.count { chunks.append(start..<sent.count) }
    self.chunks = chunks
  }

  /// The leaves of chunk `index` ≥ 1.
  func leaves(_ index: Int) -> ArraySlice<Int> { sent[chunks[index - 1]] }

  // MARK: Manifest

  static func manifest(_ leaves: [Digest256]) -> [UInt8] { [form] + leaves.flatMap(\.bytes) }

  static func read(manifest bytes: [UInt8], _ layout: WeightsLayout) throws(WeightsError) -> [Digest256] {
    let expected = 1 + layout.leaves.count * Digest256.byteCount
    guard bytes.count == expected else {
      throw .badChunk(index: 0, "has \(bytes.count) bytes, but a manifest of this model has \(expected)")
    }
    guard bytes[0] == form else {
      throw .badChunk(index: 0, "has the form \(bytes[0]), but \(form) is known")
    }
    return layout.leaves.indices.map { Digest256(bytes.dropFirst(1 + 32 * $0).prefix(32)) }
  }

  // MARK: Chunks

  /// The bytes of chunk `index` ≥ 1.
  func encode(_ index: Int, _ new: [[UInt8]], base: [[UInt8]]?) -> [UInt8] {
    let leaves = self.leaves(index)
    let size = leaves.reduce(0) { $0 + new[$1].count }
    if let base {
      var bytes: [UInt8] = []
      for leaf in leaves {
        if let delta = WeightsDelta.encode(new[leaf], from: base[leaf]), delta.count + 4 < new[leaf].count {
          bytes.append(1)
          bytes += (0..<4).map { UInt8(truncatingIfNeeded: delta.count >> (8 * $0)) }
          bytes += delta
        } else {
          bytes.append(0)
          bytes += new[leaf]
        }
      }
      if bytes.count < size { return bytes }
    }
    // A chunk of one leaf is that leaf, without a copy.
    if let only = leaves.first, leaves.count == 1 { return new[only] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for leaf in leaves { bytes += new[leaf] }
    return bytes
  }

  /// The leaves of chunk `index` ≥ 1, not yet checked against their digests.
  func decode(_ index: Int, _ bytes: [UInt8], base: [[UInt8]]?) throws(WeightsError) -> [[UInt8]] {
    let leaves = self.leaves(index)
    let sizes = leaves.map { layout.leaves[$0].bytes.count }
    let size = sizes.reduce(0, +)
    guard bytes.count <= size else {
      throw .badChunk(index: index, "has \(bytes.count) bytes, but its tensors have \(size)")
    }
    if bytes.count == size {
      if leaves.count == 1 { return [bytes] }
      var next = 0
      return sizes.map { size in
        defer { next += size }
        return Array(bytes[next..<next + size])
      }
    }
    guard let base else {
      throw .badChunk(
        index: index, "has \(bytes.count) bytes, but its tensors have \(size), and no base was named")
    }
    var rest = bytes[...]
    var found: [[UInt8]] = []
    for (leaf, size) in zip(leaves, sizes) {
      guard let piece = Self.takeLeaf(&rest, size: size, base: base[leaf]) else {
        throw .badChunk(
          index: index, "ends early or has a piece of an unknown form at \(layout.words(leaf: leaf))")
      }
      found.append(piece)
    }
    guard rest.isEmpty else { throw .badChunk(index: index, "has \(rest.count) bytes too many") }
    return found
  }

  private static func takeLeaf(_ rest: inout ArraySlice<UInt8>, size: Int, base: [UInt8]) -> [UInt8]? {
    switch rest.popFirst() {
    case 0:
      guard rest.count >= size else { return nil }
      defer { rest.removeFirst(size) }
      return Array(rest.prefix(size))
    case 1:
      guard rest.count >= 4 else { return nil }
      let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest.removeFirst(4)
      guard length < size, rest.count >= length else { return nil }
      defer { rest.removeFirst(length) }
      return WeightsDelta.decode(rest.prefix(length), onto: base)
    default: return nil
    }
  }
}
