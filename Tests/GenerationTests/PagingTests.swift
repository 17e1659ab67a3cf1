import Experience
import Generation
import Randomness
import Testing

@Suite struct `Point 2: keys and values in shared pages` {
  /// 150 prompt tokens and 10 new ones for 16 members. The prompt runs once and gives the logits of all 16 first
  /// tokens; of the 10, all but the last run: 150 + 16 · 9 rows. Unshared: 16 · (150 + 9).
  @Test func `the prompt of a group is computed once`() throws {
    let group = requests([[Int32]](repeating: text(150, "prompt"), count: 16), new: 10)
    let shared = try TinyModel().generator()
    let unshared = try TinyModel().generator(.plain.with { $0.sharesPrefixes = false })
    let found = try shared.all(group)
    expectIdentical(found, try unshared.all(group))
    #expect(shared.statistics.rows == 150 + 16 * 9 && shared.statistics.sharedTokens == 15 * 150)
    #expect(unshared.statistics.rows == 16 * 159 && unshared.statistics.sharedTokens == 0)
    // The members are not one and the same.
    #expect(Set(found.map(\.tokens)).count > 8)
    #expect(shared.blockCounts == (used: 0, kept: 0))
    // 150 positions are three blocks, the last of them begun; each member but the last to write copies that one, and
    // the prompt's own is given back when nobody waits for it: 2 + 16 at the end, 3 + 16 at most.
    let block = TinyModel().memory(blocks: 1)
    #expect(shared.statistics.peakKeyValueBytes <= (3 + 16) * block)
    #expect(unshared.statistics.peakKeyValueBytes == 16 * 3 * block)
  }

  /// Continuations of a prompt run what they have beyond it: 40 + (3 - 1) rows of the first, then its siblings' own.
  @Test func `members that are resumed share the prompt, and their continuations are their own`() throws {
    var group = requests([[Int32]](repeating: text(40, "prompt"), count: 3), new: 20)
    group[1].continuation = text(12, "one")
    group[2].continuation = text(5, "two")
    let generator = try TinyModel().generator()
    expectIdentical(try generator.all(group), try TinyModel().alone(group, SamplingParameters(), seed: 1))
    #expect(generator.statistics.sharedTokens == 80)
    #expect(generator.statistics.rows == 40 + 19 + (12 + 7) + (5 + 14))
  }

  /// Lengths around the borders of blocks: a prompt that fills its last block leaves nothing to copy.
  @Test(arguments: [1, 2, 63, 64, 65, 127, 128, 129])
  func `members write apart from where they differ`(promptCount: Int) throws {
    let model = TinyModel()
    let group = requests(
      [[Int32]](repeating: text(promptCount, "prompt"), count: 7) + [text(promptCount + 1, "prompt")], new: 70
    )
    let expected = try model.alone(group, SamplingParameters(), seed: 1)
    for slots in [1, 2, 8] {
      for policy in Scheduler.Policy.allCases {
        let generator = try model.generator(.plain.with { ($0.maxConcurrent, $0.policy) = (slots, policy) })
        expectIdentical(try generator.all(group), expected, "\(slots) slots, \(policy)")
        #expect(generator.blockCounts == (used: 0, kept: 0))
      }
    }
  }

  @Test(arguments: Scheduler.Policy.allCases)
  func `too little memory delays sequences, and changes none of their bits`(policy: Scheduler.Policy) throws {
    let model = TinyModel()
    var all = requests((0..<12).map { text(100, "\($0 / 3)") }, new: 150)
    for index in all.indices { all[index].maxNewTokens = 150 - index * 5 }
    let expected = try model.alone(all, SamplingParameters(), seed: 1)
    // The longest needs (100 + 150) / 64 = 4 blocks, and one to copy into.
    for blocks in [5, 6, 7, 9, 12, 20] {
      for threads in [1, 2] {
        let limit = model.memory(blocks: blocks)
        let settings = GeneratorConfiguration.plain.with { ($0.keyValueMemory, $0.policy) = (limit, policy) }
        let generator = try model.generator(settings, threads: threads)
        expectIdentical(try generator.all(all), expected, "\(blocks) blocks")
        #expect(generator.statistics.peakKeyValueBytes <= limit)
        #expect(generator.blockCounts == (used: 0, kept: 0))
        if blocks > 5 { #expect(generator.statistics.preemptions > 0, "\(blocks) blocks") }
        // What was computed again is counted as rows, and shared tokens are not.
        #expect(generator.statistics.tokens == expected.reduce(0) { $0 + $1.tokens.count })
      }
    }
  }

  @Test func `with memory to spare nothing is preempted`() throws {
    let generator = try TinyModel().generator()
    _ = try generator.all(requests((0..<12).map { text(100, "\($0 / 3)") }, new: 100))
    #expect(generator.statistics.preemptions == 0)
  }

  /// 100 + 92 tokens are three blocks, and there must be one more to copy a shared one into.
  @Test func `a sequence that does not fit by itself is refused with what it needs`() throws {
    let model = TinyModel()
    let request = requests([text(100, "p")], new: 92)
    let enough = try model.generator(.plain.with { $0.keyValueMemory = model.memory(blocks: 4) })
    #expect(try enough.all(request)[0].tokens.count == 92)
    let short = try model.generator(.plain.with { $0.keyValueMemory = model.memory(blocks: 4) - 1 })
    let error = #expect(throws: GenerationError.self) { try short.all(request) }
    // 2 · 2 layers · 1 head · 16 · 64 positions · 4 bytes = 16 KiB a block.
    #expect(error?.reason == .keyValueMemory(65_535, needed: 65_536, tokens: 192))
    #expect(
      error?.description.hasPrefix(
        "keys and values may take 65535 bytes (`kv_memory`), but one sequence of 192 tokens, prompt and answer, needs 65536"
      )
        == true)
    // And it can still do what fits.
    #expect(try short.all(requests([text(100, "p")], new: 28))[0].tokens.count == 28)
  }

  /// With one slot, and a prompt of two blocks and a half: after the last member entered, nobody keeps the prompt.
  @Test func `a prompt is kept only while somebody waits for it`() throws {
    let generator = try TinyModel().generator(.plain.with { $0.maxConcurrent = 1 })
    let group = requests([[Int32]](repeating: text(160, "prompt"), count: 3), new: 5)
    var kept: [Int] = []
    var finished = 0
    _ = try generator.generate(
      group, SamplingParameters(), seed: 1, onToken: { _, _ in finished += 1 },
      beforeStep: {
        if finished % 5 == 0 { kept.append(generator.blockCounts.kept) }
        return .goOn
      })
    #expect(kept == [0, 3, 3])
    #expect(generator.statistics.rows == 160 + 3 * 4)
  }
}
