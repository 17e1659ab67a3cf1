/// What the dispatcher goes by.
public struct DispatchSettings: Sendable, Hashable {
  /// Between a worker's signs of life.
  public var heartbeatSeconds: Double
  /// So many missed in a row, and its items are given to others.
  public var missedHeartbeats: Int
  /// Items that one worker works on at most; nil = what it has credit for.
  public var maxItemsPerWorker: Int?
  /// Async: a paused item goes on at once, under whatever weights are newest. Else it is handed back once its segment is full.
  public var continuesItems: Bool
  /// Async: versions that a worker's weights may be behind the newest published for it to get work; nil = any.
  public var maxVersionLag: Int?
  /// Times that an item is tried, by whichever workers, until it counts as failed.
  public var maxFailures = 3
  /// Refused reports after which a worker gets no more items until its process has been replaced.
  public var maxRefusals = 16
  /// Workers, those that left included, that are kept track of.
  public var maxWorkers = 1024
  /// Published versions that a report may be from, the newest.
  public var maxVersions = 256

  public init(
    heartbeatSeconds: Double = 2, missedHeartbeats: Int = 3, maxItemsPerWorker: Int? = nil,
    continuesItems: Bool, maxVersionLag: Int? = nil
  ) {
    self.heartbeatSeconds = heartbeatSeconds
    self.missedHeartbeats = missedHeartbeats
    self.maxItemsPerWorker = maxItemsPerWorker
    self.continuesItems = continuesItems
    self.maxVersionLag = maxVersionLag
  }

  public init(_ configuration: WorkersConfiguration, mode: RolloutMode, maxVersionLag: Int? = nil) {
    self.init(
      heartbeatSeconds: configuration.heartbeatSeconds, missedHeartbeats: configuration.missedHeartbeats,
      maxItemsPerWorker: configuration.maxItemsPerWorker, continuesItems: mode == .async,
      maxVersionLag: maxVersionLag)
  }

  /// Silence after which a worker counts as lost.
  public var silenceSeconds: Double { heartbeatSeconds * Double(missedHeartbeats) }
}
