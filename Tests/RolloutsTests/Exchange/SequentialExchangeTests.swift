import Experience
import Rollouts
import Testing
import Transport

/// Real workers on threads of this process, over ipc.
@Suite(.serialized) struct SequentialExchangeTests {
  @Test(arguments: [1, 3])
  func `workers make the very tokens that the trainer's own process makes`(count: Int) throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let workers = (0..<count).map { WorkerThread("w\($0)", at: exchange.address) { $0.capacity = 4 } }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    #expect(eventually { exchange.status.publications.last?.seconds.count == count })
    let requests = scene.requests(24)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    let found = try scene.collect(24, from: exchange)
    #expect(difference(found, try scene.inProcess(requests)) == nil)
    let makers = Set(found.values.compactMap(\.worker))
    #expect(makers.count == count, "\(makers)")
    exchange.close(isFinished: true)
    for worker in workers { #expect(worker.join() == .finished, "\(worker.error ?? "")") }
  }

  @Test func `segments of any length join to the same rollouts`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let worker = WorkerThread("w", at: exchange.address)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let expected = try scene.inProcess(scene.requests(6))
    var requests = scene.requests(6, segment: 7)
    var whole: [WorkItem: SegmentOutcome] = [:]
    while !requests.isEmpty {
      exchange.issue(requests, purpose: "train", version: scene.version(1))
      let found = try scene.collect(requests.count, from: exchange)
      requests = requests.compactMap { request in
        guard var outcome = found[request.item] else { return nil }
        var next = request
        next.continuation += outcome.segments.flatMap(\.tokens)
        outcome.segments = (whole[request.item]?.segments ?? []) + outcome.segments
        whole[request.item] = outcome
        return outcome.finish == nil ? next : nil
      }
    }
    #expect(difference(whole, expected) == nil)
    exchange.close(isFinished: true)
    #expect(worker.join() == .finished)
  }

  @Test func `items wait for a worker that holds their weights`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: false) }
    let old = PolicyVersion(number: 0, digest: "sha256:" + String(repeating: "0", count: 64))
    let fake = try FakeWorker("fake", at: exchange.address)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(2), purpose: "train", version: scene.version(1))
    fake.say(FakeWorker.hello(version: old))
    fake.say(fake.heartbeat(old, credit: 8))
    // It is told of the new weights, and gets no work.
    let announced = fake.hear { if case .announce(let announcement) = $0 { announcement } else { nil } }
    #expect(announced?.version == scene.version(1))
    #expect(exchange.status.dispatch.queued == 2)
    fake.say(fake.heartbeat(scene.version(1), credit: 8))
    let orders = fake.hear { if case .work(let orders) = $0 { orders } else { nil } }
    #expect(orders?.count == 2)
  }

  @Test func `items of a worker that falls silent go to another`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(4)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    let silent = try FakeWorker("silent", at: exchange.address)
    let orders = silent.join(scene.version(1))
    #expect(orders.count == 4)
    _ = WorkerThread("w", at: exchange.address)
    let found = try scene.collect(4, from: exchange)
    #expect(difference(found, try scene.inProcess(requests)) == nil)
    #expect(exchange.status.dispatch.counts.reissued == 4)
    // It wakes up: what it had is void, and it has to say hello again.
    if let first = orders.first { silent.say(.segment(first.report([5, 6], version: scene.version(1)))) }
    #expect(silent.hear { $0 == .unknownWorker ? true : nil } == true)
    #expect(scene.log.takeSegments().isEmpty)
  }

  @Test func `a worker that drains gives back what it has, and another goes on from there`() throws {
    var scene = ExchangeScene()
    scene.rollout.maxCompletionLength = 1900
    scene.rollout.temperature = 0.01
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(8)
    let expected = try scene.inProcess(requests)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    let first = WorkerThread("first", at: exchange.address)
    #expect(eventually { exchange.status.dispatch.leased > 0 })
    first.drain()
    let second = WorkerThread("second", at: exchange.address)
    let found = try scene.collect(8, from: exchange)
    #expect(first.join() == .drained, "\(first.error ?? "")")
    #expect(difference(found, expected) == nil)
    let makers = Set(found.values.flatMap { $0.segments.compactMap(\.worker) })
    #expect(makers == ["first", "second"])
    // Tokens of the first worker are the beginnings of what the second one went on with.
    #expect(found.values.contains { $0.segments.compactMap(\.worker) == ["first", "second"] })
    exchange.close(isFinished: true)
    #expect(second.join() == .finished)
  }

  @Test func `workers find a trainer that comes back at the same address`() throws {
    let scene = ExchangeScene()
    let first = try scene.exchange()
    let folder = try TestFolder()
    let address = "ipc://\(folder.path)/x"
    first.close(isFinished: false)
    var exchange = try scene.exchange(listen: address)
    let worker = WorkerThread("w", at: address)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(4), purpose: "train", version: scene.version(1))
    _ = try scene.collect(4, from: exchange)
    exchange.close(isFinished: false)
    exchange = try scene.exchange(listen: address)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(4, step: 2)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    let found = try scene.collect(4, from: exchange)
    #expect(difference(found, try scene.inProcess(requests)) == nil)
    // Its weights are those of before, so nothing had to be sent.
    #expect(exchange.status.publications.last?.sentBytes == 0)
    exchange.close(isFinished: true)
    #expect(worker.join() == .finished)
  }

  @Test func `a trainer that never comes is named`() throws {
    let folder = try TestFolder()
    let worker = WorkerThread("w", at: "ipc://\(folder.path)/nobody") { $0.trainerTimeout = 0.2 }
    #expect(worker.join() == nil)
    #expect(worker.error?.contains("nobody") == true, "\(worker.error ?? "it has not ended")")
  }
}
