import Randomness
import Tensors
import Testing
import Transformer

/// Central differences of a random loss in logprobs and entropies, on small random shapes.
@Suite struct `Gradients by finite differences` {
  @Test(arguments: ModelConfiguration.Architecture.allCases, [1, 2, 3, 4])
  func `a step along the gradient changes the loss as the gradient says`(
    architecture: ModelConfiguration.Architecture, seed: UInt64
  ) throws {
    var random = CounterRNG(seed: seed, stream: Stream("shape"))
    let heads = [(2, 1), (4, 2), (3, 3), (4, 1)][Int(seed) - 1]
    let configuration = ModelConfiguration(
      architecture: architecture, vocabSize: 23, hiddenSize: 20, intermediateSize: 28, numHiddenLayers: 2,
      numAttentionHeads: heads.0, numKeyValueHeads: heads.1, headDim: 6, tieWordEmbeddings: seed % 2 == 0,
      attentionBias: architecture == .llama ? seed > 2 : nil,
      attentionOutputBias: architecture == .llama && seed > 2,
      mlpBias: architecture == .llama && seed > 3, initializerRange: 0.4)
    let parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: seed)
    let compute = try Compute(threads: 2)
    let decoder = Decoder(configuration, parameters: parameters, compute: compute)
    func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.next() % 23) } }
    // One sequence longer than a block of queries, so that the blockwise paths run.
    let batch = PackedBatch([(tokens(7), 3..<7), (tokens(150), 60..<150), (tokens(2), 1..<2)])
    let weights = batch.targets.map { _ in (Float(random.normal()), Float(random.normal())) }
    func loss() -> Double {
      let pass = decoder.forward(batch, temperature: 0.8)
      return zip(weights, zip(pass.logprobs, pass.entropies)).reduce(0) {
        $0 + Double($1.0.0) * Double($1.1.0) + Double($1.0.1) * Double($1.1.1)
      }
    }
    let pass = decoder.forward(batch, temperature: 0.8)
    decoder.backward(pass, dLogprobs: weights.map(\.0), dEntropies: weights.map(\.1))
    for entry in parameters.entries {
      let weight = parameters[entry.name]
      let gradient = decoder.gradients[entry.name].values
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      // Along the gradient's own direction the derivative is its norm.
      let direction = gradient.map { Float(Double($0) / max(norm, 1e-30)) }
      let start = weight.values
      let size: Float = 2e-3
      weight.assign(zip(start, direction).map { $0 + size * $1 })
      let above = loss()
      weight.assign(zip(start, direction).map { $0 - size * $1 })
      let below = loss()
      weight.assign(start)
      let slope = (above - below) / Double(2 * size)
      // fp32 losses of some hundreds carry about 1e-4 of noise, divided by the step of 4e-3.
      #expect(
        abs(slope - norm) <= 0.01 * norm + 0.1, "\(entry.name): \(slope) by differences, \(norm) by backward")
    }
  }

  @Test func `gradients do not depend on how sequences are packed`() throws {
    let configuration = ModelConfiguration(
      architecture: .qwen3, vocabSize: 40, hiddenSize: 32, intermediateSize: 48, numHiddenLayers: 2,
      numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 8, initializerRange: 0.2)
    let parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: 2)
    var random = CounterRNG(seed: 3, stream: Stream("tokens"))
    let sequences = (0..<12).map { index in
      ((0..<5 + 17 * index).map { _ in Int32(random.next() % 40) }, 2..<5 + 17 * index)
    }
    func gradients(_ batches: [[([Int32], Range<Int>)]]) throws -> ([Float], [Float]) {
      let decoder = Decoder(configuration, parameters: parameters, compute: try Compute(threads: 2))
      var logprobs: [Float] = []
      for batch in batches {
        let pass = decoder.forward(PackedBatch(batch.map { ($0.0, $0.1) }), temperature: 1)
        logprobs += pass.logprobs
        decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -0.01 })
      }
      return (logprobs, decoder.gradients.flat.values)
    }
    let together = try gradients([sequences])
    for split in [sequences.map { [$0] }, [Array(sequences[..<5]), Array(sequences[5...])]] {
      let apart = try gradients(split)
      let gap = zip(together.1, apart.1).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
      let norm = together.1.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
      #expect(gap <= 1e-5 * norm)
      for (a, b) in zip(together.0, apart.0) { #expect(abs(a - b) < 1e-5) }
    }
  }
}
