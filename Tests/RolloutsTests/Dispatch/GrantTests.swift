import Experience
import Rollouts
import Testing
import Transport

@Suite struct `Granting work` {
  @Test func `items go out in order of issue, each to the least busy worker`() {
    var scene = DispatchScene()
    scene.join("a", "b")
    scene.issue(0..<5)
    #expect(scene.grant() == ["a": [0, 2, 4], "b": [1, 3]])
    // A worker of three times the capacity gets three times as many.
    scene = DispatchScene()
    scene.join("a", capacity: 2)
    scene.join("b", capacity: 6)
    scene.issue(0..<8)
    #expect(scene.grant().mapValues(\.count) == ["a": 2, "b": 6])
  }

  @Test func `a worker gets no more than its credit and the cap`() {
    var scene = DispatchScene()
    scene.join("a", capacity: 3)
    scene.issue(0..<10)
    #expect(scene.grant() == ["a": [0, 1, 2]])
    #expect(scene.grant() == [:])
    scene = DispatchScene(cap: 2)
    scene.join("a", "b")
    scene.issue(0..<10)
    #expect(scene.grant() == ["a": [0, 2], "b": [1, 3]])
    // A finished item frees its place at once, not with the next heartbeat.
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    #expect(scene.grant() == ["a": [4]])
  }

  @Test func `a fast worker does not get ahead of the order of issue`() {
    var scene = DispatchScene(cap: 1)
    scene.join("fast", "slow")
    scene.issue(0..<6)
    #expect(scene.grant() == ["fast": [0], "slow": [1]])
    var order: [Int] = []
    for lease in [UInt64(0), 2, 3] {
      let number = lease == 0 ? 0 : Int(lease)
      #expect(scene.report("fast", lease, number) == scene.accepted(number))
      #expect(scene.commit(lease) == .finished)
      order += scene.grant()["fast"] ?? []
    }
    #expect(order == [2, 3, 4])
    #expect(scene.dispatcher.status.workers.map(\.leases) == [1, 1])
  }

  @Test func `orders that are on their way use up credit`() {
    var scene = DispatchScene()
    scene.join("a", capacity: 4)
    scene.issue(0..<10)
    #expect(scene.grant() == ["a": [0, 1, 2, 3]])
    // Written before orders 2 and 3 came.
    scene.beat("a", credit: 2, leases: [0, 1])
    #expect(scene.grant() == [:])
    scene.beat("a", credit: 1, leases: [0, 1, 2, 3])
    #expect(scene.grant() == ["a": [4]])
  }

  @Test func `sequential items go to workers with exactly those weights`() {
    var scene = DispatchScene(continues: false)
    scene.join("none", version: nil)
    scene.join("old", version: 0)
    scene.issue(0..<2, version: 1)
    #expect(scene.grant() == [:])
    var forged = DispatchScene.hello(version: 1)
    forged.version?.digest = "sha256:other"
    _ = scene.dispatcher.hello(WorkerID("forged"), forged, now: 0)
    #expect(scene.grant() == [:])
    #expect(
      scene.dispatcher.workers(lacking: SegmentWorld.version(1)).map(\.name) == ["forged", "none", "old"])
    scene.beat("old", leases: [], version: 1)
    #expect(scene.grant() == ["old": [0, 1]])
    // An evaluation of older weights does not wait behind them, nor they behind it.
    scene.issue(2..<3, version: 1)
    scene.issue(3..<4, version: 0)
    scene.join("b", version: 0)
    #expect(scene.grant() == ["old": [2], "b": [3]])
  }

  @Test func `free items go to workers whose weights were published and are not too far behind`() {
    var scene = DispatchScene(lag: 1, published: nil)
    scene.join("a", version: 3)
    scene.issue(0..<1)
    #expect(scene.grant() == [:])
    scene.dispatcher.publish(SegmentWorld.version(3))
    scene.dispatcher.publish(SegmentWorld.version(5))
    #expect(scene.grant() == [:])
    scene.beat("a", leases: [], version: 5)
    #expect(scene.grant() == ["a": [0]])
  }

  @Test func `while weights stay, a paused item goes back to the worker that has its keys and values`() {
    for isAsync in [true, false] {
      var scene = DispatchScene(continues: isAsync)
      scene.join("a", "b")
      scene.issue(0..<4, segment: 4, version: isAsync ? nil : 0)
      #expect(scene.grant() == ["a": [0, 2], "b": [1, 3]])
      for (lease, name) in [(UInt64(0), "a"), (1, "b"), (3, "b")] {
        #expect(scene.report(name, lease, Int(lease), count: 4) == scene.accepted(Int(lease)))
        #expect(scene.commit(lease, isFinished: false) == (isAsync ? .requeued : .paused))
      }
      func reissue(_ scene: inout DispatchScene) {
        scene.dispatcher.issue(
          [0, 1, 3].map {
            DispatchItem(
              item: DispatchScene.item($0), purpose: DispatchScene.task, prompt: [1],
              continuation: (0..<4).map(Int32.init), segmentLength: 4, maxCompletionLength: 16)
          })
      }
      var other = scene
      reissue(&scene)
      // By business alone 0 would go to "b", which has nothing.
      #expect(scene.grant() == ["a": [0], "b": [1, 3]])
      other.dispatcher.publish(SegmentWorld.version(1))
      reissue(&other)
      #expect(other.grant() == ["a": [1], "b": [0, 3]])
    }
  }

  @Test func `a worker that has made much gets no more than its share of what goes on`() {
    var scene = DispatchScene()
    scene.join("a", capacity: 8)
    scene.issue(0..<4, segment: 4)
    #expect(scene.grant() == ["a": [0, 1, 2, 3]])
    for lease in UInt64(0)..<4 {
      #expect(scene.report("a", lease, Int(lease), count: 4) == scene.accepted(Int(lease)))
      #expect(scene.commit(lease, isFinished: false) == .requeued)
    }
    scene.join("b", capacity: 8)
    #expect(scene.grant() == ["a": [0, 1], "b": [2, 3]])
  }

  @Test func `an order says how the item goes on`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.dispatcher.issue([
      DispatchItem(
        item: DispatchScene.item(0), purpose: "evaluate", prompt: [7, 8], continuation: [1, 2, 3],
        segmentLength: 20, maxCompletionLength: 16, expectedLength: 9)
    ])
    #expect(
      scene.grantOrders()["a"] == [
        WorkOrder(
          lease: LeaseID(0), item: DispatchScene.item(0), purpose: "evaluate", prompt: [7, 8],
          continuation: [1, 2, 3], segmentLength: 13, maxCompletionLength: 16, version: nil, expectedLength: 9
        )
      ])
  }

  @Test func `issuing an open item again changes nothing, and purposes are kept apart`() {
    var scene = DispatchScene()
    scene.issue(0..<2)
    scene.issue(0..<2)
    #expect(scene.dispatcher.status.open == 2 && scene.dispatcher.openCount(purpose: "train") == 2)
    scene.dispatcher.issue([
      DispatchItem(item: DispatchScene.item(0), purpose: "evaluate", prompt: [1], maxCompletionLength: 4)
    ])
    #expect(scene.dispatcher.status.open == 3)
    #expect(scene.dispatcher.cancel([DispatchScene.item(0)], purpose: "train") == [])
    #expect(scene.dispatcher.isOpen(DispatchScene.item(0), purpose: "evaluate"))
    #expect(!scene.dispatcher.isOpen(DispatchScene.item(0), purpose: "train"))
  }

  @Test func `canceled items are taken from queue, workers and commits alike`() {
    var scene = DispatchScene()
    scene.join("a", "b", capacity: 2)
    scene.issue(0..<6)
    #expect(scene.grant() == ["a": [0, 2], "b": [1, 3]])
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    let void = scene.dispatcher.cancel((0..<5).map(DispatchScene.item), purpose: "train")
    #expect(
      void == [
        WorkCancellation(worker: WorkerID("a"), leases: [LeaseID(2)]),
        WorkCancellation(worker: WorkerID("b"), leases: [LeaseID(1), LeaseID(3)]),
      ])
    #expect(scene.commit(0) == .gone)
    #expect(scene.report("b", 1, 1) == .duplicate)
    #expect(scene.grant() == ["a": [5]])
    let status = scene.dispatcher.status
    #expect(status.open == 1 && status.counts.canceled == 5)
  }

  @Test func `orders that cannot be sent go back to their place`() {
    var scene = DispatchScene()
    scene.join("a")
    scene.issue(0..<2)
    let grants = scene.dispatcher.grants(now: 0)
    scene.issue(2..<3)
    for grant in grants { scene.dispatcher.undeliverable(grant) }
    #expect(scene.grant() == [:])
    scene.join("b")
    #expect(scene.grant() == ["b": [0, 1, 2]])
  }
}
