import Generation
import Randomness
import Testing

@Suite struct `Points 1, 2, 3 and 6: random workloads` {
  /// What a batch is made of, and how it is run, drawn from a seed.
  struct Workload {
    var requests: [GenerationRequest] = []
    var parameters = SamplingParameters()
    var settings = GeneratorConfiguration.plain
    var division: Division?
    var threads = 1
    private var random: CounterRNG

    init(seed: UInt64, _ model: TinyModel) throws {
      random = CounterRNG(seed: seed, stream: Stream("workload"))
      // Prompts are beginnings of three texts, some continued by others, so that they have much in common.
      let texts = (0..<3).map { text(200, "text \($0)") }
      var prompts: [[Int32]] = []
      for index in 0..<number(1...5) {
        let beginning = texts[number(0...2)].prefix(number(1...200))
        prompts.append(Array(beginning) + text(number(0...1) * number(0...90), "own \(seed) \(index)"))
      }
      for index in 0..<number(1...14) {
        let cap = number(1...80)
        let resumed = number(0...4) == 0 ? number(0...cap) : 0
        requests.append(
          GenerationRequest(
            prompt: prompts[number(0...prompts.count - 1)],
            continuation: text(resumed, "before \(seed) \(index)"),
            maxNewTokens: cap, segmentTokens: number(0...4) == 0 ? number(1...30) : nil,
            stream: Stream("random", seed, UInt64(index)),
            expectedLength: number(0...1) == 0 ? Double(number(1...80)) : nil))
      }
      parameters = SamplingParameters(
        temperature: [0, 0.3, 0.8, 1][number(0...3)], stopTokens: number(0...2) == 0 ? [7] : [])
      if number(0...3) == 0 {
        parameters.stop.thinking = try ThinkingBudget(tokens: number(0...20), endOfThinking: [3, 4])
      }
      if number(0...3) == 0 { parameters.stop.repetition = try RepetitionRule(maxRepeat: number(2...5)) }
      settings.maxConcurrent = number(1...10)
      settings.policy = Scheduler.Policy.allCases[number(0...2)]
      settings.speculation = number(0...1) == 0 ? .always : .off
      settings.sharesPrefixes = number(0...3) > 0
      settings.keepsCaches = number(0...2) == 0
      if number(0...3) > 0 {
        let longest = requests.map { $0.prompt.count + $0.maxNewTokens }.max() ?? 0
        settings.keyValueMemory = model.memory(blocks: (longest + 63) / 64 + 1 + number(0...6))
      }
      division = [nil, .together, .apart][number(0...2)]
      threads = number(1...2)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  }

  /// Together, under any policy, in any memory, with anything shared: what each is alone, bit for bit.
  @Test(arguments: 1...UInt64(120)) func `give each sequence what it gets alone`(seed: UInt64) throws {
    let model = TinyModel()
    let workload = try Workload(seed: seed, model)
    let expected = try model.alone(workload.requests, workload.parameters, seed: seed)
    let generator = try model.generator(workload.settings, threads: workload.threads)
    generator.division = workload.division
    // The second call finds what the first has kept.
    for call in 1...2 {
      let found = try generator.all(workload.requests, workload.parameters, seed: seed)
      expectIdentical(found, expected, "call \(call)")
      let counts = generator.blockCounts
      #expect(counts.used == 0 && (workload.settings.keepsCaches || counts.kept == 0))
    }
    if let limit = workload.settings.keyValueMemory {
      #expect(generator.statistics.peakKeyValueBytes <= limit)
    }
  }
}
