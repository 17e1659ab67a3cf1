internal import Dispatch
internal import Experience
internal import Synchronization

/// One version on its way to a worker: which of its leaves are here, and which chunks have been asked for.
struct WeightsTransfer: Sendable {
  let version: PolicyVersion
  private(set) var failures = 0
  private let layout: WeightsLayout
  private let base: WeightsSnapshot?
  /// Leaves of a transfer that this one took the place of, of use where digests agree.
  private var earlier: [Digest256: [UInt8]]
  /// Whether deltas are asked for: not once a chunk was refused, or where the trainer has not kept the base.
  private var asksForDeltas: Bool
  /// Digests of all leaves, once they are here.
  private var manifest: [Digest256]?
  private var leaves: [[UInt8]?]
  private var missing: Int
  private(set) var presentBytes = 0
  /// With and without deltas.
  private var payloads: [Bool: WeightsPayload] = [:]
  /// Chunks asked for and not seen, with or without deltas; and the chunk before which all are here or asked for.
  private var awaited: Set<Int> = []
  private var cursor = 0

  init(
    _ version: PolicyVersion, _ layout: WeightsLayout, base: WeightsSnapshot?, takesDeltas: Bool,
    earlier: WeightsTransfer?
  ) {
    self.version = version
    self.layout = layout
    self.base = base
    self.earlier = earlier?.known ?? [:]
    asksForDeltas = base != nil && takesDeltas
    leaves = Array(repeating: nil, count: layout.leaves.count)
    missing = layout.leaves.count
  }

  private var known: [Digest256: [UInt8]] {
    guard let manifest else { return earlier }
    return Dictionary(
      zip(manifest, leaves).compactMap { digest, leaf in leaf.map { (digest, $0) } },
      uniquingKeysWith: { a, _ in a })
  }

  /// The weights, once all are here.
  var complete: WeightsSnapshot? {
    guard missing == 0, let manifest else { return nil }
    return WeightsSnapshot(
      version: version, layout: layout, leaves: leaves.compactMap { $0 }, digests: manifest)
  }

  // MARK: Asking

  mutating func askAgain() {
    awaited = []
    cursor = 0
  }

  mutating func nextRequest(credit: Int) -> WeightsRequest? {
    // In stretches of at least half the credit, so that there are few requests and the wire is never idle.
    guard awaited.count <= credit / 2 else { return nil }
    let payload = payloads[asksForDeltas]
    // The manifest alone at first: it tells which of the others are needed.
    let end = payload?.count ?? 1
    while cursor < end, isHere(cursor, payload) || awaited.contains(cursor) { cursor += 1 }
    let first = cursor
    while cursor < end, awaited.count < credit, !isHere(cursor, payload), !awaited.contains(cursor) {
      awaited.insert(cursor)
      cursor += 1
    }
    guard cursor > first else { return nil }
    return WeightsRequest(
      digest: version.digest, base: asksForDeltas ? base?.version.digest : nil, first: first,
      count: cursor - first)
  }

  private func isHere(_ index: Int, _ payload: WeightsPayload?) -> Bool {
    guard let payload else { return false }
    return index == 0 || payload.leaves(index).allSatisfy { leaves[$0] != nil }
  }

  // MARK: Opening

  /// What is in a chunk, digested; or why it cannot be read.
  typealias Opened = Result<[(bytes: [UInt8], digest: Digest256)], WeightsError>

  /// Those of the chunks that can be read now and are of use, by place. All cores take part.
  func open(_ chunks: [WeightsChunk]) -> [Int: Opened] {
    let opened = Mutex<[Int: Opened]>([:])
    // Two at a time, since two digests together take little longer than one.
    DispatchQueue.concurrentPerform(iterations: (chunks.count + 1) / 2) { pair in
      let places = (2 * pair..<min(2 * pair + 2, chunks.count)).filter { isOfUse(chunks[$0]) }
      let results = open(places.map { chunks[$0] }[...])
      opened.withLock { $0.merge(zip(places, results)) { $1 } }
    }
    return opened.withLock { $0 }
  }

  private func isOfUse(_ chunk: WeightsChunk) -> Bool {
    guard chunk.digest == version.digest, chunk.base == nil || chunk.base == base?.version.digest,
      let payload = payloads[chunk.base != nil]
    else { return false }
    return chunk.index > 0 && chunk.index < payload.count && !isHere(chunk.index, payload)
  }

  /// - Parameter chunks: Whose index is one of this transfer's.
  /// - Returns: As many as there are chunks.
  private func open(_ chunks: ArraySlice<WeightsChunk>) -> [Opened] {
    let decoded = chunks.map { chunk in
      Result { () throws(WeightsError) in
        try payloads[chunk.base != nil]?.decode(
          chunk.index, chunk.bytes, base: chunk.base == nil ? nil : base?.leaves) ?? []
      }
    }
    var digests = WeightsDigests.leaves(decoded.flatMap { (try? $0.get()) ?? [] })[...]
    return decoded.map { result in
      result.map { leaves in
        defer { digests.removeFirst(leaves.count) }
        return Array(zip(leaves, digests)).map { (bytes: $0.0, digest: $0.1) }
      }
    }
  }

  // MARK: Taking

  /// - Parameters:
  ///   - chunk: From wherever.
  ///   - opened: What ``open(_:)`` gave for it.
  /// - Returns: Whether anything in it was new.
  /// - Throws: Why the chunk is thrown away.
  mutating func take(_ chunk: WeightsChunk, opened: Opened?) throws(WeightsError) -> Bool {
    let isDelta = chunk.base != nil
    guard !isDelta || chunk.base == base?.version.digest else { return false }
    // The trainer has not kept the base, or this worker has asked for whole tensors meanwhile.
    if !isDelta, asksForDeltas { askWithoutBase() }
    if isDelta == asksForDeltas { awaited.remove(chunk.index) }
    do {
      return chunk.index == 0 ? try takeManifest(chunk) : try takeLeaves(chunk, opened, isDelta: isDelta)
    } catch {
      failures += 1
      askWithoutBase()
      throw error
    }
  }

  private mutating func askWithoutBase() {
    // What is on its way without a base is still of use; what is on its way with one is counted by other numbers.
    if asksForDeltas { awaited = [] }
    asksForDeltas = false
    cursor = 0
  }

  private mutating func takeManifest(_ chunk: WeightsChunk) throws(WeightsError) -> Bool {
    guard manifest == nil else { return false }
    let read = try WeightsPayload.read(manifest: chunk.bytes, layout)
    let digest = WeightsDigests.weights(layout, read)
    guard digest == version.digest else { throw .wrongManifest(expected: version.digest, found: digest) }
    manifest = read
    payloads[false] = WeightsPayload(layout, leaves: read, base: nil)
    if let base {
      payloads[true] = WeightsPayload(layout, leaves: read, base: base.digests)
    }
    for (index, digest) in read.enumerated() {
      if let base, base.digests[index] == digest {
        put(base.leaves[index], at: index)
      } else if let leaf = earlier[digest], leaf.count == layout.leaves[index].bytes.count {
        put(leaf, at: index)
      }
    }
    earlier = [:]
    return true
  }

  private mutating func takeLeaves(
    _ chunk: WeightsChunk, _ opened: Opened?, isDelta: Bool
  ) throws(WeightsError) -> Bool {
    guard let manifest, let payload = payloads[isDelta] else { return false }
    guard chunk.count == payload.count, chunk.index > 0, chunk.index < payload.count else {
      throw .badChunk(
        index: chunk.index, "says it is one of \(chunk.count), but this transfer has \(payload.count)")
    }
    guard !isHere(chunk.index, payload) else { return false }
    guard let found = try (opened ?? open([chunk]).first)?.get() else { return false }
    for (index, leaf) in zip(payload.leaves(chunk.index), found) where leaves[index] == nil {
      guard leaf.digest == manifest[index] else {
        throw .wrongDigest(chunk: chunk.index, leaf: layout.words(leaf: index))
      }
      put(leaf.bytes, at: index)
    }
    return true
  }

  private mutating func put(_ leaf: [UInt8], at index: Int) {
    guard leaves[index] == nil else { return }
    leaves[index] = leaf
    missing -= 1
    presentBytes += leaf.count
  }
}
