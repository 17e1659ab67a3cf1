import Foundation
import Generation
import Randomness
import Tensors

extension BenchGenerateCommand {
  /// Lengths with a long tail, more rows than slots: who enters first decides how long the last ones are alone.
  func schedulingBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .nano)
    let (count, slots, median) = (rows ?? 64, slots ?? 16, newTokens ?? 96)
    let promptLength = promptTokens ?? 64
    let lengths = TailedLengths(count: count, median: median)
    try model.check(
      positions: promptLength + (lengths.values.max() ?? 0), sequences: min(3 * slots, 3 * count),
      format: kvDtype ?? .fp32, limit: nil)
    let requests = lengths.values.enumerated().map { index, length in
      GenerationRequest(
        prompt: model.prompt(index / TailedLengths.groupSize, count: promptLength), maxNewTokens: length,
        stream: Stream("bench scheduling", UInt64(index)), expectedLength: lengths.guesses[index])
    }
    let policies: [Scheduler.Policy] = [.longestExpectedFirst, .groupContext, .fifo]
    let sides = policies.map { policy in
      BenchSide(
        name: policy.rawValue,
        generator: generator(inference) {
          $0.maxConcurrent = slots
          $0.policy = policy
        }, requests: requests)
    }
    let comparison = try BenchComparison(sides, SamplingParameters(), rounds: bench.rounds ?? 5)
    try comparison.checkEqual()
    let notes = [
      "lengths (seed \(lengths.seed), groups of \(TailedLengths.groupSize), p99/p50 \(grouped(lengths.tail))): "
        + lengths.values.map(String.init).joined(separator: " "),
      "steps: " + zip(sides, comparison.runs).map { "\($0.name) \($1[0].statistics.steps)" }.joined(separator: ", "),
    ]
    return comparison.report(
      "\(count) rows of lognormal length on \(slots) slots, \(lengths.values.reduce(0, +)) new in all, \(model.name), "
        + formats, model, pairs: [(slow: 2, fast: 0), (slow: 2, fast: 1)], load: load,
      dtype: inference.weightFormat, notes: notes,
      members: [
        ("lengths", .list(lengths.values.map { .integer($0) })), ("lengths_seed", .integer(Int(lengths.seed))),
        ("p99_over_p50", .number(lengths.tail)),
        ("steps", .list(comparison.runs.map { .integer($0[0].statistics.steps) })),
      ])
  }
}

/// Lengths as a batch of answers has them: lognormal, those of a group alike, p99/p50 of 12 or more.
struct TailedLengths {
  let seed: UInt64
  let values: [Int]
  /// What a scheduler is told: off by 20 %, one standard deviation.
  let guesses: [Double]

  /// Answers of one prompt.
  static let groupSize = 4
  /// Standard deviation of log length between groups, and within one: 1.3 together, 83 % of the variance between.
  private static let (between, within) = (1.19, 0.53)
  private static let wantedTail = 12.0

  /// The 99th percentile over the median; of fewer than 100 rows, the longest over the median.
  var tail: Double { Self.tail(values) }

  /// The first seed from 1 on whose lengths have the wanted tail.
  init(count: Int, median: Int) {
    var seed: UInt64 = 1
    var values = Self.draw(seed, count, median)
    // Small lists may have none at all.
    while Self.tail(values) < Self.wantedTail, seed < 1000 {
      seed += 1
      values = Self.draw(seed, count, median)
    }
    self.seed = seed
    self.values = values
    var random = CounterRNG(seed: seed, stream: Stream("bench guesses"))
    guesses = values.map { Double($0) * exp(0.2 * random.normal()) }
  }

  private static func draw(_ seed: UInt64, _ count: Int, _ median: Int) -> [Int] {
    var random = CounterRNG(seed: seed, stream: Stream("bench lengths"))
    var group = 0.0
    return (0..<count).map { index in
      if index % groupSize == 0 { group = between * random.normal() }
      return max(4, Int((Double(median) * exp(group + within * random.normal())).rounded()))
    }
  }

  private static func tail(_ values: [Int]) -> Double {
    let sorted = values.sorted()
    let rank = min(sorted.count - 1, Int((0.99 * Double(sorted.count)).rounded(.up)) - 1)
    return Double(sorted[rank]) / Double(sorted[sorted.count / 2])
  }
}
