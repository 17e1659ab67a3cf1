import Foundation
import Generation
import Randomness
import Tensors

extension BenchGenerateCommand {
  /// Lengths with a long tail, more rows than slots: who enters first decides how long the last ones are alone.
  ///
  /// All policies do the same work, so what they differ by is steps with few rows, whose tokens cost more each.
  func schedulingBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .mini)
    let (count, slots, median, length) = (rows ?? 64, slots ?? 16, newTokens ?? 96, promptTokens ?? 64)
    let batches = TailedLengths.batches(Self.batches, count: count, median: median)
    let longest = batches.flatMap(\.values).max() ?? 0
    try model.check(
      positions: length + longest, sequences: min(3 * slots, 3 * count), format: formats.keyValues, limit: nil
    )
    let works = batches.map { batch in
      batch.values.indices.map { index in
        GenerationRequest(
          prompt: model.prompt(index / TailedLengths.groupSize, count: length),
          maxNewTokens: batch.values[index],
          stream: Stream("bench scheduling", batch.seed, UInt64(index)), expectedLength: batch.guesses[index])
      }
    }
    let policies: [Scheduler.Policy] = [.longestExpectedFirst, .groupContext, .fifo]
    let sides = policies.map { policy in
      BenchSide(
        name: policy.rawValue,
        generator: generator(inference) {
          $0.maxConcurrent = slots
          $0.policy = policy
        })
    }
    let comparison = try BenchComparison(sides, works, SamplingParameters(), rounds: bench.rounds ?? 1)
    try comparison.checkEqual()
    let steps = sides.indices.map { comparison.statistics($0).reduce(0) { $0 + $1.steps } }
    let notes =
      batches.map { batch in
        "lengths, seed \(batch.seed), p99/p50 \(grouped(batch.tail)): "
          + batch.values.map(String.init).joined(separator: " ")
      } + ["steps: " + zip(sides, steps).map { "\($0.name) \($1)" }.joined(separator: ", ")]
    return comparison.report(
      "\(batches.count) batches of \(count) rows on \(slots) slots, \(works.joined().reduce(0) { $0 + $1.maxNewTokens }) "
        + "new in all, \(model.name), \(formats)", model, pairs: [(slow: 2, fast: 0), (slow: 2, fast: 1)],
      load: load,
      formats: formats, notes: notes,
      members: [
        ("batches", .list(batches.map(\.json))),
        ("steps", .object(zip(sides, steps).map { (name: $0.name, value: .integer($1)) })),
      ])
  }

  /// One order of arrival says little: the longest row may come first by chance.
  private static let batches = 5
}

/// Lengths as a batch of answers has them: lognormal and cut at a cap, those of a group alike, p99/p50 of 12 or more.
struct TailedLengths {
  let seed: UInt64
  let values: [Int]
  /// What a scheduler is told: off by 20 %, one standard deviation.
  let guesses: [Double]

  /// Answers of one prompt.
  static let groupSize = 4
  /// Standard deviation of log length between groups, and within one: 2 together, 80 % of the variance between.
  private static let (between, within) = (1.79, 0.89)
  /// Over the median; 1 in 11 answers is cut there.
  private static let cap = 14
  private static let wantedTail = 12.0

  /// The first seeds, from 1 on, whose lengths have the wanted tail.
  static func batches(_ wanted: Int, count: Int, median: Int) -> [TailedLengths] {
    var found: [TailedLengths] = []
    var seed: UInt64 = 1
    while found.count < wanted {
      let lengths = TailedLengths(seed: seed, count: count, median: median)
      // A list of a few rows may have no tail at all.
      if lengths.tail >= Self.wantedTail || seed > 1000 { found.append(lengths) }
      seed += 1
    }
    return found
  }

  private init(seed: UInt64, count: Int, median: Int) {
    var random = CounterRNG(seed: seed, stream: Stream("bench lengths"))
    var group = 0.0
    values = (0..<count).map { index in
      if index % Self.groupSize == 0 { group = Self.between * random.normal() }
      let length = Double(median) * exp(group + Self.within * random.normal())
      return max(4, Int(min(length, Double(Self.cap * median)).rounded()))
    }
    guesses = values.map { Double($0) * exp(0.2 * random.normal()) }
    self.seed = seed
  }

  /// The 99th percentile over the median; of fewer than 100 rows, the longest over the median.
  var tail: Double {
    let sorted = values.sorted()
    let rank = Int((0.99 * Double(sorted.count)).rounded(.up)) - 1
    return Double(sorted[min(max(rank, 0), sorted.count - 1)]) / Double(sorted[sorted.count / 2])
  }

  var json: JSONText {
    [
      "seed": .integer(Int(seed)), "p99_over_p50": .number(tail),
      "lengths": .list(values.map { .integer($0) }),
    ]
  }
}
