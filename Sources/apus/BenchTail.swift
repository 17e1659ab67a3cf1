import Foundation
import Generation
import Randomness
import Tensors

extension BenchGenerateCommand {
  /// The last rows of a batch whose text repeats itself, ending one by one: speculation against none.
  ///
  /// Greedy text of random weights runs into cycles, as that of models that were trained badly does; the rows are the
  /// first whose text does so early.
  func tailBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .mini)
    let (rows, length, newTokens) = (rows ?? 6, promptTokens ?? 64, newTokens ?? 512)
    // From one to three times the shortest.
    let caps = (0..<rows).map { newTokens + 2 * newTokens * $0 / max(1, rows - 1) }
    try model.check(
      positions: length + (caps.last ?? 0), sequences: 2 * rows, format: kvDtype ?? .fp32, limit: nil)
    let parameters = SamplingParameters(temperature: 0)
    let prompts = try repetitivePrompts(model, inference, count: rows, length: length, parameters)
    let requests = zip(prompts, caps).enumerated().map { index, row in
      GenerationRequest(prompt: row.0, maxNewTokens: row.1, stream: Stream("bench tail", UInt64(index)))
    }
    let sides = [GeneratorConfiguration.Speculation.automatic, .off].map { speculation in
      BenchSide(
        name: "speculation \(speculation.rawValue)",
        generator: generator(inference) {
          $0.maxConcurrent = rows
          $0.speculation = speculation
        }, requests: requests)
    }
    let comparison = try BenchComparison(sides, parameters, rounds: bench.rounds ?? 5)
    try comparison.checkEqual()
    let periods = comparison.runs[0][0].sequences.map { Self.period($0.tokens) }
    let guesses = comparison.runs[0].map(\.statistics)
    let drafted = guesses.reduce(0) { $0 + $1.draftedTokens }
    let accepted = guesses.reduce(0) { $0 + $1.acceptedTokens }
    return comparison.report(
      "the last \(rows) rows of a repetitive batch, \(caps[0]) to \(caps[rows - 1]) new, greedy, \(model.name), \(formats)",
      model, pairs: [(slow: 1, fast: 0)], load: load, dtype: inference.weightFormat,
      notes: [
        "rows end in cycles of " + periods.map { $0.map(String.init) ?? "none" }.joined(separator: ", ")
          + " tokens; same tokens on both sides"
      ],
      members: [
        ("periods", .list(periods.map { .integer($0 ?? 0) })),
        ("accepted_share", .number(drafted == 0 ? 0 : Double(accepted) / Double(drafted))),
      ])
  }

  /// Random prompts whose greedy text is in a cycle within 256 tokens; others where too few of 8 × `count` are.
  private func repetitivePrompts(
    _ model: BenchModel, _ inference: InferenceModel, count: Int, length: Int, _ parameters: SamplingParameters
  ) throws -> [[Int32]] {
    let prompts = (0..<8 * count).map { model.prompt($0, count: length) }
    let generator = generator(inference) { $0.maxConcurrent = prompts.count }
    let requests = prompts.enumerated().map {
      GenerationRequest(prompt: $1, maxNewTokens: 256, stream: Stream("bench tail", UInt64($0)))
    }
    let found = try TimedGeneration(generator, requests, parameters).sequences
    let isCyclic = found.map { Self.period($0.tokens) != nil }
    let order = prompts.indices.sorted { (isCyclic[$0] ? 0 : 1, $0) < (isCyclic[$1] ? 0 : 1, $1) }
    return order.prefix(count).map { prompts[$0] }
  }

  /// The shortest piece of at most 64 tokens that the last 128 consist of; nil where there is none.
  static func period(_ tokens: [Int32]) -> Int? {
    let last = Array(tokens.suffix(128))
    return (1...64).first { period in
      last.count >= 2 * period && last.indices.dropFirst(period).allSatisfy { last[$0] == last[$0 - period] }
    }
  }
}
