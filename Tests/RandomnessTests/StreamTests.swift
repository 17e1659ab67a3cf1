import Randomness
import Testing

@Suite struct `Stable names of streams` {
  /// Expected values from a separate FNV-1a (64 bit) and SplitMix64 finisher, written in Python. They may never change:
  /// a checkpoint of one version is resumed by the next.
  @Test func `a hash is the same in every process and version`() {
    #expect(StableHash().value == 0xF52A_15E9_A9B5_E89B)
    #expect(StableHash.of("") == 0x4F2D_B50F_1240_40CD)
    #expect(StableHash.of("sampling") == 0x4641_F22E_E7CE_6A79)
    #expect(StableHash.of("ünïcode ✓") == 0x0E41_55E5_2889_2957)
    #expect(Stream("sampling").identifier == StableHash.of("sampling"))
    #expect(Stream("sampling", 1, 2, 3).identifier == 0xC72F_076A_1435_9477)
    #expect(Stream("sampling", .max).identifier == 0x64D5_8F31_4E07_6EA3)
  }

  @Test func `numbers are hashed by value and place`() {
    let streams = [
      Stream("a"), Stream("a", 0), Stream("a", 0, 0), Stream("a", 1), Stream("a", 256), Stream("a", 1, 2),
      Stream("a", 2, 1), Stream("b", 1, 2), Stream("a1", 2),
    ]
    #expect(Set(streams).count == streams.count)
  }

  @Test func `texts do not run into each other`() {
    func hash(_ texts: String...) -> UInt64 {
      var hash = StableHash()
      for text in texts { hash.combine(text) }
      return hash.value
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("ab") != hash("ab", ""))
  }

  @Test func `no two of a million names collide`() {
    var seen: Set<UInt64> = []
    for step in UInt64(0)..<100 {
      for group in UInt64(0)..<100 {
        for sample in UInt64(0)..<100 { seen.insert(Stream("sampling", step, group, sample).identifier) }
      }
    }
    #expect(seen.count == 1_000_000)
  }
}
