/// A number or a text of a run's metrics.
public enum StoredValue: Sendable, Hashable {
  case integer(Int)
  /// NaN is stored as NULL.
  case number(Double)
  case text(String)
}

/// A worker, and what it did for this process of the trainer; the store adds what it did for those before.
public struct WorkerRow: Sendable, Hashable {
  /// Unique in the run.
  public var name: String
  public var host: String
  public var processor: String
  /// Instruction set of its kernels.
  public var kernels: String
  public var threads: Int
  /// Segments of its that were committed.
  public var segments: Int
  /// Tokens in them.
  public var tokens: Int
  /// Reports that were there already, or came after their lease had ended.
  public var duplicates: Int
  /// Items that it held too long, or left, and that others were given.
  public var reissued: Int
  /// Messages that were no messages.
  public var refused: Int
  /// Seconds since 1970.
  public var firstSeen: Double
  public var lastSeen: Double

  public init(
    name: String, host: String = "", processor: String = "", kernels: String = "", threads: Int = 0,
    segments: Int = 0, tokens: Int = 0, duplicates: Int = 0, reissued: Int = 0, refused: Int = 0,
    firstSeen: Double, lastSeen: Double
  ) {
    self.name = name
    self.host = host
    self.processor = processor
    self.kernels = kernels
    self.threads = threads
    self.segments = segments
    self.tokens = tokens
    self.duplicates = duplicates
    self.reissued = reissued
    self.refused = refused
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
  }
}
