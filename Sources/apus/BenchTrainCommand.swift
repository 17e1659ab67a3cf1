import ArgumentParser
import Foundation
import Tensors
import Transformer

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract:
      "Times matrix products and a training step: tokens/s, and share of the best product of this machine.",
    discussion: """
      A step is forward, backward and AdamW on packed sequences of random tokens.

        apus bench train --shape nano --sequences 16 --length 256
        apus bench train --shape mini --dtype bf16 --checkpointing

      With --lengths, one sequence of each length in turn: time and memory of long sequences.

        apus bench train --shape mini --lengths 4096,8192,16384,32768 --dtype bf16 --checkpointing
      """)

  @OptionGroup var bench: BenchArguments
  @OptionGroup var training: BenchTrainingArguments

  @Option(help: ArgumentHelp("Sequences of a step (default: 16).", valueName: "n"))
  var sequences: Int?

  @Option(help: ArgumentHelp("Tokens of each (default: 256).", valueName: "n"))
  var length: Int?

  @Option(
    help: ArgumentHelp(
      "Steps of one sequence each: tokens, time, peak memory, bytes per token.", valueName: "n,n,…"),
    transform: Lengths.init)
  var lengths: Lengths?

  func validate() throws {
    if let sequences, !(1...100_000).contains(sequences) {
      throw ValidationError("--sequences is \(sequences), but must be 1 to 100000")
    }
    if let length, !Lengths.allowed.contains(length) {
      throw ValidationError(
        "--length is \(length), but must be 2 to 1000000: each token but the first is predicted")
    }
    if lengths != nil, sequences != nil || length != nil {
      throw ValidationError("--lengths says which sequences there are; leave out --sequences and --length")
    }
  }

  func run() throws {
    let report = if let lengths { try lengthsBench(lengths) } else { try stepBench() }
    report.print(asJSON: bench.json)
  }

  private func stepBench() throws -> BenchReport {
    let load = BenchFacts.load
    let model = try BenchModel(bench, otherwise: .nano)
    let (sequences, length) = (sequences ?? 16, length ?? 256)
    let tokens = sequences * length
    try training.check(
      model, tokens: tokens, positions: length, "a step of \(sequences) × \(length) tokens (`--length`)")
    let batch = PackedBatch((0..<sequences).map { (model.prompt($0, count: length), 1..<length) })
    let times = step(model, batch)
    let peakMemory = BenchFacts.peakMemory
    let limit = MachineLimits.product(model.compute, in: training.matmul)
    let rate = Spread(times.map { Double(tokens) / $0 })
    let share = TrainingWork(model.configuration, batch).flops / Spread(times).median / limit
    var report = BenchReport(lines: [
      "\(model.name), train step of \(sequences) × \(length) tokens, \(training.words)",
      BenchFacts.line(model.compute, load: load),
      pad("train step", 24) + pad(rate.words("tokens/s"), 40) + percent(share),
      pad("product 1024³", 24) + "\(grouped(limit / 1e9)) GFLOP/s: the limit",
    ])
    if !bench.json {
      for (name, n, k) in products(model.configuration) {
        let speed = product(model.compute, m: tokens, n: n, k: k)
        report.lines.append(
          pad("product \(name)", 24) + pad(speed.words("GFLOP/s"), 40) + percent(speed.median * 1e9 / limit))
      }
    }
    report.members =
      [("model", .text(model.name))] + training.members + [
        ("sequences", .integer(sequences)), ("length", .integer(length)), ("tok_s", .number(rate.median)),
        ("tok_s_low", .number(rate.low)), ("tok_s_high", .number(rate.high)),
        ("seconds", .number(Spread(times).median)), ("rounds", .integer(times.count)),
        ("share_of_roofline", .number(share)),
        (
          "roofline",
          [
            "gflops": .number(limit / 1e9),
            "gflops_by": training.matmul == .fp32 ? "OpenBLAS" : "own product, bf16 × bf16",
          ]
        ),
      ]
    report.members += BenchFacts.members(model.compute, load: load, peakMemory: peakMemory)
    return report
  }

  private func percent(_ share: Double) -> String { String(format: "%.0f %% of the limit", share * 100) }

  /// Seconds of each step, after one that does not count.
  private func step(_ model: BenchModel, _ batch: PackedBatch) -> [Double] {
    let step = TrainingStep(model, training)
    step.run(batch)
    return (0..<(bench.rounds ?? 5)).map { _ in secondsTaken { step.run(batch) } }
  }

  /// x Wᵀ of a layer, with outputs and inputs.
  private func products(_ c: ModelConfiguration) -> [(name: String, n: Int, k: Int)] {
    [
      ("q·k·v", (c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim, c.hiddenSize),
      ("gate·up", 2 * c.intermediateSize, c.hiddenSize), ("down", c.hiddenSize, c.intermediateSize),
    ]
  }

  private func product(_ compute: Compute, m: Int, n: Int, k: Int) -> Spread {
    let (a, b, c) = (Tensor(rows: m, columns: k), Tensor(rows: n, columns: k), Tensor(rows: m, columns: n))
    a.fill(0.01)
    b.fill(0.01)
    let flops = 2 * Double(m) * Double(n) * Double(k)
    let inner = max(1, Int(2e8 / flops))
    func once() { compute.multiply(a, b, transposeB: true, into: c, in: training.matmul) }
    once()
    return Spread(
      (0..<(bench.rounds ?? 5)).map { _ in
        flops * Double(inner) / 1e9 / secondsTaken { for _ in 0..<inner { once() } }
      })
  }
}
