import Foundation
import Generation
import Randomness
import Tensors

/// One way to do the work.
struct BenchSide {
  var name: String
  var generator: Generator
}

/// Ways to do the same work, timed in turns: the ratio of two of them holds where either alone would not.
struct BenchComparison {
  let sides: [BenchSide]
  let rounds: Int
  /// By side, by piece of work, by round.
  private(set) var runs: [[[TimedGeneration]]]

  /// - Parameters:
  ///   - sides: What is compared.
  ///   - works: Pieces of work, each done by every side in every round.
  ///   - parameters: Of all of them.
  ///   - rounds: How often.
  /// - Throws: Where a sequence does not fit into memory.
  init(_ sides: [BenchSide], _ works: [[GenerationRequest]], _ parameters: SamplingParameters, rounds: Int)
    throws
  {
    self.sides = sides
    self.rounds = rounds
    runs = sides.map { _ in works.map { _ in [] } }
    for side in sides { try TimedGeneration.warmUp(side.generator, works[0], parameters) }
    for round in 0..<rounds {
      for (number, requests) in works.enumerated() {
        for place in sides.indices {
          // Each side comes first, second, … in turn.
          let side = (place + round + number) % sides.count
          runs[side][number].append(try TimedGeneration(sides[side].generator, requests, parameters))
        }
      }
    }
  }

  /// Seconds for all work: the sum of the medians.
  func seconds(_ side: Int) -> Double { runs[side].reduce(0) { $0 + Spread($1.map(\.seconds)).median } }

  /// Tokens/s over all work, by round.
  func rate(_ side: Int) -> Spread {
    Spread(
      (0..<rounds).map { round in
        let done = runs[side].map { $0[round] }
        return Double(done.reduce(0) { $0 + $1.tokens }) / done.reduce(0) { $0 + $1.seconds }
      })
  }

  /// What a side did in its first round.
  func statistics(_ side: Int) -> [GenerationStatistics] { runs[side].map { $0[0].statistics } }

  /// How many times faster one side is than another.
  func ratio(of slow: Int, to fast: Int) -> Double { seconds(slow) / seconds(fast) }

  /// Refuses to compare sides that did not say the same.
  func checkEqual() throws {
    for (side, works) in runs.enumerated() {
      for (work, rounds) in works.enumerated() {
        let first = runs[0][work][0].sequences
        for run in rounds {
          guard let row = first.indices.first(where: { run.sequences[$0].tokens != first[$0].tokens }) else {
            continue
          }
          throw CommandError(
            "`\(sides[side].name)` and `\(sides[0].name)` gave different tokens in row \(row + 1), which must not depend "
              + "on it: a bug in the generator; please report it with this command")
        }
      }
    }
  }

  /// What came of it, under a title; the first of `pairs` (slow side, fast side) gives the result.
  func report(
    _ title: String, _ model: BenchModel, pairs: [(slow: Int, fast: Int)], load: Double,
    formats: BenchFormats,
    notes: [String] = [], members: [(name: String, value: JSONText)] = []
  ) -> BenchReport {
    var report = BenchReport(lines: [title, BenchFacts.line(model.compute, load: load)] + notes)
    let width = (sides.map(\.name.count).max() ?? 0) + 2
    for (index, side) in sides.enumerated() {
      let peak = statistics(index).map(\.peakKeyValueBytes).max() ?? 0
      report.lines.append(
        pad(side.name, width) + pad(rate(index).words("tokens/s"), 36)
          + "keys and values \(ByteCount.approximate(peak))\(statistics(index)[0].remarks)")
    }
    for (slow, fast) in pairs {
      report.lines.append(
        "\(sides[fast].name) against \(sides[slow].name): \(String(format: "%.2f", ratio(of: slow, to: fast)))×, "
          + "\(counted(rounds, "round"))")
    }
    let rates = sides.indices.map { (name: sides[$0].name, value: JSONText.number(rate($0).median)) }
    report.members = [
      ("model", .text(model.name)),
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
      ), ("rounds", .integer(rounds)),
    ]
    report.members +=
      formats.members + members
      + BenchFacts.members(model.compute, load: load, peakMemory: BenchFacts.peakMemory)
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
      positions: length + newTokens, sequences: 2 * samples, format: formats.keyValues, limit: nil)
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
        })
    }
    let comparison = try BenchComparison(sides, [requests], sampling, rounds: bench.rounds ?? 3)
    try comparison.checkEqual()
    return comparison.report(
      "group of \(samples) on a prompt of \(length) tokens, \(newTokens) new, \(model.name), \(formats)",
      model,
      pairs: [(slow: 1, fast: 0)], load: load, formats: formats)
  }
}
