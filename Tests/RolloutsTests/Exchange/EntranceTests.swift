import Foundation
import Rollouts
import Testing
import Transport

@Suite struct `Who comes, and how` {
  @Test func `the command that starts a worker has a host to fill in, and keys where they are needed`() throws
  {
    func words(_ address: String, _ list: String? = nil) -> String {
      "\(ExchangeError(.nobodyJoined(seconds: 9, items: 2, entrance: WorkerEntrance(address: address, authorizedKeys: list), before: [])))"
    }
    #expect(words("tcp://127.0.0.1:5").contains("`apus worker --connect tcp://127.0.0.1:5`"))
    #expect(words("tcp://0.0.0.0:5555").contains("--connect tcp://HOST:5555`"))
    let folder = NSTemporaryDirectory() + "apus-list-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let list = folder + "/authorized_keys"
    #expect(words("tcp://*:5", list).contains("no such file"))
    let (_, open) = try KeyFile.write(CurveKeyPair(newFor: "box"), into: folder)
    try AuthorizedKeys.authorize(KeyFile.readPublic(open), in: list)
    let withOne = words("tcp://[::]:5", list)
    #expect(withOne.contains("--connect tcp://HOST:5 --key NAME.key --server-key TRAINER.pub`"))
    #expect(!withOne.contains("nobody is let in"))
    _ = try AuthorizedKeys.revoke("box", in: list)
    #expect(words("tcp://*:5", list).contains("names no key, so nobody is let in"))
  }

  @Test func `a second process of a name is told of with the first, one that comes back is not`() throws {
    let scene = ExchangeScene()
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: false) }
    func replaced() -> [Int?] {
      scene.log.events.compactMap { event in
        if case .joined(_, _, let former) = event { former?.process } else { nil }
      }
    }
    func joins() -> Int { scene.log.events.count { if case .joined = $0 { true } else { false } } }
    let first = try FakeWorker("twin", at: exchange.address)
    first.say(FakeWorker.hello(process: 1))
    #expect(eventually { joins() == 1 })
    first.say(FakeWorker.hello(process: 1))
    first.say(FakeWorker.hello(process: 2))
    #expect(eventually { joins() == 2 })
    #expect(replaced() == [1])
  }

  @Test func `a worker whose name is not its key's never gets as far as the trainer`() throws {
    let folder = NSTemporaryDirectory() + "apus-keys-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (secret, open) = try KeyFile.write(CurveKeyPair(newFor: "box"), into: folder)
    var options = RolloutWorker.Options(endpoint: "tcp://127.0.0.1:9")
    (options.keyFile, options.serverKeyFile) = (secret, open)
    for name in ["box", "box.2"] {
      options.name = name
      #expect(try RolloutWorker(options).name == name)
    }
    for name in ["boxer", "ox", "other.box"] {
      options.name = name
      #expect(throws: WorkerError(.foreignName(name, key: "box"))) { try RolloutWorker(options) }
    }
  }
}
