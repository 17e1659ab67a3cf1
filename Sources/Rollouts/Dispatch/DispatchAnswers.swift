public import Transport

/// What becomes of a worker's report.
public enum ReportVerdict: Sendable, Hashable {
  /// It counts: commit it, then call `committed`. No other report of these tokens will ever count.
  case accepted(DispatchItem.Key)
  /// A repetition of what is accepted and not committed yet; its acknowledgment is on the way.
  case beingCommitted
  /// The tokens are there already. Acknowledge it, so that the worker forgets it.
  case duplicate
  /// The lease was taken back before it came. Acknowledge it, so that the worker forgets it.
  case late
  /// A number that was never given out, or given to another worker.
  case unknownLease
  /// Against the terms of its lease; the item goes to the queue again.
  case refused(Refusal)

  public enum Refusal: String, Sendable, Hashable, CaseIterable {
    /// About another item than the one leased.
    case wrongItem
    /// It does not go on where the item stands.
    case wrongStart
    /// No tokens, or runs of versions that do not add up to them.
    case wrongCount
    /// More tokens than the lease allows.
    case overBudget
    /// Made by weights that were never published.
    case unknownVersion
    /// Made by other weights than the item is bound to.
    case wrongVersion
    /// What the trainer reads in the tokens is not what the worker says; see `Dispatcher.reject`.
    case disagrees
  }
}

/// What becomes of an item once its segment is committed.
public enum CommitResult: Sendable, Hashable {
  /// It is over.
  case finished
  /// Its segment is full; whoever issued it decides how it goes on.
  case paused
  /// It waits for a worker again, with these tokens.
  case requeued
  /// It was canceled meanwhile, or the lease is not one that waits to be committed.
  case gone
}

/// The answer to a worker's hello.
public enum HelloVerdict: Sendable, Hashable {
  case welcome
  /// There are as many workers as may be.
  case tooMany(limit: Int)
}

/// The answer to a worker's heartbeat.
public enum HeartbeatVerdict: Sendable, Hashable {
  /// Leases among those it works on that it does not hold (any more): it is to drop them.
  case known(cancel: [LeaseID])
  /// It has to say hello first.
  case unknownWorker
}

/// The answer to a worker that cannot generate an item.
public enum FailureVerdict: Sendable, Hashable {
  /// Another try, on another worker where there is one.
  case requeued
  /// Tried too often: it has left the dispatcher.
  case itemFailed(DispatchItem.Key, reason: String)
  /// The worker does not hold the lease.
  case unknownLease
}

/// Orders for one worker.
public struct WorkGrant: Sendable, Equatable {
  public var worker: WorkerID
  /// Oldest first.
  public var orders: [WorkOrder]

  public init(worker: WorkerID, orders: [WorkOrder]) {
    self.worker = worker
    self.orders = orders
  }
}

/// Leases that a worker is to drop.
public struct WorkCancellation: Sendable, Hashable {
  public var worker: WorkerID
  public var leases: [LeaseID]

  public init(worker: WorkerID, leases: [LeaseID]) {
    self.worker = worker
    self.leases = leases
  }
}

/// Something that happened by itself, as time went by.
public enum DispatchEvent: Sendable, Hashable {
  /// No sign of life for `missedHeartbeats` × `heartbeatSeconds`; its items wait for others now.
  case workerLost(WorkerID, leases: Int, silentSeconds: Double)
}
