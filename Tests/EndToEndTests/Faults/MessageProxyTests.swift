import Foundation
import Synchronization
import Testing

extension Faults {
  /// The bad network itself, before anything is concluded from it.
  @Suite struct `The bad network` {
    /// A trainer that says back what it hears, and a worker's connection to it through the proxy.
    func conversation(
      _ messages: [[[UInt8]]], expecting count: Int, _ rule: @escaping MessageProxy.Rule
    ) throws -> [[[UInt8]]] {
      let (listener, port) = try TCPSocket.listening()
      Thread {
        guard let connection = listener.accepted() else { return }
        while case let bytes = connection.read(), !bytes.isEmpty { connection.write(bytes) }
        connection.cut()
      }.start()
      let proxy = try MessageProxy(to: port, rule)
      defer { proxy.close() }
      let worker = try TCPSocket(connectTo: proxy.port)
      worker.setReadLimit(seconds: 5)
      worker.write(WireFrames.greeting() + WireFrames.ready(identity: "w"))
      for message in messages { worker.write(WireFrames.bytes(message)) }
      var wire = WireFrames()
      var heard: [[[UInt8]]] = []
      while heard.count < count {
        let bytes = worker.read()
        guard !bytes.isEmpty else { break }
        for case .message(let frames) in wire.take(bytes) { heard.append(frames) }
      }
      return heard
    }

    static let messages: [[[UInt8]]] = [
      [Array("APUS".utf8) + [1, 2], [], [7]], [[1], [UInt8](repeating: 9, count: 70_000)], [[3]],
    ]

    @Test func `passes messages of any size on, frame by frame`() throws {
      let heard = try conversation(Self.messages, expecting: 3) { _, _ in .pass }
      #expect(heard == Self.messages)
    }

    @Test func `changes one byte of one message`() throws {
      let heard = try conversation(Self.messages, expecting: 3) { direction, frames in
        direction == .toWorker && frames.count == 2 ? .flip(at: 0.5, bits: 1) : .pass
      }
      var expected = Self.messages
      expected[1][1][35_000] = 8
      #expect(heard == expected)
    }

    @Test func `doubles and delays messages`() throws {
      let heard = try conversation(Self.messages, expecting: 4) { direction, frames in
        guard direction == .toTrainer else { return .pass }
        return frames.count == 3 ? .delayed(seconds: 0.1) : frames.count == 1 ? .twice : .pass
      }
      #expect(heard == [Self.messages[1], Self.messages[2], Self.messages[2], Self.messages[0]])
    }

    @Test func `cuts the connection in the middle of a message`() throws {
      let heard = try conversation(Array(Self.messages.prefix(2)), expecting: 2) { direction, frames in
        direction == .toWorker && frames.count == 2 ? .cutInHalf : .pass
      }
      #expect(heard == [Self.messages[0]])
    }

    @Test func `reads frames however they are cut`() {
      let bytes =
        WireFrames.greeting() + WireFrames.ready(identity: "w") + Self.messages.flatMap(WireFrames.bytes)
      for size in [1, 2, 3, 7, 63, 64, 65, 1000, 100_000] {
        var wire = WireFrames()
        var pieces: [WireFrames.Piece] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
          pieces += wire.take(Array(bytes[start..<min(bytes.count, start + size)]))
        }
        let messages = pieces.compactMap { if case .message(let frames) = $0 { frames } else { nil } }
        let raw = pieces.compactMap { if case .raw(let bytes) = $0 { bytes } else { nil } }.joined()
        #expect(messages == Self.messages && raw.count == 64 + 2 + 6 + 22 + 14, "in pieces of \(size)")
      }
    }
  }
}
