import Foundation
import Generation
import Randomness
import Tensors

extension BenchGenerateCommand {
  /// The last rows of a batch whose text repeats itself, ending one by one: speculation against none.
  ///
  /// Greedy text of random weights repeats itself in phrases, as the endless answers of weak models do; the rows are the
  /// first whose text does so from early on.
  func tailBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .mini)
    let (rows, length, newTokens) = (rows ?? 6, promptTokens ?? 64, newTokens ?? 512)
    // From one to three times the shortest.
    let caps = (0..<rows).map { newTokens + 2 * newTokens * $0 / max(1, rows - 1) }
    try model.check(
      positions: length + (caps.last ?? 0), sequences: 2 * rows, format: formats.keyValues, limit: nil)
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
        })
    }
    let comparison = try BenchComparison(sides, [requests], parameters, rounds: bench.rounds ?? 3)
    try comparison.checkEqual()
    let shares = comparison.runs[0][0][0].sequences.map { Self.repeatedShare($0.tokens) }
    let guesses = comparison.statistics(0)[0]
    return comparison.report(
      "the last \(rows) rows of a repetitive batch, \(caps[0]) to \(caps[rows - 1]) new, greedy, \(model.name), \(formats)",
      model, pairs: [(slow: 1, fast: 0)], load: load, formats: formats,
      notes: [
        "tokens that say again what was said: "
          + shares.map { String(format: "%.0f %%", $0 * 100) }.joined(separator: ", ")
          + " of the rows; same tokens on both sides"
      ],
      members: [
        ("repeated_shares", .list(shares.map { .number($0) })),
        ("accepted_share", .number(Double(guesses.acceptedTokens) / Double(max(1, guesses.draftedTokens)))),
      ])
  }

  /// Random prompts whose greedy text is mostly repetition within 192 tokens; the most repetitive of 4 × `count` where
  /// these are too few.
  private func repetitivePrompts(
    _ model: BenchModel, _ inference: InferenceModel, count: Int, length: Int,
    _ parameters: SamplingParameters
  ) throws -> [[Int32]] {
    let prompts = (0..<4 * count).map { model.prompt($0, count: length) }
    let generator = generator(inference) { $0.maxConcurrent = prompts.count }
    let requests = prompts.enumerated().map {
      GenerationRequest(prompt: $1, maxNewTokens: 192, stream: Stream("bench tail", UInt64($0)))
    }
    let shares = try TimedGeneration(generator, requests, parameters).sequences.map {
      Self.repeatedShare($0.tokens)
    }
    let order = prompts.indices.sorted {
      let (left, right) = (min(shares[$0], 0.8), min(shares[$1], 0.8))
      return left == right ? $0 < $1 : left > right
    }
    return order.prefix(count).map { prompts[$0] }
  }

  /// Share of tokens, the first 64 apart, that come after the same three tokens as the last time those occurred.
  static func repeatedShare(_ tokens: [Int32]) -> Double {
    guard tokens.count > 64 else { return 0 }
    var next: [[Int32]: Int32] = [:]
    var repeated = 0
    for index in 3..<tokens.count {
      let before = Array(tokens[index - 3..<index])
      if index >= 64, next[before] == tokens[index] { repeated += 1 }
      next[before] = tokens[index]
    }
    return Double(repeated) / Double(tokens.count - 64)
  }
}
