import Experience
import Foundation
import Transport

/// The worker's process of `apus bench weights`: takes the same weights again and again, in each of the ways.
struct BenchWeightsWorker {
  let endpoint: String
  let layout: WeightsLayout
  let sides: [Side]
  private let socket: DealerSocket

  enum Side { case weights, frames, peer }

  init(endpoint: String, layout: WeightsLayout, sides: [Side]) throws {
    self.endpoint = endpoint
    self.layout = layout
    self.sides = sides
    socket = try DealerSocket(ZMQContext(), connect: endpoint, identity: WorkerID("bench"), security: nil)
  }

  func run(rounds: Int) throws {
    say(.ready)
    let versions = [try announcement(), try announcement()]
    var times = BenchWeightsTimes()
    // The first round warms up.
    for round in 0...rounds {
      for place in sides.indices {
        try measure(sides[(place + round) % sides.count], versions, &times)
      }
      if round == 0 { times = BenchWeightsTimes() }
    }
    say(.report, [Array(try JSONEncoder().encode(times))])
    // Until the trainer has it: what was sent leaves with the socket's linger.
    Thread.sleep(forTimeInterval: 0.5)
  }

  private func measure(
    _ side: Side, _ versions: [WeightsAnnouncement], _ times: inout BenchWeightsTimes
  ) throws {
    switch side {
    case .weights:
      // So much under way that the wire is busy while a part of it is digested.
      var receiver = WeightsReceiver(layout: layout, credit: 32)
      times.weights.append(try secondsTaken { _ = try take(versions[0], &receiver) })
      times.delta.append(try secondsTaken { times.deltaBytes = try take(versions[1], &receiver) })
    case .frames:
      var kept: [[UInt8]] = []
      times.frames.append(
        try secondsTaken {
          say(.frames)
          while kept.count < layout.leaves.count { kept += try next() }
        })
    case .peer:
      say(.peer)
      guard let seconds = Double(String(decoding: try next().first ?? [], as: UTF8.self)) else {
        throw CommandError("the benchmark's trainer gave no time for the peer")
      }
      times.peer.append(seconds)
    }
  }

  private func say(_ word: BenchWeightsTrainer.Word, _ frames: [[UInt8]] = []) {
    _ = socket.send(word.message + frames)
  }

  private func next() throws -> [[UInt8]] {
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(60) {
      if let frames = socket.receive() { return frames }
      // News of the connection that nobody reads would end every wait at once.
      while socket.news() != nil {}
      socket.wait(milliseconds: 1000)
    }
    throw CommandError("the benchmark's trainer at \(endpoint) was silent for 60 s")
  }

  private func announcement() throws -> WeightsAnnouncement {
    guard case .announce(let announcement) = try MessageCoding.decodeTrainer(next(), limits: WireLimits())
    else {
      throw CommandError("the benchmark's trainer did not announce weights")
    }
    return announcement
  }

  /// - Returns: Bytes of chunks that came.
  private func take(_ version: WeightsAnnouncement, _ receiver: inout WeightsReceiver) throws -> Int {
    var bytes = 0
    _ = receiver.announce(version)
    while true {
      while let request = receiver.nextRequest() {
        _ = socket.send(MessageCoding.encode(.fetchWeights(request)))
      }
      // What has come by now, digested together.
      var chunks: [WeightsChunk] = []
      var frames: [[UInt8]]? = try next()
      while let message = frames {
        guard case .weights(let chunk) = try MessageCoding.decodeTrainer(message, limits: WireLimits()) else {
          throw CommandError("the benchmark's trainer sent something else than weights")
        }
        chunks.append(chunk)
        frames = chunks.count < receiver.credit / 4 ? socket.receive() : nil
      }
      bytes += chunks.reduce(0) { $0 + $1.bytes.count }
      for event in receiver.take(chunks) {
        switch event {
        case .ready: return bytes
        case .progress, .ignored: break
        case .refused(let error), .failed(let error): throw CommandError("\(error)")
        }
      }
    }
  }
}
