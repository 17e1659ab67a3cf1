public import ArgumentParser
import Foundation
public import Tensors
import Transformer

extension MatmulType: ExpressibleByArgument {}

/// How a training step computes: options of all benchmarks of training.
struct BenchTrainingArguments: ParsableArguments {
  @Option(help: "What operands of matrix products are rounded to (default: fp32).")
  var dtype: MatmulType?

  @Flag(help: "Keep only what goes into each layer, and work out the rest again on the way back.")
  var checkpointing = false

  var matmul: MatmulType { dtype ?? .fp32 }

  /// `fp32`, or `bf16, layers recomputed`.
  var words: String { matmul.rawValue + (checkpointing ? ", layers recomputed" : "") }

  var members: [(name: String, value: JSONText)] {
    [("dtype", .text(matmul.rawValue)), ("checkpointing", .flag(checkpointing))]
  }

  func decoder(_ model: BenchModel) -> Decoder {
    Decoder(
      model.configuration, parameters: model.parameters, compute: model.compute, matmul: matmul,
      gradientCheckpointing: checkpointing)
  }

  /// Refuses a step that this machine's memory cannot hold, or that has more positions than the model.
  func check(_ model: BenchModel, tokens: Int, positions: Int, _ what: String) throws {
    guard positions <= model.configuration.maxPositionEmbeddings else {
      throw CommandError(
        "\(what) needs \(positions) positions, but \(model.name) has \(model.configuration.maxPositionEmbeddings) positions"
      )
    }
    let pass = Decoder.PassShape(
      tokens: tokens, scored: tokens, matmul: matmul, gradientCheckpointing: checkpointing)
    // The weights are there already; gradients and two moments are not.
    let weights = model.parameters.count * MemoryLayout<Float>.size
    let bytes = Double(Decoder.scratchBytes(model.configuration, pass)) + 3 * Double(weights)
    try BenchModel.check(bytes, "the tensors of \(what)")
  }
}

/// What forward and backward have to multiply, counted from the shape:
///
///     FLOPs = 3 · (2 · tokens · weights of the layers + 2 · scored tokens · weights of the head + 4 · L · H · D · pairs)
///
/// pairs of a query and a key that it attends to; twice the forward pass for the backward one; norms, softmax and what is
/// worked out again left out.
struct TrainingWork {
  let flops: Double

  init(_ c: ModelConfiguration, _ batch: PackedBatch) {
    let work = GenerationWork(c, weightBytes: 0, format: .fp32)
    flops =
      3
      * (2 * Double(batch.tokenCount) * work.layerWeights + 2 * Double(batch.targets.count) * work.headWeights
        + work.attentionFLOPs * Double(batch.forest.attentionPairs))
  }
}

/// A training step on random tokens: forward and backward of their mean negative logprob, then AdamW.
struct TrainingStep {
  let decoder: Decoder
  private let optimizer: AdamW

  init(_ model: BenchModel, _ arguments: BenchTrainingArguments) {
    decoder = arguments.decoder(model)
    optimizer = AdamW(OptimizerConfiguration(), parameters: model.parameters, compute: model.compute)
  }

  func run(_ batch: PackedBatch) {
    decoder.descend(batch)
    _ = optimizer.step(gradients: decoder.gradients, learningRate: 1e-4)
  }
}

extension Decoder {
  /// Gradients of the mean negative logprob, in place of what was there.
  ///
  /// - Returns: The logprobs.
  @discardableResult
  func descend(_ batch: PackedBatch) -> [Float] {
    gradients.flat.fill(0)
    let pass = forward(batch, temperature: 1)
    let logprobs = pass.logprobs
    backward(pass, dLogprobs: logprobs.map { _ in -1 / Float(logprobs.count) })
    return logprobs
  }
}
