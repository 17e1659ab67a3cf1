import Testing
import Transport

@Suite struct `Delta of weights` {
  /// Words 0x3F800000 (1.0) and 0x3F800001: they differ in the lowest byte only. Of 32 words 2 differ.
  @Test func `two changed words of 32 take a bitmap of four bytes and two bytes`() {
    var words = [UInt32](repeating: 0x3F80_0000, count: 32)
    let base = words.flatMap(littleEndian)
    words[1] ^= 1
    words[9] ^= 0x80
    let encoded = WeightsDelta.encode(words.flatMap(littleEndian), from: base)
    // Sparse: bits 1 and 9, then the two differences; three planes of nothing.
    #expect(encoded == [1, 0b10, 0b10, 0, 0, 1, 0x80, 0, 0, 0])
  }

  @Test func `a plane that differs everywhere is sent as it is`() {
    let base = [UInt32](repeating: 0x0102_0304, count: 3)
    let new: [UInt32] = [0x0102_0305, 0x0102_0306, 0x0102_0300]
    // 4 ^ 5, 4 ^ 6, 4 ^ 0
    #expect(
      WeightsDelta.encode(new.flatMap(littleEndian), from: base.flatMap(littleEndian)) == [
        2, 1, 2, 4, 0, 0, 0,
      ])
  }

  @Test func `noise has no delta`() {
    var random = TestRandom(1)
    let base = (0..<256).flatMap { _ in littleEndian(UInt32(truncatingIfNeeded: random.next())) }
    let new = (0..<256).flatMap { _ in littleEndian(UInt32(truncatingIfNeeded: random.next())) }
    #expect(WeightsDelta.encode(new, from: base) == nil)
  }

  @Test(arguments: 0..<40)
  func `what comes back is the same to the bit`(seed: UInt64) {
    var random = TestRandom(seed)
    let count = Int.random(in: 1...200, using: &random)
    let density = Double.random(in: 0...1, using: &random)
    let base = random.bytes(words: count)
    var new = base
    for place in new.indices where Double.random(in: 0..<1, using: &random) < density {
      // Anything in all planes, or in the lower two.
      if seed % 2 == 0 || place % 4 < 2 { new[place] = UInt8.random(in: 0...255, using: &random) }
    }
    guard let encoded = WeightsDelta.encode(new, from: base) else { return }
    #expect(encoded.count < new.count)
    #expect(WeightsDelta.decode(encoded[...], onto: base) == new)
  }

  @Test func `every prefix, byte flip and extra byte is refused or gives other bytes of the same length`() {
    var random = TestRandom(7)
    let base = random.bytes(words: 37)
    var new = base
    for place in stride(from: 0, to: new.count, by: 9) { new[place] ^= 0x41 }
    guard let encoded = WeightsDelta.encode(new, from: base) else {
      Issue.record("nothing to test")
      return
    }
    for length in 0..<encoded.count {
      #expect(WeightsDelta.decode(encoded.prefix(length), onto: base) == nil)
    }
    #expect(WeightsDelta.decode((encoded + [0])[...], onto: base) == nil)
    var wrong = 0
    for place in encoded.indices {
      for flip in 1...UInt8.max {
        var hostile = encoded
        hostile[place] ^= flip
        if let decoded = WeightsDelta.decode(hostile[...], onto: base), decoded.count != base.count {
          wrong += 1
        }
      }
    }
    #expect(wrong == 0)
  }
}
