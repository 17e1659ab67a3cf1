import Foundation
import Generation
import Randomness
import Tensors
import Transformer

/// A call of the generator with its times.
struct TimedGeneration {
  var seconds = 0.0
  var tokens = 0
  /// When each row's first token came, seconds.
  var firstTokens: [Double] = []
  /// Tokens, and seconds, after the last row has its first token; nil where there are none.
  var decoding: (tokens: Int, seconds: Double)?
  var sequences: [GeneratedSequence] = []
  /// What the generator did in this call.
  var statistics = GenerationStatistics()

  var rate: Double { Double(tokens) / seconds }

  init(
    _ generator: Generator, _ requests: [GenerationRequest], _ parameters: SamplingParameters,
    onToken: ((_ request: Int, _ seconds: Double) -> Void)? = nil
  ) throws {
    let earlier = generator.statistics
    let start = ContinuousClock.now
    var firsts = [Double?](repeating: nil, count: requests.count)
    var (waiting, soFar, decodingFrom) = (requests.count, 0, 0)
    var lastFirst = 0.0
    let found = try generator.generate(
      requests, parameters, seed: 1,
      onToken: { request, _ in
        soFar += 1
        if firsts[request] == nil {
          let now = start.duration(to: .now) / .seconds(1)
          firsts[request] = now
          waiting -= 1
          if waiting == 0 { (lastFirst, decodingFrom) = (now, soFar) }
        }
        if let onToken { onToken(request, start.duration(to: .now) / .seconds(1)) }
      })
    seconds = start.duration(to: .now) / .seconds(1)
    sequences = found ?? []
    tokens = soFar
    firstTokens = firsts.compactMap(\.self)
    if tokens > decodingFrom { decoding = (tokens - decodingFrom, seconds - lastFirst) }
    statistics = generator.statistics.since(earlier)
  }

  /// Runs some steps that do not count: memory is taken, weights and code are where they will be.
  static func warmUp(
    _ generator: Generator, _ requests: [GenerationRequest], _ parameters: SamplingParameters, steps: Int = 24
  ) throws {
    var left = steps
    _ = try generator.generate(
      requests, parameters, seed: 1,
      beforeStep: {
        left -= 1
        return left < 0 ? .stop : .goOn
      })
  }
}

extension BenchGenerateCommand {
  /// Rows of one length.
  func throughput() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .nano)
    let prompts =
      try promptIds.map { try Self.readPrompts($0, model) }
      ?? (0..<(rows ?? 32)).map { model.prompt($0, count: promptTokens ?? 64) }
    let (count, newTokens) = (prompts.count, newTokens ?? 256)
    let longestPrompt = prompts.map(\.count).max() ?? 0
    let slots = min(slots ?? count, count)
    try model.check(
      positions: longestPrompt + newTokens, sequences: slots, format: formats.keyValues, limit: kvMemory)
    let generator = generator(inference) {
      $0.maxConcurrent = slots
      $0.keyValueMemory = kvMemory
      $0.policy = scheduler ?? .fifo
      $0.speculation = speculation ?? .off
    }
    let requests = prompts.enumerated().map { index, prompt in
      // A scheduler that goes by expected lengths is told them; here all are equal.
      GenerationRequest(
        prompt: prompt, maxNewTokens: newTokens, stream: Stream("bench", UInt64(index)),
        expectedLength: Double(newTokens))
    }
    if printTokens {
      let run = try TimedGeneration(generator, requests, sampling)
      return BenchReport(members: [("tokens", .list(run.sequences.map { .integers($0.tokens) }))])
    }
    try TimedGeneration.warmUp(generator, requests, sampling)
    let work = GenerationWork(
      model.configuration, weightBytes: inference.weightBytes, format: formats.keyValues)
    let workingSet = work.workingSet(rows: slots, prompt: longestPrompt, newTokens: newTokens)
    let runs = try (0..<(bench.rounds ?? 5)).map { _ in try TimedGeneration(generator, requests, sampling) }
    let peakMemory = BenchFacts.peakMemory
    // The better of two, as others may have been at work.
    var limits = MachineLimits(model.compute, formats: formats, workingSet: workingSet)
    limits.takeBetter(
      MachineLimits(model.compute, formats: formats, workingSet: workingSet))
    let ideal = work.seconds(
      rows: count, slots: slots, prompt: prompts.reduce(0) { $0 + $1.count } / count, newTokens: newTokens,
      limits: limits)
    return report(
      model, runs, Shape(count, longestPrompt, newTokens, slots), limits, ideal: ideal, load: load,
      peakMemory: peakMemory)
  }

  private struct Shape {
    let rows: Int, prompt: Int, newTokens: Int, slots: Int
    init(_ rows: Int, _ prompt: Int, _ newTokens: Int, _ slots: Int) {
      (self.rows, self.prompt, self.newTokens, self.slots) = (rows, prompt, newTokens, slots)
    }
  }

  private func report(
    _ model: BenchModel, _ runs: [TimedGeneration], _ shape: Shape, _ limits: MachineLimits, ideal: Double,
    load: Double, peakMemory: Int
  ) -> BenchReport {
    let (rate, time) = (Spread(runs.map(\.rate)), Spread(runs.map(\.seconds)))
    // Rows that wait for a slot get their first token late, and then there is no time of decoding alone.
    let decoding = shape.slots < shape.rows ? [] : runs.compactMap(\.decoding)
    let decodeRate = decoding.isEmpty ? nil : Spread(decoding.map { Double($0.tokens) / $0.seconds })
    let first = Spread(runs.map { Spread($0.firstTokens).median })
    let share = ideal / time.median
    let statistics = runs[0].statistics
    var report = BenchReport()
    report.lines = [
      "\(model.name), \(counted(shape.rows, "row")) × \(shape.newTokens) new after \(shape.prompt), \(formats), "
        + "\(shape.slots) at a time, temperature \(grouped(Double(sampling.temperature)))",
      BenchFacts.line(model.compute, load: load),
      pad("all", 16) + rate.words("tokens/s") + ", \(counted(runs.count, "round"))",
    ]
    if let decodeRate { report.lines.append(pad("decoding", 16) + decodeRate.words("tokens/s")) }
    report.lines += [
      pad("first token", 16) + "\(grouped(first.median * 1e3)) ms, the median row",
      pad("roofline", 16)
        + "\(grouped(share * 100)) % of \(grouped(Double(runs[0].tokens) / ideal)) tokens/s, at "
        + limits.words,
      pad("memory", 16) + "\(ByteCount.approximate(peakMemory)) at the peak, keys and values "
        + ByteCount.approximate(statistics.peakKeyValueBytes) + statistics.remarks,
    ]
    report.members = [
      ("model", .text(model.name)), ("rows", .integer(shape.rows)), ("prompt_tokens", .integer(shape.prompt)),
      ("new_tokens", .integer(shape.newTokens)), ("slots", .integer(shape.slots)),
      ("tok_s", .number(rate.median)), ("tok_s_low", .number(rate.low)), ("tok_s_high", .number(rate.high)),
      ("seconds", .number(time.median)), ("rounds", .integer(runs.count)),
      ("time_to_first_token_s", .number(first.median)), ("share_of_roofline", .number(share)),
      ("roofline", limits.json), ("kv_bytes", .integer(statistics.peakKeyValueBytes)),
      ("preemptions", .integer(statistics.preemptions)),
      ("drafted_tokens", .integer(statistics.draftedTokens)),
      ("accepted_tokens", .integer(statistics.acceptedTokens)),
    ]
    if let decodeRate { report.members.append(("decode_tok_s", .number(decodeRate.median))) }
    report.members += formats.members + BenchFacts.members(model.compute, load: load, peakMemory: peakMemory)
    return report
  }

  private static func readPrompts(_ path: String, _ model: BenchModel) throws -> [[Int32]] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError("`--prompt-ids`: \(path) cannot be read")
    }
    guard let prompts = try? JSONDecoder().decode([[Int32]].self, from: data) else {
      throw CommandError("\(path): this is not a JSON array of arrays of token ids, e.g. [[5, 17], [42]]")
    }
    guard !prompts.isEmpty, !prompts.contains([]) else {
      throw CommandError("\(path): \(prompts.isEmpty ? "there is no prompt" : "a prompt has no token")")
    }
    for (index, prompt) in prompts.enumerated() {
      if let id = prompt.first(where: { !(0..<Int32(model.configuration.vocabSize)).contains($0) }) {
        throw CommandError(
          "\(path): prompt \(index + 1): \(id) is outside the vocabulary, 0 … \(model.configuration.vocabSize - 1)"
        )
      }
    }
    return prompts
  }
}
