public import ArgumentParser
import Foundation
public import Tensors
import Training
import Transformer

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract:
      "Times matrix products and a training step: tokens/s, and share of the best product of this machine.",
    discussion: """
      A step is forward, backward and AdamW on packed sequences of random tokens, in fp32.

        apus bench train --shape nano --sequences 16 --length 256
      """)

  @OptionGroup var bench: BenchArguments

  @Option(help: ArgumentHelp("Sequences of a step.", valueName: "n"))
  var sequences = 16

  @Option(help: ArgumentHelp("Tokens of each.", valueName: "n"))
  var length = 256

  @Option(help: ArgumentHelp("What operands of matrix products are rounded to: fp32 or bf16.", valueName: "type"))
  var dtype = MatmulType.fp32

  @Flag(help: "Keep only what goes into each layer, and work out the rest again on the way back.")
  var checkpointing = false

  func validate() throws {
    guard (1...100_000).contains(sequences) else {
      throw ValidationError("--sequences is \(sequences), but must be 1 to 100000")
    }
    guard (2...1_000_000).contains(length) else {
      throw ValidationError(
        "--length is \(length), but must be 2 to 1000000: each token but the first is predicted")
    }
  }

  func run() throws {
    let load = BenchFacts.load
    let model = try BenchModel(bench, otherwise: .nano)
    guard length <= model.configuration.maxPositionEmbeddings else {
      throw CommandError(
        "`--length` is \(length), but \(model.name) has \(model.configuration.maxPositionEmbeddings) positions"
      )
    }
    try checkMemory(model)
    let limit = MachineLimits.blasProduct(model.compute)
    let times = step(model)
    let peakMemory = BenchFacts.peakMemory
    let rate = Spread(times.map { Double(sequences * length) / $0 })
    let share = rate.median * flopsPerToken(model) / limit
    var report = BenchReport(lines: [
      "\(model.name), train step of \(sequences) × \(length) tokens, fp32",
      BenchFacts.line(model.compute, load: load),
      pad("train step", 24) + pad(rate.words("tokens/s"), 40) + percent(share),
      pad("product 1024³", 24) + "\(grouped(limit / 1e9)) GFLOP/s: the limit",
    ])
    if !bench.json {
      for (name, n, k) in products(model.configuration) {
        let speed = product(model.compute, m: sequences * length, n: n, k: k)
        report.lines.append(
          pad("product \(name)", 24) + pad(speed.words("GFLOP/s"), 40) + percent(speed.median * 1e9 / limit))
      }
    }
    report.members = [
      ("model", .text(model.name)), ("dtype", "fp32"), ("sequences", .integer(sequences)),
      ("length", .integer(length)), ("tok_s", .number(rate.median)), ("tok_s_low", .number(rate.low)),
      ("tok_s_high", .number(rate.high)), ("seconds", .number(Spread(times).median)),
      ("rounds", .integer(times.count)), ("share_of_roofline", .number(share)),
      ("roofline", ["gflops": .number(limit / 1e9), "gflops_by": "OpenBLAS"]),
    ]
    report.members += BenchFacts.members(model.compute, load: load, peakMemory: peakMemory)
    report.print(asJSON: bench.json)
  }

  /// Refuses a step that this machine's memory cannot hold.
  private func checkMemory(_ model: BenchModel) throws {
    var run = TrainingConfiguration()
    run.stages = [StageConfiguration(kind: .sft, name: "sft", steps: 1)]
    run.evaluation.samples = 0
    run.compute.maxTokensPerMicrobatch = sequences * length
    // The plan has the weights, which are there already, and those of a checkpoint, which is not written.
    let weights = model.parameters.count * MemoryLayout<Float>.size
    let bytes = MemoryPlan(run, model: model.configuration).total - 2 * weights
    try BenchModel.check(Double(bytes), "the tensors of a step of \(sequences) × \(length) tokens")
  }

  private func percent(_ share: Double) -> String { String(format: "%.0f %% of the limit", share * 100) }

  /// Forward, backward and AdamW; seconds, after a step that does not count.
  private func step(_ model: BenchModel) -> [Double] {
    let decoder = Decoder(
      model.configuration, parameters: model.parameters, compute: model.compute, matmul: dtype,
      gradientCheckpointing: checkpointing)
    let optimizer = AdamW(OptimizerConfiguration(), parameters: model.parameters, compute: model.compute)
    let batch = PackedBatch((0..<sequences).map { (model.prompt($0, count: length), 1..<length) })
    let count = Float(sequences * (length - 1))
    func once() {
      decoder.gradients.flat.fill(0)
      let pass = decoder.forward(batch, temperature: 1)
      decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -1 / count })
      _ = optimizer.step(gradients: decoder.gradients, learningRate: 1e-4)
    }
    once()
    return (0..<(bench.rounds ?? 5)).map { _ in secondsTaken(once) }
  }

  /// Three times the forward pass: 2 FLOPs per weight, causal attention at half.
  private func flopsPerToken(_ model: BenchModel) -> Double {
    let c = model.configuration
    let attention = 2.0 * Double(c.numHiddenLayers * c.numAttentionHeads * c.headDim * length)
    return 3 * (2 * Double(model.parameters.count) + attention)
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
    compute.multiply(a, b, transposeB: true, into: c)
    return Spread(
      (0..<(bench.rounds ?? 5)).map { _ in
        flops * Double(inner) / 1e9
          / secondsTaken { for _ in 0..<inner { compute.multiply(a, b, transposeB: true, into: c) } }
      })
  }
}

extension MatmulType: ExpressibleByArgument {}
