import Experience
import Rollouts
import Transport

/// A dispatcher with helpers that say in one word what workers do.
struct DispatchScene {
  var dispatcher: Dispatcher
  var now = 0.0

  static let task = "train"
  static let limit = 16

  init(
    continues: Bool = true, cap: Int? = nil, lag: Int? = nil, published: Int? = 0,
    _ change: (inout DispatchSettings) -> Void = { _ in }
  ) {
    var settings = DispatchSettings(
      heartbeatSeconds: 2, missedHeartbeats: 3, maxItemsPerWorker: cap, continuesItems: continues,
      maxVersionLag: lag)
    change(&settings)
    dispatcher = Dispatcher(settings, session: "s1")
    if let published { dispatcher.publish(SegmentWorld.version(published)) }
  }

  static func item(_ number: Int) -> WorkItem { WorkItem(step: 1, group: number / 2, sample: number % 2) }

  static func hello(
    process: Int = 1, capacity: Int = 4, version: Int? = 0, session: String? = "s1"
  ) -> Hello {
    Hello(
      software: "0.1.0", host: "h", process: process, processor: "p", kernels: "avx2", threads: 1,
      capacity: capacity, session: session, version: version.map(SegmentWorld.version))
  }

  mutating func issue(_ numbers: Range<Int>, segment: Int? = nil, version: Int? = nil) {
    dispatcher.issue(
      numbers.map {
        DispatchItem(
          item: Self.item($0), purpose: Self.task, prompt: [1], segmentLength: segment,
          maxCompletionLength: Self.limit, version: version.map(SegmentWorld.version))
      })
  }

  mutating func join(_ names: String..., capacity: Int = 4, version: Int? = 0) {
    for name in names {
      _ = dispatcher.hello(WorkerID(name), Self.hello(capacity: capacity, version: version), now: now)
    }
  }

  /// Item numbers by worker.
  mutating func grant() -> [String: [Int]] {
    grantOrders().mapValues { $0.map { $0.item.group * 2 + $0.item.sample } }
  }

  mutating func grantOrders() -> [String: [WorkOrder]] {
    Dictionary(uniqueKeysWithValues: dispatcher.grants(now: now).map { ($0.worker.name, $0.orders) })
  }

  @discardableResult
  mutating func beat(
    _ name: String, credit: Int = 4, leases: [UInt64], version: Int? = 0
  ) -> HeartbeatVerdict {
    dispatcher.heartbeat(
      WorkerID(name),
      Heartbeat(
        credit: credit, leases: leases.map(LeaseID.init), version: version.map(SegmentWorld.version),
        tokens: 0,
        busySeconds: 0, seconds: 0), now: now)
  }

  static func report(
    _ lease: UInt64, _ number: Int, start: Int = 0, count: Int = 3, versions: [Int] = [0]
  ) -> SegmentReport {
    let tokens = (start..<start + count).map { SegmentWorld.token(item(number), $0) }
    let each = count / versions.count
    return SegmentReport(
      lease: LeaseID(lease), item: item(number), start: start,
      runs: versions.enumerated().map {
        .init(
          count: $0 + 1 == versions.count ? count - each * $0 : each, version: SegmentWorld.version($1))
      }, tokens: tokens, logprobs: Array(repeating: -1, count: count),
      sampled: Array(repeating: true, count: count), isFinished: false)
  }

  mutating func report(
    _ name: String, _ lease: UInt64, _ number: Int, start: Int = 0, count: Int = 3, versions: [Int] = [0]
  ) -> ReportVerdict {
    dispatcher.report(
      WorkerID(name), Self.report(lease, number, start: start, count: count, versions: versions), now: now)
  }

  mutating func commit(_ lease: UInt64, isFinished: Bool = true) -> CommitResult {
    dispatcher.committed(LeaseID(lease), isFinished: isFinished)
  }

  func counts(_ name: String) -> WorkerStatus.Counts {
    dispatcher.status.workers.first { $0.worker.name == name }?.counts ?? .init()
  }

  func state(_ name: String) -> WorkerStatus.State? {
    dispatcher.status.workers.first { $0.worker.name == name }?.state
  }

  func accepted(_ number: Int) -> ReportVerdict {
    .accepted(.init(purpose: Self.task, item: Self.item(number)))
  }
}
