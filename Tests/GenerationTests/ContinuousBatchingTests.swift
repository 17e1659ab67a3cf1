import Generation
import Randomness
import Testing

@Suite struct `Point 1: continuous batching` {
  /// Requests that end at their caps, with prompts of one token, none of them alike.
  func capped(_ lengths: [Int], expected: [Double]? = nil) -> [GenerationRequest] {
    lengths.enumerated().map {
      GenerationRequest(
        prompt: [Int32($0)], maxNewTokens: $1, stream: Stream("s", UInt64($0)), expectedLength: expected?[$0])
    }
  }

  /// Two slots: the first has 5 in steps 1…5 and 2 in 6…7, the second 1, 1, 1 in steps 1, 2, 3 and 4 in 4…7.
  /// In batches of two that wait for each other it would take 5 + 1 + 4 steps. No step runs an empty row.
  @Test func `a slot is refilled in the step after its sequence ended`() throws {
    let generator = try TinyModel().generator(.plain.with { $0.maxConcurrent = 2 })
    let found = try generator.all(capped([5, 1, 1, 1, 4, 2]))
    #expect(found.map(\.tokens.count) == [5, 1, 1, 1, 4, 2])
    #expect(generator.statistics.steps == 7)
    #expect(generator.statistics.rows == 14 && generator.statistics.tokens == 14)
  }

  /// On two slots, 1, 1, 1, 1 and 4 take 2 + 4 steps in their order, and 4 with the longest first.
  @Test func `the longest expected first makes the tail shorter`() throws {
    let lengths = [1, 1, 1, 1, 4]
    for (policy, steps) in [(Scheduler.Policy.fifo, 6), (.longestExpectedFirst, 4)] {
      let generator = try TinyModel().generator(
        .plain.with { ($0.maxConcurrent, $0.policy) = (2, policy) })
      _ = try generator.all(capped(lengths, expected: lengths.map(Double.init)))
      #expect(generator.statistics.steps == steps, "\(policy)")
    }
  }

  /// 64 lengths with a long tail on 16 slots: each step runs a row for every slot that has anything to do, so that the
  /// steps are those of list scheduling.
  @Test func `steps are those of list scheduling, in the order of arrival`() throws {
    var random = CounterRNG(seed: 3, stream: Stream("lengths"))
    let lengths = (0..<64).map { _ in 1 + Int(Int(random.next() % 30) * Int(random.next() % 30) / 20) }
    var slots = [Int](repeating: 0, count: 16)
    for length in lengths {
      let first = slots.indices.min { slots[$0] < slots[$1] } ?? 0
      slots[first] += length
    }
    // No prompt is another's: each is its number in base 31.
    let requests = lengths.enumerated().map {
      GenerationRequest(
        prompt: [Int32($0 / 31), Int32($0 % 31)], maxNewTokens: $1, stream: Stream("s", UInt64($0)))
    }
    let generator = try TinyModel().generator(.plain.with { $0.maxConcurrent = 16 })
    _ = try generator.all(requests)
    #expect(generator.statistics.steps == slots.max())
    #expect(generator.statistics.rows == lengths.reduce(0, +) + 64)
  }

  /// The prompt of 1000 tokens takes four chunks of at most 256, so its first token comes in the fourth step; the two
  /// beside it get a token in every step.
  @Test func `rows that decode get a token in every step while a long prompt is computed`() throws {
    let generator = try TinyModel().generator()
    var step = 0
    var steps: [Int: [Int]] = [:]
    var rowsBefore = 0
    var rows: [Int] = []
    let requests = [
      GenerationRequest(prompt: [1], maxNewTokens: 8, stream: Stream("a")),
      GenerationRequest(prompt: text(1000, "long"), maxNewTokens: 3, stream: Stream("b")),
      GenerationRequest(prompt: [2, 3], maxNewTokens: 6, stream: Stream("c")),
    ]
    let found = try generator.generate(
      requests, SamplingParameters(), seed: 1,
      onToken: { request, _ in steps[request, default: []].append(step) },
      beforeStep: {
        step += 1
        rows.append(generator.statistics.rows - rowsBefore)
        rowsBefore = generator.statistics.rows
        return .goOn
      })
    #expect(steps == [0: Array(1...8), 1: [4, 5, 6], 2: Array(1...6)])
    #expect(rows == [0, 1 + 256 + 2, 1 + 256 + 1, 1 + 256 + 1, 1 + 232 + 1, 3, 3, 1])
    expectIdentical(try #require(found), try TinyModel().alone(requests, SamplingParameters(), seed: 1))
  }

  /// Six prompts of 600 tokens: four chunks of 256 fill a step, and the others wait for the next.
  @Test func `a step runs 1024 prompt tokens at most`() throws {
    let generator = try TinyModel().generator()
    var before = 0
    _ = try generator.generate(
      requests((0..<6).map { text(600, "\($0)") }, new: 2), SamplingParameters(), seed: 1,
      beforeStep: {
        #expect(generator.statistics.rows - before <= Generator.prefillTokens + 6)
        before = generator.statistics.rows
        return .goOn
      })
    #expect(generator.statistics.rows == 6 * 601)
  }

  @Test func `tokens are told as they come, and a call can be stopped before any step`() throws {
    let generator = try TinyModel().generator()
    let all = requests([[1, 2], [3], [4, 5, 6]], new: 9)
    var told: [Int: [Int32]] = [:]
    let found = try generator.generate(
      all, SamplingParameters(), seed: 1, onToken: { told[$0, default: []].append($1) })
    #expect(found?.map(\.tokens) == [0, 1, 2].map { told[$0] })
    var steps = 0
    let stopped = try generator.generate(
      all, SamplingParameters(), seed: 1,
      beforeStep: {
        steps += 1
        return steps > 4 ? .stop : .goOn
      })
    #expect(stopped == nil && generator.blockCounts == (used: 0, kept: 0))
    expectIdentical(try generator.all(all), try #require(found), "after a stop")
  }

  @Test func `every policy gives the same tokens`() throws {
    let model = TinyModel()
    var all = requests((0..<24).map { text(20, "\($0 / 6)") }, new: 1)
    for index in all.indices {
      all[index].maxNewTokens = 1 + index * index % 37
      all[index].expectedLength = index % 3 == 0 ? nil : Double(index * 7 % 11)
    }
    let expected = try model.alone(all, SamplingParameters(), seed: 1)
    for policy in Scheduler.Policy.allCases {
      for slots in [1, 3, 24] {
        let generator = try model.generator(.plain.with { ($0.policy, $0.maxConcurrent) = (policy, slots) })
        expectIdentical(try generator.all(all), expected, "\(policy) on \(slots) slots")
      }
    }
  }
}
