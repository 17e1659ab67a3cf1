public import Experience

/// How the exchange stands; for metrics, logs and deadlines.
public struct ExchangeStatus: Sendable {
  /// Workers, items and counts.
  public var dispatch: DispatchStatus
  /// Messages refused, by peer and kind.
  public var refusals: [Refusals]
  /// The newest publications, oldest first.
  public var publications: [Publication]

  /// Workers that are there, by name; those that left or were lost are in `dispatch.workers` too.
  public var here: [WorkerStatus] { dispatch.workers.filter(\.isHere) }

  /// Mean over the workers that are there of the share of their time in which they generated nothing; nil where none
  /// has said.
  public var idleShare: Double? {
    let shares = here.compactMap(\.idleShare)
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  /// Versions that the oldest weights in a worker's memory are behind the newest published; nil where no worker has any.
  public var versionSkew: Int? { here.compactMap(\.lag).max() }

  /// Refused messages of one kind from one peer.
  public struct Refusals: Sendable, Hashable {
    public var peer: String
    public var kind: String
    public var count: Int

    public init(peer: String, kind: String, count: Int) {
      self.peer = peer
      self.kind = kind
      self.count = count
    }
  }

  /// Weights that were published, and how they got around.
  public struct Publication: Sendable, Hashable {
    public var version: PolicyVersion
    /// Of all tensors.
    public var bytes: Int
    /// Sent for it to all workers.
    public var sentBytes = 0
    /// Seconds from publication until each worker held it, by name.
    public var seconds: [String: Double] = [:]

    public init(version: PolicyVersion, bytes: Int) {
      self.version = version
      self.bytes = bytes
    }
  }
}

extension WorkerStatus {
  /// Whether it is connected and may hold items.
  public var isHere: Bool { state == .joined || state == .draining || state == .barred }
}
