import Generation
import Testing
import Transformer

@Suite struct `Point 9: long outputs` {
  static let shape = ModelConfiguration(
    architecture: .llama, vocabSize: 31, hiddenSize: 16, intermediateSize: 16, numHiddenLayers: 1,
    numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 8, initializerRange: 0.3)

  /// One prompt token and n new ones, of which the last does not run: n positions, n / 64 blocks of
  /// 2 · 8 · 64 · 4 = 4 KiB.
  @Test(arguments: [1024, 2048, 4096, 8192])
  func `memory is linear in tokens`(tokens: Int) throws {
    let generator = try TinyModel(Self.shape).generator()
    let found = try generator.all(requests([[1]], new: tokens), SamplingParameters())
    #expect(found[0].tokens.count == tokens && generator.statistics.rows == tokens)
    #expect(generator.statistics.peakKeyValueBytes == tokens / 64 * 4096)
  }

  @Test func `a prompt of thousands of tokens goes on as it was sampled`() throws {
    let model = TinyModel(Self.shape)
    let first = try model.generator().all(requests([[1]], new: 3000))[0]
    var resumed = requests([[1]], new: 3000)
    resumed[0].continuation = Array(first.tokens.prefix(2900))
    let rest = try model.generator().all(resumed)[0]
    #expect(rest.tokens == Array(first.tokens[2900...]))
    #expect(bits(rest.logprobs) == bits(Array(first.logprobs[2900...])))
  }
}
