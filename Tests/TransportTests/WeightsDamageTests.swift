import Experience
import Testing
import Transport

@Suite struct `Damaged and hostile transfers of weights` {
  /// Two versions, a receiver that has the first and was told of the second, and a sender with both.
  private struct Stage {
    let old: WeightsSnapshot
    let new: WeightsSnapshot
    let sender: WeightsSender
    let receiver: WeightsReceiver

    init(seed: UInt64) throws {
      var random = TestRandom(seed)
      let weights = try SmallWeights.few(&random)
      var changed = weights.changed(&random)
      changed.bytes[1][0] ^= 1
      changed.bytes[3][3] ^= 0x80
      old = weights.snapshot(0)
      new = changed.snapshot(1)
      var sender = WeightsSender()
      var receiver = WeightsReceiver(layout: weights.layout)
      _ = receiver.announce(sender.publish(old))
      _ = run(&receiver, &sender)
      _ = receiver.announce(sender.publish(new))
      self.sender = sender
      self.receiver = receiver
    }

    /// A receiver that has all but one of the chunks, and that chunk with its bytes changed.
    func problem(_ chunks: [WeightsChunk], _ index: Int, with bytes: [UInt8]) -> String? {
      var receiver = self.receiver
      var sender = self.sender
      // The manifest first, else nothing else can be read; its own turn is on an empty receiver.
      if index > 0 { for chunk in chunks where chunk.index != index { _ = receiver.take(chunk) } }
      var hostile = chunks[index]
      hostile.bytes = bytes
      let event = receiver.take(hostile)
      if case .ready = event, let words = difference(receiver.current, new) {
        return "took other weights: \(words)"
      }
      if event.word == "refused", difference(receiver.current, old) != nil { return "lost the old weights" }
      _ = run(&receiver, &sender)
      return difference(receiver.current, new).map { "did not recover from `\(event.word)`: \($0)" }
    }
  }

  @Test(arguments: [true, false])
  func `a flipped byte anywhere never gives other weights, and the transfer recovers`(isDelta: Bool) throws {
    let stage = try Stage(seed: 1)
    let chunks = allChunks(stage.sender, stage.new, base: isDelta ? stage.old : nil)
    var problems: Set<String> = []
    var random = TestRandom(2)
    for chunk in chunks {
      for place in chunk.bytes.indices {
        var bytes = chunk.bytes
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
        if let problem = stage.problem(chunks, chunk.index, with: bytes) { problems.insert(problem) }
      }
    }
    #expect(problems == [])
  }

  @Test(arguments: [true, false])
  func `every prefix of every chunk is refused, and the transfer recovers`(isDelta: Bool) throws {
    let stage = try Stage(seed: 3)
    let chunks = allChunks(stage.sender, stage.new, base: isDelta ? stage.old : nil)
    var problems: Set<String> = []
    for chunk in chunks {
      for length in Array(chunk.bytes.indices) + [chunk.bytes.count + 1] {
        let bytes = Array((chunk.bytes + [0]).prefix(length))
        if let problem = stage.problem(chunks, chunk.index, with: bytes) { problems.insert(problem) }
      }
    }
    #expect(problems == [])
  }

  @Test func `after a mismatch whole tensors are asked for`() throws {
    let stage = try Stage(seed: 4)
    var (sender, receiver) = (stage.sender, stage.receiver)
    var damaged = 0
    let result = run(&receiver, &sender) { chunks in
      if damaged == 0, let last = chunks.indices.last, chunks[last].index > 0, chunks[last].base != nil {
        chunks[last].bytes[chunks[last].bytes.count - 1] ^= 1
        damaged = 1
      }
    }
    #expect(damaged == 1)
    guard case .refused(let error)? = result.events.first(where: { $0.word == "refused" }) else {
      Issue.record("nothing was refused")
      return
    }
    #expect("\(error)".contains("chunk "))
    #expect(result.requests.first?.base == stage.old.version.digest && result.requests.last?.base == nil)
    #expect(difference(receiver.current, stage.new) == nil)
  }

  @Test
  func
    `a wire that damages everything is given up, with the old weights kept, until the version is announced again`()
    throws
  {
    let stage = try Stage(seed: 5)
    var (sender, receiver) = (stage.sender, stage.receiver)
    let result = run(&receiver, &sender) { chunks in
      for index in chunks.indices { chunks[index].bytes[0] ^= 4 }
    }
    #expect(
      result.events.count { $0.word == "refused" } == 3 && result.events.contains { $0.word == "failed" })
    #expect(difference(receiver.current, stage.old) == nil && receiver.nextRequest() == nil)
    #expect(receiver.announce(stage.new.announcement).word == "progress")
    _ = run(&receiver, &sender)
    #expect(difference(receiver.current, stage.new) == nil)
  }

  @Test func `counts, indices, bases and digests that nobody gave are ignored or refused`() throws {
    let stage = try Stage(seed: 6)
    let chunks = allChunks(stage.sender, stage.new, base: stage.old)
    let numbers = [Int.min, -1, 0, 1, 2, chunks.count - 1, chunks.count, chunks.count + 1, 1 << 40, Int.max]
    for hasManifest in [true, false] {
      for index in numbers {
        for count in numbers {
          for base in [nil, stage.old.version.digest, stage.new.version.digest, ""] {
            var receiver = stage.receiver
            if hasManifest { _ = receiver.take(chunks[0]) }
            for bytes in [[], chunks[1].bytes] {
              let hostile = WeightsChunk(
                digest: stage.new.version.digest, base: base, index: index, count: count, bytes: bytes)
              _ = receiver.take(hostile)
            }
            var sender = stage.sender
            _ = run(&receiver, &sender)
            #expect(difference(receiver.current, stage.new) == nil, "\(index) of \(count)")
          }
        }
      }
    }
  }

  @Test
  func `a request out of range is answered with nothing, and one for an unknown version with the newest`()
    throws
  {
    let stage = try Stage(seed: 8)
    var sender = stage.sender
    for first in [Int.min, -1, 1 << 40, .max] {
      for count in [Int.min, -1, 0, 1, .max] {
        let request = WeightsRequest(digest: stage.new.version.digest, base: nil, first: first, count: count)
        #expect(sender.answer(request) == .chunks([]), "\(first), \(count)")
      }
    }
    let all = sender.answer(.init(digest: stage.new.version.digest, base: nil, first: 0, count: .max))
    guard case .chunks(let chunks) = all else {
      Issue.record("no chunks")
      return
    }
    #expect(chunks.count == min(64, chunks[0].count))
    #expect(
      sender.answer(.init(digest: "sha256:00", base: nil, first: 0, count: 1))
        == .announce(stage.new.announcement))
    var empty = WeightsSender()
    #expect(empty.answer(.init(digest: "", base: nil, first: 0, count: 1)) == .nothing)
  }

  @Test func `the version before the newest can still be fetched, the one before that cannot`() throws {
    var random = TestRandom(9)
    let weights = try (0..<3).map { _ in try SmallWeights.some(&random) }
    var sender = WeightsSender()
    for (number, weights) in weights.enumerated() { _ = sender.publish(weights.snapshot(number)) }
    let answers = weights.enumerated().map { number, weights in
      sender.answer(.init(digest: weights.snapshot(number).version.digest, base: nil, first: 0, count: 1))
    }
    #expect(answers[0] == .announce(weights[2].snapshot(2).announcement))
    for answer in answers.dropFirst() {
      guard case .chunks(let chunks) = answer else {
        Issue.record("no chunks")
        return
      }
      #expect(chunks.count == 1)
    }
  }
}
