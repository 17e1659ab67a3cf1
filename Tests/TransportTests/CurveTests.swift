import Foundation
import Testing
import Transport

/// A trainer with keys, on loopback.
private struct Guarded {
  let folder: TemporaryFolder
  let list: String
  let server: CurveKeyPair
  let router: RouterSocket

  init(authorize names: [String] = ["box"]) throws {
    folder = try TemporaryFolder()
    list = folder.file("authorized_keys")
    let (secret, _) = try KeyFile.write(CurveKeyPair(newFor: "trainer"), into: folder.path)
    server = try KeyFile.read(secret)
    for name in names {
      try AuthorizedKeys.authorize(
        KeyFile.readPublic(KeyFile.write(CurveKeyPair(newFor: name), into: folder.path).open), in: list)
    }
    router = try RouterSocket(
      ZMQContext(), bind: "tcp://127.0.0.1:*",
      security: ServerSecurity(keyFile: secret, authorizedKeys: list))
  }

  func dealer(_ name: String, key: String) throws -> DealerSocket {
    try DealerSocket(
      ZMQContext(), connect: router.endpoint, identity: WorkerID(name),
      security: ClientSecurity(keyFile: folder.file("\(key).key"), serverKeyFile: folder.file("trainer.pub")),
      retryAfter: .milliseconds(50))
  }
}

@Suite struct `Connections with keys` {
  @Test func `an authorized worker is heard under its key's name`() throws {
    let guarded = try Guarded()
    let dealer = try guarded.dealer("box.1", key: "box")
    #expect(dealer.send([[1]]) == .sent)
    let message = try #require(guarded.router.nextMessage())
    #expect(message.peer == WorkerID("box.1") && message.key == "box" && message.frames == [[1]])
    #expect(guarded.router.send([[2]], to: message.peer) == .sent)
    #expect(dealer.next() == [[2]])
  }

  @Test func `a key that is not in the list is refused and told so, on both sides`() throws {
    let guarded = try Guarded()
    _ = try KeyFile.write(CurveKeyPair(newFor: "stranger"), into: guarded.folder.path)
    let dealer = try guarded.dealer("stranger", key: "stranger")
    #expect(dealer.send([[1]]) == .sent)
    let refusal = try #require(guarded.router.next())
    guard case .refused(let refusal) = refusal else {
      Issue.record("was heard")
      return
    }
    #expect(refusal.kind == "unknown_key")
    let key = try KeyFile.readPublic(guarded.folder.file("stranger.pub")).key
    #expect(refusal.description.contains(key.text))
    #expect(dealer.nextNews() == .refused)
    // Let in while the run goes on, it gets through by itself.
    try AuthorizedKeys.authorize(KeyFile.readPublic(guarded.folder.file("stranger.pub")), in: guarded.list)
    // The trainer answers for its keys while it looks for messages.
    var news: ConnectionNews?
    for _ in 0..<200 where news != .connected {
      _ = guarded.router.receive()
      news = dealer.nextNews(within: 0.02)
    }
    #expect(news == .connected)
    #expect(dealer.send([[2]]) == .sent)
    #expect(guarded.router.nextMessage()?.frames == [[2]])
  }

  @Test func `a worker with another trainer's key, or with none, is not heard`() throws {
    let guarded = try Guarded()
    let other = try CurveKeyPair(newFor: "other")
    let wrong = try DealerSocket(
      ZMQContext(), connect: guarded.router.endpoint, identity: WorkerID("box"),
      security: ClientSecurity(
        keys: KeyFile.read(guarded.folder.file("box.key")), serverKey: other.publicKey))
    let open = try DealerSocket(
      ZMQContext(), connect: guarded.router.endpoint, identity: WorkerID("box"), security: nil)
    #expect(wrong.send([[1]]) == .sent && open.send([[1]]) == .sent)
    let raw = try #require(RawPeer(guarded.router.endpoint, identity: Array("box".utf8)))
    defer { raw.end() }
    raw.frame([1])
    #expect(guarded.router.nextMessage(within: 0.4) == nil)
  }

  @Test func `a revoked key is refused at its next message, though connected`() throws {
    let guarded = try Guarded()
    let dealer = try guarded.dealer("box", key: "box")
    #expect(dealer.send([[1]]) == .sent)
    #expect(guarded.router.nextMessage()?.frames == [[1]])
    let entry = try AuthorizedKeys.revoke("box", in: guarded.list)
    #expect(dealer.send([[2]]) == .sent)
    #expect(guarded.router.nextRefusal() == Refusal(peer: "box", reason: .revokedKey))
    try AuthorizedKeys.authorize(entry, in: guarded.list)
    #expect(dealer.send([[3]]) == .sent)
    #expect(guarded.router.nextMessage()?.frames == [[3]])
  }

  @Test func `a key speaks only in its own name`() throws {
    let guarded = try Guarded(authorize: ["box", "box-2"])
    let (first, second) = (
      try guarded.dealer("box-2", key: "box"), try guarded.dealer("box-2.x", key: "box-2")
    )
    #expect(first.send([[1]]) == .sent)
    #expect(guarded.router.nextRefusal() == Refusal(peer: "box-2", reason: .foreignName(key: "box")))
    #expect(second.send([[2]]) == .sent)
    #expect(guarded.router.nextMessage()?.key == "box-2")
  }

  @Test func `nobody is heard while the list is gone`() throws {
    let guarded = try Guarded()
    let dealer = try guarded.dealer("box", key: "box")
    #expect(dealer.send([[1]]) == .sent)
    #expect(guarded.router.nextMessage()?.frames == [[1]])
    try FileManager.default.removeItem(atPath: guarded.list)
    #expect(guarded.router.nextRefusal()?.kind == "authorized_keys_file")
    #expect(dealer.send([[2]]) == .sent)
    #expect(guarded.router.nextRefusal()?.kind == "revoked_key")
  }

  @Test func `within the process, where there is no encryption, nobody has a key`() throws {
    // So a socket with keys hears nobody there, rather than everybody.
    let guarded = try Guarded()
    let context = try ZMQContext()
    let router = try RouterSocket(
      context, bind: "inproc://a",
      security: ServerSecurity(keys: guarded.server, authorized: AuthorizedKeys(file: guarded.list)))
    let dealer = try DealerSocket(context, connect: "inproc://a", identity: WorkerID("box"), security: nil)
    #expect(dealer.send([[1]]) == .sent)
    #expect(router.nextRefusal()?.kind == "unknown_key")
  }
}
