public import Experience
public import Transport

/// One worker, as the dispatcher sees it.
public struct WorkerStatus: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    case joined
    /// Takes nothing new; leaves when what it has is done.
    case draining
    /// Silent for too long.
    case lost
    /// Said goodbye.
    case left
    /// Too many refused reports: gets no more items.
    case barred
  }

  public var worker: WorkerID
  public var hello: Hello
  public var state: State
  /// Weights in its memory, as it says; nil for none.
  public var version: PolicyVersion?
  /// Versions that these are behind the newest published; nil where it has none, or nothing was published.
  public var lag: Int?
  /// Further items that it takes now.
  public var credit: Int
  /// Items that it works on.
  public var leases: Int
  /// When it joined and was last heard, seconds on the caller's clock.
  public var joined: Double
  public var lastSeen: Double
  public var counts: Counts
  /// What it last said of itself, since its process started: tokens, seconds in which it generated, seconds in all.
  public var tokens: Int
  public var busySeconds: Double
  public var seconds: Double

  /// Share of its time in which it generated nothing, 0…1; nil where it has not said.
  public var idleShare: Double? {
    guard seconds > 0, busySeconds >= 0, (busySeconds / seconds).isFinite else { return nil }
    return max(0, 1 - busySeconds / seconds)
  }

  /// Since the trainer's process started. They stop at the largest number instead of running over.
  public struct Counts: Sendable, Hashable {
    /// Orders sent.
    public var granted = 0
    /// Reports that counted, and the tokens in them.
    public var segments = 0
    public var tokens = 0
    /// Items that its report was the last of.
    public var finished = 0
    /// Reports of what was there already.
    public var duplicates = 0
    /// Reports under a lease that had been taken back.
    public var late = 0
    /// Reports, or lease numbers, that were not in order.
    public var refused = 0
    /// Leases that were taken from it and given to the queue again.
    public var reissued = 0
    /// Items that it said it could not generate.
    public var failures = 0

    public init() {}
  }
}

/// The dispatcher at a glance.
public struct DispatchStatus: Sendable, Hashable {
  /// By name.
  public var workers: [WorkerStatus]
  /// Items that wait for a worker, are with one, and whose report is being committed.
  public var queued: Int
  public var leased: Int
  public var committing: Int
  /// The oldest lease there is: who holds what, since when.
  public var oldestLease: (worker: WorkerID, item: WorkItem, since: Double)? {
    oldest.map { ($0.worker, $0.item, $0.since) }
  }
  public var newestVersion: PolicyVersion?
  public var counts: Counts
  var oldest: OldestLease?

  struct OldestLease: Sendable, Hashable {
    var worker: WorkerID
    var item: WorkItem
    var since: Double
  }

  public var open: Int { queued + leased + committing }
  /// Workers that take part and have nothing to do.
  public var idleWorkers: Int { workers.count { $0.state == .joined && $0.leases == 0 } }
  public var joinedWorkers: Int { workers.count { $0.state == .joined } }

  /// Over all workers, those forgotten included.
  public struct Counts: Sendable, Hashable {
    public var issued = 0
    public var granted = 0
    public var segments = 0
    public var tokens = 0
    public var finished = 0
    /// Handed back at the end of a segment.
    public var paused = 0
    public var failed = 0
    public var canceled = 0
    public var duplicates = 0
    public var late = 0
    public var refused = 0
    public var reissued = 0
    public var workersLost = 0

    public init() {}
  }
}

extension Int {
  /// Counters stop at the largest number: what is counted may come from a worker without end.
  mutating func count(_ more: Int = 1) {
    let (sum, overflow) = addingReportingOverflow(Swift.max(0, more))
    self = overflow ? .max : sum
  }
}
