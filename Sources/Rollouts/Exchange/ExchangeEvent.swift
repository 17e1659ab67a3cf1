public import Experience
public import Transport

/// What happens among the workers, as the log tells it.
public enum ExchangeEvent: Sendable {
  /// `replacing`: another process that had this name until now, and of which nobody knows that it has ended.
  case joined(WorkerID, Hello, replacing: Hello?)
  /// Takes no more items and leaves when it has none.
  case draining(WorkerID)
  /// Left of its own accord; so many of its items were given back.
  case left(WorkerID, reissued: Int)
  /// Was silent for too long, or its connection is gone; so many of its items go to others.
  case lost(WorkerID, reissued: Int)
  /// Holds a version now: seconds since that was published, and bytes sent to it for it.
  case holds(WorkerID, PolicyVersion, seconds: Double, bytes: Int)
  /// An item that no worker could generate; the rollout has failed.
  case failed(WorkItem, purpose: String, reason: String)
  /// A message that was refused, the first of its kind from that peer; later ones are only counted.
  ///
  /// Kinds are those of `Refusal` (keys and names: `unknown_key`, `foreign_name`…), of `WireError` (what is no
  /// message), of `ReportVerdict` (`unknownLease`, `wrongStart`…), and `disagrees`, `too_many_workers`,
  /// `unknown_transfer`.
  case refused(peer: String, kind: String, reason: String)
  /// A process that the trainer started is up; `restarts` counts how often it was replaced before.
  case spawned(name: String, process: Int32, restarts: Int)
  /// Such a process has ended, in what way, and starts again after so many seconds.
  case ended(name: String, reason: String, againAfter: Double)
}
