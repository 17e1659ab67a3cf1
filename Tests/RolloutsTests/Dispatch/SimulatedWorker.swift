import Experience
import Rollouts
import Transport

/// A worker process on a bad day: it keeps its reports until they are acknowledged, and all it does can be lost.
struct SimulatedWorker {
  enum Life { case running, stopped, dead }

  enum Message {
    case hello(Hello)
    case heartbeat(Heartbeat)
    case segment(SegmentReport)
    case failed(LeaseID, WorkItem)
    case draining
    case goodbye
  }

  /// What it is at.
  struct Job {
    var order: WorkOrder
    var tokens: [Int32] = []
    var runs: [SegmentReport.VersionRun] = []
  }

  let name: WorkerID
  var process = 1
  var life = Life.running
  var isDraining = false
  var version: PolicyVersion?
  var session: String?
  var capacity: Int
  var inbox: [TrainerMessage] = []
  var outbox: [Message] = []
  var jobs: [LeaseID: Job] = [:]
  var unacknowledged: [LeaseID: SegmentReport] = [:]

  init(_ name: String, capacity: Int) {
    self.name = WorkerID(name)
    self.capacity = capacity
    sayHello()
  }

  private mutating func sayHello() {
    outbox.append(
      .hello(
        Hello(
          software: "0.1.0", host: "h", process: process, processor: "p", kernels: "k", threads: 1,
          capacity: capacity, session: session, version: version)))
  }

  /// A new process of the same name: nothing is left of the old one.
  mutating func restart() {
    self = SimulatedWorker(name.name, process: process + 1, capacity: capacity)
  }

  private init(_ name: String, process: Int, capacity: Int) {
    self.init(name, capacity: capacity)
    self.process = process
    outbox = []
    sayHello()
  }

  mutating func read() {
    for message in inbox {
      switch message {
      case .welcome(let welcome):
        if session != welcome.session {
          jobs = [:]
          unacknowledged = [:]
        }
        session = welcome.session
      case .work(let orders): for order in orders { jobs[order.lease] = Job(order: order) }
      case .acknowledge(let leases): for lease in leases { unacknowledged[lease] = nil }
      case .cancel(let leases):
        for lease in leases {
          jobs[lease] = nil
          unacknowledged[lease] = nil
        }
      case .unknownWorker:
        jobs = [:]
        sayHello()
      default: break
      }
    }
    inbox = []
  }

  mutating func beat() {
    outbox.append(
      .heartbeat(
        Heartbeat(
          credit: isDraining ? 0 : max(0, capacity - jobs.count), leases: jobs.keys.sorted(),
          version: version,
          tokens: 0, busySeconds: 0, seconds: 0)))
  }

  /// Generates for one of its items; `length` is what the item has by nature.
  mutating func work(on lease: LeaseID, tokens: Int, length: (WorkItem) -> Int) {
    guard var job = jobs[lease], let version else { return }
    let order = job.order
    if let bound = order.version, bound != version { return }
    let end = min(length(order.item), order.maxCompletionLength)
    for _ in 0..<tokens {
      let position = order.continuation.count + job.tokens.count
      guard position < end, job.tokens.count < order.segmentLength ?? .max else { break }
      job.tokens.append(SegmentWorld.token(order.item, position))
      if job.runs.last?.version == version {
        job.runs[job.runs.count - 1].count += 1
      } else {
        job.runs.append(.init(count: 1, version: version))
      }
    }
    jobs[lease] = job
    let isOver = order.continuation.count + job.tokens.count >= end
    if isOver || job.tokens.count == order.segmentLength { handOver(lease, isFinished: isOver) }
  }

  /// Reports what there is, even in the middle of a segment.
  mutating func handOver(_ lease: LeaseID, isFinished: Bool = false) {
    guard let job = jobs[lease], !job.tokens.isEmpty else { return }
    let report = SegmentReport(
      lease: lease, item: job.order.item, start: job.order.continuation.count, runs: job.runs,
      tokens: job.tokens,
      logprobs: job.tokens.map { _ in -1 }, sampled: job.tokens.map { _ in true }, isFinished: isFinished)
    jobs[lease] = nil
    unacknowledged[lease] = report
    outbox.append(.segment(report))
  }

  mutating func drain() {
    isDraining = true
    outbox.append(.draining)
    for lease in jobs.keys.sorted() { handOver(lease) }
  }
}
