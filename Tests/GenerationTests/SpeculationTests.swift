import Generation
import Randomness
import Testing

@Suite struct `Point 6: speculation for the long tail` {
  static let modes = GeneratorConfiguration.Speculation.allCases

  @Test(arguments: [Float(0), 0.2, 1], [1, 2])
  func `tokens and logprobs are the same with speculation on, off and by measurement`(
    temperature: Float, threads: Int
  ) throws {
    let model = TinyModel()
    let all = requests((0..<6).map { text(30, "\($0 / 3)") }, new: 120)
    let parameters = SamplingParameters(temperature: temperature)
    let expected = try model.alone(all, parameters, seed: 1)
    for mode in Self.modes {
      for slots in [1, 4, 6] {
        let generator = try model.generator(
          .plain.with { ($0.speculation, $0.maxConcurrent) = (mode, slots) }, threads: threads)
        expectIdentical(try generator.all(all, parameters), expected, "\(mode), \(slots) slots")
        let statistics = generator.statistics
        #expect(statistics.acceptedTokens <= statistics.draftedTokens)
        if mode == .off { #expect(statistics.draftedTokens == 0) }
        if mode == .always { #expect(statistics.draftedTokens > 0) }
        #expect(statistics.tokens == 6 * 120)
      }
    }
  }

  /// Greedy text of a small model runs in circles: most guesses are right, and each saves a step of its sequence.
  @Test func `on text that repeats itself most guesses are right, and steps are saved`() throws {
    let model = TinyModel()
    let all = requests([text(30, "a")], new: 200)
    let greedy = SamplingParameters(temperature: 0)
    let (plain, fast) = (try model.generator(), try model.generator(.plain.with { $0.speculation = .always }))
    expectIdentical(try fast.all(all, greedy), try plain.all(all, greedy))
    #expect(plain.statistics.steps == 200)
    #expect(fast.statistics.steps < 100)
    // A sequence alone: every step gives one token and those guessed right before it.
    #expect(fast.statistics.steps + fast.statistics.acceptedTokens == 200)
    #expect(fast.statistics.acceptedTokens * 2 > fast.statistics.draftedTokens)
    #expect(fast.statistics.rows == 30 + 199 + fast.statistics.draftedTokens - fast.statistics.acceptedTokens)
  }

  /// Siblings that came to the end teach the ones that are left.
  @Test func `guesses come from the group`() throws {
    let model = TinyModel()
    let prompt = text(20, "p")
    let greedy = SamplingParameters(temperature: 0)
    let group = requests([prompt, prompt], new: 40)
    // One after the other, and the same text: nearly all of the second is guessed.
    let generator = try model.generator(.plain.with { ($0.maxConcurrent, $0.speculation) = (1, .always) })
    var steps = [0, 0]
    let found = try generator.generate(
      group, greedy, seed: 1,
      onToken: { request, _ in if steps[request] == 0 { steps[request] = generator.statistics.steps } })
    #expect(found?[0].tokens == found?[1].tokens)
    let second = generator.statistics.steps - steps[1] + 1
    #expect(second <= 10)
  }

  /// Where a rule ends a sequence among guesses that were right, the rest of them is dropped.
  @Test func `whatever ends a sequence ends it at the same token within a draft`() throws {
    let model = TinyModel()
    let greedy = SamplingParameters(temperature: 0)
    // The text has come round before: what follows is known to the drafter from the prompt.
    let prompt = text(30, "a")
    let loop = try model.generator().one(requests([prompt], new: 150)[0], greedy).tokens
    let known = prompt + loop.prefix(100)
    let letters: @Sendable (Int32) -> [UInt8] = { [UInt8(97 + $0 % 26), UInt8(65 + $0 % 7)] }
    let next = loop[100..<150].flatMap(letters)
    var cases: [(String, SamplingParameters, Int, Int?)] = []
    for count in 1...18 {
      cases.append(("cap \(count)", greedy, count, nil))
      cases.append(("segment \(count)", greedy, 40, count))
      let text = String(decoding: next.prefix(2 * count - 1), as: UTF8.self)
      var strings = greedy
      strings.stop.strings = try StopStrings([text], bytes: letters)
      cases.append(("string of \(2 * count - 1) bytes", strings, 40, nil))
    }
    for token in Set(loop[100..<150]) {
      cases.append(("token \(token)", SamplingParameters(temperature: 0, stopTokens: [token]), 40, nil))
    }
    for times in [2, 5, 9] {
      var repetition = greedy
      repetition.stop.repetition = try RepetitionRule(maxRepeat: times)
      cases.append(("repetition \(times)", repetition, 140, nil))
    }
    var finishes: Set<String> = []
    var accepted = 0
    for (name, parameters, cap, segment) in cases {
      var request = requests([known], new: cap)[0]
      request.segmentTokens = segment
      let expected = try model.generator().one(request, parameters)
      let generator = try model.generator(.plain.with { $0.speculation = .always })
      expectIdentical([try generator.one(request, parameters)], [expected], name)
      accepted += generator.statistics.acceptedTokens
      finishes.insert(String("\(expected.finish)".prefix { $0 != "(" }))
    }
    #expect(finishes == ["length", "paused", "stopString", "stop", "repetition"])
    #expect(accepted > 200)
  }
}
