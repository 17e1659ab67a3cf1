import Experience
import Rollouts
import Testing
import Transport

@Suite struct `Leases` {
  @Test func `a silent worker's items go to others, at their old place`() {
    var scene = DispatchScene()
    scene.join("a", capacity: 2)
    scene.issue(0..<4)
    #expect(scene.grant() == ["a": [0, 1]])
    scene.now = 6
    #expect(scene.dispatcher.tick(now: 6).isEmpty)
    scene.now = 6.5
    #expect(
      scene.dispatcher.tick(now: 6.5) == [.workerLost(WorkerID("a"), leases: 2, silentSeconds: 6.5)])
    #expect(scene.dispatcher.tick(now: 7).isEmpty)
    scene.join("b")
    #expect(scene.grant() == ["b": [0, 1, 2, 3]])
    #expect(scene.counts("a").reissued == 2 && scene.state("a") == .lost)
    #expect(scene.dispatcher.status.counts.workersLost == 1)
  }

  @Test func `a worker that was stopped and goes on finds its leases void`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    #expect(scene.grant() == ["a": [0, 1]])
    scene.now = 7
    _ = scene.dispatcher.tick(now: 7)
    scene.join("b")
    #expect(scene.grant() == ["b": [0, 1]])
    // It wakes up, knows nothing of it, and reports.
    #expect(!scene.dispatcher.isKnown(WorkerID("a")))
    #expect(scene.report("a", 0, 0) == .late)
    #expect(scene.beat("a", leases: [1]) == .unknownWorker)
    #expect(scene.report("b", 2, 0) == scene.accepted(0))
    #expect(scene.commit(2) == .finished)
    #expect(scene.report("a", 0, 0) == .duplicate)
    scene.join("a")
    #expect(scene.beat("a", leases: [1]) == .known(cancel: [LeaseID(1)]))
    #expect(scene.counts("a").late == 1 && scene.counts("a").duplicates == 1)
    #expect(scene.dispatcher.status.counts.segments == 1)
  }

  @Test func `any message is a sign of life`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    _ = scene.grant()
    scene.now = 5
    _ = scene.report("a", 0, 0)
    scene.now = 10
    #expect(scene.dispatcher.tick(now: 10).isEmpty)
    scene.beat("a", leases: [1])
    scene.now = 15
    _ = scene.dispatcher.failed(WorkerID("a"), LeaseID(1), reason: "r", now: 15)
    scene.now = 20
    #expect(scene.dispatcher.tick(now: 20).isEmpty)
    scene.now = 22
    #expect(scene.dispatcher.tick(now: 22).count == 1)
  }

  @Test func `a lease that two heartbeats do not name is given to another`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    #expect(scene.grant() == ["a": [0, 1]])
    scene.now = 1
    scene.beat("a", leases: [0])
    scene.beat("a", leases: [0])
    // Two within one beat of the grant may both have been written before the order was there.
    #expect(scene.dispatcher.status.leased == 2)
    scene.now = 3
    #expect(scene.beat("a", leases: [0]) == .known(cancel: []))
    #expect(scene.dispatcher.status.leased == 1)
    #expect(scene.counts("a").reissued == 1)
    scene.join("b")
    #expect(scene.grant() == ["b": [1]])
    #expect(scene.report("a", 1, 1) == .late)
  }

  @Test func `a lease that is named again is kept`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<1)
    _ = scene.grant()
    for _ in 0..<5 {
      scene.now += 2
      scene.beat("a", leases: [])
      scene.now += 2
      scene.beat("a", leases: [0])
    }
    #expect(scene.dispatcher.status.leased == 1 && scene.counts("a").reissued == 0)
  }

  @Test func `a worker that reconnects keeps its leases, a new process of its name does not`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    _ = scene.grant()
    scene.join("a")
    #expect(scene.dispatcher.status.leased == 2)
    let others = [
      DispatchScene.hello(process: 2), DispatchScene.hello(session: nil), DispatchScene.hello(session: "s0"),
    ]
    for other in others {
      var copy = scene
      _ = copy.dispatcher.hello(WorkerID("a"), other, now: 1)
      #expect(copy.dispatcher.status.leased == 0 && copy.counts("a").reissued == 2)
      #expect(copy.grant() == ["a": [0, 1]])
    }
  }

  @Test func `a draining worker gets nothing new, and its items stay with it until it leaves`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    _ = scene.grant()
    scene.dispatcher.draining(WorkerID("a"), now: 1)
    scene.issue(2..<3)
    scene.beat("a", leases: [0, 1])
    #expect(scene.grant() == [:])
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    scene.join("a")
    #expect(scene.state("a") == .draining)
    scene.dispatcher.goodbye(WorkerID("a"), now: 2)
    #expect(scene.state("a") == .left && scene.dispatcher.status.queued == 2)
    // What it had reported still counts.
    #expect(scene.commit(0) == .finished)
    scene.join("b")
    #expect(scene.grant() == ["b": [1, 2]])
  }

  @Test func `a worker that comes late is used at once`() {
    var scene = DispatchScene()
    scene.join("a", capacity: 1)
    scene.issue(0..<3)
    #expect(scene.grant() == ["a": [0]])
    scene.join("b", version: nil)
    #expect(scene.grant() == [:])
    scene.beat("b", leases: [], version: 0)
    #expect(scene.grant() == ["b": [1, 2]])
  }

  @Test func `an item that three tries could not generate is failed, lost leases do not count`() {
    var scene = DispatchScene()
    scene.issue(0..<1)
    for round in 0..<10 {
      scene.join("a")
      #expect(scene.grant() == ["a": [0]])
      scene.now = Double(round + 1) * 100
      #expect(scene.dispatcher.tick(now: scene.now).count == 1)
    }
    scene.join("a", "b")
    func fail(_ name: String, _ lease: UInt64) -> FailureVerdict {
      scene.dispatcher.failed(WorkerID(name), LeaseID(lease), reason: "no memory", now: scene.now)
    }
    #expect(scene.grant() == ["a": [0]])
    #expect(fail("b", 10) == .unknownLease)
    #expect(fail("a", 10) == .requeued)
    #expect(fail("a", 10) == .unknownLease)
    // Not to the same worker again while there is another.
    #expect(scene.grant() == ["b": [0]])
    #expect(fail("b", 11) == .requeued)
    #expect(scene.grant() == ["a": [0]])
    #expect(
      fail("a", 12)
        == .itemFailed(.init(purpose: "train", item: DispatchScene.item(0)), reason: "no memory"))
    #expect(scene.dispatcher.status.open == 0 && scene.dispatcher.status.counts.failed == 1)
  }

  @Test func `reports from before a restart of the trainer are not taken for new ones`() {
    let settings = DispatchSettings(continuesItems: true)
    var scene = DispatchScene()
    scene.dispatcher = Dispatcher(settings, session: "s2", firstLease: 1000)
    scene.dispatcher.publish(SegmentWorld.version(0))
    scene.join("a")
    scene.issue(0..<1)
    #expect(scene.grantOrders()["a"]?.map(\.lease.rawValue) == [1000])
    #expect(scene.report("a", 0, 0) == .late)
    #expect(scene.report("a", 1000, 0) == scene.accepted(0))
  }
}
