import Experience
import Rollouts
import Testing
import Transport

@Suite(.serialized) struct AsynchronousExchangeTests {
  private func scene() -> ExchangeScene {
    var scene = ExchangeScene()
    scene.rollout.maxCompletionLength = 600
    // An end token comes by chance once in a hundred, so most go on for long; at this temperature hardly any ends.
    scene.rollout.temperature = 0.01
    return scene
  }

  @Test(arguments: [WeightsSwitch.atOnce, .atItem])
  func `weights that come while a worker generates end the segments at work, or wait for them`(
    how: WeightsSwitch
  ) throws {
    var scene = scene()
    scene.rollout.weightsSwitch = how
    let exchange = try scene.exchange(.async)
    defer { exchange.close(isFinished: true) }
    let first = try scene.parameters.snapshot(version: 1)
    exchange.publish(first)
    exchange.issue(scene.requests(6), purpose: "train", version: nil)
    _ = WorkerThread("w", at: exchange.address) { $0.capacity = 3 }
    #expect(eventually { exchange.status.dispatch.leased == 3 })
    var other = ExchangeScene(seed: 6)
    other.rollout = scene.rollout
    let second = try other.parameters.snapshot(version: 2)
    exchange.publish(second)
    let found = try scene.collect(6, from: exchange)
    let versions = Set(found.values.map { $0.segments.map(\.version) })
    let known = [first.version, second.version]
    switch how {
    case .atOnce: #expect(versions.contains(known), "\(versions)")
    case .atItem: #expect(versions == [[known[0]], [known[1]]], "\(versions)")
    }
    #expect(versions.allSatisfy { $0 == known || $0.count == 1 })
    // What was made by the new weights alone is what these make.
    let expected = try other.inProcess(scene.requests(6))
    let fresh = found.filter { $1.segments.map(\.version) == [second.version] }
    #expect(how == .atOnce || fresh.count == 3)
    #expect(fresh.allSatisfy { $1.segments.first?.tokens == expected[$0]?.segments.first?.tokens })
    let publication = try #require(exchange.status.publications.last)
    #expect(publication.version == second.version)
    #expect(publication.seconds["w"] ?? -1 > 0)
    #expect(publication.sentBytes > 0)
    #expect(exchange.status.versionSkew == 0)
  }

  @Test func `a paused item goes on by itself once its segment is committed, on whatever worker has room`()
    throws
  {
    var scene = scene()
    scene.rollout.maxCompletionLength = 24
    let exchange = try scene.exchange(.async)
    defer { exchange.close(isFinished: true) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let workers = ["a", "b"].map { WorkerThread($0, at: exchange.address) { $0.capacity = 2 } }
    let requests = scene.requests(8, segment: 5)
    exchange.issue(requests, purpose: "train", version: nil)
    // Committed one by one by `collect`; only what ends is not continued.
    let found = try scene.collect(8, from: exchange)
    #expect(difference(found, try scene.inProcess(scene.requests(8))) == nil)
    #expect(found.values.contains { $0.segments.count == 5 })
    exchange.close(isFinished: true)
    for worker in workers { #expect(worker.join() == .finished) }
  }

  @Test func `items that are canceled are given up by their workers, and do not come back`() throws {
    let scene = scene()
    let exchange = try scene.exchange(.async)
    defer { exchange.close(isFinished: true) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    let requests = scene.requests(4)
    exchange.issue(requests, purpose: "train", version: nil)
    _ = WorkerThread("w", at: exchange.address)
    #expect(eventually { exchange.status.dispatch.leased == 4 })
    exchange.cancel(requests.dropLast().map(\.item))
    let found = try scene.collect(1, from: exchange)
    #expect(found.keys.sorted { $0.sample < $1.sample } == [requests[3].item])
    #expect(exchange.status.dispatch.open == 0)
  }

  @Test func `weights of the same numbers under a new number are not sent again`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: true) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    _ = WorkerThread("w", at: exchange.address)
    exchange.issue(scene.requests(2), purpose: "train", version: scene.version(1))
    _ = try scene.collect(2, from: exchange)
    let sent = exchange.status.publications.reduce(0) { $0 + $1.sentBytes }
    exchange.publish(try scene.parameters.snapshot(version: 2))
    exchange.issue(scene.requests(2, step: 2), purpose: "train", version: scene.version(2))
    let found = try scene.collect(2, from: exchange)
    #expect(found.values.allSatisfy { $0.segments.map(\.version.number) == [2] })
    #expect(exchange.status.publications.reduce(0) { $0 + $1.sentBytes } == sent)
  }
}
