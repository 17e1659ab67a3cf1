import ArgumentParser
import Foundation
import Generation
import Tensors

struct BenchSegmentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segments",
    abstract: "Time per trained token with answers in segments, against whole answers: a simulated clock.",
    discussion: """
      Two workers generate answers whose lengths have a long tail (lognormal, p99/p50 12 or more, cap 16 × median). With whole
      answers a step waits for the longest; with segments the unfinished ones go on in the next (`rollout.segment_length`), and
      what they have is computed again if there was an update in between. Updates come after every segment that completes a group
      (the paper; `rollout.min_groups_per_step: 1`), or when there are as many groups as with whole answers.

      Measured on this machine: seconds of a step of the generator by its rows and their context, and of prompt tokens. Simulated:
      the clock, the lengths, and the workers, each as fast as this machine. Pool and dispatcher are the trainer's own.

      What there is to gain depends on the steps: one that reads weights from memory costs nearly the same for any few rows, so
      that idle slots are dear (small, and accelerators); one whose weights are in the cache costs what its rows cost, and then
      whole answers are best (nano).

        apus bench segments
        apus bench segments --shape nano --weight-dtype fp32 --prompts 16 --generations 8 --median 64
      """)

  @OptionGroup var bench: BenchArguments

  @Option(help: ArgumentHelp("Groups of a step.", valueName: "n"))
  var prompts = 8

  @Option(help: ArgumentHelp("Answers of a group.", valueName: "n"))
  var generations = 4

  @Option(help: ArgumentHelp("Median length of answers, tokens; the cap is 16 times that.", valueName: "n"))
  var median = 64

  @Option(
    name: [.customLong("prompt-tokens"), .customLong("prompt")],
    help: ArgumentHelp("Tokens of each prompt.", valueName: "n"))
  var promptTokens = 16

  @Option(help: ArgumentHelp("Workers.", valueName: "n"))
  var workers = 2

  @Option(help: ArgumentHelp("Steps' worth of groups, all of which are trained.", valueName: "n"))
  var batches = 40

  @Option(help: "How weights are stored (default: bf16).")
  var weightDtype: WeightFormat?

  @Option(help: "What inputs of linear layers are rounded to (default: bf16 with bf16 weights, else fp32).")
  var activationDtype: ActivationFormat?

  @Option(help: ArgumentHelp("Also count training, microseconds per trained token.", valueName: "µs"))
  var trainMicroseconds = 0.0

  func validate() throws {
    for (name, value, most) in [
      ("--prompts", prompts, 1024), ("--generations", generations, 256), ("--median", median, 4096),
      ("--prompt-tokens", promptTokens, 100_000), ("--workers", workers, 256), ("--batches", batches, 1000),
    ] {
      guard (1...most).contains(value) else {
        throw ValidationError("\(name) is \(value), but must be 1 to \(most)")
      }
    }
    guard trainMicroseconds >= 0, trainMicroseconds <= 1e9 else {
      throw ValidationError("--train-microseconds is \(trainMicroseconds), but must be 0 to 1000000000")
    }
  }

  func run() throws {
    let load = BenchFacts.load
    try checkFormats(formats.weights, formats.activations)
    let model = try BenchModel(bench, otherwise: .small)
    let inference = InferenceModel(
      model.configuration, parameters: model.parameters, weightFormat: formats.weights,
      activationFormat: formats.activations, compute: model.compute)
    let rows = (prompts * generations + workers - 1) / workers
    let longest = promptTokens + median * SegmentLengths.capOverMedian
    try model.check(positions: longest, sequences: 8, format: .fp32, limit: nil)
    try model.check(positions: 128, sequences: rows, format: .fp32, limit: nil)
    let cost = try BenchDecodeCost(
      model, inference, rows: rows, longest: longest, rounds: bench.rounds ?? 5)
    let lengths = SegmentLengths(groups: batches * prompts, size: generations, median: median, seed: 1)
    let clock = SegmentClock(
      lengths: lengths, cost: cost, promptTokens: promptTokens, workers: workers, groupsPerStep: prompts,
      trainSeconds: trainMicroseconds * 1e-6)
    let whole = try clock.run(segments: 1, minGroups: prompts)
    let results = try Set([1, prompts]).sorted().flatMap { least in
      try Self.segments.map { try clock.run(segments: $0, minGroups: least) }
    }
    report(model, cost, lengths, [whole] + results, load: load).print(asJSON: bench.json)
  }

  /// Into which the longest answer is cut.
  private static let segments = [2, 4, 8, 16, 32]

  private var formats: BenchFormats {
    let weights = weightDtype ?? .bf16
    return BenchFormats(
      weights: weights, activations: activationDtype ?? (weights == .bf16 ? .bf16 : .fp32), keyValues: .fp32)
  }

  private func report(
    _ model: BenchModel, _ cost: BenchDecodeCost, _ lengths: SegmentLengths, _ results: [SegmentClock.Result],
    load: Double
  ) -> BenchReport {
    let whole = results[0].secondsPerToken
    let ratios = results.map { whole / $0.secondsPerToken }
    let best = ratios.indices.max { ratios[$0] < ratios[$1] } ?? 0
    let few = zip(results, ratios).filter { $0.0.segments <= 8 }.map(\.1).max() ?? 1
    let (p50, p99) = (lengths.percentile(0.5), lengths.percentile(0.99))
    var table = TextTable([
      ">segments", ">tokens each", ">groups an update", ">updates", ">idle slots", ">computed again",
      ">mean lag", ">most",
      ">µs per token", ">against whole",
    ])
    for (result, ratio) in zip(results, ratios) {
      table.add([
        "\(result.segments)", result.segmentLength.map { grouped(Double($0)) } ?? "all",
        "≥ \(result.minGroups)", "\(result.updates)",
        String(format: "%.0f %%", result.idleShare * 100),
        String(format: "%.2f per token", Double(result.recomputed) / Double(result.tokens)),
        grouped(result.meanLag), "\(result.maxLag)", grouped(result.secondsPerToken * 1e6),
        String(format: "%.2f×", ratio),
      ])
    }
    let answers = lengths.groups.count * generations
    var report = BenchReport(lines: [
      "answers in segments against whole ones, \(prompts) prompts × \(generations) answers on \(workers) workers, \(model.name), "
        + "\(formats)",
      BenchFacts.line(model.compute, load: load),
      pad("measured", 12) + "a step of " + cost.words,
      pad("", 12)
        + "at \(grouped(cost.context)) tokens of context; \(grouped(cost.perContextToken * 1e9)) ns more per row and token of "
        + "context; \(grouped(cost.perPromptToken * 1e6)) µs per prompt token",
      pad("simulated", 12)
        + "the clock, and \(counted(workers, "worker")) as fast as that; pool and dispatcher are the trainer's own",
      pad("lengths", 12)
        + "\(grouped(Double(answers))) answers, lognormal, p50 \(p50), p99 \(p99) (\(grouped(Double(p99) / Double(p50)))×), cap "
        + "\(lengths.cap) (\(grouped(Double(lengths.cut) / Double(answers) * 100)) % cut)",
    ])
    if trainMicroseconds > 0 {
      report.lines.append(
        pad("training", 12) + "\(grouped(trainMicroseconds)) µs per trained token, as given")
    }
    report.lines += table.lines
    report.lines.append(
      "best: \(counted(results[best].segments, "segment")), \(String(format: "%.2f", ratios[best]))×; 8 or fewer: "
        + "\(String(format: "%.2f", few))× "
        + "(UloRL on GPUs at 64k tokens: 1.6× with 2, 2.06× with 4; arXiv:2507.19766)")
    report.members =
      [
        ("model", .text(model.name)), ("ratio", .number(ratios[best])), ("ratio_of_8_or_fewer", .number(few)),
        ("best_segments", .integer(results[best].segments)), ("cost", cost.json),
        ("answers", .integer(answers)), ("workers", .integer(workers)),
        ("slots", .integer(prompts * generations)),
        ("p50", .integer(p50)), ("p99", .integer(p99)), ("cap", .integer(lengths.cap)),
        ("train_s_per_token", .number(trainMicroseconds * 1e-6)),
        ("runs", .list(zip(results, ratios).map(Self.json))),
      ] + formats.members + BenchFacts.members(model.compute, load: load, peakMemory: BenchFacts.peakMemory)
    return report
  }

  private static func json(_ result: SegmentClock.Result, _ ratio: Double) -> JSONText {
    [
      "segments": .integer(result.segments),
      "segment_length": result.segmentLength.map { .integer($0) } ?? .text("all"),
      "min_groups": .integer(result.minGroups), "updates": .integer(result.updates),
      "seconds": .number(result.seconds), "tokens": .integer(result.tokens),
      "s_per_token": .number(result.secondsPerToken), "idle_share": .number(result.idleShare),
      "recomputed_tokens": .integer(result.recomputed), "mean_lag": .number(result.meanLag),
      "max_lag": .integer(result.maxLag), "ratio": .number(ratio),
    ]
  }
}
