public import Experience
internal import Foundation
internal import Synchronization
public import Transport

/// The trainer's side of the workers: gives out items, takes in segments, publishes weights. A thread of its own has
/// the socket, so workers are served while the trainer trains; every function here returns at once.
public final class WorkerExchange: Sendable {
  /// Where workers connect, with the port that was given where the recipe asked for any.
  public let address: String
  private let hub: ExchangeHub
  /// Where the socket is, if nobody said where.
  private let folder: PrivateFolder?
  /// The list of keys that are let in; nil = anybody is.
  private let authorizedKeys: String?

  /// - Parameters:
  ///   - configuration: The recipe's `rollout.workers`.
  ///   - mode: Whether an item goes on by itself when its segment is full.
  ///   - run: Told to workers.
  ///   - kit: The model's files without its weights.
  ///   - assignment: How workers generate.
  ///   - vocabSize: Token ids are below it.
  ///   - maxCompletionLength: New tokens of a rollout, at most.
  ///   - maxVersionLag: Async: versions that a worker's weights may be behind the newest published for it to get work; nil = any.
  ///   - check: How the trainer reads a worker's tokens.
  ///   - onSegment: Told each segment once, on the exchange's thread; must return at once.
  ///   - onEvent: Told what happens, on the exchange's thread.
  /// - Throws: Where the address cannot be bound, or a key file is missing or unsafe.
  public init(
    _ configuration: WorkersConfiguration, mode: RolloutMode, run: String, kit: ModelKit,
    assignment: WorkerAssignment, vocabSize: Int, maxCompletionLength: Int, maxVersionLag: Int? = nil,
    check: FinishCheck,
    onSegment: @escaping @Sendable (ArrivedSegment) -> Void,
    onEvent: @escaping @Sendable (ExchangeEvent) -> Void
  ) throws {
    let security: ServerSecurity?
    switch (configuration.key, configuration.authorizedKeys) {
    case (let key?, let list?): security = try ServerSecurity(keyFile: key, authorizedKeys: list)
    case (nil, nil): security = nil
    default: throw ExchangeError(.halfAKey)
    }
    authorizedKeys = configuration.authorizedKeys
    folder = configuration.listen == nil ? try PrivateFolder() : nil
    let endpoint = configuration.listen ?? "ipc://\(folder?.path ?? "")/exchange"
    let welcome = Welcome(
      session: UUID().uuidString, run: run, heartbeatSeconds: configuration.heartbeatSeconds,
      kitDigest: kit.digest, kitBytes: kit.byteCount, assignment: assignment.json)
    let core = ExchangeCore(
      configuration, mode: mode, welcome: welcome, reading: ReportReading(check),
      maxCompletionLength: maxCompletionLength, maxVersionLag: maxVersionLag, firstLease: Self.firstLease)
    hub = try ExchangeHub(
      core, router: RouterSocket(ZMQContext(), bind: endpoint, security: security), kit: kit,
      limits: WireLimits(vocabSize: vocabSize, maxCompletionLength: maxCompletionLength),
      onSegment: onSegment, onEvent: onEvent)
    address = hub.endpoint
    hub.start()
  }

  /// Above those of every earlier process of the run, so that reports for it are known as late.
  private static var firstLease: UInt64 {
    UInt64(max(0, min(Date().timeIntervalSince1970, 4e9)) * 1000) << 20
  }

  /// Another line of weights begins: whatever was published before is too old for new work, until ``publish(_:)``.
  public func forgetVersions() { hub.change { core, _ in core.dispatcher.forgetVersions() } }

  /// Makes weights known: the newest there are from now on.
  public func publish(_ weights: WeightsSnapshot) { hub.publish(weights) }

  /// Gives items out, in this order after those that wait. An item that is out already stays as it is.
  ///
  /// - Parameters:
  ///   - requests: What to continue.
  ///   - purpose: Keeps the random numbers of training and evaluation apart.
  ///   - version: The weights that must make them (sequential mode); nil = whatever a worker has (async).
  public func issue(_ requests: [SegmentRequest], purpose: String, version: PolicyVersion?) {
    hub.change { core, _ in core.issue(requests, purpose: purpose, version: version) }
  }

  /// Takes items back; what comes for them afterwards counts as late.
  ///
  /// - Parameters:
  ///   - items: Those that are not out are passed over.
  ///   - purpose: Of these; nil = of any purpose.
  public func cancel(_ items: [WorkItem], purpose: String? = nil) {
    hub.change { core, _ in
      for purpose in purpose.map({ [$0] }) ?? core.purposes.sorted() { core.cancel(items, purpose: purpose) }
    }
  }

  /// The segment that came under this lease is in the store: its worker may forget it, and an item that continues
  /// goes on.
  public func committed(_ lease: LeaseID, finished: Bool) {
    hub.change { core, _ in core.committed(lease, isFinished: finished) }
  }

  /// How things stand now.
  public var status: ExchangeStatus { hub.status }

  /// - Throws: ``ExchangeError`` where a deadline has passed; it names who was waited for.
  public func check() throws {
    try hub.check(WorkerEntrance(address: address, authorizedKeys: authorizedKeys))
  }

  /// Ends the thread, and waits until it has ended. Nothing is told of afterwards.
  ///
  /// - Parameter isFinished: Whether workers shall leave because the run is over; else they wait for the trainer to come back.
  public func close(isFinished: Bool) { hub.close(isFinished: isFinished) }

  deinit { hub.close(isFinished: false) }
}
