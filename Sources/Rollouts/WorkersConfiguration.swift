/// The recipe's `rollout.workers` section: who may generate, and how long is waited for whom.
public struct WorkersConfiguration: Sendable, Hashable {
  /// Where workers connect: `tcp://HOST:PORT` or `ipc://PATH`; nil = a private place of this machine, for spawned workers.
  public var listen: String?
  /// Worker processes that the trainer starts on this machine and replaces when they die.
  public var spawn = 0
  /// The trainer's CURVE key file (`apus keys new`); needed where `listen` is neither loopback nor ipc.
  public var key: String?
  /// Public keys of the workers that may connect (`apus keys authorize`).
  public var authorizedKeys: String?
  /// Seconds between a worker's signs of life.
  public var heartbeatSeconds = 2.0
  /// So many missed in a row, and its items are given to others.
  public var missedHeartbeats = 3
  /// Seconds to wait for the first worker, with none there.
  public var joinDeadline = 300.0
  /// Seconds without any new segment, though items are out, after which the run stops.
  public var progressDeadline = 600.0
  /// Seconds for a worker to fetch new weights, in sequential mode.
  public var publishDeadline = 600.0
  /// Items that one worker holds at most; nil = what it has credit for. A cap keeps fast workers from filling an update with short
  /// answers.
  public var maxItemsPerWorker: Int?

  public init() {}
}

/// Where rollouts come from.
public enum RolloutSourceKind: String, Sendable, CaseIterable {
  case inProcess = "in_process"
  case workers
}

/// Echo's two ways to keep policies in step (arXiv:2508.05387).
public enum RolloutMode: String, Sendable, CaseIterable {
  /// The trainer asks, workers take the newest weights first, the trainer waits: nothing is stale.
  case sequential
  /// Workers generate all the time; the trainer takes what is not too old.
  case async
}

/// When a worker that is generating takes new weights.
public enum WeightsSwitch: String, Sendable, CaseIterable, Codable {
  /// Between two tokens: the segment ends, and earlier keys and values are computed anew.
  case atOnce = "at_once"
  /// After the items it is at; they are finished with the weights they began with.
  case atItem = "at_item"
}
