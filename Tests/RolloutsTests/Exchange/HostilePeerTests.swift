import Experience
import Rollouts
import Testing
import Transport

/// Workers that lie, stammer and shout: what they say is refused and counted, and the run goes on.
@Suite(.serialized) struct HostilePeerTests {
  @Test func `what is no message is counted by kind, told once, and harms nobody`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let fake = try FakeWorker("fake", at: exchange.address)
    let good = MessageCoding.encode(WorkerMessage.draining)
    for _ in 0..<3 {
      fake.say([])
      fake.say([[1, 2, 3]])
      fake.say([Array("XPUS".utf8) + good[0].dropFirst(4)] + good.dropFirst())
      fake.say([Array(good[0].prefix(4)) + [99] + good[0].suffix(1)] + good.dropFirst())
      fake.say([Array(good[0].prefix(5)) + [200]] + good.dropFirst())
      fake.say([good[0], Array("{\"lease\":".utf8)])
      fake.say(good + [[UInt8](repeating: 0, count: 100)])
      fake.say(Array(repeating: [0], count: 40))
    }
    try goOn(scene, exchange)
    let status = exchange.status
    #expect(status.refusals.reduce(0) { $0 + $1.count } >= 21, "\(status.refusals)")
    #expect(status.refusals.allSatisfy { $0.peer == "fake" })
    #expect(Set(scene.log.refusals).count == scene.log.refusals.count)
    #expect(
      Set(status.refusals.map(\.kind)).isSuperset(of: ["wrong_magic", "wrong_version", "unknown_message"]))
  }

  @Test func `reports that break the terms of their lease are refused, and the item goes to another`() throws
  {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let version = scene.version(1)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(8, segment: 6), purpose: "train", version: version)
    let fake = try FakeWorker("fake", at: exchange.address)
    let orders = fake.join(version)
    try #require(orders.count == 8)
    let unknown = PolicyVersion(number: 1, digest: "sha256:" + String(repeating: "a", count: 64))
    var reports = orders.map { $0.report([5, 6, 7], version: version) }
    reports[0].isFinished = true
    reports[1].tokens = [5, 1, 7]  // goes on after an end token
    reports[2] = orders[2].report([5, 6, 7, 8, 9, 10, 11], version: version)
    reports[3].sampled[1] = false
    reports[4] = orders[4].report([5, 6], version: unknown)
    reports[5].item.sample = 99
    reports[6].start = 2
    reports[7].tokens[2] = 1  // is over, but said to go on
    for report in reports { fake.say(.segment(report)) }
    let voided = fake.hear { if case .cancel(let leases) = $0 { leases } else { nil } }
    #expect(voided?.count == 1)
    #expect(eventually { exchange.status.refusals.reduce(0) { $0 + $1.count } == 8 })
    let kinds = Dictionary(grouping: exchange.status.refusals, by: \.kind).mapValues {
      $0.reduce(0) { $0 + $1.count }
    }
    #expect(
      kinds == ["disagrees": 4, "overBudget": 1, "wrongVersion": 1, "wrongItem": 1, "wrongStart": 1],
      "\(kinds)")
    #expect(scene.log.takeSegments().isEmpty)
    _ = WorkerThread("w", at: exchange.address)
    let found = try scene.collect(8, from: exchange)
    #expect(Set(found.values.compactMap(\.worker)) == ["w"])
  }

  @Test func `NaN and ids outside the vocabulary do not get in`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let version = scene.version(1)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(3), purpose: "train", version: version)
    let fake = try FakeWorker("fake", at: exchange.address)
    let orders = fake.join(version)
    try #require(orders.count == 3)
    var reports = orders.map { $0.report([5, 6], version: version) }
    reports[0].logprobs[1] = .nan
    reports[1].tokens[0] = 100
    reports[2].logprobs[0] = 0.5
    for report in reports { fake.say(.segment(report)) }
    #expect(eventually { exchange.status.refusals.contains { $0.kind == "bad_value" && $0.count == 3 } })
    #expect(scene.log.takeSegments().isEmpty)
  }

  @Test func `a report that is said twice, or in another's name, counts once`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange(.async)
    defer { exchange.close(isFinished: true) }
    let version = scene.version(1)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(1, segment: 3), purpose: "train", version: nil)
    let fake = try FakeWorker("fake", at: exchange.address)
    let order = try #require(fake.join(version).first)
    let thief = try FakeWorker("thief", at: exchange.address)
    thief.say(FakeWorker.hello())
    thief.say(.segment(order.report([9, 9, 9], version: version)))
    #expect(thief.hear { $0 == .cancel([order.lease]) ? true : nil } == true)
    let report = order.report([5, 6, 7], version: version)
    fake.say(.segment(report))
    fake.say(.segment(report))
    #expect(eventually { exchange.status.dispatch.counts.duplicates == 1 })
    let segments = scene.log.takeSegments()
    #expect(segments.count == 1)
    #expect(segments.first?.outcome.segments.first?.tokens == [5, 6, 7])
    exchange.committed(order.lease, finished: false)
    #expect(fake.hear { $0 == .acknowledge([order.lease]) ? true : nil } == true)
    // Said once more after that, it is acknowledged once more, and the item has gone on meanwhile.
    fake.say(.segment(report))
    #expect(fake.hear { $0 == .acknowledge([order.lease]) ? true : nil } == true)
    #expect(scene.log.takeSegments().isEmpty)
    #expect(exchange.status.refusals.map(\.kind) == ["unknownLease"])
    #expect(exchange.status.refusals.map(\.peer) == ["thief"])
  }

  @Test func `who asks for what there is none of is counted`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let digest = "sha256:" + String(repeating: "b", count: 64)
    let fake = try FakeWorker("fake", at: exchange.address)
    fake.say(FakeWorker.hello())
    fake.say(.fetchKit(KitRequest(digest: digest, first: 0, count: 4)))
    fake.say(.fetchWeights(WeightsRequest(digest: digest, base: nil, first: 0, count: 1024)))
    #expect(
      eventually { exchange.status.refusals.contains { $0.kind == "unknown_transfer" && $0.count == 2 } })
    exchange.publish(try scene.parameters.snapshot(version: 1))
    fake.say(.fetchWeights(WeightsRequest(digest: digest, base: digest, first: 0, count: 1)))
    #expect(
      eventually { exchange.status.refusals.contains { $0.kind == "unknown_transfer" && $0.count == 3 } })
    try goOn(scene, exchange)
  }

  @Test func `with keys, only those come in that are let in, and only under their own names`() throws {
    var scene = ExchangeScene()
    let folder = try TestFolder()
    let keys = ["trainer", "friend", "stranger"]
    for name in keys { _ = try KeyFile.write(CurveKeyPair(newFor: name), into: folder.path) }
    let list = folder.path + "/authorized_keys"
    _ = try AuthorizedKeys.authorize(KeyFile.readPublic(folder.path + "/friend.pub"), in: list)
    (scene.workers.key, scene.workers.authorizedKeys) = (folder.path + "/trainer.key", list)
    let exchange = try scene.exchange(listen: "tcp://127.0.0.1:*")
    defer { exchange.close(isFinished: true) }
    func worker(_ name: String, key: String) -> WorkerThread {
      WorkerThread(name, at: exchange.address) {
        ($0.keyFile, $0.serverKeyFile) = (folder.path + "/\(key).key", folder.path + "/trainer.pub")
        $0.trainerTimeout = 1
      }
    }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(4)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    let stranger = worker("stranger", key: "stranger")
    // A worker of ours would not begin; another program may try.
    let liar = try FakeWorker(
      "somebody", at: exchange.address,
      security: ClientSecurity(
        keyFile: folder.path + "/friend.key", serverKeyFile: folder.path + "/trainer.pub"))
    liar.say(FakeWorker.hello())
    let friend = worker("friend.2", key: "friend")
    #expect(difference(try scene.collect(4, from: exchange), try scene.inProcess(requests)) == nil)
    #expect(eventually { Set(exchange.status.refusals.map(\.kind)) == ["unknown_key", "foreign_name"] })
    #expect(exchange.status.here.map(\.worker.name) == ["friend.2"])
    #expect(stranger.join() == nil)
    #expect(stranger.error?.contains("apus keys authorize") == true, "\(stranger.error ?? "")")
    #expect(liar.hear() == nil)
    exchange.close(isFinished: true)
    #expect(friend.join() == .finished)
  }

  @Test func `an item that no worker can make is given up, with the reason`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    let version = scene.version(1)
    exchange.publish(try scene.parameters.snapshot(version: 1))
    exchange.issue(scene.requests(1), purpose: "train", version: version)
    let fake = try FakeWorker("fake", at: exchange.address)
    var order = fake.join(version).first
    for _ in 0..<3 {
      let lease = try #require(order?.lease)
      fake.say(.failed(lease, reason: "it is too much for me"))
      fake.say(fake.heartbeat(version, credit: 8))
      order = fake.hear { if case .work(let orders) = $0 { orders.first } else { nil } }
    }
    #expect(order == nil)
    let failures = scene.log.events.compactMap { event -> String? in
      if case .failed(_, "train", let reason) = event { return reason }
      return nil
    }
    #expect(failures == ["it is too much for me"])
    #expect(exchange.status.dispatch.open == 0)
  }

  /// An honest worker comes, and all is well.
  private func goOn(_ scene: ExchangeScene, _ exchange: WorkerExchange) throws {
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(4, step: 9)
    exchange.issue(requests, purpose: "train", version: scene.version(1))
    _ = WorkerThread("w", at: exchange.address)
    #expect(difference(try scene.collect(4, from: exchange), try scene.inProcess(requests)) == nil)
  }
}
