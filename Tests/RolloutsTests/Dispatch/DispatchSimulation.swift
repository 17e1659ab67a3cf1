import Experience
import Randomness
import Rollouts
import Transport

/// A trainer and workers under random faults, on a clock that events move on.
struct DispatchSimulation {
  let isAsync: Bool
  let pressure: BackPressure
  let rule: StalenessRule
  let publishEvery: Int
  let groupSize = 3
  let limit = 20
  let cap: Int?

  var random: CounterRNG
  var now = 0.0
  var dispatcher: Dispatcher
  var sessions = 1
  var pool: RolloutPool
  var workers: [SimulatedWorker]
  var version = 0
  var step = 0
  var issued = 0
  /// Accepted, not committed yet.
  var arrivals: [(lease: LeaseID, report: SegmentReport)] = []
  var ready: [PooledGroup] = []
  var trained: [GroupID: PooledGroup] = [:]
  var stale: Set<GroupID> = []
  var failed: Set<GroupID> = []
  var hasFailed: Set<WorkItem> = []
  var duplicateDeliveries = 0
  /// The first thing that was not as it should be.
  var complaint: String?

  init(seed: UInt64, isAsync: Bool, maxStaleness: Int, segment: Int?, cap: Int?) {
    self.isAsync = isAsync
    self.cap = cap
    let staleness = isAsync ? maxStaleness : 0
    pressure = BackPressure(groupsPerStep: 3, maxStaleness: staleness)
    rule = StalenessRule(limit: staleness)
    publishEvery = isAsync ? max(1, maxStaleness - 1) : 1
    random = CounterRNG(seed: seed, stream: Stream("dispatch simulation"))
    pool = RolloutPool(
      slots: pressure.limit * groupSize, groupSize: groupSize, segmentLength: segment,
      maxCompletionLength: limit)
    let settings = DispatchSettings(
      maxItemsPerWorker: cap, continuesItems: isAsync, maxVersionLag: isAsync ? staleness : nil)
    dispatcher = Dispatcher(settings, session: "1")
    dispatcher.publish(SegmentWorld.version(0))
    workers = (0..<4).map { SimulatedWorker("w\($0)", capacity: 2 + $0) }
  }

  func length(_ item: WorkItem) -> Int {
    var hash = StableHash()
    hash.combine(UInt64(item.group * 31 + item.sample))
    let draw = Int(hash.value % 100)
    return draw < 70 ? 1 + draw % 7 : draw % 27 + 1
  }

  /// What no worker can generate.
  func isPoisoned(_ item: WorkItem) -> Bool { item.group % 17 == 5 && item.sample == 1 }

  mutating func complain(_ text: String) { complaint = complaint ?? "\(text) (step \(step), at \(now) s)" }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  // MARK: The trainer

  mutating func issue() {
    let inFlight = pool.groups.count
    if !isAsync && (inFlight > 0 || !ready.isEmpty) { return }
    let count = min(pressure.admission(underWay: inFlight + ready.count), pool.admission, 3)
    for _ in 0..<count {
      let group = PooledGroup(
        step: step, index: issued, task: SegmentWorld.task, promptTokens: [1], dataPosition: issued,
        size: groupSize)
      issued += 1
      do { try pool.add(group) } catch { complain("\(error)") }
    }
    reissue()
    if pool.groups.count + ready.count > pressure.limit { complain("too much on its way") }
  }

  /// Hands all that is unfinished to the dispatcher, which knows most of it already.
  mutating func reissue() {
    dispatcher.issue(
      pool.work.map {
        DispatchItem(
          $0, purpose: "train", maxCompletionLength: limit,
          version: isAsync ? nil : SegmentWorld.version(version))
      })
  }

  mutating func grant() {
    let grants = dispatcher.grants(now: now)
    let orders = grants.flatMap(\.orders)
    for grant in grants {
      if grant.orders.map(\.lease) != grant.orders.map(\.lease).sorted() { complain("orders out of order") }
    }
    if let youngest = orders.map({ rank($0.item) }).max() {
      // Whatever is older is out already, unless it failed somewhere.
      let passedOver = queued().filter { rank($0) < youngest && !hasFailed.contains($0) }
      if !passedOver.isEmpty { complain("\(passedOver) were passed over") }
    }
    for grant in grants {
      let isDead = workers.first { $0.name == grant.worker }?.life == .dead
      if isDead, chance(50) {
        dispatcher.undeliverable(grant)
      } else {
        send(.work(grant.orders), to: grant.worker)
      }
    }
    for row in dispatcher.status.workers where row.leases > min(cap ?? .max, row.hello.capacity) {
      complain("\(row.worker.name) has \(row.leases) items")
    }
  }

  /// Place in the order of issue.
  private func rank(_ item: WorkItem) -> Int { item.group * groupSize + item.sample }

  /// What waits for a worker, asked of a copy: an idle worker would get it, as far as the cap allows the oldest of it.
  private func queued() -> [WorkItem] {
    var copy = dispatcher
    let hello = Hello(
      software: "", host: "", process: 0, processor: "", kernels: "", threads: 1, capacity: 1 << 16,
      session: nil, version: published)
    _ = copy.hello(WorkerID("probe"), hello, now: now)
    return copy.grants(now: now).flatMap(\.orders).map(\.item)
  }

  mutating func send(_ message: TrainerMessage, to worker: WorkerID) {
    guard let index = workers.firstIndex(where: { $0.name == worker }), workers[index].life != .dead else {
      return
    }
    workers[index].inbox.append(message)
  }

  mutating func receive(_ message: SimulatedWorker.Message, from worker: WorkerID) {
    switch message {
    case .hello(let hello):
      guard dispatcher.hello(worker, hello, now: now) == .welcome else { return }
      send(
        .welcome(
          Welcome(
            session: dispatcher.session, run: "r", heartbeatSeconds: 2, kitDigest: "", kitBytes: 0,
            assignment: "")), to: worker)
    case .heartbeat(let heartbeat):
      switch dispatcher.heartbeat(worker, heartbeat, now: now) {
      case .known(let void): if !void.isEmpty { send(.cancel(void), to: worker) }
      case .unknownWorker: send(.unknownWorker, to: worker)
      }
    case .segment(let report): receive(report, from: worker)
    case .failed(let lease, let item):
      hasFailed.insert(item)
      if case .itemFailed(let key, _) = dispatcher.failed(worker, lease, reason: "no memory", now: now) {
        fail(key.item)
      }
      if let index = workers.firstIndex(where: { $0.name == worker }) { workers[index].jobs[lease] = nil }
    case .draining: dispatcher.draining(worker, now: now)
    case .goodbye: dispatcher.goodbye(worker, now: now)
    }
  }

  private mutating func receive(_ report: SegmentReport, from worker: WorkerID) {
    switch dispatcher.report(worker, report, now: now) {
    case .accepted(let key):
      if key.item != report.item { complain("accepted for another item") }
      if arrivals.contains(where: { $0.report.item == report.item }) { complain("accepted twice") }
      let member = pool[GroupID(report.item)].map { $0.members[report.item.sample] }
      if member?.length != report.start { complain("accepted from the wrong place") }
      arrivals.append((report.lease, report))
    case .duplicate, .late:
      duplicateDeliveries += 1
      send(.acknowledge([report.lease]), to: worker)
    case .beingCommitted: duplicateDeliveries += 1
    case .unknownLease, .refused: send(.cancel([report.lease]), to: worker)
    }
  }

  mutating func commit() {
    guard !arrivals.isEmpty else { return }
    let (lease, report) = arrivals.remove(at: Int.random(in: arrivals.indices, using: &random))
    if chance(2) {
      if dispatcher.reject(lease) != .refused(.disagrees) { complain("rejected what was not there") }
      acknowledge(lease)
      return
    }
    let end = report.start + report.tokens.count
    let finish: FinishReason? =
      end == length(report.item) ? .stop : end == limit ? .length : nil
    // One segment per version.
    var position = report.start
    var segments: [Segment] = []
    for run in report.runs {
      segments.append(
        SegmentWorld.segment(report.item, from: position, count: run.count, version: run.version.number))
      position += run.count
    }
    if segments.flatMap(\.tokens) != report.tokens { complain("other tokens than the item has") }
    do {
      try pool.take(
        SegmentOutcome(
          item: report.item, start: report.start, segments: segments, finish: finish,
          text: finish.map { _ in "answer" }), step: step)
    } catch {
      complain("\(error)")
    }
    let result = dispatcher.committed(lease, isFinished: finish != nil)
    if finish != nil, result != .finished { complain("finished, but \(result)") }
    if finish == nil, result == .finished { complain("over too soon") }
    acknowledge(lease)
    ready += pool.takeComplete()
  }

  private mutating func acknowledge(_ lease: LeaseID) {
    for worker in workers where worker.unacknowledged[lease] != nil {
      send(.acknowledge([lease]), to: worker.name)
    }
  }

  private mutating func fail(_ item: WorkItem) {
    guard let group = pool.remove(GroupID(item)) else { return complain("a failed item without a group") }
    failed.insert(group.id)
    arrivals.removeAll { GroupID($0.report.item) == group.id }
    let void = dispatcher.cancel(group.members.indices.map(group.id.item), purpose: "train")
    for cancellation in void { send(.cancel(cancellation.leases), to: cancellation.worker) }
  }

  mutating func train(atLeast count: Int) {
    if !isAsync, !pool.groups.isEmpty { return }
    let tooOld = ready.filter { !rule.keeps(StalenessRule.staleness(of: $0, at: version)) }
    for group in tooOld { stale.insert(group.id) }
    ready.removeAll { stale.contains($0.id) }
    let wanted = isAsync ? count : ready.count
    guard wanted > 0, ready.count >= wanted else { return }
    for group in ready.sorted(by: { $0.id < $1.id }).prefix(wanted) {
      if trained.updateValue(group, forKey: group.id) != nil { complain("trained twice") }
      if !isAsync, !group.members.flatMap(\.segments).allSatisfy({ $0.version.number == version }) {
        complain("sequential, but not by the weights at hand")
      }
    }
    ready.removeAll { trained[$0.id] != nil }
    step += 1
    version += 1
    if version % publishEvery == 0 { dispatcher.publish(SegmentWorld.version(version)) }
  }

  var published: PolicyVersion { SegmentWorld.version(version / publishEvery * publishEvery) }

  /// The trainer is killed and goes on: what was not committed is lost, and all leases with it.
  mutating func restartTrainer() {
    sessions += 1
    arrivals = []
    dispatcher = Dispatcher(dispatcher.settings, session: "\(sessions)", firstLease: UInt64(sessions) << 20)
    for number in Set([0, max(0, version - 8)] + [Int](max(0, version - 8)...version)).sorted()
    where number % publishEvery == 0 { dispatcher.publish(SegmentWorld.version(number)) }
    reissue()
  }
}
