public import Experience
internal import Synchronization

/// A copy of all weights of one version that never changes: what the trainer publishes, and what a worker has received and
/// checked before it takes it into use.
public final class WeightsSnapshot: Sendable {
  /// The number in the run, and the digest of these very bytes.
  public let version: PolicyVersion
  public let layout: WeightsLayout
  /// Little-endian fp32, by leaf. Leaves that two versions share lie in memory once, where one was received on top of the other.
  let leaves: [[UInt8]]
  let digests: [Digest256]

  /// Copies and digests weights, on all cores.
  ///
  /// - Parameters:
  ///   - number: Of the version in the run.
  ///   - layout: Names and shapes.
  ///   - bytes: The little-endian bytes of one leaf; called from several threads.
  public init(number: Int, layout: WeightsLayout, bytes: @Sendable (WeightsLayout.Leaf) -> [UInt8]) {
    let made = WeightsDigests.make(layout.leaves.count) { index in
      let leaf = layout.leaves[index]
      let piece = bytes(leaf)
      precondition(piece.count == leaf.bytes.count, "\(piece.count) bytes for \(layout.words(leaf: index))")
      return piece
    }
    self.layout = layout
    leaves = made.pieces
    digests = made.digests
    version = PolicyVersion(number: number, digest: WeightsDigests.weights(layout, made.digests))
  }

  /// Of leaves that have been digested.
  init(version: PolicyVersion, layout: WeightsLayout, leaves: [[UInt8]], digests: [Digest256]) {
    self.version = version
    self.layout = layout
    self.leaves = leaves
    self.digests = digests
  }

  /// The same weights under another number of the run: an update that changed nothing.
  func numbered(_ number: Int) -> WeightsSnapshot {
    WeightsSnapshot(
      version: PolicyVersion(number: number, digest: version.digest), layout: layout, leaves: leaves,
      digests: digests)
  }

  /// What workers are told of it.
  public var announcement: WeightsAnnouncement {
    WeightsAnnouncement(version: version, bytes: layout.byteCount)
  }

  /// Hands out all bytes, leaf by leaf.
  public func forEachLeaf(_ body: (WeightsLayout.Leaf, [UInt8]) throws -> Void) rethrows {
    for (leaf, bytes) in zip(layout.leaves, leaves) { try body(leaf, bytes) }
  }

  /// All bytes of the tensor of that name; nil where there is none.
  public func bytes(of name: String) -> [UInt8]? {
    guard let tensor = layout.tensors.firstIndex(where: { $0.name == name }) else { return nil }
    return layout.leaves.indices.filter { layout.leaves[$0].tensor == tensor }.flatMap { leaves[$0] }
  }
}

/// Pieces and their digests, put down by several threads.
final class Collected: Sendable {
  private let state: Mutex<(pieces: [[UInt8]], digests: [Digest256])>

  init(_ count: Int) {
    let empty = Digest256(ArraySlice(repeating: 0, count: Digest256.byteCount))
    state = Mutex((Array(repeating: [], count: count), Array(repeating: empty, count: count)))
  }

  func put(_ pieces: [[UInt8]], _ digests: [Digest256], at start: Int) {
    state.withLock { state in
      state.pieces.replaceSubrange(start..<start + pieces.count, with: pieces)
      state.digests.replaceSubrange(start..<start + digests.count, with: digests)
    }
  }

  var all: (pieces: [[UInt8]], digests: [Digest256]) { state.withLock { $0 } }
}
