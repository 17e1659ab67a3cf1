import ArgumentParser
import Foundation
import Tensors
import Transformer

struct BenchKernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract:
      "Lists what a training step spends its time on, and how near each kernel is to the machine's limit.",
    discussion: """
      A kernel's limit is the longer of its arithmetic at the rate of a large matrix product and its traffic, every array
      counted once, at the rate of adding one large array to another. Kernels that find their rows in the cache, because
      they run next to the product that makes or reads them, may exceed it. Of attention, products alone are counted.

        apus bench kernels --shape small --dtype bf16
      """)

  @OptionGroup var bench: BenchArguments
  @OptionGroup var training: BenchTrainingArguments

  @Option(help: ArgumentHelp("Sequences of a step.", valueName: "n"))
  var sequences = 16

  @Option(help: ArgumentHelp("Tokens of each.", valueName: "n"))
  var length = 256

  func validate() throws {
    guard (1...100_000).contains(sequences) else {
      throw ValidationError("--sequences is \(sequences), but must be 1 to 100000")
    }
    guard Lengths.allowed.contains(length) else {
      throw ValidationError(
        "--length is \(length), but must be 2 to 1000000: each token but the first is predicted")
    }
  }

  func run() throws {
    let load = BenchFacts.load
    let model = try BenchModel(bench, otherwise: .nano)
    try training.check(
      model, tokens: sequences * length, positions: length,
      "a step of \(sequences) × \(length) tokens (`--length`)")
    let batch = PackedBatch((0..<sequences).map { (model.prompt($0, count: length), 1..<length) })
    let step = TrainingStep(model, training)
    step.run(batch)
    let rounds = bench.rounds ?? 5
    let meter = KernelMeter()
    model.compute.meter = meter
    let seconds = secondsTaken { for _ in 0..<rounds { step.run(batch) } } / Double(rounds)
    model.compute.meter = nil
    let flops = MachineLimits.product(model.compute, in: training.matmul)
    let bandwidth = MachineLimits.adding(model.compute)
    let lines = meter.uses.sorted { $0.value.seconds > $1.value.seconds }.map { kernel, use in
      KernelLine(kernel, use, rounds: rounds, step: seconds, flops: flops, bandwidth: bandwidth)
    }
    let rest = seconds - lines.reduce(0) { $0 + $1.seconds }
    var report = BenchReport(
      lines: [
        "\(model.name), train step of \(sequences) × \(length) tokens, \(training.words): "
          + String(format: "%.1f ms", seconds * 1e3),
        BenchFacts.line(model.compute, load: load),
        "limits: \(grouped(flops / 1e9)) GFLOP/s, \(grouped(bandwidth / 1e9)) GB/s",
        pad("kernel", 32) + pad("calls", 8) + pad("ms", 10) + pad("share", 8) + pad("rate", 16)
          + "of the limit",
      ] + lines.map(\.words))
    report.lines.append(
      pad("between kernels", 40) + pad(String(format: "%.2f", rest * 1e3), 10)
        + String(format: "%.1f %%", 100 * rest / seconds))
    report.members =
      [("model", .text(model.name))] + training.members + [
        ("seconds", .number(seconds)), ("table", .list(lines.map(\.json))),
        ("between_kernels_seconds", .number(rest)), ("gflops_limit", .number(flops / 1e9)),
        ("gb_s_limit", .number(bandwidth / 1e9)),
      ] + BenchFacts.members(model.compute, load: load, peakMemory: BenchFacts.peakMemory)
    report.print(asJSON: bench.json)
  }
}

/// A kernel's part of a step.
private struct KernelLine {
  var name: String
  var calls: Int
  var seconds: Double
  var share: Double
  /// GFLOP/s or GB/s, whichever bounds it.
  var rate: String
  /// The limit's time over the time taken.
  var ofLimit: Double

  init(
    _ kernel: KernelMeter.Kernel, _ use: KernelMeter.Use, rounds: Int, step: Double, flops: Double,
    bandwidth: Double
  ) {
    name = kernel.rawValue
    calls = use.calls / rounds
    seconds = use.seconds / Double(rounds)
    share = seconds / step
    let (arithmetic, traffic) = (use.flops / flops, use.bytes / bandwidth)
    rate =
      arithmetic > traffic
      ? "\(grouped(use.flops / use.seconds / 1e9)) GFLOP/s" : "\(grouped(use.bytes / use.seconds / 1e9)) GB/s"
    ofLimit = max(arithmetic, traffic) / use.seconds
  }

  var words: String {
    pad(name, 32) + pad("\(calls)", 8) + pad(String(format: "%.2f", seconds * 1e3), 10)
      + pad(String(format: "%.1f %%", 100 * share), 8) + pad(rate, 16)
      + String(format: "%.0f %%", 100 * ofLimit)
  }

  var json: JSONText {
    [
      "kernel": .text(name), "calls": .integer(calls), "seconds": .number(seconds), "share": .number(share),
      "of_limit": .number(ofLimit),
    ]
  }
}
