public import ArgumentParser
import Foundation
import Generation
import Randomness
import Tensors
import Training
import Transformer

/// The shapes that benchmarks know, all of the Qwen3 architecture with tied embeddings.
public enum BenchShape: String, CaseIterable, ExpressibleByArgument {
  case nano
  case mini
  case small

  /// Made to go on for ever: the positions are whatever a benchmark needs.
  var configuration: ModelConfiguration {
    switch self {
    case .nano: make(vocabulary: 512, hidden: 128, inner: 384, layers: 4, heads: 4, keyHeads: 2, headSize: 32)
    case .mini:
      make(vocabulary: 4096, hidden: 384, inner: 1024, layers: 6, heads: 6, keyHeads: 2, headSize: 64)
    case .small:
      make(vocabulary: 32_000, hidden: 768, inner: 2048, layers: 12, heads: 12, keyHeads: 4, headSize: 64)
    }
  }

  private func make(
    vocabulary: Int, hidden: Int, inner: Int, layers: Int, heads: Int, keyHeads: Int, headSize: Int
  ) -> ModelConfiguration {
    ModelConfiguration(
      architecture: .qwen3, vocabSize: vocabulary, hiddenSize: hidden, intermediateSize: inner,
      numHiddenLayers: layers, numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim: headSize,
      maxPositionEmbeddings: 1 << 20, rope: RotaryConfiguration(theta: 1e6))
  }
}

/// A model to measure: weights do not matter for the time, but for what greedy text does.
struct BenchModel {
  let name: String
  let configuration: ModelConfiguration
  let parameters: Parameters
  let compute: Compute

  init(_ arguments: BenchArguments, otherwise shape: BenchShape) throws {
    compute = try Compute(threads: arguments.threads)
    if let directory = arguments.model {
      name = URL(filePath: directory).lastPathComponent
      (configuration, parameters) = try ModelDirectory.load(directory)
    } else {
      let shape = arguments.shape ?? shape
      name = shape.rawValue
      configuration = shape.configuration
      try Self.check(Double(Parameters.count(configuration)) * 8, "the weights of \(name)")
      parameters = Parameters(configuration)
      parameters.initialize(configuration, seed: 0)
      Self.liven(parameters, configuration)
    }
  }

  /// Gives matrices the deviation 1/√(inputs). With the usual 0.02 the residual stream is little but the last token, and
  /// greedy text one token over and over; with this it repeats itself in phrases, as that of weak models does.
  private static func liven(_ parameters: Parameters, _ configuration: ModelConfiguration) {
    for entry in parameters.entries where entry.shape.count == 2 {
      let weight = parameters[entry.name]
      let scale = 1 / (Float(entry.shape[1]).squareRoot() * Float(configuration.initializerRange))
      Kernels().axpy(scale - 1, weight, into: weight)
    }
  }

  /// Refuses what this machine's memory cannot hold, and what the model has no positions for.
  func check(positions: Int, sequences: Int, format: KeyValueFormat, limit: Int?) throws {
    guard positions <= configuration.maxPositionEmbeddings else {
      throw CommandError(
        "prompt and output are \(positions) tokens, but \(name) has \(configuration.maxPositionEmbeddings) positions"
      )
    }
    let blocks = Double((positions + KeyValueBlocks.positions - 1) / KeyValueBlocks.positions + 1)
    let bytes = blocks * Double(sequences) * Double(InferenceModel.bytesPerBlock(configuration, format))
    try Self.check(
      min(bytes, Double(limit ?? .max)), "keys and values of \(counted(sequences, "row"))")
  }

  /// Refuses what takes more memory than there is.
  static func check(_ bytes: Double, _ what: String) throws {
    guard let available = MemoryPlan.available, bytes > Double(available) else { return }
    throw CommandError(
      "\(what) take \(ByteCount.approximate(Int(min(bytes, 0x1p62)))), but \(ByteCount.approximate(available)) of memory are "
        + "available")
  }

  /// A prompt of random tokens; the same for the same number, other models apart.
  func prompt(_ number: Int, count: Int) -> [Int32] {
    var random = CounterRNG(seed: 2, stream: Stream("bench prompt", UInt64(number)))
    return (0..<count).map { _ in Int32(random.next() % UInt64(configuration.vocabSize)) }
  }
}
