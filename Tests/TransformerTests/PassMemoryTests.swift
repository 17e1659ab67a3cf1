import Tensors
import Testing
import Transformer

/// What passes take is counted before they run; and it grows with the tokens, not with their square.
@Suite struct `Points 3 and 6: memory of a pass` {
  static let shape = ModelConfiguration(
    architecture: .qwen3, vocabSize: 300, hiddenSize: 64, intermediateSize: 160, numHiddenLayers: 3,
    numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 16)

  func decoder(_ pass: Decoder.PassShape) throws -> Decoder {
    let parameters = Parameters(Self.shape)
    parameters.initialize(Self.shape, seed: 1)
    return Decoder(
      Self.shape, parameters: parameters, compute: try Compute(threads: 2), trainable: pass.isTraining,
      matmul: pass.matmul, gradientCheckpointing: pass.gradientCheckpointing)
  }

  /// Bytes held after a pass over one sequence.
  func held(_ shape: Decoder.PassShape) throws -> Int {
    let decoder = try decoder(shape)
    let tokens = (0..<shape.tokens).map { Int32($0 * 7 % 300) }
    for _ in 0..<2 {
      let pass = decoder.forward(
        PackedBatch([(tokens, shape.tokens - shape.scored..<shape.tokens)]), temperature: 1)
      if shape.isTraining { decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -0.01 }) }
    }
    return decoder.scratchByteCount
  }

  @Test(
    arguments: MatmulType.allCases, [(true, false), (true, true), (false, false)])
  func `is what was counted`(matmul: MatmulType, way: (isTraining: Bool, checkpointing: Bool)) throws {
    for (tokens, scored) in [(256, 255), (1024, 100), (1500, 1499)] {
      let shape = Decoder.PassShape(
        tokens: tokens, scored: scored, matmul: matmul, gradientCheckpointing: way.checkpointing,
        isTraining: way.isTraining)
      let (counted, found) = (Decoder.scratchBytes(Self.shape, shape), try held(shape))
      // Cache lines round up what is small.
      #expect(
        abs(Double(counted) / Double(found) - 1) < 0.03, "\(shape): counted \(counted), found \(found)")
    }
  }

  @Test func `grows with the tokens, not with their square`() throws {
    for checkpointing in [false, true] {
      func bytes(_ tokens: Int) throws -> Int {
        try held(
          .init(tokens: tokens, scored: tokens - 1, matmul: .bf16, gradientCheckpointing: checkpointing))
      }
      let (one, two, four) = (try bytes(1024), try bytes(2048), try bytes(4096))
      #expect(abs(Double(four - two) / Double(2 * (two - one)) - 1) < 0.01)
    }
  }

  @Test func `a sequence of 32,768 tokens fits 4 GiB on nano and mini, weights and optimizer included`() {
    for (shape, vocabulary) in [(ModelConfiguration.nano, 512), (mini, 4096)] {
      var shape = shape
      shape.vocabSize = vocabulary
      let pass = Decoder.scratchBytes(
        shape, .init(tokens: 32_768, scored: 32_767, matmul: .bf16, gradientCheckpointing: true))
      #expect(pass + 16 * Parameters.count(shape) < 3 << 30)
    }
  }

  private var mini: ModelConfiguration {
    ModelConfiguration(
      architecture: .qwen3, vocabSize: 4096, hiddenSize: 384, intermediateSize: 1024, numHiddenLayers: 6,
      numAttentionHeads: 6, numKeyValueHeads: 2, headDim: 64)
  }

  @Test func `checkpointing changes no bit, and holds a fraction`() throws {
    let tokens = (0..<700).map { Int32($0 * 11 % 300) }
    for matmul in MatmulType.allCases {
      var gradients: [[Float]] = []
      var bytes: [Int] = []
      for checkpointing in [false, true] {
        let decoder = try decoder(
          .init(tokens: 700, scored: 699, matmul: matmul, gradientCheckpointing: checkpointing))
        let pass = decoder.forward(PackedBatch([(tokens, 1..<700)]), temperature: 0.8)
        decoder.backward(pass, dLogprobs: pass.logprobs.map { $0 * 0.01 }, dEntropies: pass.entropies)
        gradients.append(decoder.gradients.flat.values)
        bytes.append(decoder.scratchByteCount)
      }
      #expect(gradients[0] == gradients[1] && gradients[0].contains { $0 != 0 })
      #expect(Double(bytes[1]) < 0.7 * Double(bytes[0]))
    }
  }

  @Test func `the second pass of a shape asks for no memory`() throws {
    for matmul in MatmulType.allCases {
      let decoder = try decoder(.init(tokens: 600, scored: 500, matmul: matmul))
      let tokens = (0..<600).map { Int32($0 * 11 % 300) }
      let batch = PackedBatch([(tokens, 100..<600)])
      func once() {
        let pass = decoder.forward(batch, temperature: 1)
        decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -0.01 })
      }
      for _ in 0..<3 { once() }
      // Other tests run at the same time: one undisturbed pass in many is enough.
      let undisturbed = (0..<200).contains { _ in
        let before = Tensor.allocations
        once()
        return Tensor.allocations == before
      }
      #expect(undisturbed, "\(matmul)")
    }
  }
}
