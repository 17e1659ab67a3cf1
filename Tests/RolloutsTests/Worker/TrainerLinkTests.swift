import Experience
import Rollouts
import Testing
import Transport

@Suite struct TrainerLinkTests {
  private let hello = Hello(
    software: "apus", host: "here", process: 7, processor: "p", kernels: "k", threads: 1, capacity: 4)
  private let version = PolicyVersion(number: 3, digest: "sha256:" + String(repeating: "c", count: 64))

  private func welcome(_ session: String) -> TrainerMessage {
    .welcome(
      Welcome(
        session: session, run: "r", heartbeatSeconds: 2, kitDigest: "k", kitBytes: 1, assignment: "{}"))
  }

  private func beat(credit: Int = 4, version: PolicyVersion? = nil) -> Heartbeat {
    Heartbeat(credit: credit, leases: [], version: version, tokens: 0, busySeconds: 0, seconds: 0)
  }

  private func due(_ link: inout TrainerLink, _ beat: Heartbeat, now: Double) -> [String] {
    words(link.due(credit: beat.credit, version: beat.version, now: now) { _ in beat })
  }

  private func report(_ lease: UInt64) -> SegmentReport {
    SegmentReport(
      lease: LeaseID(lease), item: WorkItem(step: 1, group: 0, sample: 0), start: 0,
      runs: [.init(count: 1, version: version)], tokens: [5], logprobs: [-1], sampled: [true],
      isFinished: false)
  }

  private func words(_ messages: [WorkerMessage]) -> [String] {
    messages.map { message in
      switch message {
      case .hello(let hello): "hello \(hello.session ?? "-") \(hello.version?.number ?? -1)"
      case .heartbeat(let heartbeat): "heartbeat \(heartbeat.credit)"
      case .segment(let report): "segment \(report.lease.rawValue)"
      default: "\(message)"
      }
    }
  }

  @Test func `nothing is said before there is a connection, then hello, and heartbeats once it is welcome`() {
    var link = TrainerLink(hello, isConnected: false, now: 0)
    var said = [due(&link, beat(), now: 0)]
    link.connection(isThere: true)
    said.append(due(&link, beat(), now: 1))
    said.append(due(&link, beat(), now: 2))
    said.append(due(&link, beat(), now: 6.5))
    _ = link.take(welcome("s"), now: 7)
    said.append(due(&link, beat(), now: 7))
    said.append(due(&link, beat(), now: 8))
    said.append(due(&link, beat(), now: 9))
    #expect(said == [[], ["hello - -1"], [], ["hello - -1"], ["heartbeat 4"], [], ["heartbeat 4"]])
  }

  @Test func `room for more and new weights are said at once, less room is not`() {
    var link = TrainerLink(hello, isConnected: true, now: 0)
    _ = link.take(welcome("s"), now: 0)
    var said = [due(&link, beat(credit: 2), now: 0)]
    said.append(due(&link, beat(credit: 1), now: 0.5))
    said.append(due(&link, beat(credit: 3), now: 0.6))
    said.append(due(&link, beat(credit: 3, version: version), now: 0.6))
    #expect(said == [["heartbeat 2"], [], ["heartbeat 3"], ["heartbeat 3"]])
  }

  @Test func `a report is said again until it is acknowledged, and after every welcome of the same session`()
  {
    var link = TrainerLink(hello, isConnected: true, now: 0)
    _ = link.take(welcome("s"), now: 0)
    _ = due(&link, beat(), now: 0)
    _ = link.report(report(1), now: 0)
    _ = link.report(report(2), now: 0)
    let said1 = due(&link, beat(), now: 1)
    #expect(said1 == [])
    _ = link.take(.acknowledge([LeaseID(1)]), now: 1)
    let said2 = due(&link, beat(), now: 5)
    #expect(said2 == ["segment 2", "heartbeat 4"])
    link.connection(isThere: false)
    let said3 = due(&link, beat(version: version), now: 6)
    #expect(said3 == [])
    link.connection(isThere: true)
    let said4 = due(&link, beat(version: version), now: 6)
    #expect(said4 == ["hello s 3"])
    _ = link.take(welcome("s"), now: 6)
    let said5 = due(&link, beat(), now: 6)
    #expect(said5 == ["segment 2", "heartbeat 4"])
    #expect(link.unacknowledged == [LeaseID(2)])
  }

  @Test func `reports of another session are void`() {
    var link = TrainerLink(hello, isConnected: true, now: 0)
    _ = link.take(welcome("s"), now: 0)
    _ = link.report(report(1), now: 0)
    guard case .welcome(_, let isNew) = link.take(welcome("t"), now: 1) else {
      Issue.record("no welcome")
      return
    }
    #expect(isNew)
    #expect(link.unacknowledged.isEmpty)
  }

  @Test func `a trainer that does not know the worker is told who it is, once`() {
    var link = TrainerLink(hello, isConnected: true, now: 0)
    _ = link.take(welcome("s"), now: 0)
    _ = link.report(report(1), now: 0)
    guard case .dropAll = link.take(.unknownWorker, now: 1) else {
      Issue.record("not dropped")
      return
    }
    let said6 = due(&link, beat(), now: 1)
    #expect(said6 == ["hello s -1"])
    // A second answer of this kind, to something said before.
    let second = link.take(.unknownWorker, now: 1.1)
    if let second { Issue.record("\(second)") }
    let said7 = due(&link, beat(), now: 1.1)
    #expect(said7 == [])
    #expect(link.unacknowledged.isEmpty)
  }

  @Test func `silence is counted from the last word`() {
    var link = TrainerLink(hello, isConnected: true, now: 10)
    #expect(link.silentSeconds(now: 15) == 5)
    _ = link.take(.acknowledge([]), now: 20)
    #expect(link.silentSeconds(now: 21) == 1)
  }
}
