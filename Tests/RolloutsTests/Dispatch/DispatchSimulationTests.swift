import Experience
import Randomness
import Rollouts
import Testing
import Transport

extension DispatchSimulation {
  /// Something happens, at random.
  mutating func disturb() {
    now += Double.random(in: 0...0.1, using: &random)
    let index = Int.random(in: workers.indices, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<8: issue()
    case 8..<16: grant()
    case 16..<34: work(index)
    case 34..<58: for _ in 0..<4 { deliver(index) }
    case 58..<66: if workers[index].life == .running { workers[index].beat() }
    case 66..<80: for _ in 0..<3 { commit() }
    case 80..<85: train(atLeast: 3)
    case 85..<90: if workers[index].life == .running { workers[index].version = published }
    case 90: if chance(20) { workers[index].life = .dead }
    case 91..<93: revive(index)
    case 93: if chance(30), workers[index].life == .running { workers[index].life = .stopped }
    case 94..<96: if workers[index].life == .stopped { workers[index].life = .running }
    case 96: if chance(20), workers[index].life == .running { workers[index].drain() }
    // A network that loses, repeats and holds back.
    case 97:
      for report in workers[index].unacknowledged.values { workers[index].outbox.append(.segment(report)) }
    case 98: if chance(50) { loseSomething(index) }
    default: if chance(5) { restartTrainer() }
    }
    for event in dispatcher.tick(now: now) {
      if case .workerLost(_, _, let silent) = event, silent <= 6 { complain("lost after \(silent) s") }
    }
  }

  /// A while without faults: everything that is on its way arrives.
  mutating func settle() {
    now += 1
    for index in workers.indices {
      if workers[index].life == .stopped { workers[index].life = .running }
      if workers[index].life == .dead || workers[index].isDraining { revive(index) }
      workers[index].version = published
      workers[index].beat()
      for report in workers[index].unacknowledged.values { workers[index].outbox.append(.segment(report)) }
      while !workers[index].outbox.isEmpty { deliver(index) }
      for _ in 0..<8 { work(index) }
    }
    _ = dispatcher.tick(now: now)
    while !arrivals.isEmpty { commit() }
    grant()
    train(atLeast: 1)
  }

  private mutating func loseSomething(_ index: Int) {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: if !workers[index].outbox.isEmpty { workers[index].outbox.removeFirst() }
    case 1: workers[index].inbox = []
    default:
      guard let lease = workers[index].jobs.keys.min(), let job = workers[index].jobs[lease] else { return }
      workers[index].outbox.append(.failed(lease, job.order.item))
    }
  }

  private mutating func work(_ index: Int) {
    guard workers[index].life == .running else { return }
    workers[index].read()
    if workers[index].isDraining, workers[index].jobs.isEmpty { workers[index].outbox.append(.goodbye) }
    let tokens = Int.random(in: 1...8, using: &random)
    let length = length
    for lease in workers[index].jobs.keys.sorted() {
      guard let item = workers[index].jobs[lease]?.order.item, isPoisoned(item) else {
        workers[index].work(on: lease, tokens: tokens) { length($0) }
        continue
      }
      workers[index].jobs[lease] = nil
      workers[index].outbox.append(.failed(lease, item))
    }
  }

  private mutating func deliver(_ index: Int) {
    guard workers[index].life != .stopped, !workers[index].outbox.isEmpty else { return }
    let message = workers[index].outbox.removeFirst()
    receive(message, from: workers[index].name)
    if chance(3) { receive(message, from: workers[index].name) }
    if case .goodbye = message { workers[index].life = .dead }
  }

  private mutating func revive(_ index: Int) {
    guard workers[index].life == .dead || workers[index].isDraining else { return }
    workers[index].restart()
  }
}

@Suite struct `Dispatch under faults` {
  struct Case: Sendable, CustomTestStringConvertible {
    var seed: UInt64
    var isAsync: Bool
    var maxStaleness = 0
    var segment: Int?
    var cap: Int?
    var testDescription: String {
      "seed \(seed), \(isAsync ? "async, max_staleness \(maxStaleness)" : "sequential"), segment \(segment ?? 0)"
    }
  }

  private static let cases = [
    Case(seed: 1, isAsync: true, maxStaleness: 0), Case(seed: 2, isAsync: true, maxStaleness: 1, segment: 4),
    Case(seed: 3, isAsync: true, maxStaleness: 2, segment: 5, cap: 2),
    Case(seed: 4, isAsync: true, maxStaleness: 4, segment: 3),
    Case(seed: 5, isAsync: true, maxStaleness: 4, cap: 3),
    Case(seed: 6, isAsync: false), Case(seed: 7, isAsync: false, cap: 1), Case(seed: 8, isAsync: false),
  ]

  @Test(arguments: cases)
  func `in ten thousand random events nothing is lost, counted twice, too old or too much`(_ example: Case) {
    var simulation = DispatchSimulation(
      seed: example.seed, isAsync: example.isAsync, maxStaleness: example.maxStaleness,
      segment: example.segment, cap: example.cap)
    for _ in 0..<10_000 where simulation.complaint == nil { simulation.disturb() }
    let stepsUnderFaults = simulation.step
    var rounds = 0
    while simulation.complaint == nil, !simulation.pool.groups.isEmpty || !simulation.ready.isEmpty,
      rounds < 500
    {
      simulation.settle()
      rounds += 1
    }
    #expect(simulation.complaint == nil)
    #expect(rounds < 500, "something never came to its end")
    let ends = [Set(simulation.trained.keys), simulation.stale, simulation.failed]
    #expect(ends.map(\.count).reduce(0, +) == simulation.issued)
    #expect(Set(ends.joined()).count == simulation.issued)
    #expect(simulation.dispatcher.status.open == 0)
    // It was not a quiet day.
    #expect(!simulation.failed.isEmpty)
    #expect(stepsUnderFaults > 10 && simulation.duplicateDeliveries > 10 && simulation.sessions > 1)
    for group in simulation.trained.values {
      for (sample, member) in group.members.enumerated() {
        let length = min(simulation.length(group.id.item(sample)), simulation.limit)
        #expect(member.length == length && member.isFinished)
      }
    }
  }
}
