import Testing
import Transport

@Suite struct `Addresses` {
  @Test(arguments: [
    ("tcp://127.0.0.1:5555", true), ("tcp://127.8.9.1:*", true), ("tcp://localhost:0", true),
    ("tcp://[::1]:5", true),
    ("tcp://*:5555", false), ("tcp://0.0.0.0:5555", false), ("tcp://192.168.1.2:65535", false),
    ("tcp://127.0.0.1.example.org:1", false), ("tcp://127.1:1", false), ("tcp://[::]:1", false),
    ("tcp://127.0.0.+1:1", false), ("ipc:///tmp/x/s", true), ("inproc://a", true),
  ])
  func `are private or open to others`(_ text: String, _ isPrivate: Bool) {
    let endpoint = try? Endpoint(text, for: .binding)
    #expect(endpoint.map(\.isPrivate) == isPrivate || (endpoint == nil && text.contains("+")))
  }

  @Test(arguments: [
    "", "5555", "tcp://", "tcp://host", "tcp://:5", "tcp://host:", "tcp://host:70000", "tcp://host:-1",
    "tcp://host:+5",
    "tcp://ho st:5", "tcp://host:5\n", "udp://host:5", "http://host:5", "ipc://", "ipc://@abstract",
    "ipc://*",
    "inproc://", "inproc://zeromq.zap.01", "tcp://a/b:5", "tcp://eth0;1.2.3.4:5",
  ])
  func `that are none are refused`(_ text: String) {
    #expect(throws: TransportError.self) { try Endpoint(text, for: .binding) }
  }

  @Test func `with wildcards cannot be connected to`() {
    for text in ["tcp://*:5", "tcp://127.0.0.1:*", "tcp://127.0.0.1:0"] {
      #expect(throws: TransportError.self) { try Endpoint(text, for: .connecting) }
    }
  }

  @Test func `in the file system have at most 107 bytes`() throws {
    _ = try Endpoint("ipc:///" + String(repeating: "a", count: 106), for: .binding)
    #expect(throws: TransportError("ipc:///" + String(repeating: "a", count: 107), .pathTooLong(bytes: 108)))
    {
      try Endpoint("ipc:///" + String(repeating: "a", count: 107), for: .binding)
    }
  }

  @Test func `open to others need keys, and the error says how to make them`() throws {
    do {
      _ = try RouterSocket(ZMQContext(), bind: "tcp://*:0", security: nil)
      Issue.record("was bound")
    } catch {
      #expect(error.description.contains("apus keys new") && error.description.contains("authorize"))
    }
    do {
      _ = try DealerSocket(
        ZMQContext(), connect: "tcp://10.0.0.1:5", identity: WorkerID("a"), security: nil)
      Issue.record("was connected")
    } catch { #expect(error.description.contains("--server-key")) }
  }
}
