import Tensors
import Testing
import Transformer

@Suite struct `Packed batches` {
  func smallDecoder() throws -> Decoder {
    let configuration = ModelConfiguration(
      architecture: .qwen3, vocabSize: 11, hiddenSize: 8, intermediateSize: 12, numHiddenLayers: 2,
      numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 4, initializerRange: 0.3)
    let parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: 1)
    return Decoder(configuration, parameters: parameters, compute: try Compute(threads: 2))
  }

  @Test func `sequences lie end to end, with positions of their own`() {
    let batch = PackedBatch([([5, 6, 7], 1..<3), ([8], 1..<1), ([9, 10], 1..<2)])
    #expect(batch.tokens == [5, 6, 7, 8, 9, 10])
    #expect(batch.positions == [0, 1, 2, 0, 0, 1])
    #expect(batch.forest.spans.map(\.rows) == [0..<3, 3..<4, 4..<6])
    #expect(batch.targets == [6, 7, 10])
    #expect(batch.tokenCount == 6)
  }

  @Test func `nothing in, nothing out`() throws {
    let decoder = try smallDecoder()
    for batch in [PackedBatch([]), PackedBatch([([], 0..<0)]), PackedBatch([([1, 2], 1..<1)])] {
      let pass = decoder.forward(batch, temperature: 1)
      #expect(pass.logprobs.isEmpty && pass.entropies.isEmpty)
      decoder.backward(pass, dLogprobs: [])
      #expect(decoder.gradients.flat.values.allSatisfy { $0 == 0 })
    }
  }

  @Test func `an empty sequence between others changes nothing`() throws {
    let decoder = try smallDecoder()
    let plain = decoder.forward(PackedBatch([([1, 2, 3], 1..<3), ([4, 5], 1..<2)]), temperature: 1).logprobs
    let gapped = decoder.forward(
      PackedBatch([([1, 2, 3], 1..<3), ([], 0..<0), ([4, 5], 1..<2)]), temperature: 1)
    #expect(gapped.logprobs == plain && plain.count == 3)
  }

  @Test func `what is scored does not change the logprobs of the rest`() throws {
    let decoder = try smallDecoder()
    let tokens: [Int32] = [1, 2, 3, 4, 5, 6]
    let all = decoder.forward(PackedBatch([(tokens, 1..<6)]), temperature: 0.7)
    let part = decoder.forward(PackedBatch([(tokens, 3..<5)]), temperature: 0.7)
    for (a, b) in zip(part.logprobs, all.logprobs[2..<4]) { #expect(abs(a - b) < 1e-6) }
    for (a, b) in zip(part.entropies, all.entropies[2..<4]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func `a position past the rotary table makes it grow`() throws {
    let decoder = try smallDecoder()
    let tokens = (0..<700).map { Int32($0 % 11) }
    let long = decoder.forward(PackedBatch([(tokens, 1..<700)]), temperature: 1).logprobs
    #expect(long.count == 699 && long.allSatisfy { $0.isFinite && $0 <= 0 })
    let short = decoder.forward(PackedBatch([(Array(tokens[..<20]), 1..<20)]), temperature: 1).logprobs
    for (a, b) in zip(short, long) { #expect(abs(a - b) < 1e-6) }
  }
}

@Suite struct `Fresh weights` {
  static let shape = ModelConfiguration(
    architecture: .qwen2, vocabSize: 300, hiddenSize: 64, intermediateSize: 128, numHiddenLayers: 2,
    numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 16, tieWordEmbeddings: false, initializerRange: 0.02)

  @Test func `matrices are normal, residual ones narrower, norms one, biases zero`() {
    let parameters = Parameters(Self.shape)
    parameters.flat.fill(7)
    parameters.initialize(Self.shape, seed: 4)
    for entry in parameters.entries {
      let values = parameters[entry.name].values.map(Double.init)
      guard entry.shape.count == 2 else {
        #expect(values.allSatisfy { $0 == (entry.name.hasSuffix("bias") ? 0 : 1) }, "\(entry.name)")
        continue
      }
      // Residual writers: 0.02 / √(2 · 2 layers) = 0.01.
      let isResidual = entry.name.contains("o_proj") || entry.name.contains("down_proj")
      let deviation = isResidual ? 0.01 : 0.02
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let spread = (values.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
      // Five standard errors: σ/√n of the mean, σ/√(2n) of the deviation.
      #expect(abs(mean) < 5 * deviation / count.squareRoot(), "\(entry.name)")
      #expect(abs(spread - deviation) < 5 * deviation / (2 * count).squareRoot(), "\(entry.name)")
    }
  }

  @Test func `the same seed gives the same bits, another seed others`() {
    func weights(_ seed: UInt64) -> Parameters {
      let parameters = Parameters(Self.shape)
      parameters.initialize(Self.shape, seed: seed)
      return parameters
    }
    #expect(weights(4).digest == weights(4).digest)
    #expect(weights(4).digest != weights(5).digest)
    // A tensor keeps its draws when another one changes shape.
    var wider = Self.shape
    wider.intermediateSize = 160
    let parameters = Parameters(wider)
    parameters.initialize(wider, seed: 4)
    let name = "model.layers.1.self_attn.q_proj.weight"
    #expect(parameters[name].values == weights(4)[name].values)
  }
}
