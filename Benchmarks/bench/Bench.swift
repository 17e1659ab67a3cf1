import Foundation
import Generation
import Randomness
import Tensors
import Transformer

/// Measures matrix products, a training step and generation on the nano shape, in one run with a limit of this machine:
/// the best product that OpenBLAS does here. Each row checks nothing but itself; correctness is the tests' business.
@main
struct Bench {
  static func main() throws {
    let compute = try Compute()
    let load =
      (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ").first ?? "?"
    print(
      "BLAS core \(Compute.blasCore), kernels \(compute.kernels.level), \(compute.threads) threads, fp32, load \(load)"
    )
    let bench = Bench(compute: compute)
    let limit = bench.product(1024, 1024, 1024)
    print(row("limit: product 1024³", limit, "GFLOP/s", share: nil))
    for (name, m, n, k) in [
      ("nano q·k·v, x Wᵀ", 4096, 256, 128), ("nano gate·up, x Wᵀ", 4096, 768, 128),
      ("mini gate, x Wᵀ", 4096, 1024, 384),
    ] {
      let rate = bench.product(m, n, k)
      print(row("product \(name)", rate, "GFLOP/s", share: rate.median / limit.median))
    }
    let training = bench.trainingStep(sequences: 16, length: 256)
    let flops = bench.flopsPerTrainedToken(length: 256) / 1e9
    print(row("train step nano 16×256", training, "tokens/s", share: training.median * flops / limit.median))
    for count in [1, 8, 64] {
      let generation = bench.generation(sequences: count, newTokens: 256)
      let share = generation.median * bench.flopsPerTrainedToken(length: 256) / 3 / 1e9 / limit.median
      print(row("generate nano B=\(count), 256 new", generation, "tokens/s", share: share))
    }
  }

  struct Rate {
    var median: Double
    var low: Double
    var high: Double
  }

  let compute: Compute
  private let model: ModelConfiguration
  private let parameters: Parameters

  init(compute: Compute) {
    self.compute = compute
    var nano = ModelConfiguration.nano
    nano.vocabSize = 512
    model = nano
    parameters = Parameters(nano)
    parameters.initialize(nano, seed: 0)
  }

  /// x Wᵀ with x `[m, k]`, W `[n, k]`.
  func product(_ m: Int, _ n: Int, _ k: Int) -> Rate {
    let (a, b, c) = (filled(m, k), filled(n, k), Tensor(rows: m, columns: n))
    let flops = 2 * Double(m) * Double(n) * Double(k)
    let inner = max(1, Int(2e8 / flops))
    return measure(work: flops * Double(inner) / 1e9, repetitions: 9) {
      for _ in 0..<inner { compute.multiply(a, b, transposeB: true, into: c) }
    }
  }

  /// Forward, backward and AdamW.
  func trainingStep(sequences: Int, length: Int) -> Rate {
    let decoder = Decoder(model, parameters: parameters, compute: compute)
    let optimizer = AdamW(OptimizerConfiguration(), parameters: parameters, compute: compute)
    let batch = PackedBatch((0..<sequences).map { (tokens(length, $0), 1..<length) })
    let count = Float(sequences * (length - 1))
    return measure(work: Double(sequences * length), repetitions: 7) {
      decoder.gradients.flat.fill(0)
      let pass = decoder.forward(batch, temperature: 1)
      decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -1 / count })
      _ = optimizer.step(gradients: decoder.gradients, learningRate: 1e-4)
    }
  }

  /// Sampling at temperature 1 after prompts of 64 tokens.
  func generation(sequences: Int, newTokens: Int) -> Rate {
    let generator = Generator(
      model: InferenceModel(model, parameters: parameters, kernels: compute.kernels),
      maxConcurrent: sequences,
      compute: compute)
    let requests = (0..<sequences).map {
      GenerationRequest(prompt: tokens(64, $0), maxNewTokens: newTokens, stream: Stream("bench", UInt64($0)))
    }
    return measure(work: Double(sequences * newTokens), repetitions: 5) {
      _ = generator.generate(requests, SamplingParameters(), seed: 1)
    }
  }

  /// Three times the forward pass: 2 FLOPs per weight and causal attention at half.
  func flopsPerTrainedToken(length: Int) -> Double {
    let attention = 2.0 * Double(model.numHiddenLayers * model.numAttentionHeads * model.headDim * length)
    return 3 * (2 * Double(parameters.count) + attention)
  }

  private func filled(_ rows: Int, _ columns: Int) -> Tensor {
    var random = CounterRNG(seed: 1, stream: Stream("bench"))
    return Tensor((0..<rows * columns).map { _ in Float(random.uniform() - 0.5) }, columns: columns)
  }

  private func tokens(_ count: Int, _ sequence: Int) -> [Int32] {
    var random = CounterRNG(seed: 2, stream: Stream("bench tokens", UInt64(sequence)))
    return (0..<count).map { _ in Int32(random.next() % 512) }
  }

  /// Work per second: median and range over repetitions, after one that does not count.
  private func measure(work: Double, repetitions: Int, _ body: () -> Void) -> Rate {
    body()
    let rates = (0..<repetitions).map { _ in
      let start = ContinuousClock.now
      body()
      let time = start.duration(to: .now).components
      return work / (Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    }.sorted()
    return Rate(median: rates[repetitions / 2], low: rates[0], high: rates[repetitions - 1])
  }

  private static func row(_ name: String, _ rate: Rate, _ unit: String, share: Double?) -> String {
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let spread = String(format: "%.0f … %.0f", rate.low, rate.high)
    return pad(name, 32) + pad(String(format: "%.0f %@", rate.median, unit), 18) + pad(spread, 20)
      + (share.map { String(format: "%.0f %% of the limit", $0 * 100) } ?? "")
  }
}
