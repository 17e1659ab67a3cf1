import Generation
import Randomness
import Testing
import Transformer

@Suite struct `Point 7: stop rules` {
  static let letters: @Sendable (Int32) -> [UInt8] = {
    $0 % 5 == 4 ? [UInt8(97 + $0 % 3), UInt8(97 + $0 / 5)] : [UInt8(97 + $0 % 3)]
  }

  /// What the rules say of a sequence that went on without them: where it ends and why, nil where it reaches its cap.
  func verdict(_ rules: StopRules, on tokens: [Int32]) -> (count: Int, finish: GeneratedSequence.Finish) {
    var state = rules.start()
    for (index, token) in tokens.enumerated() {
      switch state.advance(token) {
      case .stop: return (index + 1, .stop)
      case .stopString(let text, let bytesToCut):
        return (index + 1, .stopString(text, bytesToCut: bytesToCut))
      case .repetition(let period, let count): return (index + 1, .repetition(period: period, count: count))
      case nil: continue
      }
    }
    return (tokens.count, .length)
  }

  struct Rules: Sendable, CustomTestStringConvertible {
    var name: String
    var rules: StopRules
    var temperature: Float
    /// Finishes that must occur.
    var finishes: Set<String>
    var testDescription: String { name }
  }
  static func cases() throws -> [Rules] {
    [
      Rules(
        name: "ids", rules: StopRules(tokens: [7, 11, 12]), temperature: 1, finishes: ["stop", "length"]),
      Rules(
        name: "strings", rules: StopRules(strings: try StopStrings(["abca", "cc", "bea"], bytes: letters)),
        temperature: 1, finishes: ["stopString"]),
      Rules(
        name: "repetition", rules: StopRules(repetition: try RepetitionRule(maxRepeat: 4)), temperature: 0,
        finishes: ["repetition"]),
      Rules(
        name: "all",
        rules: StopRules(
          tokens: [7], strings: try StopStrings(["abcab", "cccc"], bytes: letters),
          repetition: try RepetitionRule(maxRepeat: 3)), temperature: 0.3,
        finishes: ["stop", "stopString", "length"]),
    ]
  }

  @Test(arguments: try cases(), GeneratorConfiguration.Speculation.allCases)
  func `a sequence ends where its rules say, with all its tokens, and says why`(
    rules: Rules, speculation: GeneratorConfiguration.Speculation
  ) throws {
    let model = TinyModel()
    var all = requests((0..<32).map { text(10, "\($0 / 4)") }, new: 40)
    for index in all.indices { all[index].maxNewTokens = index % 2 == 0 ? 20 : 120 }
    var parameters = SamplingParameters(temperature: rules.temperature)
    let free = try model.generator().all(all, parameters)
    parameters.stop = rules.rules
    let generator = try model.generator(.plain.with { ($0.maxConcurrent, $0.speculation) = (5, speculation) })
    let found = try generator.all(all, parameters)
    for (found, free) in zip(found, free) {
      let (count, finish) = verdict(rules.rules, on: free.tokens)
      #expect(found.tokens == Array(free.tokens.prefix(count)))
      #expect(bits(found.logprobs) == bits(Array(free.logprobs.prefix(count))))
      #expect(found.finish == finish)
      #expect(found.sampled == [Bool](repeating: true, count: count))
      #expect(found.segments.map(\.count) == [count])
    }
    let finishes = found.map { "\($0.finish)".prefix { $0 != "(" } }
    #expect(rules.finishes.isSubset(of: Set(finishes.map(String.init))))
    #expect(generator.statistics.repetitions == finishes.count { $0 == "repetition" })
  }

  /// A stop token at the cap is a stop; one over the cap is never seen.
  @Test func `the token that ends a sequence is its last, and the cap is kept`() throws {
    let generator = try TinyModel().generator()
    let free = try generator.one(requests([[1]], new: 30)[0])
    let third = free.tokens[2]
    let first = (free.tokens.firstIndex(of: third) ?? 2) + 1
    for cap in 1...6 {
      let found = try generator.one(requests([[1]], new: cap)[0], SamplingParameters(stopTokens: [third]))
      #expect(found.tokens.count == min(cap, first))
      #expect(found.finish == (cap < first ? .length : .stop))
    }
  }

  // MARK: Thinking

  @Test(arguments: [Float(1), 0.7, 0], GeneratorConfiguration.Speculation.allCases)
  func `when thinking takes too long its end is written, and marked as not sampled`(
    temperature: Float, speculation: GeneratorConfiguration.Speculation
  ) throws {
    let model = TinyModel()
    let thinking = try ThinkingBudget(tokens: 12, endOfThinking: [3, 4, 3, 9])
    let all = requests((0..<24).map { text(10, "\($0 / 3)") }, new: 40)
    let parameters = SamplingParameters(temperature: temperature, stop: StopRules(thinking: thinking))
    let generator = try model.generator(.plain.with { ($0.speculation, $0.maxConcurrent) = (speculation, 7) })
    let found = try generator.all(all, parameters)
    var forced = 0
    for sequence in found {
      var state = ThinkingBudget.State()
      for (token, isSampled) in zip(sequence.tokens, sequence.sampled) {
        let wanted = thinking.forced(state)
        #expect(isSampled == (wanted == nil) && (wanted ?? token) == token)
        if wanted != nil { forced += 1 }
        thinking.advance(&state, token: token)
      }
      #expect(thinking.forced(state) == nil && sequence.tokens.count == 40)
    }
    // Most have all four tokens of the end forced on them, from the 13th on.
    #expect(generator.statistics.forcedTokens == forced && forced > 60)
    #expect(
      found.contains { Array($0.tokens[12..<16]) == [3, 4, 3, 9] && $0.sampled[11] && !$0.sampled[12] })
    expectIdentical(found, try model.alone(all, parameters, seed: 1))

    // Forced or not, a logprob is the model's; a greedy choice is certain, so there the forced are the model's at 1.
    let batch = PackedBatch(zip(all, found).map { ($0.prompt + $1.tokens, 10..<50) })
    let trainer = try model.decoder().forward(batch, temperature: temperature == 0 ? 1 : temperature).logprobs
    for (index, expected) in trainer.enumerated() {
      let (sequence, place) = (found[index / 40], index % 40)
      let certain = temperature == 0 && sequence.sampled[place]
      #expect(abs(sequence.logprobs[place] - (certain ? 0 : expected)) < 2e-5)
    }
  }

  @Test func `a resumed sequence keeps its budget, its strings and its repetitions`() throws {
    let model = TinyModel()
    let all = requests((0..<6).map { text(10, "\($0)") }, new: 60)
    let parameters = SamplingParameters(
      temperature: 0.4,
      stop: StopRules(
        tokens: [30], strings: try StopStrings(["abcabc", "cccca"], bytes: Self.letters),
        repetition: try RepetitionRule(maxRepeat: 2),
        thinking: try ThinkingBudget(tokens: 10, endOfThinking: [3, 4, 9])))
    let whole = try model.alone(all, parameters, seed: 1)
    for cut in [1, 9, 10, 11, 12, 25] {
      for (request, whole) in zip(all, whole) where whole.tokens.count > cut {
        var resumed = request
        resumed.continuation = Array(whole.tokens.prefix(cut))
        let rest = try model.generator().one(resumed, parameters)
        #expect(rest.tokens == Array(whole.tokens[cut...]) && rest.sampled == Array(whole.sampled[cut...]))
        #expect(rest.finish == whole.finish && bits(rest.logprobs) == bits(Array(whole.logprobs[cut...])))
      }
    }
  }
}
