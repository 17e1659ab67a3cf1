public import Experience

/// The worker's side of weights transfers: is told of versions and chunks, says what to ask for next, and hands out new
/// weights only when every byte of them has been digested and found right. Until then the old ones stay.
///
/// Chunks may come twice, in any order, or not at all. What has arrived survives a lost connection, a restart of the trainer
/// and a request without base; and where the trainer moves on meanwhile, what the newer version has in common with it.
/// Memory is bounded by twice the model (present and coming weights) and the chunks asked for.
public struct WeightsReceiver: Sendable {
  /// What came of a message.
  public enum Event: Sendable {
    /// A transfer began, or got on.
    case progress
    /// Of no use, and no harm: a chunk seen before, of another version, or on another base.
    case ignored
    /// All of a new version is here and right; ``WeightsReceiver/current`` holds it too.
    case ready(WeightsSnapshot)
    /// A chunk was thrown away, and will be asked for again without a base. The old weights stay.
    case refused(WeightsError)
    /// Too many were, or the version is of another model: given up until it is announced again. The old weights stay.
    case failed(WeightsError)
  }

  public let layout: WeightsLayout
  /// Chunks that are asked for at a time.
  public let credit: Int
  /// The newest weights that are complete: the base of the next transfer.
  public private(set) var current: WeightsSnapshot?
  private let takesDeltas: Bool
  private var transfer: WeightsTransfer?

  /// Refused chunks after which a transfer is given up.
  static let failureLimit = 4

  /// - Parameters:
  ///   - layout: Of the worker's model, from its configuration.
  ///   - credit: Chunks to ask for at a time, 1 ... ``WeightsSender/chunksPerAnswer``.
  ///   - takesDeltas: Whether leaves are to be sent as what they differ by where that is shorter. It takes more processor time on
  ///     both sides than sending them whole within one machine (1.6 ms a MiB; a network of 1 Gbit/s takes 8.4 ms), so over ipc
  ///     and loopback false is faster. Leaves that did not change are not sent either way.
  public init(layout: WeightsLayout, credit: Int = 16, takesDeltas: Bool = true) {
    precondition((1...WeightsSender.chunksPerAnswer).contains(credit), "a credit of \(credit) chunks")
    self.layout = layout
    self.credit = credit
    self.takesDeltas = takesDeltas
  }

  /// The version that is being fetched.
  public var target: PolicyVersion? { transfer?.version }
  /// Bytes of it that are here, and that it has.
  public var progress: (bytes: Int, total: Int)? {
    transfer.map { ($0.presentBytes, layout.byteCount) }
  }

  /// The trainer has these weights now. A transfer of others ends.
  ///
  /// - Returns: `ready` where they are in memory already.
  public mutating func announce(_ announcement: WeightsAnnouncement) -> Event {
    if let current, announcement.version.digest == current.version.digest {
      transfer = nil
      if announcement.version.number == current.version.number { return .ignored }
      let renumbered = current.numbered(announcement.version.number)
      self.current = renumbered
      return .ready(renumbered)
    }
    if let transfer, transfer.version == announcement.version { return .ignored }
    guard announcement.bytes == layout.byteCount else {
      return .failed(.otherModel(found: announcement.bytes, expected: layout.byteCount))
    }
    transfer = WeightsTransfer(
      announcement.version, layout, base: current, takesDeltas: takesDeltas, earlier: transfer)
    return .progress
  }

  /// What to ask the trainer for now; nil = nothing, enough is on its way. To be called again after every chunk.
  public mutating func nextRequest() -> WeightsRequest? { transfer?.nextRequest(credit: credit) }

  /// What was asked for will not come: the connection was lost, or nothing has come for a long time.
  public mutating func askAgain() { transfer?.askAgain() }

  public mutating func take(_ chunk: WeightsChunk) -> Event { take(chunk, opened: nil) }

  /// Several chunks that have come, unpacked and digested on all cores, two at a time on each: a digest takes longer than a
  /// transfer. The wire stays busy meanwhile if they are half of the credit at most.
  ///
  /// - Returns: As many as there are chunks.
  public mutating func take(_ chunks: [WeightsChunk]) -> [Event] {
    let opened = chunks.count > 1 ? transfer?.open(chunks) ?? [:] : [:]
    return chunks.enumerated().map { take($1, opened: opened[$0]) }
  }

  private mutating func take(_ chunk: WeightsChunk, opened: WeightsTransfer.Opened?) -> Event {
    guard var transfer, chunk.digest == transfer.version.digest else { return .ignored }
    self.transfer = nil  // one owner, so that nothing is copied
    do {
      let isNew = try transfer.take(chunk, opened: opened)
      guard let snapshot = transfer.complete else {
        self.transfer = transfer
        return isNew ? .progress : .ignored
      }
      current = snapshot
      return .ready(snapshot)
    } catch {
      guard transfer.failures < Self.failureLimit else { return .failed(error) }
      self.transfer = transfer
      return .refused(error)
    }
  }
}
