internal import Experience
internal import Transport

/// What the trainer does about what workers say. Decides; does no I/O and reads no clock: whoever owns the socket
/// hands messages in with the time, and carries out ``actions``.
struct ExchangeCore {
  /// What is to be done, in this order.
  enum Action {
    case send(TrainerMessage, to: WorkerID)
    /// Orders are told apart, because what cannot be delivered is taken back.
    case grant(WorkGrant)
    case segment(ArrivedSegment)
    case event(ExchangeEvent)
    /// Chunks are made when there is room for them.
    case weights(WeightsRequest, WorkerID)
    case kit(KitRequest, WorkerID)
    /// Nothing more is to be sent to it.
    case forget(WorkerID)
  }

  var dispatcher: Dispatcher
  private(set) var refusals = RefusalCounts()
  private(set) var publications = PublicationLog()
  private(set) var deadlines: ExchangeDeadlines
  private(set) var actions: [Action] = []
  private let welcome: Welcome
  private let reading: ReportReading
  private let maxCompletionLength: Int
  private var newest: WeightsAnnouncement?
  /// What open items are about, for what is expected of the next ones.
  private var tasks: [DispatchItem.Key: ReasoningTask] = [:]
  private var lengths = LengthExpectation()
  /// Segments that agreed with what they say.
  private var accepted = 0
  private var isClosed = false

  init(
    _ configuration: WorkersConfiguration, mode: RolloutMode, welcome: Welcome, reading: ReportReading,
    maxCompletionLength: Int, maxVersionLag: Int?, firstLease: UInt64
  ) {
    dispatcher = Dispatcher(
      DispatchSettings(configuration, mode: mode, maxVersionLag: maxVersionLag), session: welcome.session,
      firstLease: firstLease)
    deadlines = ExchangeDeadlines(configuration)
    self.welcome = welcome
    self.reading = reading
    self.maxCompletionLength = maxCompletionLength
  }

  /// Hands over what is to be done.
  mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  var status: ExchangeStatus {
    ExchangeStatus(
      dispatch: dispatcher.status, refusals: refusals.list, publications: publications.all)
  }

  // MARK: What the trainer wants

  mutating func publish(_ announcement: WeightsAnnouncement, now: Double) {
    dispatcher.publish(announcement.version)
    publications.publish(announcement.version, bytes: announcement.bytes, now: now)
    newest = announcement
    for worker in dispatcher.status.workers where worker.isHere {
      actions.append(.send(.announce(announcement), to: worker.worker))
      note(worker.worker, holds: worker.version, now: now)
    }
  }

  mutating func issue(_ requests: [SegmentRequest], purpose: String, version: PolicyVersion?) {
    let items = requests.map { request in
      DispatchItem(
        request, purpose: purpose, maxCompletionLength: maxCompletionLength, version: version,
        expectedLength: lengths.expected(request.task))
    }
    for (item, request) in zip(items, requests) { tasks[item.key] = request.task }
    dispatcher.issue(items)
  }

  mutating func cancel(_ items: [WorkItem], purpose: String) {
    for item in items { tasks[DispatchItem.Key(purpose: purpose, item: item)] = nil }
    for void in dispatcher.cancel(items, purpose: purpose) {
      actions.append(.send(.cancel(void.leases), to: void.worker))
    }
  }

  /// Purposes of open items.
  var purposes: Set<String> { Set(tasks.keys.map(\.purpose)) }

  mutating func committed(_ lease: LeaseID, isFinished: Bool) {
    guard let known = dispatcher.leases[lease], let item = dispatcher.entries[known.order]?.item else {
      return
    }
    switch dispatcher.committed(lease, isFinished: isFinished) {
    case .gone: return
    case .requeued: break
    case .finished:
      let length = item.continuation.count + (known.tokens?.count ?? 0)
      if let task = tasks.removeValue(forKey: item.key) { lengths.record(task, length: length) }
    case .paused: tasks[item.key] = nil
    }
    actions.append(.send(.acknowledge([lease]), to: known.worker))
  }

  /// - Parameter isFinished: Whether workers are to leave.
  mutating func close(isFinished: Bool) {
    isClosed = true
    guard isFinished else { return }
    for worker in dispatcher.status.workers where worker.isHere {
      actions.append(.send(.finished, to: worker.worker))
    }
  }

  // MARK: What workers say

  mutating func take(_ message: WorkerMessage, from worker: WorkerID, now: Double) {
    if case .hello(let hello) = message { return join(worker, hello, now: now) }
    guard dispatcher.isKnown(worker) else {
      if case .goodbye = message { return }
      actions.append(.send(.unknownWorker, to: worker))
      return
    }
    switch message {
    case .hello: break
    case .heartbeat(let heartbeat): take(heartbeat, from: worker, now: now)
    case .segment(let report): take(report, from: worker, now: now)
    case .fetchWeights(let request): actions.append(.weights(request, worker))
    case .fetchKit(let request): actions.append(.kit(request, worker))
    case .failed(let lease, let reason):
      switch dispatcher.failed(worker, lease, reason: reason, now: now) {
      case .requeued: break
      case .itemFailed(let key, let reason):
        tasks[key] = nil
        actions.append(.event(.failed(key.item, purpose: key.purpose, reason: reason)))
      case .unknownLease:
        refuse(worker.name, "unknownLease", "\(worker.name) gives up a lease that it does not hold")
      }
    case .draining:
      dispatcher.draining(worker, now: now)
      actions.append(.event(.draining(worker)))
    case .goodbye:
      let leases = dispatcher.workers[worker]?.leases.count ?? 0
      dispatcher.goodbye(worker, now: now)
      actions.append(.event(.left(worker, reissued: leases)))
      actions.append(.forget(worker))
    }
  }

  private mutating func join(_ worker: WorkerID, _ hello: Hello, now: Double) {
    let wasKnown = dispatcher.isKnown(worker)
    let before = dispatcher.workers[worker]?.hello
    switch dispatcher.hello(worker, hello, now: now) {
    case .tooMany(let limit):
      refuse(
        worker.name, "too_many_workers", "\(worker.name) is more than the \(limit) workers that there may be")
      actions.append(.send(.refused("there are \(limit) workers already"), to: worker))
    case .welcome:
      actions.append(.send(.welcome(welcome), to: worker))
      if let newest { actions.append(.send(.announce(newest), to: worker)) }
      let isOther = before?.process != hello.process || before?.host != hello.host
      if !wasKnown || isOther {
        actions.append(.event(.joined(worker, hello, replacing: wasKnown && isOther ? before : nil)))
      }
      note(worker, holds: hello.version, now: now)
    }
  }

  private mutating func take(_ heartbeat: Heartbeat, from worker: WorkerID, now: Double) {
    guard case .known(let void) = dispatcher.heartbeat(worker, heartbeat, now: now) else { return }
    note(worker, holds: heartbeat.version, now: now)
    // An announcement may have been lost.
    if let newest, heartbeat.version != newest.version {
      actions.append(.send(.announce(newest), to: worker))
    }
    // So that the worker knows that its trainer is there.
    actions.append(.send(void.isEmpty ? .acknowledge([]) : .cancel(void), to: worker))
  }

  private mutating func note(_ worker: WorkerID, holds version: PolicyVersion?, now: Double) {
    guard let version, let (seconds, bytes) = publications.holds(worker, version, now: now) else { return }
    actions.append(.event(.holds(worker, version, seconds: seconds, bytes: bytes)))
  }

  private mutating func take(_ report: SegmentReport, from worker: WorkerID, now: Double) {
    let lease = report.lease
    switch dispatcher.report(worker, report, now: now) {
    case .accepted(let key):
      guard let order = dispatcher.leases[lease]?.order, let entry = dispatcher.entries[order] else { return }
      do {
        let outcome = try reading.read(
          report, of: worker, after: entry.item.continuation)
        accepted += 1
        actions.append(.segment(ArrivedSegment(lease: lease, purpose: key.purpose, outcome: outcome)))
      } catch {
        _ = dispatcher.reject(lease)
        refuse(worker.name, "disagrees", "\(worker.name), \(key.item): \(error)")
        actions.append(.send(.cancel([lease]), to: worker))
      }
    case .beingCommitted: break
    case .duplicate, .late: actions.append(.send(.acknowledge([lease]), to: worker))
    case .unknownLease:
      refuse(
        worker.name, "unknownLease",
        "\(worker.name) reports under lease \(lease.rawValue), which it was not given")
      actions.append(.send(.cancel([lease]), to: worker))
    case .refused(let refusal):
      refuse(worker.name, refusal.rawValue, "\(worker.name), \(report.item): \(refusal.rawValue)")
      actions.append(.send(.cancel([lease]), to: worker))
    }
  }

  /// Counts what is refused, and says so the first time.
  mutating func refuse(_ peer: String, _ kind: String, _ reason: String) {
    guard refusals.count(kind, peer: peer) else { return }
    actions.append(.event(.refused(peer: peer, kind: kind, reason: reason)))
  }

  // MARK: As time goes by

  /// To be called when all that has arrived was handed in.
  mutating func tick(now: Double) {
    guard !isClosed else { return }
    for event in dispatcher.tick(now: now) {
      switch event {
      case .workerLost(let worker, let leases, _):
        actions.append(.event(.lost(worker, reissued: leases)))
        actions.append(.forget(worker))
      }
    }
    for grant in dispatcher.grants(now: now) { actions.append(.grant(grant)) }
    deadlines.observe(situation, now: now)
  }

  /// Orders that did not get out go to others.
  mutating func undeliverable(_ grant: WorkGrant) { dispatcher.undeliverable(grant) }

  mutating func sent(_ bytes: Int, of digest: String, to worker: WorkerID) {
    publications.sent(bytes, of: digest, to: worker)
  }

  /// A worker asked for weights or files that are not to be had. Those that were published once and are too old are
  /// no fault of its own.
  mutating func missed(_ digest: String, by worker: WorkerID) {
    guard !dispatcher.versions.contains(where: { $0.digest == digest }) else { return }
    refuse(worker.name, "unknown_transfer", "\(worker.name) asks for \(digest), which there is none of")
  }

  private var situation: ExchangeDeadlines.Situation {
    let here = dispatcher.workers.values.filter(\.isHere)
    let bound = boundVersion
    return ExchangeDeadlines.Situation(
      workers: here.count, holders: bound.map { bound in here.count { $0.version == bound } },
      items: dispatcher.entries.count, segments: accepted)
  }

  /// The weights that the oldest open item is bound to.
  private var boundVersion: PolicyVersion? {
    dispatcher.entries.min { $0.key < $1.key }?.value.item.version
  }

  /// - Parameter entrance: Where workers connect.
  /// - Throws: Where a deadline has passed.
  func check(_ entrance: @autoclosure () -> WorkerEntrance) throws(ExchangeError) {
    guard let (deadline, seconds) = deadlines.overdue else { return }
    let status = dispatcher.status
    let here = status.workers.filter(\.isHere)
    switch deadline {
    case .join:
      let before = status.workers.map { "\($0.worker.name) (\($0.state.rawValue))" }
      throw ExchangeError(
        .nobodyJoined(seconds: seconds, items: status.open, entrance: entrance(), before: before))
    case .progress:
      throw ExchangeError(
        .noProgress(seconds: seconds, items: status.open, workers: here.map(Self.words)))
    case .publish:
      throw ExchangeError(
        .notPublished(
          seconds: seconds, version: boundVersion.map(Self.words) ?? "asked for",
          workers: here.map { "\($0.worker.name) (holds \($0.version.map(Self.words) ?? "none"))" }))
    }
  }

  private static func words(_ worker: WorkerStatus) -> String {
    let items = "\(worker.leases) item\(worker.leases == 1 ? "" : "s")"
    return
      "\(worker.worker.name) (\(worker.state.rawValue), \(items), weights \(worker.version.map(words) ?? "none"))"
  }

  private static func words(_ version: PolicyVersion) -> String {
    "\(version.number) (\(version.digest.prefix(15))…)"
  }
}
