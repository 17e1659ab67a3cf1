import Experience
import Generation
import Randomness
import Testing
import Transformer

@Suite struct `Point 5: requests that join and leave` {
  typealias Workload = `Points 1, 2, 3 and 6: random workloads`.Workload

  /// Requests that join a running call, each before a step of its own, some that are withdrawn again, and what came out.
  struct Traffic {
    /// By step, from 0: who joins, as an index into the requests.
    var joins: [Int: [Int]] = [:]
    /// Requests that leave so many steps after they joined, by index.
    var leaves: [Int: Int] = [:]
    private(set) var results: [Int: GeneratedSequence] = [:]
    private(set) var tokens: [Int: [Int32]] = [:]

    /// - Returns: Whether all were over.
    mutating func run(
      _ generator: Generator, _ requests: [GenerationRequest], _ parameters: SamplingParameters, seed: UInt64
    ) throws -> Bool {
      var joins = joins
      let leaves = leaves
      var indexOf: [Int: Int] = [:]
      var numberOf: [Int: Int] = [:]
      var leavesAt: [Int: [Int]] = [:]
      var step = 0
      var told: [(number: Int, sequence: GeneratedSequence)] = []
      var tokensOf: [Int: [Int32]] = [:]
      let isOver = try generator.run(
        [], parameters, seed: seed, onToken: { tokensOf[$0, default: []].append($1) },
        onFinish: { told.append(($0, $1)) },
        beforeStep: { control in
          control.cancel((leavesAt.removeValue(forKey: step) ?? []).compactMap { numberOf[$0] })
          repeat {
            for index in joins.removeValue(forKey: step) ?? [] {
              do {
                let number = try control.join(requests[index])
                #expect(number == numberOf.count)
                (numberOf[index], indexOf[number]) = (number, index)
                if let steps = leaves[index] { leavesAt[step + 1 + steps, default: []].append(index) }
              } catch {
                Issue.record("\(index) was refused: \(error)")
              }
            }
            step += 1
            // With nothing to do, the next ones come at once.
          } while control.isIdle && !joins.isEmpty
        })
      for (number, sequence) in told {
        let index = try #require(indexOf[number])
        #expect(results.updateValue(sequence, forKey: index) == nil, "told twice")
      }
      for (number, list) in tokensOf { tokens[try #require(indexOf[number])] = list }
      return isOver
    }
  }

  /// In any order, at any moment, beside others that are withdrawn: what each is alone, bit for bit.
  @Test(arguments: 1...UInt64(80)) func `change no token of anyone`(seed: UInt64) throws {
    let model = TinyModel()
    let workload = try Workload(seed: seed, model)
    let expected = try model.alone(workload.requests, workload.parameters, seed: seed)
    let generator = try model.generator(workload.settings, threads: workload.threads)
    generator.division = workload.division
    var random = CounterRNG(seed: seed, stream: Stream("traffic"))
    for call in 1...2 {
      // Twins of some, which leave before they are over or are told as the others are.
      let all = workload.requests + workload.requests
      var traffic = Traffic()
      let last = Int.random(in: 0...120, using: &random)
      for index in all.indices.shuffled(using: &random) {
        if index >= workload.requests.count {
          guard Bool.random(using: &random) else { continue }
          traffic.leaves[index] = Int.random(in: 0...60, using: &random)
        }
        traffic.joins[Int.random(in: 0...last, using: &random), default: []].append(index)
      }
      #expect(try traffic.run(generator, all, workload.parameters, seed: seed))
      for (index, request) in expected.enumerated() {
        let found = try #require(traffic.results[index], "request \(index) was never over")
        expectIdentical([found], [request], "call \(call), request \(index)")
        #expect(traffic.tokens[index] ?? [] == found.tokens)
        guard let twin = traffic.results[index + expected.count] else { continue }
        expectIdentical([twin], [request], "call \(call), twin of \(index)")
      }
      let counts = generator.blockCounts
      #expect(counts.used == 0 && (workload.settings.keepsCaches || counts.kept == 0))
    }
    if let limit = workload.settings.keyValueMemory {
      #expect(generator.statistics.peakKeyValueBytes <= limit)
    }
  }

  /// As a worker has it: a paused sequence comes back after some steps with the tokens it has, in the same call.
  @Test(arguments: [GeneratorConfiguration.Speculation.off, .always], [1, 5, 17])
  func `paused ones may come back into the same call`(
    speculation: GeneratorConfiguration.Speculation, segment: Int
  ) throws {
    let model = TinyModel()
    let parameters = SamplingParameters(temperature: 0.8, stopTokens: [7])
    let all = requests((0..<8).map { text(70 - $0 / 2 * 20, "\($0 / 2)") }, new: 60)
    let expected = try model.alone(all, parameters, seed: 1)
    let generator = try model.generator(.plain.with { ($0.speculation, $0.maxConcurrent) = (speculation, 3) })
    var parts = [[GeneratedSequence]](repeating: [], count: all.count)
    var indexOf: [Int: Int] = [:]
    var back: [(step: Int, index: Int)] = all.indices.map { (3 * $0, $0) }
    var step = 0
    _ = try generator.run(
      [], parameters, seed: 1,
      onFinish: { number, sequence in
        let index = indexOf[number] ?? 0
        parts[index].append(sequence)
        if sequence.finish == .paused { back.append((step + index, index)) }
      },
      beforeStep: { control in
        repeat {
          for (_, index) in back.filter({ $0.step <= step }) {
            var request = all[index]
            request.continuation = parts[index].flatMap(\.tokens)
            request.segmentTokens = segment
            guard let number = try? control.join(request) else { return }
            indexOf[number] = index
          }
          back.removeAll { $0.step <= step }
          step += 1
        } while control.isIdle && !back.isEmpty
      })
    for (index, parts) in parts.enumerated() {
      #expect(parts.dropLast().allSatisfy { $0.tokens.count == segment && $0.finish == .paused })
      #expect(parts.flatMap(\.tokens) == expected[index].tokens)
      #expect(bits(parts.flatMap(\.logprobs)) == bits(expected[index].logprobs))
      #expect(parts.last?.finish == expected[index].finish)
    }
  }

  @Test func `each is told of in the step in which it ends`() throws {
    let generator = try TinyModel().generator()
    var (step, ends) = (0, [Int: Int]())
    let isOver = try generator.run(
      [3, 1, 5].enumerated().map {
        GenerationRequest(prompt: [Int32($0)], maxNewTokens: $1, stream: Stream("s", UInt64($0)))
      }, SamplingParameters(), seed: 1, onFinish: { request, _ in ends[request] = step },
      beforeStep: { control in
        step += 1
        #expect(control.running + control.waiting == (step == 1 ? 3 : 3 - ends.count))
        #expect(control.isIdle == (step == 6))
      })
    #expect(isOver && ends == [1: 1, 0: 3, 2: 5] && step == 6)
  }

  @Test func `with nothing to do the call asks once and returns`() throws {
    let generator = try TinyModel().generator()
    var asked = 0
    let none = try generator.run(
      [], SamplingParameters(), seed: 1, onFinish: { _, _ in }, beforeStep: { _ in asked += 1 })
    #expect(none && asked == 1 && generator.statistics.steps == 0)
    let stopped = try generator.run(
      requests([[1]], new: 3), SamplingParameters(), seed: 1,
      onFinish: { _, _ in Issue.record("nothing is over") }, beforeStep: { $0.stop() })
    #expect(!stopped && generator.blockCounts == (used: 0, kept: 0))
  }

  @Test func `one that has all its tokens is over at once`() throws {
    var full = requests([[1, 2, 3]], new: 2)[0]
    full.continuation = [4, 5]
    var told: [Int] = []
    let generator = try TinyModel().generator()
    var isFirst = true
    _ = try generator.run(
      [full], SamplingParameters(), seed: 1,
      onFinish: { number, sequence in
        told.append(number)
        #expect(sequence.tokens.isEmpty && sequence.finish == .length)
      },
      beforeStep: { control in
        guard isFirst else { return }
        isFirst = false
        #expect(told == [0])
        #expect((try? control.join(full)) == 1)
        guard let number = try? control.join(full) else { return }
        control.cancel([number])
      })
    #expect(told == [0, 1] && generator.statistics.steps == 0)
  }

  // MARK: Memory

  /// The prompt of 200 tokens is computed once; the one that comes late runs its last token and its own.
  @Test func `who joins late shares what a sibling at work has computed`() throws {
    let model = TinyModel()
    let generator = try model.generator(.plain)
    let all = requests([[Int32]](repeating: text(200, "p"), count: 2), new: 30)
    var traffic = Traffic(joins: [0: [0], 10: [1]])
    #expect(try traffic.run(generator, all, SamplingParameters(), seed: 1))
    #expect(generator.statistics.sharedTokens == 199)
    #expect(generator.statistics.rows == 200 + 29 + 1 + 29)
    #expect(generator.blockCounts == (used: 0, kept: 0))
    expectIdentical(
      [0, 1].compactMap { traffic.results[$0] }, try model.alone(all, SamplingParameters(), seed: 1))
  }

  /// First short ones, for which there is little memory, then ever longer ones.
  @Test func `memory grows with those who join`() throws {
    let model = TinyModel()
    for keeps in [false, true] {
      let generator = try model.generator(.plain.with { ($0.maxConcurrent, $0.keepsCaches) = (4, keeps) })
      let all = (0..<6).map { index in
        GenerationRequest(
          prompt: text(4 << index, "\(index / 2)"), maxNewTokens: 40, stream: Stream("grow", UInt64(index)))
      }
      var traffic = Traffic()
      for index in all.indices { traffic.joins[7 * index] = [index] }
      #expect(try traffic.run(generator, all, SamplingParameters(), seed: 1))
      expectIdentical(
        all.indices.compactMap { traffic.results[$0] }, try model.alone(all, SamplingParameters(), seed: 1))
      #expect(generator.blockCounts.used == 0)
    }
  }

  @Test func `one that cannot fit is refused, and nobody else notices`() throws {
    let model = TinyModel()
    let all = requests([text(50, "a"), text(50, "b")], new: 40)
    let generator = try model.generator(.plain.with { $0.keyValueMemory = model.memory(blocks: 6) })
    var step = 0
    var found: [Int: GeneratedSequence] = [:]
    _ = try generator.run(
      all, SamplingParameters(), seed: 1, onFinish: { found[$0] = $1 },
      beforeStep: { control in
        step += 1
        guard step == 5 else { return }
        for (tokens, new) in [(300, 100), (1, Int.max), (1, 1 << 50)] {
          #expect(throws: GenerationError.self) {
            try control.join(.init(prompt: text(tokens, "big"), maxNewTokens: new, stream: Stream("big")))
          }
        }
        #expect(throws: GenerationError(.emptyPrompt)) {
          try control.join(.init(prompt: [], maxNewTokens: 3, stream: Stream("none")))
        }
      })
    expectIdentical(
      [0, 1].compactMap { found[$0] }, try model.alone(all, SamplingParameters(), seed: 1))
    #expect(found.count == 2)
  }

  /// A group of six on two slots: its prompt is kept for the four that wait. When they leave, so does it; when those at
  /// work leave too, nothing is in use.
  @Test func `who leaves gives its memory back`() throws {
    let generator = try TinyModel().generator(.plain.with { $0.maxConcurrent = 2 })
    let group = requests([[Int32]](repeating: text(130, "p"), count: 6), new: 40)
    let other = GenerationRequest(prompt: [1], maxNewTokens: 30, stream: Stream("other"))
    var step = 0
    var found: [Int: GeneratedSequence] = [:]
    _ = try generator.run(
      group, SamplingParameters(), seed: 1, onFinish: { found[$0] = $1 },
      beforeStep: { control in
        step += 1
        switch step {
        case 10:
          #expect(control.running == 2 && control.waiting == 4)
          control.cancel([2, 3, 4, 5])
        case 11:
          #expect(control.running == 2 && control.waiting == 0 && generator.blockCounts.kept == 0)
          control.cancel([0, 1])
        case 12:
          #expect(control.isIdle && generator.blockCounts == (used: 0, kept: 0))
          #expect((try? control.join(other)) == 6)
          control.cancel([0, 99])
        default: break
        }
      })
    expectIdentical(
      [6].compactMap { found[$0] }, try TinyModel().alone([other], SamplingParameters(), seed: 1))
    #expect(found.count == 1)
  }

  // MARK: Weights

  /// One at work, one that joins in the step in which the weights change: the first is cut, the second all of the new ones.
  @Test func `who joins as the weights change is of the new ones`() throws {
    for speculation in [GeneratorConfiguration.Speculation.off, .always] {
      let model = TinyModel(seed: 1)
      let generator = try model.generator(.plain.with { $0.speculation = speculation }, version: 1)
      let all = requests([text(60, "p"), text(60, "p")], new: 20)
      var step = 0
      var found: [Int: GeneratedSequence] = [:]
      _ = try generator.run(
        [all[0]], SamplingParameters(), seed: 1, onFinish: { found[$0] = $1 },
        beforeStep: { control in
          step += 1
          guard step == 4 else { return }
          model.parameters.initialize(model.configuration, seed: 2)
          generator.model.reload(version: PolicyVersion(number: 2, digest: "test"))
          control.weightsChanged(keepsCaches: false)
          #expect((try? control.join(all[1])) == 1)
        })
      let (first, second) = (try #require(found[0]), try #require(found[1]))
      #expect(first.segments.map(\.version?.number) == [1, 2])
      let fresh = TinyModel(seed: 2)
      expectIdentical([second], try fresh.generator(.alone, version: 2).all([all[1]]), "joined")
      var resumed = all[0]
      resumed.continuation = Array(first.tokens.prefix(first.segments[0].count))
      let rest = try fresh.generator(.alone).one(resumed)
      #expect(Array(first.tokens[first.segments[0].count...]) == rest.tokens)
      #expect(bits(Array(first.logprobs[first.segments[0].count...])) == bits(rest.logprobs))
    }
  }
}
