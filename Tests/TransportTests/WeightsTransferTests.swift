import Experience
import Testing
import Transport

@Suite struct `Transfer of weights` {
  @Test(arguments: 0..<20)
  func `weights arrive as they were sent, fresh and on top of others`(seed: UInt64) throws {
    var random = TestRandom(seed)
    var weights = try SmallWeights.some(&random)
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: weights.layout, credit: Int.random(in: 1...9, using: &random))
    for number in 0..<4 {
      let snapshot = weights.snapshot(number)
      _ = receiver.announce(sender.publish(snapshot))
      _ = run(&receiver, &sender)
      #expect(difference(receiver.current, snapshot) == nil)
      #expect(receiver.target == nil && receiver.nextRequest() == nil)
      weights = weights.changed(&random)
    }
  }

  @Test func `one changed number costs the manifest and a few bytes`() throws {
    var random = TestRandom(3)
    var weights = try SmallWeights.some(&random)
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: weights.layout)
    _ = receiver.announce(sender.publish(weights.snapshot(0)))
    let whole = run(&receiver, &sender).bytes
    weights.bytes[0][0] ^= 1
    let snapshot = weights.snapshot(1)
    _ = receiver.announce(sender.publish(snapshot))
    let few = run(&receiver, &sender).bytes
    let manifest = 1 + 32 * weights.layout.leaves.count
    #expect(whole == manifest + weights.layout.byteCount)
    // One leaf of 16 words: five bytes before it, kind and bitmap and a byte, three planes of nothing.
    #expect(few == manifest + 5 + 4 + 3)
    #expect(difference(receiver.current, snapshot) == nil)
  }

  @Test func `without deltas, what did not change is not sent either`() throws {
    var random = TestRandom(3)
    var weights = try SmallWeights.some(&random)
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: weights.layout, takesDeltas: false)
    _ = receiver.announce(sender.publish(weights.snapshot(0)))
    _ = run(&receiver, &sender)
    weights.bytes[0][0] ^= 1
    _ = receiver.announce(sender.publish(weights.snapshot(1)))
    let result = run(&receiver, &sender)
    #expect(result.requests.allSatisfy { $0.base == nil } && result.events.count == 2)
    #expect(difference(receiver.current, weights.snapshot(1)) == nil)
  }

  @Test func `weights that did not change are there at once, under their new number`() throws {
    var random = TestRandom(4)
    let weights = try SmallWeights.some(&random)
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: weights.layout)
    _ = receiver.announce(sender.publish(weights.snapshot(0)))
    _ = run(&receiver, &sender)
    #expect(receiver.announce(sender.publish(weights.snapshot(1))).word == "ready")
    #expect(receiver.current?.version.number == 1 && receiver.nextRequest() == nil)
    #expect(receiver.announce(sender.publish(weights.snapshot(1))).word == "ignored")
  }

  @Test(arguments: [true, false])
  func `a transfer cut at any chunk goes on there, also with a trainer that was restarted`(isDelta: Bool)
    throws
  {
    var random = TestRandom(5)
    let (old, sender) = try published(&random)
    let new = old.changed(&random).snapshot(1)
    var later = sender
    _ = later.publish(new)
    let count = allChunks(later, new, base: isDelta ? old.snapshot(0) : nil).count
    for cut in 0...count {
      var receiver = WeightsReceiver(layout: old.layout, credit: 3)
      if isDelta {
        _ = receiver.announce(sender.newest.map(\.announcement) ?? new.announcement)
        var first = sender
        _ = run(&receiver, &first)
      }
      _ = receiver.announce(new.announcement)
      var seen = 0
      while seen < cut, let request = receiver.nextRequest() {
        var sender = later
        guard case .chunks(let chunks) = sender.answer(request) else { break }
        for chunk in chunks where seen < cut {
          _ = receiver.take(chunk)
          seen += 1
        }
      }
      receiver.askAgain()
      var restarted = WeightsSender()
      _ = restarted.publish(old.snapshot(0))
      _ = restarted.publish(new)
      let rest = run(&receiver, &restarted)
      #expect(rest.events.count == count - cut, "cut at \(cut)")
      #expect(difference(receiver.current, new) == nil)
    }
  }

  @Test(arguments: 0..<20)
  func `chunks may come twice, in any order, and from an earlier request`(seed: UInt64) throws {
    var random = TestRandom(seed)
    let (old, first) = try published(&random)
    var sender = first
    var receiver = WeightsReceiver(layout: old.layout)
    _ = receiver.announce(old.snapshot(0).announcement)
    _ = run(&receiver, &sender)
    let new = old.changed(&random).snapshot(1)
    _ = receiver.announce(sender.publish(new))
    var earlier: [WeightsChunk] =
      allChunks(sender, new, base: nil) + allChunks(sender, old.snapshot(0), base: nil)
    let result = run(&receiver, &sender) { chunks in
      earlier += chunks
      chunks += (0..<4).compactMap { _ in earlier.randomElement(using: &random) }
      chunks.shuffle(using: &random)
    }
    #expect(difference(receiver.current, new) == nil)
    #expect(Set(result.events.map(\.word)).isSubset(of: ["progress", "ignored", "ready"]))
    #expect(result.events.count { $0.word == "ready" } == 1)
  }

  @Test func `chunks that never come are asked for again`() throws {
    var random = TestRandom(6)
    let (old, first) = try published(&random)
    var sender = first
    var receiver = WeightsReceiver(layout: old.layout)
    _ = receiver.announce(old.snapshot(0).announcement)
    for _ in 0..<200 where receiver.current == nil {
      _ = run(&receiver, &sender) { $0.removeAll { _ in Int.random(in: 0..<3, using: &random) > 0 } }
      receiver.askAgain()
    }
    #expect(difference(receiver.current, old.snapshot(0)) == nil)
  }

  @Test func `a newer version in the middle takes over, and keeps what both have in common`() throws {
    var random = TestRandom(8)
    let (old, first) = try published(&random)
    let count = allChunks(first, old.snapshot(0), base: nil).count
    var newer = old
    newer.bytes[0][5] ^= 0xFF
    for cut in 0..<count {
      var sender = first
      var receiver = WeightsReceiver(layout: old.layout)
      _ = receiver.announce(old.snapshot(0).announcement)
      let chunks = allChunks(sender, old.snapshot(0), base: nil)
      for chunk in chunks.prefix(cut) { _ = receiver.take(chunk) }
      #expect(receiver.announce(sender.publish(newer.snapshot(1))).word == "progress")
      // What was on its way of the old version is of no use now.
      for chunk in chunks.dropFirst(cut) { #expect(receiver.take(chunk).word == "ignored") }
      let result = run(&receiver, &sender)
      #expect(difference(receiver.current, newer.snapshot(1)) == nil)
      if cut == count - 1 {
        // The manifest, the chunk that was not there yet, and that of the changed number.
        #expect(result.events.count <= 3)
      }
    }
  }

  @Test func `a trainer that has not kept the base sends whole tensors`() throws {
    var random = TestRandom(9)
    let (old, first) = try published(&random)
    var sender = first
    var receiver = WeightsReceiver(layout: old.layout)
    _ = receiver.announce(old.snapshot(0).announcement)
    _ = run(&receiver, &sender)
    let new = old.changed(&random).snapshot(7)
    var restarted = WeightsSender()
    _ = receiver.announce(restarted.publish(new))
    let result = run(&receiver, &restarted)
    #expect(result.requests.first?.base == old.snapshot(0).version.digest)
    #expect(difference(receiver.current, new) == nil)
  }

  @Test func `a model of the same size but other names is refused`() throws {
    var random = TestRandom(10)
    let sent = try SmallWeights([("a", [4, 4]), ("b", [8])], random: &random)
    let expected = try SmallWeights([("a", [4, 4]), ("c", [8])], random: &random)
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: expected.layout)
    _ = receiver.announce(sender.publish(sent.snapshot(0)))
    let result = run(&receiver, &sender)
    #expect(result.events.contains { $0.word == "failed" } && receiver.current == nil)
    #expect(receiver.nextRequest() == nil)
  }

  @Test func `a model of another size is refused before anything is asked for`() throws {
    var random = TestRandom(11)
    let weights = try SmallWeights.some(&random)
    var receiver = WeightsReceiver(layout: weights.layout)
    for bytes in [0, -1, weights.layout.byteCount + 4, .max] {
      let announced = WeightsAnnouncement(version: weights.snapshot(0).version, bytes: bytes)
      #expect(receiver.announce(announced).word == "failed")
    }
    #expect(receiver.nextRequest() == nil)
  }

  /// Weights, and a sender that has published them as version 0.
  private func published(_ random: inout TestRandom) throws -> (SmallWeights, WeightsSender) {
    let weights = try SmallWeights.some(&random)
    var sender = WeightsSender()
    _ = sender.publish(weights.snapshot(0))
    return (weights, sender)
  }
}
