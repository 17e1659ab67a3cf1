import Experience
import Rollouts
import Testing
import Transport

@Suite struct `Reports` {
  /// One worker at items 0 and 1.
  private func scene(
    continues: Bool = true, segment: Int? = nil, version: Int? = nil
  ) -> DispatchScene {
    var scene = DispatchScene(continues: continues)
    scene.join("a")
    scene.issue(0..<2, segment: segment, version: version)
    _ = scene.grant()
    return scene
  }

  @Test func `a report counts once, before and after it is committed`() {
    var scene = scene()
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    #expect(scene.report("a", 0, 0) == .beingCommitted)
    #expect(scene.commit(0) == .finished)
    #expect(scene.commit(0) == .gone)
    #expect(scene.report("a", 0, 0) == .duplicate)
    let counts = scene.counts("a")
    #expect(counts.segments == 1 && counts.tokens == 3 && counts.duplicates == 2 && counts.finished == 1)
  }

  @Test func `what is against the terms of the lease is refused, and the item goes out again`() {
    func refusal(
      version: Int? = nil, segment: Int? = nil, _ report: SegmentReport
    ) -> ReportVerdict.Refusal? {
      var scene = scene(segment: segment, version: version)
      let verdict = scene.dispatcher.report(WorkerID("a"), report, now: 0)
      guard case .refused(let refusal) = verdict else { return nil }
      #expect(scene.counts("a").refused == 1 && scene.dispatcher.status.counts.segments == 0)
      #expect(scene.grant() == ["a": [0]])
      #expect(scene.commit(0) == .gone)
      return refusal
    }
    func changed(_ change: (inout SegmentReport) -> Void) -> SegmentReport {
      var report = DispatchScene.report(0, 0)
      change(&report)
      return report
    }
    #expect(refusal(DispatchScene.report(0, 1)) == .wrongItem)
    #expect(refusal(DispatchScene.report(0, 0, start: 1)) == .wrongStart)
    #expect(refusal(changed { $0.start = -1 }) == .wrongStart)
    #expect(refusal(DispatchScene.report(0, 0, count: 17)) == .overBudget)
    #expect(refusal(segment: 2, DispatchScene.report(0, 0)) == .overBudget)
    #expect(refusal(DispatchScene.report(0, 0, versions: [1])) == .unknownVersion)
    #expect(refusal(version: 0, DispatchScene.report(0, 0, versions: [0, 1])) == .wrongVersion)
    #expect(refusal(changed { $0.runs = [] }) == .wrongCount)
    #expect(refusal(changed { $0.runs[0].count = 2 }) == .wrongCount)
    #expect(refusal(changed { $0.runs[0].count = .max }) == .wrongCount)
    #expect(
      refusal(changed { $0.runs += [.init(count: .max, version: SegmentWorld.version(0))] }) == .wrongCount)
    #expect(
      refusal(changed { $0.runs += [.init(count: 0, version: SegmentWorld.version(0))] }) == .wrongCount)
    #expect(refusal(changed { $0.logprobs.removeLast() }) == .wrongCount)
    #expect(refusal(changed { $0.sampled = [] }) == .wrongCount)
    #expect(
      refusal(
        changed {
          ($0.tokens, $0.logprobs, $0.sampled, $0.runs) = ([], [], [], [])
        }) == .wrongCount)
    #expect(refusal(DispatchScene.report(0, 0, count: 16)) == nil)
    #expect(refusal(version: 0, segment: 3, DispatchScene.report(0, 0)) == nil)
  }

  @Test func `nobody can use or end another's lease`() {
    var scene = scene()
    scene.join("b")
    #expect(scene.report("b", 0, 0) == .unknownLease)
    #expect(scene.report("b", 99, 0) == .unknownLease)
    #expect(scene.report("stranger", 0, 0) == .unknownLease)
    #expect(scene.beat("b", leases: [0]) == .known(cancel: [LeaseID(0)]))
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    #expect(scene.counts("b").refused == 2 && scene.counts("a").refused == 0)
  }

  @Test func `in async a paused item goes on at once, before younger ones and for a whole segment`() {
    var scene = scene(segment: 4)
    scene.issue(2..<4, segment: 4)
    scene.dispatcher.publish(SegmentWorld.version(1))
    #expect(scene.grant() == ["a": [2, 3]])
    #expect(scene.report("a", 1, 1, count: 4, versions: [0, 1]) == scene.accepted(1))
    #expect(scene.commit(1, isFinished: false) == .requeued)
    #expect(scene.report("a", 2, 2, count: 4) == scene.accepted(2))
    #expect(scene.commit(2, isFinished: false) == .requeued)
    let orders = scene.grantOrders()["a"] ?? []
    #expect(orders.map(\.item) == [DispatchScene.item(1), DispatchScene.item(2)])
    #expect(orders.map(\.segmentLength) == [4, 4])
    #expect(orders[0].continuation == (0..<4).map { SegmentWorld.token(DispatchScene.item(1), $0) })
    // The old lease with its old start is past, the new one goes on.
    #expect(scene.report("a", 1, 1, count: 4) == .duplicate)
    #expect(scene.report("a", 4, 1, start: 4, count: 4) == scene.accepted(1))
  }

  @Test func `in sequential mode a full segment is handed back, and a cut one goes on elsewhere`() {
    var scene = scene(continues: false, segment: 4, version: 0)
    #expect(scene.report("a", 0, 0, count: 4) == scene.accepted(0))
    #expect(scene.commit(0, isFinished: false) == .paused)
    #expect(!scene.dispatcher.isOpen(DispatchScene.item(0), purpose: "train"))
    // The worker leaves and hands over what it has.
    scene.dispatcher.draining(WorkerID("a"), now: 0)
    #expect(scene.report("a", 1, 1, count: 3) == scene.accepted(1))
    scene.dispatcher.goodbye(WorkerID("a"), now: 0)
    #expect(scene.commit(1, isFinished: false) == .requeued)
    scene.join("b")
    #expect(scene.grantOrders()["b"]?.map(\.segmentLength) == [1])
    #expect(scene.report("b", 2, 1, start: 3, count: 1) == scene.accepted(1))
    #expect(scene.commit(2, isFinished: false) == .paused)
    #expect(scene.dispatcher.status.open == 0 && scene.dispatcher.status.counts.paused == 2)
  }

  @Test func `an item at its limit is over, whatever is said of it`() {
    var scene = scene()
    #expect(scene.report("a", 0, 0, count: 16) == scene.accepted(0))
    #expect(scene.commit(0, isFinished: false) == .finished)
  }

  @Test func `a report that the trainer reads otherwise is taken back`() {
    var scene = scene()
    #expect(scene.dispatcher.reject(LeaseID(0)) == .unknownLease)
    #expect(scene.report("a", 0, 0) == scene.accepted(0))
    #expect(scene.dispatcher.reject(LeaseID(0)) == .refused(.disagrees))
    #expect(scene.commit(0) == .gone)
    #expect(scene.grant() == ["a": [0]])
    #expect(scene.counts("a").refused == 1)
  }

  @Test func `a worker with too many refused reports gets nothing until it is another process`() {
    var scene = DispatchScene { $0.maxRefusals = 3 }
    scene.join("a")
    scene.issue(0..<1)
    for lease in UInt64(0)..<3 {
      #expect(scene.grant() == ["a": [0]])
      #expect(scene.report("a", lease, 0, start: 5) == .refused(.wrongStart))
    }
    #expect(scene.grant() == [:] && scene.state("a") == .barred)
    scene.beat("a", leases: [])
    scene.join("a")
    #expect(scene.grant() == [:] && scene.state("a") == .barred)
    _ = scene.dispatcher.hello(WorkerID("a"), DispatchScene.hello(process: 2), now: 0)
    #expect(scene.grant() == ["a": [0]])
  }

  @Test func `what is remembered is bounded`() {
    var scene = DispatchScene {
      $0.maxWorkers = 3
      $0.maxVersions = 4
    }
    scene.join("a", "b", "c")
    #expect(scene.dispatcher.hello(WorkerID("d"), DispatchScene.hello(), now: 0) == .tooMany(limit: 3))
    scene.dispatcher.goodbye(WorkerID("b"), now: 1)
    #expect(scene.dispatcher.hello(WorkerID("d"), DispatchScene.hello(), now: 1) == .welcome)
    #expect(scene.dispatcher.status.workers.map(\.worker.name) == ["a", "c", "d"])
    for number in 1...9 { scene.dispatcher.publish(SegmentWorld.version(number)) }
    scene.issue(0..<2)
    scene.beat("a", leases: [], version: 6)
    scene.beat("c", leases: [], version: 5)
    #expect(scene.grant() == ["a": [0, 1]])
    #expect(scene.report("a", 0, 0, versions: [6]) == scene.accepted(0))
    #expect(scene.report("a", 1, 1, versions: [5]) == .refused(.unknownVersion))
    // Thousands of late reports leave nothing behind.
    for lease in UInt64(0)..<2 { for _ in 0..<2000 { _ = scene.report("c", lease, 7) } }
    #expect(scene.counts("c").duplicates == 2000 && scene.counts("c").refused == 2000)
  }

  @Test func `numbers that a worker makes up do not stop the trainer`() {
    var scene = DispatchScene()
    for capacity in [Int.min, -1, 0, Int.max] {
      var hello = DispatchScene.hello(capacity: capacity)
      hello.version?.number = .min
      #expect(scene.dispatcher.hello(WorkerID("a"), hello, now: 0) == .welcome)
      for credit in [Int.min, -1, 0, Int.max] {
        let heartbeat = Heartbeat(
          credit: credit, leases: [LeaseID(.max), LeaseID(0), LeaseID(0)],
          version: PolicyVersion(number: .min, digest: "x"), tokens: .max, busySeconds: .nan, seconds: -1)
        #expect(
          scene.dispatcher.heartbeat(WorkerID("a"), heartbeat, now: 0)
            == .known(cancel: [LeaseID(0), LeaseID(.max)]))
        let row = scene.dispatcher.status.workers[0]
        #expect(row.lag == .max && row.idleShare == nil && row.credit >= 0)
      }
    }
    scene.issue(0..<3)
    #expect(scene.grant() == [:])
    #expect(scene.report("a", .max, 0) == .unknownLease)
    scene.beat("a", credit: .max, leases: [])
    #expect(scene.grant() == ["a": [0, 1, 2]])
  }

  @Test func `the status says who holds what, and who is idle`() {
    var scene = scene()
    scene.join("b")
    scene.now = 3
    scene.issue(2..<4)
    scene.dispatcher.publish(SegmentWorld.version(2))
    _ = scene.report("a", 1, 1)
    _ = scene.dispatcher.heartbeat(
      WorkerID("b"),
      Heartbeat(
        credit: 4, leases: [], version: SegmentWorld.version(2), tokens: 40, busySeconds: 3, seconds: 4),
      now: 3)
    let status = scene.dispatcher.status
    #expect(status.queued == 2 && status.leased == 1 && status.committing == 1 && status.open == 4)
    #expect(status.joinedWorkers == 2 && status.idleWorkers == 1)
    #expect(status.workers.map(\.lag) == [2, 0])
    #expect(status.workers[1].idleShare == 0.25 && status.workers[1].tokens == 40)
    #expect(status.oldestLease?.worker == WorkerID("a") && status.oldestLease?.since == 0)
    #expect(status.oldestLease?.item == DispatchScene.item(0))
    #expect(status.counts.issued == 4 && status.counts.granted == 2)
  }
}
