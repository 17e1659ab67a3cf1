import Experience
import Generation
import Randomness
import Testing
import Transformer

@Suite struct `Point 4: segments` {
  static func version(_ number: Int) -> PolicyVersion { PolicyVersion(number: number, digest: "test") }

  // MARK: Pausing

  /// Goes on in segments until nothing pauses, each time with what there is as continuation.
  func inSegments(_ generator: Generator, _ requests: [GenerationRequest], _ parameters: SamplingParameters)
    throws
    -> [GeneratedSequence]
  {
    var whole = [GeneratedSequence](repeating: GeneratedSequence(), count: requests.count)
    var open = Array(requests.indices)
    while !open.isEmpty {
      let found = try generator.all(
        open.map { index in
          var request = requests[index]
          request.continuation = whole[index].tokens
          return request
        }, parameters)
      for (index, part) in zip(open, found) {
        whole[index].tokens += part.tokens
        whole[index].logprobs += part.logprobs
        whole[index].sampled += part.sampled
        whole[index].segments += part.segments
        whole[index].finish = part.finish
        if part.finish == .paused { #expect(part.tokens.count == requests[index].segmentTokens) }
      }
      open = open.filter { whole[$0].finish == .paused }
    }
    return whole
  }

  /// A prompt of 70 and segments of 7: a block border lies in the second. Also with drafts, which end at the segment.
  @Test(arguments: [1, 7, 29, 64, 200])
  func `paused and resumed, with its cache or without, is what it is in one go`(segmentTokens: Int) throws {
    let model = TinyModel()
    var all = requests((0..<6).map { text(70 - $0 / 2 * 30, "\($0 / 2)") }, new: 90)
    let parameters = SamplingParameters(temperature: 0.8, stopTokens: [7])
    let expected = try model.alone(all, parameters, seed: 1)
    #expect(Set(expected.map(\.finish)) == [.stop, .length])
    for index in all.indices { all[index].segmentTokens = segmentTokens }
    for keeps in [true, false] {
      for speculation in [GeneratorConfiguration.Speculation.off, .always] {
        let generator = try model.generator(
          .plain.with { ($0.keepsCaches, $0.speculation) = (keeps, speculation) }, version: 3)
        let found = try inSegments(generator, all, parameters)
        #expect(found.map(\.tokens) == expected.map(\.tokens))
        #expect(found.map { bits($0.logprobs) } == expected.map { bits($0.logprobs) })
        #expect(found.map(\.finish) == expected.map(\.finish))
        for sequence in found {
          #expect(sequence.segments.allSatisfy { $0.version == Self.version(3) && $0.count <= segmentTokens })
          #expect(sequence.segments.dropLast().allSatisfy { $0.count == segmentTokens })
        }
      }
    }
  }

  /// The prompt of 70 and 7 tokens, of which the last has not run: 76 positions are found again, 7 rows run.
  @Test func `a kept cache is computed once, another again`() throws {
    for keeps in [true, false] {
      let generator = try TinyModel().generator(.plain.with { $0.keepsCaches = keeps })
      var request = requests([text(70, "p")], new: 30)[0]
      request.segmentTokens = 7
      request.continuation = try generator.one(request).tokens
      #expect(generator.statistics.rows == 76 && generator.blockCounts == (used: 0, kept: keeps ? 2 : 0))
      let before = generator.statistics
      _ = try generator.one(request)
      let second = generator.statistics.since(before)
      #expect(second.sharedTokens == (keeps ? 76 : 0))
      #expect(second.rows == (keeps ? 7 : 83))
    }
  }

  @Test func `kept caches give way to sequences at work`() throws {
    let model = TinyModel()
    let generator = try model.generator(
      .plain.with { ($0.keepsCaches, $0.keyValueMemory) = (true, model.memory(blocks: 6)) })
    for round in 0..<8 {
      let all = requests((0..<3).map { text(90, "\(round) \($0)") }, new: 40)
      expectIdentical(try generator.all(all), try model.alone(all, SamplingParameters(), seed: 1))
      #expect(generator.blockCounts.used == 0 && generator.blockCounts.kept > 0)
    }
  }

  @Test func `a continuation that has all its tokens stays as it is`() throws {
    var request = requests([[1, 2, 3]], new: 4)[0]
    request.continuation = [4, 5, 6, 7]
    let found = try TinyModel().generator().one(request)
    #expect(found.tokens.isEmpty && found.segments.isEmpty && found.finish == .length)
  }

  // MARK: New weights

  /// Generates with weights 1 until a step, then with weights 2, and so on; the weights are those of the given seeds.
  struct Swap {
    let model = TinyModel(seed: 1)
    var settings = GeneratorConfiguration.plain
    var keepsCaches = false
    var parameters = SamplingParameters()
    /// Steps (from 1) before which the weights change.
    var steps: [Int] = []

    func run(_ requests: [GenerationRequest]) throws -> [GeneratedSequence] {
      model.parameters.initialize(model.configuration, seed: 1)
      let generator = try model.generator(settings, version: 1)
      var (step, number) = (0, 1)
      let found = try generator.generate(
        requests, parameters, seed: 1,
        beforeStep: {
          step += 1
          guard steps.contains(step) else { return .goOn }
          number += 1
          model.parameters.initialize(model.configuration, seed: UInt64(number))
          generator.model.reload(version: version(number))
          return .weightsChanged(keepsCaches: keepsCaches)
        })
      #expect(generator.blockCounts == (used: 0, kept: 0))
      return try #require(found)
    }
  }

  /// The model's logprobs of a sequence's new tokens, as the trainer computes them.
  func trained(_ seed: Int, _ request: GenerationRequest, _ found: GeneratedSequence) throws -> [Float] {
    let tokens = request.prompt + request.continuation + found.tokens
    let scored = tokens.count - found.tokens.count..<tokens.count
    return try TinyModel(seed: UInt64(seed)).decoder()
      .forward(PackedBatch([(tokens, scored)]), temperature: 1).logprobs
  }

  @Test func `without a swap there is one segment`() throws {
    for sequence in try Swap().run(requests((0..<4).map { text(5, "\($0)") }, new: 30)) {
      #expect(sequence.segments == [.init(count: 30, version: Self.version(1))])
    }
  }

  /// Before the swap the tokens of the old weights; after it, bit for bit, those that the new weights give who are told
  /// all that was said before.
  @Test(arguments: [1, 2, 3, 11, 30])
  func `after a swap everything is computed with the new weights`(step: Int) throws {
    let all = requests((0..<4).map { text(60 + $0, "\($0 / 2)") }, new: 30)
    let old = try TinyModel(seed: 1).alone(all, SamplingParameters(), seed: 1)
    for speculation in [GeneratorConfiguration.Speculation.off, .always] {
      let found = try Swap(settings: .plain.with { $0.speculation = speculation }, steps: [step]).run(all)
      for (request, (found, old)) in zip(all, zip(found, old)) {
        // A step gives one token each, with drafts some more.
        let before = found.segments[0].version == Self.version(1) ? found.segments[0].count : 0
        if speculation == .off { #expect(before == step - 1) }
        #expect(
          found.segments.map(\.version)
            == (before == 0 ? [2] : before == 30 ? [1] : [1, 2]).map { Self.version($0) })
        #expect(found.segments.reduce(0) { $0 + $1.count } == 30)
        #expect(found.tokens.prefix(before) == old.tokens.prefix(before))
        #expect(bits(Array(found.logprobs.prefix(before))) == bits(Array(old.logprobs.prefix(before))))
        var resumed = request
        resumed.continuation = Array(old.tokens.prefix(before))
        let fresh = try TinyModel(seed: 2).alone([resumed], SamplingParameters(), seed: 1)[0]
        #expect(Array(found.tokens[before...]) == fresh.tokens)
        #expect(bits(Array(found.logprobs[before...])) == bits(fresh.logprobs))
        let trainer = (try trained(1, request, found), try trained(2, request, found))
        for (index, logprob) in found.logprobs.enumerated() {
          let gap = abs(logprob - (index < before ? trainer.0 : trainer.1)[index])
          #expect(gap < 2e-5, "token \(index)")
        }
      }
    }
  }

  @Test func `a segment is cut at every swap, wherever it falls`() throws {
    let request = requests([[1, 2, 3]], new: 12)
    for keeps in [false, true] {
      let found = try Swap(keepsCaches: keeps, steps: [4, 5, 9]).run(request)[0]
      #expect(
        found.segments == [
          .init(count: 3, version: Self.version(1)), .init(count: 1, version: Self.version(2)),
          .init(count: 4, version: Self.version(3)), .init(count: 4, version: Self.version(4)),
        ])
      let every = try Swap(keepsCaches: keeps, steps: Array(2...12)).run(request)[0]
      #expect(every.segments == (1...12).map { .init(count: 1, version: Self.version($0)) })
    }
  }

  /// In the middle of a prompt of 600 tokens, and while most of a group still waits for a slot.
  @Test func `swaps during prompts and with sequences waiting leave nothing of the old weights`() throws {
    let long = requests([text(600, "long")], new: 5)
    let found = try Swap(steps: [2]).run(long)[0]
    #expect(found.segments == [.init(count: 5, version: Self.version(2))])
    expectIdentical(
      [found], try TinyModel(seed: 2).generator(.alone, version: 2).all(long), "swapped in the prompt")

    let group = requests([[Int32]](repeating: text(80, "p"), count: 6), new: 10)
    let waiting = try Swap(settings: .plain.with { $0.maxConcurrent = 2 }, steps: [5]).run(group)
    expectIdentical(
      Array(waiting[2...]), Array(try TinyModel(seed: 2).generator(.alone, version: 2).all(group)[2...]),
      "waiting")
    #expect(waiting[0].segments.map(\.count) == [4, 6])
  }

  /// The keys and values of the old weights stay: no row is computed again, and the logprobs are not the trainer's.
  @Test func `with caches kept the sequences go on from what the old weights made`() throws {
    let all = requests((0..<4).map { text(60, "\($0)") }, new: 30)
    let swap = Swap(keepsCaches: true, steps: [11])
    let (found, again) = (try swap.run(all), try swap.run(all))
    expectIdentical(again, found)
    for (request, sequence) in zip(all, found) {
      #expect(sequence.segments.map(\.count) == [10, 20] && sequence.finish == .length)
      let (old, new) = (try trained(1, request, sequence), try trained(2, request, sequence))
      for index in 0..<10 { #expect(abs(sequence.logprobs[index] - old[index]) < 2e-5) }
      #expect(zip(sequence.logprobs[10...], new[10...]).contains { abs($0 - $1) > 0.01 })
      #expect(zip(sequence.logprobs[10...], old[10...]).contains { abs($0 - $1) > 0.01 })
      #expect(sequence.logprobs.allSatisfy { $0.isFinite && $0 <= 0 })
    }
  }

  @Test func `a change of weights cuts a segment even where nobody names them`() throws {
    let generator = try TinyModel().generator()
    var step = 0
    let found = try generator.generate(
      requests([[1]], new: 6), SamplingParameters(), seed: 1,
      beforeStep: {
        step += 1
        guard step == 3 else { return .goOn }
        generator.model.reload(version: nil)
        return .weightsChanged(keepsCaches: false)
      })
    #expect(found?[0].segments == [.init(count: 2, version: nil), .init(count: 4, version: nil)])
  }

  /// What was kept of other weights is dropped, unless the caller wants it.
  @Test func `a resumed sequence may begin with other weights than it paused with`() throws {
    let model = TinyModel(seed: 1)
    for keeps in [nil, false, true] {
      model.parameters.initialize(model.configuration, seed: 1)
      let generator = try model.generator(.plain.with { $0.keepsCaches = true }, version: 1)
      var request = requests([text(70, "p")], new: 20)[0]
      request.segmentTokens = 8
      request.continuation = try generator.one(request).tokens
      request.segmentTokens = nil
      model.parameters.initialize(model.configuration, seed: 2)
      generator.model.reload(version: Self.version(2))
      if let keeps { generator.weightsChanged(keepsCaches: keeps) }
      let before = generator.statistics
      let found = try generator.one(request)
      #expect(found.segments == [.init(count: 12, version: Self.version(2))])
      #expect(generator.statistics.since(before).sharedTokens == (keeps == true ? 77 : 0))
      let fresh = try TinyModel(seed: 2).generator(.alone, version: 2).one(request)
      #expect((bits(found.logprobs) == bits(fresh.logprobs)) == (keeps != true))
    }
  }
}
