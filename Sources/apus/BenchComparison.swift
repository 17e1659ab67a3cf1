import Foundation
import Generation
import Randomness
import Tensors

/// One way to do a piece of work.
struct BenchSide {
  var name: String
  var generator: Generator
  var requests: [GenerationRequest]
}

/// Ways to do the same work, timed in turns: the ratio of two of them holds where either alone would not.
struct BenchComparison {
  let sides: [BenchSide]
  let parameters: SamplingParameters
  /// By side, then by round.
  private(set) var runs: [[TimedGeneration]]

  init(_ sides: [BenchSide], _ parameters: SamplingParameters, rounds: Int) throws {
    self.sides = sides
    self.parameters = parameters
    runs = sides.map { _ in [] }
    for side in sides { try TimedGeneration.warmUp(side.generator, side.requests, parameters) }
    for round in 0..<rounds {
      for place in sides.indices {
        // Each side comes first, second, … in turn.
        let side = (place + round) % sides.count
        runs[side].append(try TimedGeneration(sides[side].generator, sides[side].requests, parameters))
      }
    }
  }

  func rate(_ side: Int) -> Spread { Spread(runs[side].map(\.rate)) }

  /// Median time of one side over that of another; how many times faster the other is.
  func ratio(of slow: Int, to fast: Int) -> Double {
    Spread(runs[slow].map(\.seconds)).median / Spread(runs[fast].map(\.seconds)).median
  }

  /// Refuses to compare sides that did not say the same.
  func checkEqual() throws {
    let first = runs[0][0].sequences
    for (side, rounds) in runs.enumerated() {
      for run in rounds {
        guard let row = first.indices.first(where: { run.sequences[$0].tokens != first[$0].tokens }) else { continue }
        throw CommandError(
          "`\(sides[side].name)` and `\(sides[0].name)` gave different tokens in row \(row + 1), which must not depend "
            + "on it: a bug in the generator; please report it with this command")
      }
    }
  }

  /// - Parameters:
  ///   - title: What was done.
  ///   - pairs: Sides to compare, slow and fast; the first is the result.
  ///   - notes: More lines.
  ///   - members: More members for programs.
  func report(
    _ title: String, _ model: BenchModel, pairs: [(slow: Int, fast: Int)], load: Double, dtype: WeightFormat,
    notes: [String] = [], members: [(name: String, value: JSONText)] = []
  ) -> BenchReport {
    var report = BenchReport(lines: [title, BenchFacts.line(model.compute, load: load)] + notes)
    let width = (sides.map(\.name.count).max() ?? 0) + 2
    for (index, side) in sides.enumerated() {
      let peak = runs[index].map(\.statistics.peakKeyValueBytes).max() ?? 0
      report.lines.append(
        pad(side.name, width) + pad(rate(index).words("tokens/s"), 36)
          + "keys and values \(ByteCount.approximate(peak))\(runs[index][0].statistics.remarks)")
    }
    for (slow, fast) in pairs {
      report.lines.append(
        "\(sides[fast].name) against \(sides[slow].name): \(String(format: "%.2f", ratio(of: slow, to: fast)))×, "
          + "\(counted(runs[0].count, "round"))")
    }
    let rates = sides.indices.map { (name: sides[$0].name, value: JSONText.number(rate($0).median)) }
    report.members = [
      ("model", .text(model.name)), ("dtype", .text(dtype.rawValue)),
      ("ratio", .number(ratio(of: pairs[0].slow, to: pairs[0].fast))), ("sides", .object(rates)),
      (
        "ratios",
        .object(
          pairs.map {
            (
              name: "\(sides[$0.fast].name) / \(sides[$0.slow].name)",
              value: .number(ratio(of: $0.slow, to: $0.fast))
            )
          })
      ), ("rounds", .integer(runs[0].count)),
    ]
    report.members += members + BenchFacts.members(model.compute, load: load)
    return report
  }
}

extension BenchGenerateCommand {
  /// Samples of one long prompt: its keys and values once, against once a row.
  func groupBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .mini)
    let (samples, length, newTokens) = (rows ?? 16, promptTokens ?? 1024, newTokens ?? 64)
    try model.check(
      positions: length + newTokens, sequences: 2 * samples, format: kvDtype ?? .fp32, limit: nil)
    let prompt = model.prompt(0, count: length)
    let requests = (0..<samples).map {
      GenerationRequest(prompt: prompt, maxNewTokens: newTokens, stream: Stream("bench group", UInt64($0)))
    }
    let sides = [true, false].map { isShared in
      BenchSide(
        name: isShared ? "shared" : "unshared",
        generator: generator(inference) {
          $0.maxConcurrent = samples
          $0.sharesPrefixes = isShared
        }, requests: requests)
    }
    let comparison = try BenchComparison(sides, sampling, rounds: bench.rounds ?? 5)
    try comparison.checkEqual()
    return comparison.report(
      "group of \(samples) on a prompt of \(length) tokens, \(newTokens) new, \(model.name), \(formats)", model,
      pairs: [(slow: 1, fast: 0)], load: load, dtype: inference.weightFormat)
  }
}
