import Experience
import Generation
import Randomness
import Tensors
import Testing
import Transformer

@Suite struct `Points 2 and 4: where memory is short` {
  func request(
    _ prompt: [Int32], new: Int, segment: Int? = nil, after continuation: [Int32] = [], _ stream: UInt64
  ) -> GenerationRequest {
    GenerationRequest(
      prompt: prompt, continuation: continuation, maxNewTokens: new, segmentTokens: segment,
      stream: Stream("pressure", stream))
  }

  @Test func `kept sequences that are resumed beside a new one never want more blocks than there are`() throws
  {
    let model = TinyModel()
    var settings = GeneratorConfiguration.plain
    settings.keepsCaches = true
    settings.keyValueMemory = model.memory(blocks: 12)
    let generator = try model.generator(settings)
    let (prompt, other) = (text(10, "prompt"), text(64, "other"))
    let first = try generator.all((0..<2).map { request(prompt, new: 400, segment: 311, $0) })
    #expect(first.allSatisfy { $0.finish == .paused })
    let second = [
      request(prompt, new: 400, after: first[0].tokens, 0), request(other, new: 5, 7),
      request(prompt, new: 400, after: first[1].tokens, 1),
    ]
    expectIdentical(try generator.all(second), try model.alone(second, .init(), seed: 1))
  }

  @Test func `members of a group still share its prompt when those before them have left`() throws {
    let model = TinyModel()
    var settings = GeneratorConfiguration.plain
    settings.keyValueMemory = model.memory(blocks: 24)
    let generator = try model.generator(settings)
    _ = try generator.all((0..<16).map { request(text(1024, "long"), new: 256, $0) })
    // 16 shared blocks leave 8 for answers of 4: two at a time, 8 rounds of 256. One at a time it would be 4,096.
    #expect(generator.statistics.steps < 2400, "\(generator.statistics.steps) steps")
    #expect(generator.statistics.sharedTokens >= 15 * 1023)
  }

  @Test func `a prompt is computed once for its group, whatever else begins like it`() throws {
    let model = TinyModel()
    var settings = GeneratorConfiguration.plain
    settings.keepsCaches = true
    let generator = try model.generator(settings)
    let long = text(1001, "long")
    _ = try generator.all((0..<16).map { request([long[0], 1, 2], new: 1040, segment: 3, $0) })
    let before = generator.statistics
    _ = try generator.all((0..<16).map { request(long, new: 4, 100 + $0) })
    let rows = generator.statistics.since(before).rows
    #expect(rows <= 1001 + 16 * 4, "\(rows) rows")
  }

  @Test func `weights that change without a word count as a change without caches`() throws {
    let model = TinyModel()
    let generator = try model.generator(version: 1)
    var step = 0
    let found = try #require(
      try generator.generate(
        [request(text(40, "p"), new: 20, 0)], SamplingParameters(), seed: 1,
        beforeStep: {
          step += 1
          if step == 9 {
            model.parameters.flat.assign(model.parameters.flat.values.map { $0 * 1.2 })
            generator.model.reload(version: .init(number: 2, digest: "test"))
          }
          return .goOn
        })
    )
    #expect(found[0].segments.map(\.version?.number) == [1, 2])
    let resumed = request(
      text(40, "p"), new: 20, after: Array(found[0].tokens.prefix(found[0].segments[0].count)), 0)
    let fresh = try model.generator(.alone).one(resumed)
    #expect(bits(fresh.logprobs) == bits(Array(found[0].logprobs.dropFirst(found[0].segments[0].count))))
  }

  @Test(arguments: [1 << 53, 100_000_000_000_000])
  func `a limit beyond all memory is no limit, and no trap`(bytes: Int) throws {
    var settings = GeneratorConfiguration.plain
    settings.keyValueMemory = bytes
    #expect(try TinyModel().generator(settings).one(request([1, 2], new: 3, 0)).tokens.count == 3)
  }
}
