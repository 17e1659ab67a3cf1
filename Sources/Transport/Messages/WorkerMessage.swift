public import Experience

/// What a worker tells the trainer. A worker can report tokens; it has no way to say what they are worth.
public enum WorkerMessage: Sendable, Equatable {
  /// First thing on every connection, and again when the trainer does not know the worker.
  case hello(Hello)
  /// Sign of progress: sent between tokens, so a worker that hangs is silent.
  case heartbeat(Heartbeat)
  case segment(SegmentReport)
  /// Asks for chunks of weights, as many as it has room for.
  case fetchWeights(WeightsRequest)
  /// Asks for a piece of the model's files (configuration and tokenizer).
  case fetchKit(KitRequest)
  /// An item that cannot be generated here, and why (it does not fit into memory).
  case failed(LeaseID, reason: String)
  /// Drains: it takes no new items, and leaves when those it has are done.
  case draining
  /// Leaves now; what it holds is to be given to others.
  case goodbye
}

/// Who a worker is.
public struct Hello: Sendable, Hashable, Codable {
  /// Of the program, `0.1.0 (abc1234)`.
  public var software: String
  public var host: String
  public var process: Int
  /// What results depend on: processor name and kernel level (`avx512bf16`).
  public var processor: String
  public var kernels: String
  public var threads: Int
  /// Items that it works on at the same time, at most.
  public var capacity: Int
  /// The trainer session that its weights and leases are of; nil for a fresh worker.
  public var session: String?
  /// Weights in memory; nil for none.
  public var version: PolicyVersion?

  public init(
    software: String, host: String, process: Int, processor: String, kernels: String, threads: Int,
    capacity: Int, session: String? = nil, version: PolicyVersion? = nil
  ) {
    self.software = software
    self.host = host
    self.process = process
    self.processor = processor
    self.kernels = kernels
    self.threads = threads
    self.capacity = capacity
    self.session = session
    self.version = version
  }
}

/// How a worker fares.
public struct Heartbeat: Sendable, Hashable, Codable {
  /// Further items that it takes: the trainer's credit with it, from now on.
  public var credit: Int
  /// Leases it works on.
  public var leases: [LeaseID]
  /// Weights in memory, as digested there; nil for none.
  public var version: PolicyVersion?
  /// Since it started: tokens generated, seconds in which it generated, and seconds in all.
  public var tokens: Int
  public var busySeconds: Double
  public var seconds: Double

  public init(
    credit: Int, leases: [LeaseID], version: PolicyVersion?, tokens: Int, busySeconds: Double, seconds: Double
  ) {
    self.credit = credit
    self.leases = leases
    self.version = version
    self.tokens = tokens
    self.busySeconds = busySeconds
    self.seconds = seconds
  }
}

/// Tokens that continue one item, by whichever versions of the weights made them.
public struct SegmentReport: Sendable, Equatable {
  public var lease: LeaseID
  public var item: WorkItem
  /// New tokens that the item had before these.
  public var start: Int
  /// The versions that made them, in order: those that were in memory, not those that were announced.
  public var runs: [VersionRun]
  /// `[T]`, at least one.
  public var tokens: [Int32]
  /// `[T]`, nats.
  public var logprobs: [Float]
  /// `[T]`, false where the token was put in.
  public var sampled: [Bool]
  /// Whether the worker takes the item to be over. The trainer finds out for itself from the tokens, and refuses a report that
  /// does not agree.
  public var isFinished: Bool

  public init(
    lease: LeaseID, item: WorkItem, start: Int, runs: [VersionRun], tokens: [Int32], logprobs: [Float],
    sampled: [Bool], isFinished: Bool
  ) {
    self.lease = lease
    self.item = item
    self.start = start
    self.runs = runs
    self.tokens = tokens
    self.logprobs = logprobs
    self.sampled = sampled
    self.isFinished = isFinished
  }

  /// A stretch of tokens from one version.
  public struct VersionRun: Sendable, Hashable, Codable {
    public var count: Int
    public var version: PolicyVersion

    public init(count: Int, version: PolicyVersion) {
      self.count = count
      self.version = version
    }
  }
}

/// Which chunks of a weights transfer a worker wants next.
public struct WeightsRequest: Sendable, Hashable, Codable {
  /// The version it fetches.
  public var digest: String
  /// The version in its memory that a delta may start from; nil = whole tensors only.
  public var base: String?
  /// First chunk that it lacks, and how many it has room for now.
  public var first: Int
  public var count: Int

  public init(digest: String, base: String?, first: Int, count: Int) {
    self.digest = digest
    self.base = base
    self.first = first
    self.count = count
  }
}

/// Which piece of the model's files a worker wants next.
public struct KitRequest: Sendable, Hashable, Codable {
  public var digest: String
  public var first: Int
  public var count: Int

  public init(digest: String, first: Int, count: Int) {
    self.digest = digest
    self.first = first
    self.count = count
  }
}
