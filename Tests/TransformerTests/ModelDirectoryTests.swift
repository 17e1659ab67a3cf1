import Foundation
import HFFiles
import Tensors
import Testing
import Transformer

/// A directory of its own, gone when the test is over.
func withTemporaryDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appending(path: "apus-models-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url)
}

/// Shapes that differ in everything a file can say.
let exportedShapes: [ModelConfiguration] = [
  ModelConfiguration(
    architecture: .llama, vocabSize: 31, hiddenSize: 16, intermediateSize: 24, numHiddenLayers: 2,
    numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 6, rmsNormEps: 1e-5,
    rope: RotaryConfiguration(
      theta: 500_000,
      scaling: .llama3(factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 64)),
    attentionBias: true, attentionOutputBias: true, mlpBias: true, bosTokenID: 1, eosTokenIDs: [2, 5],
    padTokenID: 0),
  ModelConfiguration(
    architecture: .qwen2, vocabSize: 40, hiddenSize: 12, intermediateSize: 20, numHiddenLayers: 1,
    numAttentionHeads: 2, numKeyValueHeads: 2, headDim: 6, maxPositionEmbeddings: 77,
    tieWordEmbeddings: false,
    rope: RotaryConfiguration(theta: 1e6, scaling: .linear(factor: 2.5)), eosTokenIDs: [3],
    initializerRange: 0.1),
  ModelConfiguration(
    architecture: .qwen3, vocabSize: 21, hiddenSize: 10, intermediateSize: 14, numHiddenLayers: 2,
    numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 8),
]

@Suite struct `Saving and loading a model directory` {
  func filled(_ shape: ModelConfiguration) -> Parameters {
    let parameters = Parameters(shape)
    parameters.initialize(shape, seed: 9)
    // Numbers that survive only if no digit is lost on the way.
    parameters.flat[0, 0] = .leastNonzeroMagnitude
    parameters.flat[0, 1] = -.greatestFiniteMagnitude
    parameters.flat[0, 2] = -0.0
    parameters.flat[0, 3] = 0.1
    return parameters
  }

  @Test(arguments: exportedShapes)
  func `gives back the configuration and every bit of the weights`(shape: ModelConfiguration) throws {
    try withTemporaryDirectory { directory in
      let parameters = filled(shape)
      try ModelDirectory.save(shape, parameters, to: directory.path)
      let (configuration, weights) = try ModelDirectory.load(directory.path)
      #expect(configuration == shape)
      #expect(weights.flat.values.map(\.bitPattern) == parameters.flat.values.map(\.bitPattern))
      #expect(weights.digest == parameters.digest)
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      #expect(names == ["config.json", "generation_config.json", "model.safetensors"])
    }
  }

  @Test func `bf16 rounds to nearest, ties to even`() throws {
    try withTemporaryDirectory { directory in
      let shape = exportedShapes[2]
      let parameters = filled(shape)
      // 8 significant bits: 1 + 2⁻⁸ is a tie and goes to 1, 1 + 3·2⁻⁸ to 1 + 2⁻⁶, and a hair above a tie goes up.
      let (given, expected): ([Float], [Float]) = (
        [1, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1p-8 + 0x1p-20, -1 - 0x1p-7, 0, 3.14159265],
        [1, 1, 1 + 0x1p-6, 1 + 0x1p-7, -1 - 0x1p-7, 0, 3.140625]
      )
      parameters.flat.fill(0.5)
      parameters.flat.columns(0..<given.count).assign(given)
      try ModelDirectory.save(shape, parameters, to: directory.path, precision: .bfloat16)
      let weights = try ModelDirectory.load(directory.path).parameters
      #expect(weights.flat.columns(0..<expected.count).values == expected)
      // A second trip loses nothing more.
      try ModelDirectory.save(shape, weights, to: directory.path, precision: .bfloat16)
      #expect(try ModelDirectory.load(directory.path).parameters.digest == weights.digest)
      let file = try SafetensorsFile(path: directory.appending(path: "model.safetensors").path)
      #expect(file.tensors.values.allSatisfy { $0.dtype == .bfloat16 })
    }
  }

  @Test func `the same weights make the same files`() throws {
    try withTemporaryDirectory { directory in
      let shape = exportedShapes[0]
      func files() throws -> [Data] {
        try ModelDirectory.save(shape, filled(shape), to: directory.path)
        return try ["config.json", "generation_config.json", "model.safetensors"].map {
          try Data(contentsOf: directory.appending(path: $0))
        }
      }
      let first = try files()
      #expect(try files() == first)
    }
  }

  @Test func `end tokens of generation_config.json are added to those of config.json`() throws {
    try withTemporaryDirectory { directory in
      let shape = exportedShapes[0]
      try ModelDirectory.save(shape, filled(shape), to: directory.path)
      try Data(#"{"eos_token_id": [5, 7]}"#.utf8).write(
        to: directory.appending(path: "generation_config.json"))
      #expect(try ModelConfiguration(directory: directory.path).eosTokenIDs == [2, 5, 7])
    }
  }

  @Test func `an lm_head that repeats the embedding of a tied model is no fault`() throws {
    try withTemporaryDirectory { directory in
      let shape = exportedShapes[2]
      let parameters = filled(shape)
      try ModelDirectory.save(shape, parameters, to: directory.path)
      let names = parameters.entries.map { ($0.name, $0.shape) } + [("lm_head.weight", [21, 10])]
      try SafetensorsWriter.write(
        names.map { .init(name: $0.0, shape: $0.1) }, as: .float32,
        to: directory.appending(path: "model.safetensors").path
      ) { name in parameters[name == "lm_head.weight" ? "model.embed_tokens.weight" : name].values }
      #expect(try ModelDirectory.load(directory.path).parameters.digest == parameters.digest)
    }
  }
}
