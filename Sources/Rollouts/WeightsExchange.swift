public import Experience
internal import Tensors
public import Transformer
public import Transport

extension Parameters {
  /// What of these weights a ``WeightsReceiver`` has to know beforehand.
  ///
  /// - Throws: Never for a model that could be loaded: its names are plain and its sizes fit into memory.
  public var weightsLayout: WeightsLayout {
    get throws(WeightsError) {
      try WeightsLayout(entries.map { .init(name: $0.name, shape: $0.shape) })
    }
  }

  /// A copy that never changes, digested on all cores while it is made; its version is what rollouts of these weights carry.
  ///
  /// - Parameter number: Of the version in the run.
  /// - Returns: What may be published.
  /// - Throws: As ``weightsLayout`` does.
  public func snapshot(version number: Int) throws(WeightsError) -> WeightsSnapshot {
    let layout = try weightsLayout
    let starts = layout.tensors.map { tensor in self[tensor.name] }
    return WeightsSnapshot(number: number, layout: layout) { leaf in starts[leaf.tensor].bytes(leaf.bytes) }
  }

  /// Overwrites all weights, and digests what is in memory then.
  ///
  /// - Parameter snapshot: Of a model of the same layout.
  /// - Returns: The version for the segments that these weights make: its digest is of this memory, not what anybody announced.
  /// - Throws: ``WeightsError`` with nothing changed, where the snapshot is of another model.
  public func load(from snapshot: WeightsSnapshot) throws(WeightsError) -> PolicyVersion {
    let layout = try weightsLayout
    guard snapshot.layout == layout else {
      throw .otherModel(found: snapshot.layout.byteCount, expected: layout.byteCount)
    }
    let tensors = layout.tensors.map { tensor in self[tensor.name] }
    snapshot.forEachLeaf { leaf, bytes in
      tensors[leaf.tensor].assign(bytes: bytes, at: leaf.bytes.lowerBound)
    }
    return PolicyVersion(number: snapshot.version.number, digest: digest)
  }
}
