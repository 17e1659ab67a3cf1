import Generation
import Randomness
import Tensors
import Testing
import Transformer

@Suite struct `Point 5: low-precision rollouts` {
  /// Head and embedding apart: only linear weights are rounded.
  static let shape: ModelConfiguration = {
    var shape = TinyModel.shape
    shape.tieWordEmbeddings = false
    return shape
  }()

  /// The model with its linear weights replaced by what the format holds of them, row by row.
  func roundedModel(_ format: WeightFormat) -> TinyModel {
    let model = TinyModel(Self.shape)
    for entry in model.parameters.entries where entry.name.contains("proj") || entry.name == "lm_head.weight"
    {
      let weight = model.parameters[entry.name]
      for row in 0..<weight.rows {
        let values = weight.rows(row..<row + 1)
        let largest = values.values.map(abs).max() ?? 0
        values.assign(
          values.values.map {
            switch format {
            case .fp32: $0
            case .bf16: nearestBF16($0)
            case .int8: ($0 * (127 / largest)).rounded(.toNearestOrEven) * (largest / 127)
            }
          })
      }
    }
    return model
  }

  /// By arithmetic instead of bits: the mantissa has 8 bits, so the unit in the last place is 2^(exponent - 7).
  func nearestBF16(_ x: Float) -> Float {
    guard x != 0 else { return x }
    let unit = Float(sign: .plus, exponent: x.exponent - 7, significand: 1)
    return (x / unit).rounded(.toNearestOrEven) * unit
  }

  struct Formats: Sendable, CustomTestStringConvertible {
    var weights: WeightFormat
    var activations: ActivationFormat
    var keyValues: KeyValueFormat
    /// Of the mean gap, nats.
    var bounds: ClosedRange<Float>

    init(
      _ weights: WeightFormat = .fp32, _ activations: ActivationFormat = .fp32,
      keyValues: KeyValueFormat = .fp32,
      bounds: ClosedRange<Float>
    ) {
      (self.weights, self.activations, self.keyValues, self.bounds) = (
        weights, activations, keyValues, bounds
      )
    }

    var testDescription: String {
      "\(weights) weights, \(activations) activations, \(keyValues) keys and values"
    }

    func generator(
      _ model: TinyModel, _ settings: GeneratorConfiguration, threads: Int = 1, level: Kernels.Level = .best
    ) throws -> Generator {
      try model.generator(
        settings.with { $0.keyValueFormat = keyValues }, format: weights, activations: activations,
        threads: threads, level: level)
    }
  }

  let prompts = requests((0..<6).map { text(50 + 5 * $0, "\($0 / 2)") }, new: 40)

  /// bf16 weights are exact in fp32 and multiply alike: the same bits. int8 sums whole numbers before it scales.
  @Test func `logits are those of an fp32 model with the rounded weights`() throws {
    for (format, tolerance) in [(WeightFormat.fp32, Float(0)), (.bf16, 0), (.int8, 1e-5)] {
      let expected = try logits(roundedModel(format).generator())
      let found = try logits(TinyModel(Self.shape).generator(format: format))
      #expect(found.count == 6 * 40 && expected.count == found.count)
      for (place, logits) in found {
        let other = try #require(expected[place])
        let worst = zip(logits, other).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= tolerance * 4, "\(format) at \(place)")
      }
    }
  }

  /// Along fixed texts, so that a token that differs does not lead elsewhere.
  func logits(_ generator: Generator) throws -> [Generator.Place: [Float]] {
    var found: [Generator.Place: [Float]] = [:]
    generator.onLogits = { found[.init(request: $0, position: $1)] = $2 }
    defer { generator.onLogits = nil }
    for step in 0..<40 {
      var fixed = prompts
      for index in fixed.indices {
        fixed[index].prompt += text(step, "fixed \(index)")
        fixed[index].maxNewTokens = 1
      }
      _ = try generator.all(fixed)
    }
    return found
  }

  /// The mean |log p_trainer - log p_rollout| that a run logs. Weights of 0.3 · 32 terms make logits of some units: an
  /// error of 2⁻⁹ per weight gives some hundredths, of 1/254 of the largest weight twice that.
  @Test(arguments: [
    Formats(bounds: 0...1e-6), Formats(.bf16, bounds: 1e-3...0.03), Formats(.int8, bounds: 1e-3...0.06),
    Formats(.fp32, keyValues: .bf16, bounds: 1e-4...0.02),
    Formats(.int8, keyValues: .bf16, bounds: 1e-3...0.06),
    Formats(.bf16, .bf16, bounds: 1e-3...0.04), Formats(.bf16, .bf16, keyValues: .bf16, bounds: 1e-3...0.04),
  ])
  func `the gap to the trainer's logprobs is that of the rounding`(formats: Formats) throws {
    let model = TinyModel(Self.shape)
    let found = try formats.generator(model, .plain).all(prompts)
    let batch = PackedBatch(
      zip(prompts, found).map { ($0.prompt + $1.tokens, $0.prompt.count..<$0.prompt.count + $1.tokens.count) }
    )
    let trainer = try model.decoder().forward(batch, temperature: 1).logprobs
    let gaps = zip(trainer, found.flatMap(\.logprobs)).map { abs($0 - $1) }
    let mean = gaps.reduce(0, +) / Float(gaps.count)
    #expect(formats.bounds.contains(mean))
    #expect(gaps.max() ?? 1 < 20 * formats.bounds.upperBound + 1e-5)
  }

  @Test(arguments: [
    (WeightFormat.fp32, ActivationFormat.fp32), (.bf16, .fp32), (.int8, .fp32), (.bf16, .bf16),
  ])
  func `batch invariance holds in every format`(weights: WeightFormat, activations: ActivationFormat) throws {
    let model = TinyModel(Self.shape)
    for keyValues in KeyValueFormat.allCases {
      let formats = Formats(weights, activations, keyValues: keyValues, bounds: 0...0)
      for level in Kernels.Level.allCases where level.isAvailable && level != .reference {
        let expected = try formats.generator(model, .alone, level: level).all(prompts)
        for threads in [1, 2] {
          for (blocks, speculation) in [(100, GeneratorConfiguration.Speculation.off), (4, .always)] {
            let memory = blocks * InferenceModel.bytesPerBlock(Self.shape, keyValues)
            let settings = GeneratorConfiguration.plain.with {
              ($0.keyValueMemory, $0.speculation) = (memory, speculation)
            }
            let generator = try formats.generator(model, settings, threads: threads, level: level)
            expectIdentical(
              try generator.all(prompts), expected,
              "\(keyValues), \(level), \(threads) threads, \(blocks) blocks")
          }
        }
      }
    }
  }

  /// Per layer 32 · (32 + 2 · 16) of q·k·v, 32 · 32 of the output, 3 · 32 · 48 of the rest: 7,680, and 31 · 32 of the
  /// head; panels are filled up to whole ones.
  @Test func `weights take half and a quarter of the memory`() throws {
    let bytes = try WeightFormat.allCases.map {
      try Double(TinyModel(Self.shape).generator(format: $0, level: .reference).model.weightBytes)
    }
    #expect(bytes[0] == Double(4 * (2 * 7680 + 31 * 32)))
    let best = try WeightFormat.allCases.map {
      try Double(TinyModel(Self.shape).generator(format: $0).model.weightBytes)
    }
    #expect(best[1] == best[0] / 2)
    #expect(best[2] > best[0] / 4 && best[2] < best[0] / 3)
  }
}
