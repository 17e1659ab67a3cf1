import Experience
import Rollouts
import Testing

@Suite struct `Expected lengths of answers` {
  func task(_ source: String, _ difficulty: Int?) -> ReasoningTask {
    ReasoningTask(
      id: "t", source: source, prompt: "p", groundTruth: "g", verifier: "number", difficulty: difficulty)
  }

  @Test func `are unknown at first, then follow the answers to tasks of the same kind`() {
    var lengths = LengthExpectation()
    #expect(lengths.expected(task("a", 1)) == nil)
    lengths.record(task("a", 1), length: 100)
    #expect(lengths.expected(task("a", 1)) == 100)
    lengths.record(task("a", 1), length: 200)
    #expect(lengths.expected(task("a", 1)) == 110)
    #expect(lengths.expected(task("a", 2)) == nil)
    #expect(lengths.expected(task("b", 1)) == nil)
    for _ in 0..<200 { lengths.record(task("a", 1), length: 40) }
    #expect(abs((lengths.expected(task("a", 1)) ?? 0) - 40) < 0.01)
  }
}
