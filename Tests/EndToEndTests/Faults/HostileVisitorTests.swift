import Foundation
import Synchronization
import Testing

extension Faults {
  @Suite struct `Junk on the trainer's socket` {
    /// Messages that real workers have sent, to be sent again by somebody else.
    final class Recorder: Sendable {
      private let messages = Mutex<[[[UInt8]]]>([])

      func add(_ frames: [[UInt8]]) {
        messages.withLock { if $0.count < 500 { $0.append(frames) } }
      }

      var all: [[[UInt8]]] { messages.withLock { $0 } }
    }

    /// Bytes that are no ZMTP, or begin as if they were.
    static func rawJunk(_ random: inout StoryRandom) -> [UInt8] {
      let noise = (0..<Int.random(in: 1...5000, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return noise
      case 1: return Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      case 2: return WireFrames.greeting().prefix(Int.random(in: 1...64, using: &random)) + noise
      case 3: return WireFrames.greeting() + noise
      // A frame that says it has 2^62 bytes.
      default:
        return WireFrames.greeting() + WireFrames.ready(identity: "huge") + [2, 0x40, 0, 0, 0, 0, 0, 0, 0]
          + noise
      }
    }

    /// Frames that arrive well-formed, from somebody who says hello or does not.
    static func messageJunk(_ recorded: [[[UInt8]]], _ random: inout StoryRandom) -> [[UInt8]] {
      func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        return (0..<Int.random(in: 1...40, using: &random)).map { _ in
          noise(Int.random(in: 0...300, using: &random))
        }
      case 1: return [Array("APUS".utf8) + noise(2), noise(100)]
      case 2:
        return [Array("APUS".utf8) + [1, UInt8.random(in: 1...8, using: &random)], Array("{\"a\":1}".utf8)]
      case 3: return recorded.randomElement(using: &random) ?? [[]]
      default:
        guard var frames = recorded.randomElement(using: &random) else { return [[]] }
        let index = frames.indices.randomElement(using: &random) ?? 0
        guard let place = frames[index].indices.randomElement(using: &random) else { return frames }
        frames[index][place] ^= UInt8.random(in: 1...255, using: &random)
        return frames
      }
    }

    @Test(arguments: ["sequential", "async"])
    func `is refused and counted, and the run goes on as if nobody had come`(_ mode: String) throws {
      try Story.tell("junk, \(mode)") { story in
        let visits = Faults.times(60, long: 1500)
        let settings = [
          "rollout.mode=\(mode)", "rollout.segment_length=16",
          "stages.rl.steps=\(Faults.times(60, long: 500))",
        ]
        let port = try TCPSocket.freePort()
        let recorder = Recorder()
        let proxy = try MessageProxy(to: port) { direction, frames in
          if direction == .toTrainer { recorder.add(frames) }
          return .pass
        }
        defer { proxy.close() }
        let trainer = try story.trainer("visited", settings, crew: .listening("tcp://127.0.0.1:\(port)"))
        _ = try story.worker("overheard", connect: "tcp://127.0.0.1:\(proxy.port)")
        _ = try story.worker("other", connect: "tcp://127.0.0.1:\(port)")
        try trainer.wait(forSteps: 3)
        var guests: [TCPSocket] = []
        var sent = 0
        for visit in 0..<visits where trainer.process.isRunning {
          // Connections may stay open, half greeted; some are enough.
          if guests.count > 20 { guests.removeFirst() }
          guard let guest = try? TCPSocket(connectTo: port) else { break }
          guests.append(guest)
          if visit % 2 == 0 {
            guest.write(Self.rawJunk(&story.random))
          } else {
            guest.write(WireFrames.greeting() + WireFrames.ready(identity: "guest-\(visit % 7)"))
            for _ in 0..<10 { guest.write(WireFrames.bytes(Self.messageJunk(recorder.all, &story.random))) }
            sent += 10
          }
          Thread.sleep(forTimeInterval: 0.005)
        }
        guests = []
        guard sent > 0 else { throw StoryFailure("the run was over before anybody came") }
        try trainer.finish(300)
        let refused = try trainer.largest("workers/refused")
        guard refused > 0 else {
          throw StoryFailure("\(sent) messages of junk, and none was counted as refused")
        }
        // A line for each peer and kind, however much of it came.
        let lines = trainer.log.components(separatedBy: "refused a message of").count - 1
        guard (1...400).contains(lines) else {
          throw StoryFailure("\(lines) lines of the log tell of refusals")
        }
        if mode == "async" {
          try story.expectRepeatable("visited")
        } else {
          try story.expectUnharmed("visited", as: settings.filter { !$0.hasPrefix("rollout.mode") })
        }
      }
    }
  }
}
