public import Experience
internal import Transport

/// Gives work items to workers, and says which of their reports count. Decides; does no I/O and reads no clock.
///
/// An item is *queued*, *leased* to one worker, or *being committed*. A report counts only under the item's one live lease, so
/// exactly once; a lease whose worker falls silent, leaves, or turns out not to know of it is taken back, and the item waits
/// again, with the tokens that are committed. Items go out strictly in the order of issue, whoever is fastest: else quick answers
/// would fill an update (length bias).
///
/// *Sequential pull*: items are bound to a version, and only a worker that holds exactly those weights gets them. *Asynchronous
/// push–pull*: items are free, any worker with published weights gets them, and a paused item goes on at once.
///
/// Times are seconds on any clock that does not go back. What has arrived is to be handed over before ``tick(now:)`` is called:
/// after the trainer itself has stood still, all workers look lost until they are heard.
///
/// "Echo: Decoupling Inference and Training for Large-Scale RL Alignment on Heterogeneous Swarms", arXiv:2508.05387. The paper
/// names the two modes; leases, credits and order are ours.
public struct Dispatcher: Sendable {
  public let settings: DispatchSettings
  /// Of this process of the trainer.
  public let session: String

  var workers: [WorkerID: WorkerRecord] = [:]
  var leases: [LeaseID: Lease] = [:]
  /// By order of issue.
  var entries: [UInt64: Entry] = [:]
  private var orders: [WorkItem: [String: UInt64]] = [:]
  /// Orders of queued items, ascending.
  private var queue: [UInt64] = []
  private var nextOrder: UInt64 = 0
  private(set) var nextLease: UInt64
  /// Oldest first.
  private(set) var versions: [PolicyVersion] = []
  /// Who made the last segment of an item that was handed back, by the newest weights.
  var makers: [DispatchItem.Key: WorkerID] = [:]
  var counts = DispatchStatus.Counts()

  /// - Parameters:
  ///   - settings: What it goes by.
  ///   - session: Of this process of the trainer.
  ///   - firstLease: Number of the first lease; above all of earlier processes, it keeps their late reports apart.
  public init(_ settings: DispatchSettings, session: String, firstLease: UInt64 = 0) {
    self.settings = settings
    self.session = session
    nextLease = min(firstLease, .max >> 1)
  }

  // MARK: Items

  /// Queues items, in this order, after all that were issued before. One that is open already stays as it is.
  ///
  /// - Precondition: There is room for at least one more token.
  public mutating func issue(_ items: [DispatchItem]) {
    for item in items where orders[item.item]?[item.purpose] == nil {
      precondition(item.continuation.count < item.maxCompletionLength && item.segmentLength ?? 1 > 0)
      entries[nextOrder] = Entry(
        item: item, segmentStart: item.continuation.count, maker: makers.removeValue(forKey: item.key))
      orders[item.item, default: [:]][item.purpose] = nextOrder
      queue.append(nextOrder)
      nextOrder += 1
      counts.issued.count()
    }
  }

  /// Takes items out, whatever their state.
  ///
  /// - Returns: What to tell the workers that are at them, by name.
  public mutating func cancel(_ items: [WorkItem], purpose: String) -> [WorkCancellation] {
    var void: [WorkerID: [LeaseID]] = [:]
    for item in items {
      guard let order = orders[item]?[purpose], let entry = entries[order] else { continue }
      if case .leased(let lease) = entry.state, let worker = end(lease)?.worker {
        void[worker, default: []].append(lease)
      } else if case .committing(let lease) = entry.state {
        leases[lease] = nil
      }
      close(order)
      counts.canceled.count()
    }
    return void.sorted { $0.key < $1.key }.map { WorkCancellation(worker: $0.key, leases: $0.value.sorted()) }
  }

  /// Makes weights known: reports made by them are in order from now on, and workers that hold them get work.
  public mutating func publish(_ version: PolicyVersion) {
    guard versions.last != version else { return }
    versions.removeAll { $0 == version }
    versions.append(version)
    // What was computed by other weights is of no use any more, wherever it is.
    makers = [:]
    for order in entries.keys { entries[order]?.maker = nil }
    if versions.count > settings.maxVersions { versions.removeFirst() }
  }

  /// What was published belongs to another line of weights: whoever still holds it gets no work until new weights are published.
  public mutating func forgetVersions() { versions = [] }

  /// Whether an item is open: queued, leased or being committed.
  public func isOpen(_ item: WorkItem, purpose: String) -> Bool { orders[item]?[purpose] != nil }

  /// Open items of a purpose.
  public func openCount(purpose: String) -> Int { entries.values.count { $0.item.purpose == purpose } }

  // MARK: Grants

  /// Leases queued items to workers, as far as these have room: oldest item first, each to the worker that made its last segment
  /// by the same weights and so has its keys and values, while that has less than its share; else to the one that is least busy
  /// for its capacity.
  public mutating func grants(now: Double) -> [WorkGrant] {
    var free = workers.filter { room($1) > 0 }.keys.sorted()
    var grants: [WorkerID: [WorkOrder]] = [:]
    var granted: Set<UInt64> = []
    let here = workers.values.filter { $0.state == .joined }
    let load = Load(
      items: queue.count + here.reduce(0) { $0 + $1.leases.count },
      capacity: here.reduce(0) { $0 + $1.capacity })
    for order in queue {
      guard !free.isEmpty else { break }
      guard let entry = entries[order], let worker = choose(free, for: entry, load) else { continue }
      grants[worker, default: []].append(lease(order, to: worker, now: now))
      granted.insert(order)
      if let record = workers[worker], room(record) <= 0 { free.removeAll { $0 == worker } }
    }
    if !granted.isEmpty { queue.removeAll { granted.contains($0) } }
    return grants.sorted { $0.key < $1.key }.map { WorkGrant(worker: $0.key, orders: $0.value) }
  }

  /// Puts orders back that could not be sent. The worker gets no others before its next heartbeat.
  public mutating func undeliverable(_ grant: WorkGrant) {
    for order in grant.orders { takeBack(order.lease) }
    workers[grant.worker]?.credit = 0
  }

  /// Further items for a worker.
  private func room(_ worker: WorkerRecord) -> Int {
    guard worker.state == .joined, worker.version != nil else { return 0 }
    return min(worker.credit, (settings.maxItemsPerWorker ?? .max) - worker.leases.count)
  }

  /// Items that wait or are out, and what all workers have room for.
  private struct Load {
    var items: Int
    var capacity: Int
  }

  private func choose(_ free: [WorkerID], for entry: Entry, _ load: Load) -> WorkerID? {
    if let maker = entry.maker, free.contains(maker), let record = workers[maker],
      mayHave(entry, maker, record),
      record.leases.count * load.capacity < load.items * record.capacity
    {
      return maker
    }
    var best: (name: WorkerID, record: WorkerRecord)?
    for name in free {
      guard let record = workers[name], mayHave(entry, name, record) else { continue }
      guard let other = best?.record else {
        best = (name, record)
        continue
      }
      // leases / capacity < leases' / capacity', in whole numbers.
      if record.leases.count * other.capacity < other.leases.count * record.capacity { best = (name, record) }
    }
    return best?.name
  }

  private func mayHave(_ entry: Entry, _ name: WorkerID, _ record: WorkerRecord) -> Bool {
    guard let version = record.version else { return false }
    if let bound = entry.item.version {
      guard version == bound else { return false }
    } else {
      guard let newest = versions.last, versions.contains(version),
        newest.number - version.number <= settings.maxVersionLag ?? .max
      else { return false }
    }
    guard entry.failedOn.contains(name) else { return true }
    // It goes back to a worker that could not do it only where no other might.
    return !workers.contains {
      $1.state == .joined && !entry.failedOn.contains($0)
        && (entry.item.version == nil || $1.version == entry.item.version)
    }
  }

  private mutating func lease(_ order: UInt64, to worker: WorkerID, now: Double) -> WorkOrder {
    let id = LeaseID(nextLease)
    nextLease += 1
    guard var entry = entries[order] else { preconditionFailure("order \(order) is not open") }
    entry.state = .leased(id)
    entries[order] = entry
    leases[id] = Lease(worker: worker, order: order, since: now)
    workers[worker]?.leases.insert(id)
    workers[worker]?.credit -= 1
    workers[worker]?.counts.granted.count()
    counts.granted.count()
    return WorkOrder(
      lease: id, item: entry.item.item, purpose: entry.item.purpose, prompt: entry.item.prompt,
      continuation: entry.item.continuation, segmentLength: entry.asked,
      maxCompletionLength: entry.item.maxCompletionLength, version: entry.item.version,
      expectedLength: entry.item.expectedLength)
  }

  // MARK: Leases and entries

  /// Ends a lease that a worker has; its item is in no state until the caller says which.
  mutating func end(_ id: LeaseID) -> Lease? {
    guard let lease = leases.removeValue(forKey: id) else { return nil }
    workers[lease.worker]?.leases.remove(id)
    return lease
  }

  /// Ends a lease and queues its item again, at its old place.
  mutating func takeBack(_ id: LeaseID) {
    guard let lease = end(id) else { return }
    requeue(lease.order)
    counts.reissued.count()
    workers[lease.worker]?.counts.reissued.count()
  }

  mutating func requeue(_ order: UInt64) {
    guard entries[order] != nil else { return }
    entries[order]?.state = .queued
    let place = queue.firstIndex { $0 >= order } ?? queue.endIndex
    if place == queue.endIndex || queue[place] != order { queue.insert(order, at: place) }
  }

  /// Forgets an item.
  mutating func close(_ order: UInt64) {
    guard let entry = entries.removeValue(forKey: order) else { return }
    orders[entry.item.item]?[entry.item.purpose] = nil
    if orders[entry.item.item]?.isEmpty == true { orders[entry.item.item] = nil }
    if entry.state == .queued { queue.removeAll { $0 == order } }
  }

  /// The open entries of an item, of whichever purpose.
  func openEntries(_ item: WorkItem) -> [Entry] { (orders[item] ?? [:]).values.compactMap { entries[$0] } }

  var queuedCount: Int { queue.count }
}

/// An open item.
struct Entry: Sendable {
  enum State: Sendable, Hashable {
    case queued
    case leased(LeaseID)
    case committing(LeaseID)
  }

  /// Its continuation is what is committed.
  var item: DispatchItem
  var state = State.queued
  /// New tokens at which the segment at hand began.
  var segmentStart: Int
  var failures = 0
  /// Fewer than `maxFailures`.
  var failedOn: Set<WorkerID> = []
  /// Who made its last segment by the newest weights.
  var maker: WorkerID?

  init(item: DispatchItem, segmentStart: Int, maker: WorkerID?) {
    self.item = item
    self.segmentStart = segmentStart
    self.maker = maker
  }

  /// Tokens that are left of its segment, and of its budget; nil = to the end.
  var asked: Int? {
    item.segmentLength.map {
      min($0 - (item.continuation.count - segmentStart), item.maxCompletionLength - item.continuation.count)
    }
  }
}

/// One grant of one item.
struct Lease: Sendable {
  var worker: WorkerID
  var order: UInt64
  var since: Double
  /// Heartbeats in a row that did not name it.
  var absences = 0
  /// What was reported and is being committed; nil while the worker is at it.
  var tokens: [Int32]?
}
