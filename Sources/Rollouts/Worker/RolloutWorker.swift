internal import Experience
internal import Foundation
internal import Generation
internal import Transport

/// One worker: fetches a run's model and weights from its trainer, generates what it is given, reports tokens.
///
/// One thread does everything: between two tokens it looks at its socket. So a worker that hangs is silent, and a
/// worker that is not silent does not hang. Of one thread: not to be shared.
public final class RolloutWorker {
  /// What a worker is told when it is started.
  public struct Options: Sendable {
    /// The trainer's address.
    public var endpoint: String
    /// Unique among the run's workers; nil = after the machine and the process.
    public var name: String?
    /// The worker's CURVE key file, and the file of the trainer's public key; both or none.
    public var keyFile: String?
    public var serverKeyFile: String?
    /// Of the program, told to the trainer.
    public var software = "apus"
    /// The processor's name.
    public var processor = "unknown"
    /// nil = one per core.
    public var threads: Int?
    /// Items at the same time, at most.
    public var capacity = 64
    /// Seconds without a word of the trainer after which the worker gives up.
    public var trainerTimeout = 600.0
    /// The process that started this one, where this one shall not outlive it.
    public var parent: Int32?

    public init(endpoint: String) { self.endpoint = endpoint }
  }

  /// How a worker's life ended.
  public enum End: Sendable, Hashable {
    /// The run is over.
    case finished
    /// It was asked to leave, and has given back what it had.
    case drained
    /// The process that started it is gone.
    case parentGone
  }

  public let name: String
  let options: Options
  let socket: DealerSocket
  let observe: (WorkerEvent) -> Void
  private let shouldDrain: () -> Bool
  private let start = ContinuousClock.now

  var link: TrainerLink
  var fetch = WeightsFetch()
  var kitFetch: KitFetch?
  var engine: WorkerEngine?
  /// Given, and not begun.
  var waiting: [WorkOrder] = []
  /// At work, by lease, and the lease of each of the generator's requests.
  var working: [LeaseID: WorkOrder] = [:]
  var leases: [Int: LeaseID] = [:]
  /// Requests that nobody wants any more.
  var void: Set<Int> = []
  var end: End?
  var isDraining = false
  var counts = WorkerCounts()
  private var wasRefused = false
  private var hasToldOfSilence = false
  private var nextLook = 0.0

  /// - Parameters:
  ///   - options: What it is told.
  ///   - shouldDrain: Asked between two tokens; true once the worker is to leave.
  ///   - observe: Told what happens.
  /// - Throws: An address or name that is none, key files that are missing or unsafe.
  public init(
    _ options: Options, shouldDrain: @escaping () -> Bool = { false },
    observe: @escaping (WorkerEvent) -> Void = { _ in }
  ) throws {
    self.options = options
    self.shouldDrain = shouldDrain
    self.observe = observe
    let security: ClientSecurity?
    switch (options.keyFile, options.serverKeyFile) {
    case (let key?, let server?): security = try ClientSecurity(keyFile: key, serverKeyFile: server)
    case (nil, nil): security = nil
    default: throw WorkerError(.halfAKey)
    }
    let (host, process) = (ProcessInfo.processInfo.hostName, Int(ProcessInfo.processInfo.processIdentifier))
    name = options.name ?? WorkerID(key: security?.keys.name, host: host, process: process).name
    if let key = security?.keys.name, name != key, !name.hasPrefix("\(key).") {
      throw WorkerError(.foreignName(name, key: key))
    }
    let threads = options.threads ?? WorkerEngine.defaultThreads
    socket = try DealerSocket(
      ZMQContext(), connect: options.endpoint, identity: WorkerID(name), security: security)
    link = TrainerLink(
      Hello(
        software: options.software, host: host, process: process, processor: options.processor,
        kernels: WorkerEngine.kernels, threads: threads, capacity: options.capacity),
      isConnected: options.endpoint.hasPrefix("inproc:"), now: 0)
  }

  /// Seconds since the worker was made; monotonic.
  var now: Double { start.duration(to: .now) / .seconds(1) }

  /// Works until the run is over, the worker is asked to leave, or the trainer is silent for too long.
  ///
  /// - Throws: ``WorkerError``; what the model's files or the machine do not allow.
  public func run() throws -> End {
    while true {
      try turn(
        waitingUpTo: waiting.isEmpty
          ? link.idleSeconds(credit: credit, version: engine?.version, now: now) : 0)
      if let end { return end }
      try settle()
      if isDraining, try drain() { return .drained }
      if !waiting.isEmpty, !isDraining { try generate() }
    }
  }

  /// Hears what there is to hear, and says what is due.
  func turn(waitingUpTo seconds: Double) throws {
    if seconds > 0 { socket.wait(milliseconds: Int((min(seconds, 60) * 1000).rounded(.up))) }
    let now = now
    hear(now: now)
    if now >= nextLook { try look(now: now) }
    if let request = fetch.request(now: now) { say(.fetchWeights(request)) }
    if let request = kitFetch?.request(now: now) { say(.fetchKit(request)) }
    let messages = link.due(credit: credit, version: engine?.version, now: now) {
      heartbeat(unacknowledged: $0, now: now)
    }
    for message in messages { say(message) }
  }

  func say(_ message: WorkerMessage) {
    // What does not get out is said again later: reports until they are acknowledged, all else by its own rule.
    _ = socket.send(MessageCoding.encode(message))
  }

  private func hear(now: Double) {
    while let news = socket.news() {
      switch news {
      case .connected: link.connection(isThere: true)
      case .disconnected:
        if link.isWelcome { observe(.disconnected) }
        link.connection(isThere: false)
      case .refused:
        if !wasRefused { observe(.refusedConnection) }
        wasRefused = true
      }
    }
    // Some at a time: tokens want to be made, too.
    for _ in 0..<64 {
      guard let frames = socket.receive() else { return }
      do {
        if let news = link.take(try MessageCoding.decodeTrainer(frames, limits: limits), now: now) {
          take(news, now: now)
        }
      } catch {
        counts.refused += 1
        if counts.refused == 1 { observe(.refused("\(error)")) }
      }
    }
  }

  private var limits: WireLimits {
    engine.map { WireLimits(vocabSize: $0.vocabSize, maxCompletionLength: $0.maxCompletionLength) }
      ?? WireLimits()
  }

  /// Looks at what need not be looked at with every token.
  private func look(now: Double) throws {
    nextLook = now + 0.1
    if let parent = options.parent, getppid() != parent { end = .parentGone }
    if shouldDrain(), !isDraining {
      isDraining = true
      observe(.draining)
      say(.draining)
    }
    let silence = link.silentSeconds(now: now)
    guard silence < options.trainerTimeout else {
      throw WorkerError(
        .trainerSilent(endpoint: options.endpoint, seconds: silence, wasRefused: wasRefused))
    }
    if silence < max(Self.longSilence, 3 * link.heartbeatSeconds) {
      hasToldOfSilence = false
    } else if !hasToldOfSilence {
      hasToldOfSilence = true
      observe(.silence(seconds: silence, isKnown: link.isWelcome, hasKeys: options.keyFile != nil))
    }
    if counts.isDue(now: now) { observe(.progress(counts.report(now: now))) }
  }

  /// Seconds without a word after which a person is told, or three heartbeats: a trainer answers each of them.
  private static let longSilence = 10.0

  private func take(_ news: TrainerLink.News, now: Double) {
    switch news {
    case .welcome(let welcome, let isNewSession):
      wasRefused = false
      if isNewSession {
        dropAll()
        observe(.welcome(run: welcome.run, session: welcome.session))
      }
      fetch.askAgain()
      if engine?.isFor(welcome) == true {
        kitFetch = nil
      } else if kitFetch?.isFor(welcome) != true {
        kitFetch = KitFetch(welcome)
      } else {
        kitFetch?.askAgain()
      }
    case .orders(let orders): waiting += orders.prefix(max(0, Self.namedLeases - waiting.count))
    case .drop(let leases): drop(Set(leases))
    case .dropAll: dropAll()
    case .announced(let announcement):
      if let words = fetch.take(announcement, now: now) { observe(.badTransfer(words)) }
    case .weights(let chunk): if let words = fetch.take(chunk, now: now) { observe(.badTransfer(words)) }
    case .kit(let chunk): kitFetch?.take(chunk, now: now)
    case .finished: end = .finished
    case .refused(let words): refusal = words
    }
  }
  var refusal: String?

  /// Leases that are void: their tokens are thrown away.
  private func drop(_ leases: Set<LeaseID>) {
    waiting.removeAll { leases.contains($0.lease) }
    for lease in leases { working[lease] = nil }
    for (number, lease) in self.leases where leases.contains(lease) { void.insert(number) }
  }

  private func dropAll() { drop(Set(working.keys).union(waiting.map(\.lease))) }

  /// Further items that it takes now.
  private var credit: Int {
    guard let engine, engine.version != nil, kitFetch == nil, !isDraining else { return 0 }
    return max(0, min(options.capacity, engine.maxConcurrent) - waiting.count - working.count)
  }

  private func heartbeat(unacknowledged: [LeaseID], now: Double) -> Heartbeat {
    let open = waiting.map(\.lease) + Array(working.keys) + unacknowledged
    return Heartbeat(
      credit: credit, leases: Array(open.sorted().prefix(Self.namedLeases)), version: engine?.version,
      tokens: counts.tokens, busySeconds: counts.busySeconds(now: now), seconds: now)
  }

  /// Leases that a heartbeat names, at most: what the wire allows.
  private static let namedLeases = 1024

  /// Does what is possible between two generations only: a new model, new weights.
  private func settle() throws {
    if let refusal { throw WorkerError(.refused(endpoint: options.endpoint, words: refusal)) }
    if let (kit, welcome) = try kitFetch?.complete() {
      let engine = try WorkerEngine(kit, welcome, threads: options.threads)
      self.engine = engine
      kitFetch = nil
      fetch.begin(engine.layout, now: now)
      observe(.model(engine.words))
    }
    try switchWeights()
  }

  /// Reports what it can of what it has, and leaves once that is acknowledged.
  ///
  /// - Returns: Whether it may leave now.
  private func drain() throws -> Bool {
    waiting = []
    working = [:]
    let deadline = now + max(Self.lastPatience, 2 * link.heartbeatSeconds)
    while link.isWelcome, !link.unacknowledged.isEmpty, now < deadline, end == nil {
      try turn(waitingUpTo: 0.05)
    }
    say(.goodbye)
    return true
  }

  /// Seconds to wait for acknowledgments before leaving.
  private static let lastPatience = 5.0
}
