internal import Experience
internal import Foundation
internal import Generation
internal import HFFiles
internal import Rollouts
internal import Synchronization
internal import Tokenizers
internal import Transformer
internal import Transport

/// The workers of a run, as the trainer's thread sees them.
final class WorkerSupply {
  let context: TrainingContext
  /// What workers are told when they join.
  let rollout: RolloutConfiguration
  private let exchange: WorkerExchange
  private let spawned: SpawnedWorkers?
  private let shouldStop: () -> Bool
  /// Told on threads of the exchange, read on the trainer's.
  private let events: EventBox
  private var published: PolicyVersion?
  private var publishedStep = 0
  /// Rollouts that workers have finished.
  var finishedRollouts = 0
  var lastPace: (time: ContinuousClock.Instant, finished: Int)?
  var lastHint = CapacityBound.Hint.enough
  /// Of the last steps: rollouts per second, and seconds that the trainer waited and trained.
  var waits: [(rate: Double, wait: Double, train: Double)] = []
  /// Workers that hold weights, or have held some.
  private var holders: Set<WorkerID> = []
  /// Seconds since 1970 when a worker was first seen, by name.
  var firstSeen: [String: Double] = [:]
  var lastSeen: [String: Double] = [:]

  /// Opens the place where workers connect, and starts those that the recipe asks for.
  init(
    context: TrainingContext, rollout: RolloutConfiguration, ingest: RolloutIngest, run: String,
    shouldStop: @escaping () -> Bool
  ) throws {
    self.context = context
    self.rollout = rollout
    self.shouldStop = shouldStop
    var workers = rollout.workers
    if workers.maxItemsPerWorker == nil, workers.spawn > 0 {
      // Even shares: the first to ask would else have it all.
      let items = rollout.numPrompts * rollout.numGenerations
      workers.maxItemsPerWorker = (items + workers.spawn - 1) / workers.spawn
    }
    let events = EventBox()
    self.events = events
    let relay = Relay()
    exchange = try WorkerExchange(
      workers, mode: rollout.mode, run: run, kit: try Self.kit(context.model),
      assignment: WorkerAssignment(rollout, seed: context.run.seed),
      vocabSize: context.model.configuration.vocabSize,
      maxCompletionLength: rollout.maxCompletionLength,
      // What an older policy makes would be dropped as stale.
      maxVersionLag: rollout.mode == .async ? rollout.maxStaleness : nil,
      check: FinishCheck(
        rules: try context.model.stopRules(rollout), tokenizer: context.model.tokenizer,
        maxCompletionLength: rollout.maxCompletionLength),
      onSegment: { segment in
        ingest.add(segment.outcome) {
          relay.exchange?.committed(segment.lease, finished: segment.outcome.finish != nil)
        }
      }, onEvent: events.add)
    relay.open(exchange)
    spawned =
      workers.spawn > 0
      ? try SpawnedWorkers(
        workers.spawn, endpoint: exchange.address, keyFile: workers.key,
        arguments: ["--capacity", "\(min(1024, rollout.maxConcurrent))"], onEvent: events.add)
      : nil
    context.emit(.note("workers connect to \(exchange.address)"))
  }

  /// What can be said without opening anything: whether there is an address, and the files of keys.
  ///
  /// - Throws: What is wrong with them.
  static func check(_ rollout: RolloutConfiguration) throws {
    guard rollout.source == .workers else { return }
    guard rollout.workers.listen != nil || rollout.workers.spawn > 0 else {
      throw TrainingError(
        .configuration(
          "`rollout.source: workers` with nowhere to connect — let the trainer start workers here with `--spawn-workers N`, or "
            + "name a place with `rollout.workers.listen: tcp://HOST:PORT`"))
    }
    if let key = rollout.workers.key, let list = rollout.workers.authorizedKeys {
      _ = try ServerSecurity(keyFile: key, authorizedKeys: list)
    }
  }

  /// The model's files without its weights: what a worker makes its empty model and its tokenizer from.
  private static func kit(_ model: LoadedModel) throws -> ModelKit {
    let folder = FileManager.default.temporaryDirectory.appending(path: "apus-kit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try ModelDirectory.saveConfiguration(model.configuration, to: folder.path)
    try model.tokenizer.save(to: folder.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try ModelKit(
      names.map { .init(name: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0)))) })
  }

  /// Makes the present weights known, unless they are already.
  func publish(_ version: PolicyVersion) throws {
    guard published != version else { return }
    exchange.publish(try context.model.parameters.snapshot(version: version.number))
    published = version
    publishedStep = context.state.step
  }

  /// The same once `publish_every` steps have gone by since the last time.
  func publishIfDue(_ version: PolicyVersion) throws {
    let rollout = context.configuration.rollout
    if published == nil || context.state.step - publishedStep >= rollout.publishInterval {
      try publish(version)
    }
  }

  /// Another stage begins: what was published last may be the weights of another.
  func beginStage() {
    published = nil
    exchange.forgetVersions()
  }

  /// Versions that the weights which new work is made by are behind those in training: what was published last, or what a worker still
  /// has in its memory.
  func versionsBehind(_ version: PolicyVersion) -> Int {
    let held = status.here.compactMap(\.version?.number).min()
    let oldest = min(published?.number ?? version.number, held ?? version.number)
    return max(0, version.number - oldest)
  }

  /// Who is there and what they hold, for errors.
  var roster: String {
    let here = status.here.map {
      "\($0.worker.name) (version \($0.version.map { "\($0.number)" } ?? "none"))"
    }
    return here.isEmpty ? "nobody" : here.joined(separator: ", ")
  }

  func issue(_ requests: [SegmentRequest], version: PolicyVersion?) {
    exchange.issue(requests, purpose: "train", version: version)
  }

  func cancel(_ items: [WorkItem]) { exchange.cancel(items) }

  var status: ExchangeStatus { exchange.status }

  /// Tells the log what happened among the workers.
  ///
  /// - Returns: Items that no worker could generate, and why.
  @discardableResult
  func tell() -> [(item: WorkItem, reason: String)] {
    var failed: [(WorkItem, String)] = []
    for event in events.take() {
      if case .failed(let item, _, let reason) = event { failed.append((item, reason)) }
      if case .joined(let worker, _, _) = event { spawned?.joined(worker) }
      // Said once of each worker; later ones are in the metrics.
      if case .holds(let worker, _, _, _) = event, !holders.insert(worker).inserted { continue }
      context.emit(event.isAlarming ? .warning(event.words) : .note(event.words))
    }
    return failed
  }

  /// Looks after the workers: tells the log what happened, and ends the wait where a deadline has passed or the user wants to stop.
  ///
  /// - Returns: Items that no worker could generate, and why.
  func tend() throws -> [(item: WorkItem, reason: String)] {
    let failed = tell()
    if shouldStop() { throw StepInterrupted() }
    try exchange.check()
    return failed
  }

  /// - Parameter isFinished: Whether workers shall leave; else they wait for the trainer to come back.
  func close(isFinished: Bool) {
    exchange.close(isFinished: isFinished)
    spawned?.close()
    for event in events.take() where event.isAlarming { context.emit(.warning(event.words)) }
  }
}

/// The user wants to stop while a step waits for workers: the step is not made, and what came for it is in the store.
struct StepInterrupted: Error {}

/// Events from other threads.
private final class EventBox: Sendable {
  private let events = Mutex<[ExchangeEvent]>([])

  func add(_ event: ExchangeEvent) { events.withLock { $0.append(event) } }

  func take() -> [ExchangeEvent] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

/// The exchange, for a closure that it is made with.
private final class Relay: Sendable {
  private let box = Mutex<WorkerExchange?>(nil)

  var exchange: WorkerExchange? { box.withLock { $0 } }

  func open(_ exchange: WorkerExchange) { box.withLock { $0 = exchange } }
}
