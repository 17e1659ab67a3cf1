import Rollouts
import Testing

@Suite struct RefusalCountsTests {
  @Test func `the first of a kind from a peer is told, all are counted`() {
    var counts = RefusalCounts()
    let told = [("wrong_magic", "a"), ("wrong_magic", "a"), ("wrong_magic", "b"), ("oversized", "a")].map {
      kind, peer in counts.count(kind, peer: peer)
    }
    #expect(told == [true, false, true, true])
    #expect(counts.total == 4)
    #expect(counts.total("wrong_magic") == 3)
    #expect(counts.list.map(\.peer) == ["a", "a", "b"])
  }

  @Test func `peers with new names without end take no memory`() {
    var counts = RefusalCounts(limit: 3)
    for number in 0..<1000 { _ = counts.count("wrong_magic", peer: "w\(number)") }
    #expect(counts.list.count == 4)
    #expect(counts.total == 1000)
  }
}
