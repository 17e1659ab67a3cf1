internal import Experience

/// The trainer's side of weights transfers: keeps the newest version and the one before, and answers requests.
///
/// It remembers nothing of who asked for what: a chunk depends only on the two versions and its index, so a worker can come
/// back at any time and go on where it was. Chunks are made when they are asked for, not before.
public struct WeightsSender: Sendable {
  /// What a request is answered with.
  public enum Answer: Sendable, Equatable {
    /// To be sent in this order; none where the request asked for none.
    case chunks([WeightsChunk])
    /// The version is not kept any more (or never was): this one is.
    case announce(WeightsAnnouncement)
    /// Nothing has been published yet.
    case nothing
  }

  /// Chunks of one answer at most, whatever is asked for.
  public static let chunksPerAnswer = 64

  public private(set) var newest: WeightsSnapshot?
  public private(set) var previous: WeightsSnapshot?
  /// Of transfers that are under way, by version and base.
  private var payloads: [Transfer: WeightsPayload] = [:]

  private struct Transfer: Hashable {
    var digest: String
    var base: String?
  }

  public init() {}

  /// Takes a new version; the one before the last is let go.
  ///
  /// - Returns: What all workers are to be told.
  public mutating func publish(_ snapshot: WeightsSnapshot) -> WeightsAnnouncement {
    if let newest, newest.version.digest != snapshot.version.digest { previous = newest }
    newest = snapshot
    payloads = [:]
    return snapshot.announcement
  }

  public mutating func answer(_ request: WeightsRequest) -> Answer {
    guard let newest else { return .nothing }
    guard let target = snapshot(request.digest) else { return .announce(newest.announcement) }
    // A base that is not kept is as good as none: the chunks say so, and the worker goes on with those.
    let base = request.base.flatMap { snapshot($0) }.flatMap { $0.layout == target.layout ? $0 : nil }
    let transfer = Transfer(digest: request.digest, base: base?.version.digest)
    let payload =
      payloads[transfer]
      ?? WeightsPayload(target.layout, leaves: target.digests, base: base?.digests)
    payloads[transfer] = payload
    guard request.first >= 0, request.count > 0, request.first < payload.count else { return .chunks([]) }
    let count = min(request.count, Self.chunksPerAnswer, payload.count - request.first)
    return .chunks(
      (request.first..<request.first + count).map { index in
        WeightsChunk(
          digest: transfer.digest, base: transfer.base, index: index, count: payload.count,
          bytes: index == 0
            ? WeightsPayload.manifest(target.digests)
            : payload.encode(index, target.leaves, base: base?.leaves))
      })
  }

  private func snapshot(_ digest: String) -> WeightsSnapshot? {
    [newest, previous].compactMap { $0 }.first { $0.version.digest == digest }
  }
}
