import Experience
import Generation
import Randomness
import Tensors
import Testing
import Transformer

/// A model small enough that a thousand tokens take milliseconds, with weights large enough that it has opinions.
struct TinyModel {
  var configuration: ModelConfiguration
  let parameters: Parameters

  static let shape = ModelConfiguration(
    architecture: .qwen3, vocabSize: 31, hiddenSize: 32, intermediateSize: 48, numHiddenLayers: 2,
    numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 16, initializerRange: 0.3)

  init(_ shape: ModelConfiguration = shape, seed: UInt64 = 5) {
    configuration = shape
    parameters = Parameters(shape)
    parameters.initialize(shape, seed: seed)
  }

  func generator(
    _ settings: GeneratorConfiguration = .plain, format: WeightFormat = .fp32,
    activations: ActivationFormat = .fp32, threads: Int = 1, level: Kernels.Level = .best, version: Int? = nil
  ) throws -> Generator {
    let compute = try Compute(threads: threads, kernels: Kernels(level: level))
    return Generator(
      model: InferenceModel(
        configuration, parameters: parameters, weightFormat: format, activationFormat: activations,
        version: version.map { PolicyVersion(number: $0, digest: "test") }, compute: compute),
      configuration: settings)
  }

  func decoder() throws -> Decoder {
    Decoder(configuration, parameters: parameters, compute: try Compute(threads: 1), trainable: false)
  }

  /// Memory for this many blocks of 64 positions.
  func memory(blocks: Int) -> Int { blocks * InferenceModel.bytesPerBlock(configuration, .fp32) }

  /// Every request by itself, in the plainest way there is.
  func alone(_ requests: [GenerationRequest], _ parameters: SamplingParameters, seed: UInt64) throws
    -> [GeneratedSequence]
  {
    let generator = try generator(.alone)
    return try requests.map { try generator.one($0, parameters, seed: seed) }
  }
}

extension GeneratorConfiguration {
  /// Without speculation, whose steps depend on how long they take.
  static let plain = GeneratorConfiguration(maxConcurrent: 600, speculation: .off)
  static let alone = GeneratorConfiguration(maxConcurrent: 1, speculation: .off, sharesPrefixes: false)

  func with(_ change: (inout Self) -> Void) -> Self {
    var changed = self
    change(&changed)
    return changed
  }
}

extension Generator {
  func all(_ requests: [GenerationRequest], _ parameters: SamplingParameters = .init(), seed: UInt64 = 1)
    throws
    -> [GeneratedSequence]
  {
    try #require(try generate(requests, parameters, seed: seed))
  }

  func one(_ request: GenerationRequest, _ parameters: SamplingParameters = .init(), seed: UInt64 = 1) throws
    -> GeneratedSequence
  {
    try all([request], parameters, seed: seed)[0]
  }

  /// The logits that each token of the requests was drawn from, by request and by tokens before it.
  func logits(_ requests: [GenerationRequest], _ parameters: SamplingParameters = .init(), seed: UInt64 = 1)
    throws
    -> [Place: [UInt32]]
  {
    var found: [Place: [UInt32]] = [:]
    onLogits = { request, position, logits in
      found[Place(request: request, position: position)] = logits.map(\.bitPattern)
    }
    defer { onLogits = nil }
    _ = try all(requests, parameters, seed: seed)
    return found
  }

  struct Place: Hashable {
    var request: Int
    var position: Int
  }
}

/// Tokens below `vocab`, the same for the same name.
func text(_ count: Int, _ name: String, vocab: Int = 31) -> [Int32] {
  var random = CounterRNG(seed: 9, stream: Stream(name))
  return (0..<count).map { _ in Int32(random.next() % UInt64(vocab)) }
}

/// Requests with a stream each.
func requests(_ prompts: [[Int32]], new: Int) -> [GenerationRequest] {
  prompts.enumerated().map {
    GenerationRequest(prompt: $1, maxNewTokens: new, stream: Stream("test", UInt64($0)))
  }
}

/// The same tokens and, bit for bit, the same logprobs, with all that goes with them.
func expectIdentical(
  _ found: [GeneratedSequence], _ expected: [GeneratedSequence], _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, expected).enumerated()
  where a != b || bits(a.logprobs) != bits(b.logprobs) {
    let first = zip(a.tokens, b.tokens).enumerated().first { $1.0 != $1.1 }?.offset
    let logprob = zip(bits(a.logprobs), bits(b.logprobs)).enumerated().first { $1.0 != $1.1 }?.offset
    Issue.record(
      """
      \(what): sequence \(index) has \(a.tokens.count) tokens, ends by \(a.finish), instead of \(b.tokens.count) and \
      \(b.finish); first other token at \(first.map(String.init) ?? "none"), first other logprob at \
      \(logprob.map(String.init) ?? "none")
      """, sourceLocation: sourceLocation)
  }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
