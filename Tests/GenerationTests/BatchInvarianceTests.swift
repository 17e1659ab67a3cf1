import Foundation
import Generation
import HFFiles
import Randomness
import Tensors
import Testing
import Transformer

@Suite struct `Batch invariance of generation` {
  static let shapes: [ModelConfiguration] = ModelConfiguration.Architecture.allCases.flatMap { architecture in
    [
      ModelConfiguration(
        architecture: architecture, vocabSize: 97, hiddenSize: 64, intermediateSize: 112, numHiddenLayers: 2,
        numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 16),
      ModelConfiguration(
        architecture: architecture, vocabSize: 50, hiddenSize: 40, intermediateSize: 72, numHiddenLayers: 2,
        numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 24, tieWordEmbeddings: false),
    ]
  }

  func makeGenerator(
    _ shape: ModelConfiguration, threads: Int, maxConcurrent: Int = 64, level: Kernels.Level = .best
  ) throws -> Generator {
    let parameters = Parameters(shape)
    var configuration = shape
    configuration.initializerRange = 0.2
    parameters.initialize(configuration, seed: 3)
    return Generator(
      model: InferenceModel(shape, parameters: parameters, kernels: Kernels(level: level)),
      maxConcurrent: maxConcurrent, compute: try Compute(threads: threads, kernels: Kernels(level: level)))
  }

  func sequences(_ count: Int, vocab: Int) -> [[Int32]] {
    (0..<count).map { index in
      var random = CounterRNG(seed: 9, stream: Stream("test", UInt64(index)))
      // 70 to 133 tokens: more than one block of 64 keys.
      return (0..<70 + index).map { _ in Int32(random.next() % UInt64(vocab)) }
    }
  }

  @Test(arguments: shapes, [Kernels.Level.baseline, .avx2, .avx512])
  func `logits of a sequence are bitwise the same alone, among 7, among 64, by prefill, on 1 and 2 threads`(
    shape: ModelConfiguration, level: Kernels.Level
  ) throws {
    guard level.isAvailable else {
      print("skipped: this CPU has no \(level)")
      return
    }
    let all = sequences(64, vocab: shape.vocabSize)
    for threads in [1, 2] {
      let generator = try makeGenerator(shape, threads: threads, level: level)
      let alone = generator.stepwiseLogits(of: [all[3]])[0]
      #expect(alone.count == all[3].count)
      #expect(generator.logits(of: all[3]).map(bits) == alone.map(bits), "prefill")
      #expect(generator.stepwiseLogits(of: Array(all[0..<7]))[3].map(bits) == alone.map(bits), "among 7")
      #expect(generator.stepwiseLogits(of: all)[3].map(bits) == alone.map(bits), "among 64")
    }
  }

  @Test func `thread count changes no bit of what is generated`() throws {
    let shape = Self.shapes[0]
    let prompts = sequences(9, vocab: shape.vocabSize)
    let requests = prompts.enumerated().map {
      GenerationRequest(prompt: $1, maxNewTokens: 40, stream: Stream("sampling", UInt64($0)))
    }
    let parameters = SamplingParameters(temperature: 0.9, stopTokens: [5])
    let one = try makeGenerator(shape, threads: 1).generate(requests, parameters, seed: 1)
    #expect(try makeGenerator(shape, threads: 2).generate(requests, parameters, seed: 1) == one)
    // Two slots for nine requests: the others wait and are filled in as rows end.
    #expect(
      try makeGenerator(shape, threads: 2, maxConcurrent: 2).generate(requests, parameters, seed: 1) == one)
    let reversed = try makeGenerator(shape, threads: 2).generate(requests.reversed(), parameters, seed: 1)
    #expect(reversed?.reversed() == one)
    #expect(try makeGenerator(shape, threads: 2).generate(requests, parameters, seed: 2) != one)
  }

  func bits(_ row: [Float]) -> [UInt32] { row.map(\.bitPattern) }
}
