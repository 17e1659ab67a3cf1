import Foundation
import HFFiles
import Tensors
import Testing
import Transformer

@Suite struct `Rotary position embedding` {
  static let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures/linear-rope")

  /// Angles per position, read off the rotation of (1, 0) in each pair: (cos, sin).
  func angles(_ rope: RotaryConfiguration, headDim: Int, position: Int32) -> [Double] {
    let configuration = ModelConfiguration(
      architecture: .llama, vocabSize: 2, hiddenSize: headDim, intermediateSize: 2, numHiddenLayers: 1,
      numAttentionHeads: 1, numKeyValueHeads: 1, headDim: headDim, rope: rope)
    let half = headDim / 2
    let x = Tensor([Float](repeating: 1, count: half) + [Float](repeating: 0, count: half), columns: headDim)
    RotaryTable(configuration, positions: Int(position) + 1).apply(
      x, heads: 1, positions: [position], kernels: Kernels())
    return (0..<half).map { atan2(Double(x[0, half + $0]), Double(x[0, $0])) }
  }

  func expectClose(_ found: [Double], _ expected: [Double], _ what: String) {
    for (pair, (a, b)) in zip(found, expected).enumerated() {
      // fp32 sines of angles of size 1 are good to 1e-7.
      #expect(abs(a - b) < 3e-7, "\(what), pair \(pair): \(a), not \(b)")
    }
  }

  @Test func `pair i turns by theta^(−2i/C) a position`() {
    expectClose(
      angles(RotaryConfiguration(theta: 10_000), headDim: 8, position: 1), [1, 0.1, 0.01, 0.001], "position 1"
    )
    expectClose(
      angles(RotaryConfiguration(theta: 10_000), headDim: 8, position: 3), [3, 0.3, 0.03, 0.003], "position 3"
    )
    #expect(angles(RotaryConfiguration(theta: 10_000), headDim: 8, position: 0) == [0, 0, 0, 0])
  }

  @Test func `linear scaling divides every frequency by the factor`() {
    let rope = RotaryConfiguration(theta: 10_000, scaling: .linear(factor: 4))
    expectClose(angles(rope, headDim: 8, position: 1), [0.25, 0.025, 0.0025, 0.000_25], "position 1")
    expectClose(angles(rope, headDim: 8, position: 12), [3, 0.3, 0.03, 0.003], "position 12")
  }

  @Test func `llama3 scaling keeps short wavelengths, divides long ones and blends between`() {
    // theta 10,000, C 8: wavelengths 2π, 20π, 200π, 2000π. Original length 128 with factors 1 and 4: kept below
    // 128/4 = 32, divided above 128/1. 20π = 62.83 lies between: share (128/62.83 − 1)/3 = 0.345728 of the whole.
    let rope = RotaryConfiguration(
      theta: 10_000,
      scaling: .llama3(factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 128))
    let blend = (128 / (20 * Double.pi) - 1) / 3
    expectClose(
      angles(rope, headDim: 8, position: 1), [1, (1 - blend) * 0.1 / 8 + blend * 0.1, 0.01 / 8, 0.001 / 8],
      "position 1")
  }

  @Test func `a model with linear scaling gives what transformers gives`() throws {
    let expected = try SafetensorsFile(path: Self.fixture.path + "/expected.safetensors")
    let (configuration, parameters) = try ModelDirectory.load(Self.fixture.path)
    #expect(configuration.rope == RotaryConfiguration(theta: 10_000, scaling: .linear(factor: 4)))
    let frequencies = try expected.floats("inverse_frequencies")
    expectClose(
      angles(configuration.rope, headDim: 12, position: 1), frequencies.map(Double.init),
      "transformers' frequencies")
    let decoder = Decoder(configuration, parameters: parameters, compute: try Compute(threads: 2))
    let ids = try expected.integers("input_ids").map { Int32($0) }
    let batch = PackedBatch([(ids, 1..<ids.count)])
    for (name, found) in [
      ("logits", decoder.logits(batch).values), ("logprobs", decoder.forward(batch, temperature: 1).logprobs),
    ] {
      let golden = try expected.floats(name)
      #expect(found.count == golden.count)
      let worst = zip(found, golden).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-4, "\(name) differ by \(worst)")
    }
  }

  @Test func `both spellings of linear scaling say the same`() throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "apus-rope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: copy) }
    try FileManager.default.copyItem(
      at: Self.fixture.appending(path: "config.v5.json"), to: copy.appending(path: "config.json"))
    let (old, new) = (
      try ModelConfiguration(directory: Self.fixture.path), try ModelConfiguration(directory: copy.path)
    )
    #expect(old == new)
  }
}
