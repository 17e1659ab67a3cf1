public import Experience
public import Transport

/// What is known of a worker.
struct WorkerRecord: Sendable {
  var hello: Hello
  var state = WorkerStatus.State.joined
  var version: PolicyVersion?
  var credit: Int
  /// Those that it is at, not those whose report is here.
  var leases: Set<LeaseID> = []
  var joined: Double
  var lastSeen: Double
  var heartbeat: Heartbeat?
  var counts = WorkerStatus.Counts()
  /// Refused reports of this process of it.
  var refusals = 0

  /// Of it, kept within what a division can bear.
  var capacity: Int { Self.clamp(hello.capacity) }
  static func clamp(_ capacity: Int) -> Int { min(max(capacity, 1), 1 << 16) }
  var isHere: Bool { state == .joined || state == .draining || state == .barred }
}

extension Dispatcher {
  /// A worker joins, or comes back.
  ///
  /// It keeps its leases only where it is the same process, was never given up, and knows of this session of the trainer.
  public mutating func hello(_ worker: WorkerID, _ hello: Hello, now: Double) -> HelloVerdict {
    if let known = workers[worker] {
      let isSameProcess = known.hello.process == hello.process && known.hello.host == hello.host
      let keepsLeases = isSameProcess && known.isHere && hello.session == session
      if !keepsLeases { takeBackAll(of: worker) }
      guard var record = workers[worker] else { return .welcome }
      record.hello = hello
      record.version = hello.version
      record.lastSeen = now
      record.credit = max(0, record.capacity - record.leases.count)
      if !keepsLeases {
        record.joined = now
        record.heartbeat = nil
      }
      if !isSameProcess { record.refusals = 0 }
      if record.refusals >= settings.maxRefusals {
        record.state = .barred
      } else if known.state != .draining || !keepsLeases {
        record.state = .joined
      }
      workers[worker] = record
      return .welcome
    }
    if workers.count >= settings.maxWorkers {
      guard let gone = workers.filter({ !$1.isHere }).min(by: { $0.value.lastSeen < $1.value.lastSeen })?.key
      else { return .tooMany(limit: settings.maxWorkers) }
      workers[gone] = nil
    }
    workers[worker] = WorkerRecord(
      hello: hello, version: hello.version, credit: WorkerRecord.clamp(hello.capacity), joined: now,
      lastSeen: now)
    return .welcome
  }

  /// A sign of life.
  public mutating func heartbeat(_ worker: WorkerID, _ heartbeat: Heartbeat, now: Double) -> HeartbeatVerdict
  {
    guard let record = workers[worker], record.isHere else { return .unknownWorker }
    let named = Set(heartbeat.leases)
    let unseen = record.leases.subtracting(named)
    workers[worker]?.lastSeen = now
    workers[worker]?.version = heartbeat.version
    workers[worker]?.heartbeat = heartbeat
    // Orders on their way use up credit that the worker did not know of when it wrote.
    workers[worker]?.credit = max(0, min(max(0, heartbeat.credit), record.capacity) - unseen.count)
    for id in record.leases {
      guard var lease = leases[id] else { continue }
      lease.absences = unseen.contains(id) ? lease.absences + 1 : 0
      leases[id] = lease
    }
    // Two, and not within one beat of the grant: the first may have been written before the order was there.
    for id in unseen.sorted() {
      guard let lease = leases[id], lease.absences >= 2, now - lease.since >= settings.heartbeatSeconds else {
        continue
      }
      takeBack(id)
    }
    // Reports that are being committed are not the worker's to drop.
    return .known(cancel: named.filter { leases[$0]?.worker != worker }.sorted())
  }

  /// A worker takes nothing new, and goes when it is done.
  public mutating func draining(_ worker: WorkerID, now: Double) {
    guard let record = workers[worker], record.isHere else { return }
    workers[worker]?.lastSeen = now
    workers[worker]?.state = .draining
  }

  /// A worker goes now, or its connection is gone for good.
  public mutating func goodbye(_ worker: WorkerID, now: Double) {
    guard let record = workers[worker], record.isHere else { return }
    takeBackAll(of: worker)
    workers[worker]?.lastSeen = now
    workers[worker]?.state = .left
  }

  /// Gives up workers that have been silent for too long.
  public mutating func tick(now: Double) -> [DispatchEvent] {
    var events: [DispatchEvent] = []
    for name in workers.keys.sorted() {
      guard let record = workers[name], record.isHere, now - record.lastSeen > settings.silenceSeconds
      else { continue }
      takeBackAll(of: name)
      workers[name]?.state = .lost
      counts.workersLost.count()
      events.append(
        .workerLost(name, leases: record.leases.count, silentSeconds: now - record.lastSeen))
    }
    return events
  }

  /// Whether a worker has said hello and has not been given up; to others the trainer says that it does not know them.
  public func isKnown(_ worker: WorkerID) -> Bool { workers[worker]?.isHere ?? false }

  /// Workers that take part and do not hold these weights, by name.
  public func workers(lacking version: PolicyVersion) -> [WorkerID] {
    workers.filter { $1.state == .joined && $1.version != version }.keys.sorted()
  }

  private mutating func takeBackAll(of worker: WorkerID) {
    for id in (workers[worker]?.leases ?? []).sorted() { takeBack(id) }
  }

  public var status: DispatchStatus {
    let newest = versions.last
    let rows = workers.sorted { $0.key < $1.key }.map { name, record in
      WorkerStatus(
        worker: name, hello: record.hello, state: record.state, version: record.version,
        lag: newest.flatMap { newest in
          record.version.map { StalenessRule.lag(of: $0.number, at: newest.number) }
        },
        credit: record.state == .joined ? record.credit : 0, leases: record.leases.count,
        joined: record.joined, lastSeen: record.lastSeen, counts: record.counts,
        tokens: record.heartbeat?.tokens ?? 0, busySeconds: record.heartbeat?.busySeconds ?? 0,
        seconds: record.heartbeat?.seconds ?? 0)
    }
    let out = leases.filter { $1.tokens == nil }
    let oldest = out.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }?.value
    return DispatchStatus(
      workers: rows, queued: queuedCount, leased: out.count, committing: leases.count - out.count,
      newestVersion: newest, counts: counts,
      oldest: oldest.flatMap { lease in
        entries[lease.order].map { .init(worker: lease.worker, item: $0.item.item, since: lease.since) }
      })
  }
}
