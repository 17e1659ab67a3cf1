import Testing
import Training

@Suite struct `Microbatches` {
  func split(_ lengths: [Int], prompt: Int = 0, limit: Int) -> [Range<Int>] {
    microbatches(count: lengths.count, limit: limit) { index, isFirst in
      lengths[index] + (isFirst ? prompt : 0)
    }
  }

  @Test func `hold as many sequences as fit, in order`() {
    #expect(split([3, 4, 5, 1], limit: 7) == [0..<2, 2..<4])
    #expect(split([3, 4, 5, 1], limit: 6) == [0..<1, 1..<2, 2..<4])
    #expect(split([3, 4, 5, 1], limit: 100) == [0..<4])
    #expect(split([], limit: 5) == [])
  }

  @Test func `a sequence above the limit is by itself`() {
    #expect(split([3, 40, 5], limit: 8) == [0..<1, 1..<2, 2..<3])
  }

  @Test func `count what is shared once in each`() {
    // A prompt of 10 and four answers of 3: 16 tokens hold the prompt and two of them.
    #expect(split([3, 3, 3, 3], prompt: 10, limit: 16) == [0..<2, 2..<4])
    #expect(split([3, 3, 3, 3], prompt: 10, limit: 22) == [0..<4])
    #expect(split([3, 3, 3, 3], prompt: 10, limit: 15) == [0..<1, 1..<2, 2..<3, 3..<4])
  }
}
