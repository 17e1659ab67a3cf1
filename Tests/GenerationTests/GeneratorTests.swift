import Foundation
import Generation
import HFFiles
import Randomness
import Tensors
import Testing
import Transformer

@Suite struct `Sampling from a model` {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TransformerTests/Fixtures/hf-parity")

  @Test(arguments: ["llama-tied", "llama-untied", "qwen2-tied", "qwen2-untied", "qwen3-tied", "qwen3-untied"])
  func `greedy continuation is what transformers generates`(model: String) throws {
    let directory = Self.fixtures.appending(path: model).path
    let expected = try SafetensorsFile(path: directory + "/expected.safetensors")
    let (configuration, parameters) = try ModelDirectory.load(directory)
    let generator = Generator(
      model: InferenceModel(configuration, parameters: parameters, compute: try Compute(threads: 2)))
    let outputs = try expected.integers("greedy.output_ids").map { Int32($0) }
    let rows = [Array(outputs[0..<30]), Array(outputs[30..<60])]
    let requests = rows.map {
      GenerationRequest(prompt: Array($0[0..<6]), maxNewTokens: 24, stream: Stream("unused"))
    }
    let found = try generator.generate(requests, SamplingParameters(temperature: 0), seed: 0)
    // The smallest margin between best and second best is 0.02 in all these fixtures: no rounding turns a choice.
    #expect(found?.map(\.tokens) == rows.map { Array($0[6...]) })
  }

  func smallGenerator() throws -> (Generator, Decoder) {
    let model = TinyModel()
    return (try model.generator(threads: 2), try model.decoder())
  }

  @Test(arguments: [Float(1), 0.6, 1.7])
  func `logprobs of sampled tokens are those the trainer computes at the same temperature`(temperature: Float)
    throws
  {
    let (generator, decoder) = try smallGenerator()
    let requests = (0..<8).map {
      GenerationRequest(prompt: [1, 2, Int32($0)], maxNewTokens: 30, stream: Stream("s", UInt64($0)))
    }
    let found = try #require(
      try generator.generate(requests, SamplingParameters(temperature: temperature), seed: 4))
    let batch = PackedBatch(
      zip(requests, found).map {
        ($0.prompt + $1.tokens, $0.prompt.count..<$0.prompt.count + $1.tokens.count)
      })
    let trainer = decoder.forward(batch, temperature: temperature).logprobs
    for (mine, theirs) in zip(found.flatMap(\.logprobs), trainer) { #expect(abs(mine - theirs) < 2e-5) }
  }

  @Test func `sampled frequencies follow the distribution`() throws {
    let (generator, decoder) = try smallGenerator()
    let prompt: [Int32] = [3, 4, 5]
    let draws = 20_000
    let requests = (0..<draws).map {
      GenerationRequest(prompt: prompt, maxNewTokens: 1, stream: Stream("draw", UInt64($0)))
    }
    let found = try #require(try generator.generate(requests, SamplingParameters(), seed: 8))
    var counts = [Double](repeating: 0, count: 31)
    for sequence in found { counts[Int(sequence.tokens[0])] += 1 }
    let logits = decoder.logits(PackedBatch([(prompt, 1..<1)])).rows(2..<3).values.map(Double.init)
    let total = logits.reduce(0) { $0 + exp($1) }
    var chiSquare = 0.0
    for (count, logit) in zip(counts, logits) {
      let expected = Double(draws) * exp(logit) / total
      chiSquare += (count - expected) * (count - expected) / expected
    }
    // 30 degrees of freedom: beyond 70 with probability 5e-5. Seeded, so it cannot flake.
    #expect(chiSquare < 70)
  }

  @Test func `top-k and top-p keep the most probable tokens and renormalise their logprobs`() throws {
    let (generator, decoder) = try smallGenerator()
    let prompt: [Int32] = [3, 4, 5]
    let logits = decoder.logits(PackedBatch([(prompt, 1..<1)])).rows(2..<3).values
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    let requests = (0..<400).map {
      GenerationRequest(prompt: prompt, maxNewTokens: 1, stream: Stream("draw", UInt64($0)))
    }
    let found = try #require(try generator.generate(requests, SamplingParameters(topK: 3), seed: 8))
    #expect(Set(found.map { Int($0.tokens[0]) }) == Set(order.prefix(3)))
    let kept = order.prefix(3).reduce(Float(0)) { $0 + exp(logits[$1]) }
    for sequence in found {
      #expect(abs(sequence.logprobs[0] - (logits[Int(sequence.tokens[0])] - log(kept))) < 1e-4)
    }
    let nucleus = try #require(try generator.generate(requests, SamplingParameters(topP: 1e-6), seed: 8))
    #expect(nucleus.allSatisfy { Int($0.tokens[0]) == order[0] && abs($0.logprobs[0]) < 1e-6 })
  }

  @Test func `new weights are used after reload`() throws {
    let (generator, decoder) = try smallGenerator()
    let request = [GenerationRequest(prompt: [1, 2], maxNewTokens: 20, stream: Stream("s"))]
    let before = try generator.generate(request, SamplingParameters(), seed: 1)
    decoder.parameters.flat.assign(decoder.parameters.flat.values.map { $0 * 1.5 })
    generator.model.reload(version: nil)
    #expect(try generator.generate(request, SamplingParameters(), seed: 1) != before)
  }
}
