import Experience
import Foundation
import Generation
import Rollouts
import Synchronization
import Tensors
import Testing
import Tokenizers
import Transformer
import Transport

/// A trainer with a tiny model over the characters of ASCII, and what is needed to give it workers.
struct ExchangeScene {
  let tokenizer = CharacterTokenizer.ascii
  let configuration: ModelConfiguration
  let parameters: Parameters
  var rollout = RolloutConfiguration()
  var workers = WorkersConfiguration()
  let log = TrainerLog()

  init(seed: UInt64 = 5) {
    var shape = ModelConfiguration(
      architecture: .qwen3, vocabSize: 100, hiddenSize: 32, intermediateSize: 48, numHiddenLayers: 2,
      numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 16, initializerRange: 0.3)
    shape.eosTokenIDs = tokenizer.eosTokenIDs.map { Int($0) }
    configuration = shape
    parameters = Parameters(shape)
    parameters.initialize(shape, seed: seed)
    rollout.maxCompletionLength = 24
    rollout.speculation = .off
    workers.heartbeatSeconds = 0.1
    workers.missedHeartbeats = 4
    workers.joinDeadline = 5
    workers.progressDeadline = 5
    workers.publishDeadline = 5
  }

  var seed: UInt64 { 11 }

  func version(_ number: Int) -> PolicyVersion { PolicyVersion(number: number, digest: parameters.digest) }

  var kit: ModelKit {
    get throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "apus-kit-\(UUID().uuidString)")
        .path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try ModelDirectory.save(configuration, parameters, to: folder)
      var files = tokenizer.files
      for name in ["config.json", "generation_config.json"] {
        files[name] = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
      }
      return try ModelKit(files.map { ModelKit.File(name: $0.key, bytes: $0.value) })
    }
  }

  var stop: StopRules {
    get throws {
      try StopRules(
        rollout: rollout, tokenizer: tokenizer, eosTokenIDs: configuration.eosTokenIDs.map { Int32($0) })
    }
  }

  func exchange(_ mode: RolloutMode = .sequential, listen: String? = nil) throws -> WorkerExchange {
    var workers = workers
    workers.listen = listen
    let log = log
    return try WorkerExchange(
      workers, mode: mode, run: "test", kit: kit, assignment: WorkerAssignment(rollout, seed: seed),
      vocabSize: configuration.vocabSize, maxCompletionLength: rollout.maxCompletionLength,
      check: FinishCheck(
        rules: stop, tokenizer: tokenizer, maxCompletionLength: rollout.maxCompletionLength),
      onSegment: { log.add($0) }, onEvent: { log.add($0) })
  }

  func requests(_ count: Int, step: Int = 1, segment: Int? = nil) -> [SegmentRequest] {
    (0..<count).map { index in
      let task = ReasoningTask(
        id: "t/\(index)", source: "t", prompt: "\(index)", groundTruth: "", verifier: "exact")
      return SegmentRequest(
        item: WorkItem(step: step, group: index / 4, sample: index % 4), task: task,
        promptTokens: tokenizer.encode("what is \(index / 4)?"), segmentLength: segment)
    }
  }

  /// What the trainer's own process makes of the requests, by item.
  func inProcess(_ requests: [SegmentRequest]) throws -> [WorkItem: SegmentOutcome] {
    let model = InferenceModel(configuration, parameters: parameters, compute: try Compute(threads: 1))
    let source = InProcessSource(
      generator: Generator(model: model, configuration: rollout.generator),
      encoder: PromptEncoder(tokenizer: tokenizer, maxTokens: 100, render: { $0.prompt }), stop: try stop,
      seed: seed
    )
    var outcomes: [WorkItem: SegmentOutcome] = [:]
    _ = try source.generate(
      requests, purpose: "train", sampling: rollout.sampling, version: version(1),
      onSegment: { outcomes[$0.item] = $0 })
    return outcomes
  }

  /// Waits for so many segments that nobody goes on with, committing all that come.
  ///
  /// - Returns: By item, all segments of it joined.
  func collect(_ count: Int, from exchange: WorkerExchange, seconds: Double = 8) throws -> [WorkItem:
    SegmentOutcome]
  {
    var found: [WorkItem: SegmentOutcome] = [:]
    // Items that nobody goes on with.
    var done: Int { found.count - exchange.status.dispatch.open }
    let deadline = ContinuousClock.now + .seconds(seconds)
    while done < count {
      for segment in log.takeSegments() {
        exchange.committed(segment.lease, finished: segment.outcome.finish != nil)
        var outcome = segment.outcome
        if let before = found[outcome.item] {
          #expect(outcome.start == before.start + before.tokenCount)
          outcome.segments = before.segments + outcome.segments
          outcome.start = before.start
        }
        found[outcome.item] = outcome
      }
      try exchange.check()
      guard ContinuousClock.now < deadline else {
        Issue.record("\(done) of \(count) segments after \(seconds) s; \(log.words)")
        return found
      }
      usleep(1000)
    }
    return found
  }
}

/// What an exchange has told.
final class TrainerLog: Sendable {
  private let state = Mutex<(segments: [ArrivedSegment], events: [ExchangeEvent], counts: [WorkItem: Int])>(
    ([], [], [:]))

  func add(_ segment: ArrivedSegment) {
    state.withLock { state in
      state.segments.append(segment)
      state.counts[segment.outcome.item, default: 0] += 1
    }
  }

  func add(_ event: ExchangeEvent) { state.withLock { $0.events.append(event) } }

  func takeSegments() -> [ArrivedSegment] {
    state.withLock { state in
      defer { state.segments = [] }
      return state.segments
    }
  }

  var events: [ExchangeEvent] { state.withLock { $0.events } }
  var words: String { events.map { "\($0)".prefix(160) }.joined(separator: "\n") }

  /// Peers and kinds of refusals that were told.
  var refusals: [String] {
    events.compactMap { event in
      if case .refused(let peer, let kind, _) = event { return "\(peer) \(kind)" }
      return nil
    }
  }
}

/// A worker on a thread of its own.
final class WorkerThread: Sendable {
  private let state = Mutex<(end: RolloutWorker.End?, error: String?, events: [String], isDraining: Bool)>(
    (nil, nil, [], false))
  private let done = DispatchSemaphore(value: 0)

  init(_ name: String, at address: String, change: @Sendable (inout RolloutWorker.Options) -> Void = { _ in })
  {
    var options = RolloutWorker.Options(endpoint: address)
    options.name = name
    options.threads = 1
    options.trainerTimeout = 5
    change(&options)
    let thread = Thread { [self, options] in
      do {
        let worker = try RolloutWorker(
          options, shouldDrain: { self.state.withLock { $0.isDraining } },
          observe: { event in self.state.withLock { $0.events.append("\(event)") } })
        let end = try worker.run()
        state.withLock { $0.end = end }
      } catch {
        state.withLock { $0.error = "\(error)" }
      }
      done.signal()
    }
    thread.start()
  }

  func drain() { state.withLock { $0.isDraining = true } }
  var events: [String] { state.withLock { $0.events } }
  var error: String? { state.withLock { $0.error } }

  /// Waits until it has ended.
  func join(seconds: Double = 5) -> RolloutWorker.End? {
    guard done.wait(timeout: .now() + seconds) == .success else { return nil }
    return state.withLock { $0.end }
  }
}

/// A worker of a test's own making: it says what it is told to say.
struct FakeWorker {
  let socket: DealerSocket

  init(_ name: String, at address: String, security: ClientSecurity? = nil) throws {
    socket = try DealerSocket(ZMQContext(), connect: address, identity: WorkerID(name), security: security)
  }

  static func hello(
    capacity: Int = 8, version: PolicyVersion? = nil, process: Int = 1, session: String? = nil
  ) -> WorkerMessage {
    .hello(
      Hello(
        software: "fake", host: "here", process: process, processor: "none", kernels: "none", threads: 1,
        capacity: capacity, session: session, version: version))
  }

  func say(_ message: WorkerMessage) { _ = socket.send(MessageCoding.encode(message)) }
  func say(_ frames: [[UInt8]]) { _ = socket.send(frames) }

  /// The next message, within half a second.
  func hear() -> TrainerMessage? {
    let deadline = ContinuousClock.now + .seconds(0.5)
    while ContinuousClock.now < deadline {
      if let frames = socket.receive() {
        return try? MessageCoding.decodeTrainer(frames, limits: WireLimits())
      }
      socket.wait(milliseconds: 20)
    }
    return nil
  }

  /// The next message of which something can be made.
  func hear<T>(_ pick: (TrainerMessage) -> T?) -> T? {
    while let message = hear() {
      if let found = pick(message) { return found }
    }
    return nil
  }

  /// Joins, says that it holds these weights, and waits for orders.
  func join(_ version: PolicyVersion, capacity: Int = 8) -> [WorkOrder] {
    say(Self.hello(capacity: capacity, version: version))
    _ = hear { if case .welcome(let welcome) = $0 { welcome } else { nil } }
    say(heartbeat(version, credit: capacity))
    return hear { if case .work(let orders) = $0 { orders } else { nil } } ?? []
  }

  func heartbeat(_ version: PolicyVersion?, credit: Int, leases: [LeaseID] = []) -> WorkerMessage {
    .heartbeat(
      Heartbeat(credit: credit, leases: leases, version: version, tokens: 0, busySeconds: 0, seconds: 1))
  }
}

extension WorkOrder {
  /// A report on it that holds, where no token is an end token.
  func report(_ tokens: [Int32], version: PolicyVersion, isFinished: Bool = false) -> SegmentReport {
    SegmentReport(
      lease: lease, item: item, start: continuation.count,
      runs: [.init(count: tokens.count, version: version)],
      tokens: tokens, logprobs: tokens.map { _ in -1 }, sampled: tokens.map { _ in true },
      isFinished: isFinished)
  }
}

/// Waits for something to become true.
func eventually(seconds: Double = 3, _ claim: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < deadline {
    if claim() { return true }
    usleep(2000)
  }
  return claim()
}

/// The first item whose tokens, logprobs, masks, end or text differ; nil where none does.
func difference(_ found: [WorkItem: SegmentOutcome], _ expected: [WorkItem: SegmentOutcome]) -> String? {
  if found.count != expected.count { return "\(found.count) items instead of \(expected.count)" }
  for (item, other) in expected {
    guard let one = found[item] else { return "\(item) is missing" }
    func all<T>(_ outcome: SegmentOutcome, _ part: (Segment) -> [T]) -> [T] { outcome.segments.flatMap(part) }
    if all(one, \.tokens) != all(other, \.tokens) { return "\(item) has other tokens" }
    if all(one, { $0.logprobs.map(\.bitPattern) }) != all(other, { $0.logprobs.map(\.bitPattern) }) {
      return "\(item) has other logprobs"
    }
    if all(one, \.sampled) != all(other, \.sampled) { return "\(item) has another mask" }
    if one.finish != other.finish || one.text != other.text { return "\(item) ends otherwise" }
    if Set(one.segments.map(\.version)) != Set(other.segments.map(\.version)) {
      return "\(item) has other versions"
    }
  }
  return nil
}
