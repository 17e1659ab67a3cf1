import Experience
import Foundation
import Randomness
import Transport

/// The trainer's process of `apus bench weights`: publishes two versions and answers a worker that it starts.
struct BenchWeightsTrainer {
  let byteCount: Int
  private(set) var publishSeconds: [Double] = []
  private var sender = WeightsSender()
  private var announcements: [WeightsAnnouncement] = []
  /// The weights in frames of the size of chunks.
  private let frames: [[UInt8]]
  private let peer: String?

  /// Words in place of messages, for what is not part of the protocol.
  enum Word: String {
    case ready, frames, peer, report
    var message: [[UInt8]] { [Array(rawValue.utf8)] }
  }

  init(layout: WeightsLayout, peer: String?) throws {
    byteCount = layout.byteCount
    self.peer = peer
    let start = layout.leaves.indices.map { Self.leaf($0, layout.leaves[$0], changed: false) }
    let places = Dictionary(uniqueKeysWithValues: zip(layout.leaves, layout.leaves.indices))
    frames = start
    let next = layout.leaves.indices.map { Self.leaf($0, layout.leaves[$0], changed: true) }
    for (number, leaves) in [start, next, start, next].enumerated() {
      var snapshot: WeightsSnapshot?
      publishSeconds.append(
        secondsTaken {
          snapshot = WeightsSnapshot(number: number % 2, layout: layout) { leaf in
            // A copy, as of a model's memory.
            var bytes = leaves[places[leaf] ?? 0]
            bytes.reserveCapacity(bytes.count + 1)
            return bytes
          }
        })
      if let snapshot, number < 2 { announcements.append(sender.publish(snapshot)) }
    }
  }

  /// Weights of about 0.02, and the same after a change of about one part in 10⁵.
  private static func leaf(_ index: Int, _ leaf: WeightsLayout.Leaf, changed: Bool) -> [UInt8] {
    var random = CounterRNG(seed: 5, stream: Stream("bench weights", UInt64(index)))
    var bytes = [UInt8](repeating: 0, count: leaf.bytes.count)
    for place in stride(from: 0, to: bytes.count, by: 4) {
      let noise = random.next()
      let weight = (Float(noise >> 40) / 0x1p24 - 0.5) * 0.04
      let factor = changed ? 1 + (Float(noise & 0xFFFFFF) / 0x1p24 - 0.5) * 2e-5 : 1
      let bits = (weight * factor).bitPattern
      for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte)) }
    }
    return bytes
  }

  /// Starts the worker and answers until it has reported.
  ///
  /// - Parameter arguments: With which this program becomes the worker; the address follows.
  /// - Returns: What the worker found.
  /// - Throws: Where the worker cannot be started, ends early or is silent.
  mutating func serve(arguments: [String]) throws -> BenchWeightsTimes {
    guard let executable = Bundle.main.executablePath else {
      throw CommandError("cannot find this program's own file to start it as a worker")
    }
    let socket = try RouterSocket(ZMQContext(), bind: "tcp://127.0.0.1:*", security: nil)
    let worker = Process()
    worker.executableURL = URL(filePath: executable)
    worker.arguments = arguments + [socket.endpoint]
    try worker.run()
    defer { if worker.isRunning { worker.terminate() } }
    var lastHeard = ContinuousClock.now
    while worker.isRunning || lastHeard.duration(to: .now) < .seconds(1) {
      guard lastHeard.duration(to: .now) < .seconds(120) else { break }
      guard case .message(let message) = socket.receive() else {
        socket.wait(milliseconds: 200)
        continue
      }
      lastHeard = .now
      if let times = try answer(message, on: socket) { return times }
    }
    throw CommandError("the worker of the benchmark ended, or was silent for 120 s, before it had reported")
  }

  private mutating func answer(_ message: Incoming, on socket: RouterSocket) throws -> BenchWeightsTimes? {
    let word = message.frames.first.flatMap { Word(rawValue: String(decoding: $0, as: UTF8.self)) }
    switch word {
    case .ready:
      for announcement in announcements {
        try send(MessageCoding.encode(.announce(announcement)), message, socket)
      }
    case .frames:
      for frame in frames { try send([frame], message, socket) }
    case .peer:
      try send([Array(String(try peerSeconds()).utf8)], message, socket)
    case .report:
      guard message.frames.count == 2 else { throw CommandError("the worker's report is not one") }
      return try JSONDecoder().decode(BenchWeightsTimes.self, from: Data(message.frames[1]))
    case nil:
      guard
        case .fetchWeights(let request) = try MessageCoding.decodeWorker(message.frames, limits: WireLimits()),
        case .chunks(let chunks) = sender.answer(request)
      else { throw CommandError("the worker of the benchmark asked for something that there is not") }
      for chunk in chunks { try send(MessageCoding.encode(.weights(chunk)), message, socket) }
    }
    return nil
  }

  private struct PeerAnswer: Decodable {
    var bytes: Int
    var seconds: Double
  }

  private func peerSeconds() throws -> Double {
    guard let peer else { throw CommandError("no --peer was given") }
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: peer)
    process.arguments = ["\(byteCount)", "\(1 << 20)"]
    process.standardOutput = output
    do { try process.run() } catch {
      throw CommandError("\(peer): cannot be started (\(error.localizedDescription))")
    }
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let answer = try? JSONDecoder().decode(PeerAnswer.self, from: data),
      answer.bytes == byteCount
    else {
      throw CommandError("\(peer): ended with \(process.terminationStatus), or did not send everything")
    }
    return answer.seconds
  }

  private func send(_ frames: [[UInt8]], _ message: Incoming, _ socket: RouterSocket) throws {
    while true {
      switch socket.send(frames, to: message.peer) {
      case .sent: return
      case .full: Thread.sleep(forTimeInterval: 0.0002)
      case .gone: throw CommandError("the worker of the benchmark went away")
      }
    }
  }
}
