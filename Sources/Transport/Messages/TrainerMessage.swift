public import Experience

/// What the trainer tells a worker.
public enum TrainerMessage: Sendable, Equatable {
  /// Answer to `hello`.
  case welcome(Welcome)
  /// Items to generate, oldest first; never more than the worker's credit.
  case work([WorkOrder])
  /// Weights to fetch, newest first.
  case announce(WeightsAnnouncement)
  case weights(WeightsChunk)
  case kit(KitChunk)
  /// These are committed: the worker may forget them.
  case acknowledge([LeaseID])
  /// These are no longer wanted.
  case cancel([LeaseID])
  /// The trainer does not know the worker (it was restarted, or gave it up): say hello again, what was leased is void.
  case unknownWorker
  /// The trainer will not have this worker, and why.
  case refused(String)
  /// The run is over: leave with exit code 0.
  case finished
}

/// All that a worker needs to know of a run, besides weights and the model's files.
public struct Welcome: Sendable, Hashable, Codable {
  /// Of this process of the trainer, so that a worker sees that it was restarted.
  public var session: String
  public var run: String
  public var heartbeatSeconds: Double
  /// Digest and size of the model's files.
  public var kitDigest: String
  public var kitBytes: Int
  /// How the worker generates, as JSON of `WorkerAssignment` in `Rollouts`.
  public var assignment: String

  public init(
    session: String, run: String, heartbeatSeconds: Double, kitDigest: String, kitBytes: Int,
    assignment: String
  ) {
    self.session = session
    self.run = run
    self.heartbeatSeconds = heartbeatSeconds
    self.kitDigest = kitDigest
    self.kitBytes = kitBytes
    self.assignment = assignment
  }
}

/// One item to be continued.
public struct WorkOrder: Sendable, Equatable {
  public var lease: LeaseID
  public var item: WorkItem
  /// Keeps the random numbers of training and evaluation apart.
  public var purpose: String
  public var prompt: [Int32]
  /// New tokens that it has already.
  public var continuation: [Int32]
  /// Tokens to add at most before it pauses; nil = to the end.
  public var segmentLength: Int?
  /// Cap on new tokens over all segments.
  public var maxCompletionLength: Int
  /// Generated only by these weights where given (sequential mode); else by the newest there are.
  public var version: PolicyVersion?
  /// New tokens that it is expected to have in all.
  public var expectedLength: Double?

  public init(
    lease: LeaseID, item: WorkItem, purpose: String, prompt: [Int32], continuation: [Int32],
    segmentLength: Int?, maxCompletionLength: Int, version: PolicyVersion?, expectedLength: Double? = nil
  ) {
    self.lease = lease
    self.item = item
    self.purpose = purpose
    self.prompt = prompt
    self.continuation = continuation
    self.segmentLength = segmentLength
    self.maxCompletionLength = maxCompletionLength
    self.version = version
    self.expectedLength = expectedLength
  }
}

/// That there are weights to be had.
public struct WeightsAnnouncement: Sendable, Hashable, Codable {
  public var version: PolicyVersion
  /// Bytes of all tensors.
  public var bytes: Int

  public init(version: PolicyVersion, bytes: Int) {
    self.version = version
    self.bytes = bytes
  }
}

/// A piece of a weights transfer.
public struct WeightsChunk: Sendable, Equatable {
  /// The version fetched, and the one that deltas start from.
  public var digest: String
  public var base: String?
  /// Which of how many.
  public var index: Int
  public var count: Int
  /// See `WeightsPayload`.
  public var bytes: [UInt8]

  public init(digest: String, base: String?, index: Int, count: Int, bytes: [UInt8]) {
    self.digest = digest
    self.base = base
    self.index = index
    self.count = count
    self.bytes = bytes
  }
}

/// A piece of the model's files.
public struct KitChunk: Sendable, Equatable {
  public var digest: String
  public var index: Int
  public var count: Int
  public var bytes: [UInt8]

  public init(digest: String, index: Int, count: Int, bytes: [UInt8]) {
    self.digest = digest
    self.index = index
    self.count = count
    self.bytes = bytes
  }
}
