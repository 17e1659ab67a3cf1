import Foundation
import Testing
import Transport

@Suite struct `Sockets between trainer and workers` {
  private func router(limits: FrameLimits = .trainer) throws -> RouterSocket {
    try RouterSocket(ZMQContext(), bind: "tcp://127.0.0.1:*", security: nil, limits: limits)
  }

  private func dealer(
    _ endpoint: String, _ name: String = "w1", limits: FrameLimits = .worker
  ) throws -> DealerSocket {
    try DealerSocket(
      ZMQContext(), connect: endpoint, identity: WorkerID(name), security: nil, limits: limits)
  }

  @Test func `a message comes with its sender's name, and an answer finds the way back`() throws {
    let router = try router()
    let (first, second) = (try dealer(router.endpoint, "a"), try dealer(router.endpoint, "b.2"))
    #expect(first.send([[1], [], [2, 3]]) == .sent)
    let incoming = try #require(router.nextMessage())
    #expect(incoming.peer == WorkerID("a") && incoming.key == nil && incoming.frames == [[1], [], [2, 3]])
    #expect(second.send([[9]]) == .sent)
    #expect(router.nextMessage()?.peer == WorkerID("b.2"))
    #expect(router.send([[7]], to: WorkerID("b.2")) == .sent)
    #expect(second.next() == [[7]])
    #expect(first.receive() == nil && router.receive() == nil)
    #expect(first.nextNews() == .connected)
  }

  @Test func `large frames arrive as they were, though the sender writes on`() throws {
    let router = try router()
    let dealer = try dealer(router.endpoint)
    var bytes = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let same = bytes
    #expect(dealer.send([[1], bytes]) == .sent)
    for index in bytes.indices { bytes[index] = 0 }
    let frames = try #require(router.nextMessage()?.frames)
    #expect(frames.count == 2 && frames[1] == same)
    #expect(router.send([same, [1]], to: WorkerID("w1")) == .sent)
    let back = try #require(dealer.next())
    #expect(back.count == 2 && back[0] == same)
  }

  @Test func `sending to nobody says so, and never waits`() throws {
    #expect(try router().send([[1]], to: WorkerID("nobody")) == .gone)
  }

  @Test func `a peer that does not read is full at some time`() throws {
    let limits = FrameLimits(frameBytes: 1 << 20, messageBytes: 1 << 20, waiting: 4)
    let router = try RouterSocket(ZMQContext(), bind: "tcp://127.0.0.1:*", security: nil, limits: limits)
    let dealer = try dealer(router.endpoint, limits: limits)
    #expect(dealer.send([[1]]) == .sent)
    _ = try #require(router.nextMessage())
    let frames = [[UInt8]](repeating: [UInt8](repeating: 1, count: 1 << 19), count: 2)
    var sent = 0
    while router.send(frames, to: WorkerID("w1")) == .sent, sent < 1_000 { sent += 1 }
    #expect((4..<1_000).contains(sent))
    // What was said to be sent arrives, whole, and nothing besides.
    for _ in 0..<sent { #expect(dealer.next()?.count == 2) }
    #expect(dealer.receive() == nil)
  }

  @Test func `another thread ends a wait at once`() throws {
    let (router, waker) = (try router(), try Waker())
    let thread = Thread { waker.wake() }
    let start = ContinuousClock.now
    thread.start()
    router.wait(milliseconds: 600_000, waker: waker)
    #expect(ContinuousClock.now - start < .seconds(300), "it was the call that ended it, not its time")
    // The call is answered: the next wait lasts its time.
    waker.wake()
    waker.wake()
    router.wait(milliseconds: 3_000, waker: waker)
    let second = ContinuousClock.now
    router.wait(milliseconds: 60, waker: waker)
    #expect(ContinuousClock.now - second > .milliseconds(50))
  }

  @Test func `a worker that comes back takes over its name`() throws {
    let router = try router()
    let old = try dealer(router.endpoint)
    #expect(old.send([[1]]) == .sent)
    _ = try #require(router.nextMessage())
    let new = try dealer(router.endpoint)
    #expect(new.send([[2]]) == .sent)
    #expect(router.nextMessage()?.frames == [[2]])
    #expect(router.send([[3]], to: WorkerID("w1")) == .sent)
    #expect(new.next() == [[3]])
    #expect(old.receive() == nil)
  }

  @Test func `a worker outlives its trainer, and what it said meanwhile arrives at the next`() throws {
    let folder = try TemporaryFolder()
    let endpoint = "ipc://" + folder.file("s")
    var router: RouterSocket? = try RouterSocket(ZMQContext(), bind: endpoint, security: nil)
    let dealer = try dealer(endpoint)
    #expect(dealer.send([[1]]) == .sent)
    #expect(router?.nextMessage()?.frames == [[1]])
    #expect(dealer.nextNews() == .connected)
    router = nil
    #expect(dealer.nextNews() == .disconnected)
    #expect(dealer.send([[2]]) == .sent)
    let second = try RouterSocket(ZMQContext(), bind: endpoint, security: nil)
    #expect(second.nextMessage()?.frames == [[2]])
    #expect(dealer.nextNews() == .connected)
  }

  @Test func `an address in use is said to be`() throws {
    let router = try router()
    #expect(throws: TransportError(router.endpoint, .addressInUse)) {
      try RouterSocket(ZMQContext(), bind: router.endpoint, security: nil)
    }
  }
}

@Suite struct `A socket and peers that mean ill` {
  private let limits = FrameLimits(frameBytes: 10_000, frames: 4, messageBytes: 12_000)

  private func router() throws -> RouterSocket {
    try RouterSocket(ZMQContext(), bind: "tcp://127.0.0.1:*", security: nil, limits: limits)
  }

  /// That an honest worker is heard.
  private func isHeard(_ router: RouterSocket) throws -> Bool {
    let dealer = try DealerSocket(
      ZMQContext(), connect: router.endpoint, identity: WorkerID("honest"), security: nil)
    return dealer.send([[42]]) == .sent && router.nextMessage()?.frames == [[42]]
  }

  @Test(arguments: [
    [], Array("a b".utf8), Array("../x".utf8), [0xFF, 0xFE], Array(repeating: 0x61, count: 65),
  ])
  func `a name that is none is refused`(_ identity: [UInt8]) throws {
    let router = try router()
    let peer = try #require(RawPeer(router.endpoint, identity: identity))
    defer { peer.end() }
    #expect(peer.frame([1]))
    #expect(router.nextRefusal()?.kind == "bad_identity")
    #expect(try isHeard(router))
  }

  @Test func `a hand-made peer with a name is heard`() throws {
    let router = try router()
    let peer = try #require(RawPeer(router.endpoint, identity: Array("raw".utf8)))
    defer { peer.end() }
    #expect(peer.frame([1], more: true) && peer.frame([2]))
    #expect(router.nextMessage()?.frames == [[1], [2]])
  }

  @Test func `too many frames, or too many bytes in all, are thrown away`() throws {
    let router = try router()
    let peer = try #require(RawPeer(router.endpoint, identity: Array("raw".utf8)))
    defer { peer.end() }
    for index in 0..<200 { peer.frame([1], more: index < 199) }
    let refusal = try #require(router.nextRefusal())
    #expect(refusal == Refusal(peer: "raw", reason: .tooLarge(frames: 200, bytes: 200)))
    peer.frame([UInt8](repeating: 1, count: 9_000), more: true)
    peer.frame([UInt8](repeating: 1, count: 9_000))
    #expect(router.nextRefusal()?.kind == "oversized")
    peer.frame([5])
    #expect(router.nextMessage()?.frames == [[5]])
  }

  @Test(arguments: [UInt64(10_001), 1 << 40, UInt64.max])
  func `a frame beyond the limit ends the connection before it is read`(_ size: UInt64) throws {
    let router = try router()
    let peer = try #require(RawPeer(router.endpoint, identity: Array("raw".utf8)))
    defer { peer.end() }
    peer.frame([1, 2, 3], claimed: size)
    #expect(peer.isClosed())
    #expect(try isHeard(router))
  }

  @Test func `noise on the port is nobody's message`() throws {
    let router = try router()
    for text in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", String(repeating: "\u{7F}\0", count: 500)] {
      let peer = try #require(RawPeer(router.endpoint, identity: nil))
      peer.write(Array(text.utf8))
      #expect(try isHeard(router))
    }
  }

  @Test func `a worker has a name by the rules`() throws {
    let router = try router()
    #expect(throws: TransportError("a b", .notAWorkerName)) {
      try DealerSocket(ZMQContext(), connect: router.endpoint, identity: WorkerID("a b"), security: nil)
    }
    #expect(WorkerID(checking: "gpu-box.2_x") != nil)
    #expect(WorkerID(checking: "") == nil && WorkerID(checking: String(repeating: "a", count: 65)) == nil)
    #expect(WorkerID(key: "k", host: "böx 1.example.org", process: 12).name == "k.bx1-12")
    #expect(WorkerID(key: nil, host: "", process: 7).name == "worker-7")
  }
}
