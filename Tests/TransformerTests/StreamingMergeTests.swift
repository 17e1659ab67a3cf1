import Foundation
import HFFiles
import Tensors
import Testing
import Transformer

@Suite struct `Merging model directories` {
  let shape = ModelConfiguration(
    architecture: .qwen3, vocabSize: 21, hiddenSize: 10, intermediateSize: 14, numHiddenLayers: 2,
    numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 8, eosTokenIDs: [2])

  /// A model directory with a tokenizer; weights move with `seed`, some of them not at all.
  @discardableResult
  func makeModel(
    _ name: String, in folder: URL, seed: UInt64, near base: Parameters? = nil,
    precision: ModelDirectory.Precision = .float32, tokenizer: String = #"{"model": {"vocab": {"a": 0}}}"#
  ) throws -> Parameters {
    let parameters = Parameters(shape)
    parameters.initialize(shape, seed: seed)
    if let base {
      let values = zip(base.flat.values, parameters.flat.values).enumerated().map { index, pair in
        index % 5 == 0 ? pair.0 : pair.0 + pair.1 / 4
      }
      parameters.flat.assign(values)
    }
    let directory = folder.appending(path: name)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try ModelDirectory.save(shape, parameters, to: directory.path, precision: precision)
    try Data(tokenizer.utf8).write(to: directory.appending(path: "tokenizer.json"))
    return parameters
  }

  func withModels(_ body: (URL, _ base: Parameters, _ models: [Parameters]) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let base = try makeModel("base", in: folder, seed: 1)
      let models = try [
        makeModel("a", in: folder, seed: 2, near: base), makeModel("b", in: folder, seed: 3, near: base),
      ]
      try body(folder, base, models)
    }
  }

  func merge(
    _ method: MergeMethod, _ names: [String], in folder: URL, to output: String = "out",
    _ change: (inout ModelMerge) -> Void = { _ in }
  ) throws -> ModelMerge.Summary {
    func path(_ name: String) -> String { folder.appending(path: name).path }
    var merge = ModelMerge(
      method: method, base: path("base"), models: names.map { .init(directory: path($0)) },
      output: path(output))
    change(&merge)
    return try merge.run()
  }

  func weights(_ name: String, in folder: URL) throws -> Parameters {
    try ModelDirectory.load(folder.appending(path: name).path).parameters
  }

  /// `nil` where the weights are those that `formula` gives tensor by tensor, else the first tensor that differs.
  func firstDifference(
    _ found: Parameters, _ base: Parameters, _ models: [Parameters],
    _ formula: (String, [Double], [[Double]]) -> [Double]
  ) -> String? {
    base.entries.first { entry in
      func values(_ source: Parameters) -> [Double] { source[entry.name].values.map(Double.init) }
      let expected = formula(entry.name, values(base), models.map(values))
      return found[entry.name].values != expected.map { Float($0) }
    }?.name
  }

  @Test func `every method gives what its formula gives for whole tensors`() throws {
    let ones = [1.0, 1.0]
    let cases: [(MergeMethod, (String, [Double], [[Double]]) -> [Double])] = [
      (.average, { averaged($2, weights: ones) }),
      (
        .taskArithmetic(lambda: 0.7),
        { taskArithmetic(base: $1, deltas: taskVectors(base: $1, models: $2), weights: ones, lambda: 0.7) }
      ),
      (
        .ties(keepFraction: 0.3, lambda: 0.9),
        { tiesMerged(base: $1, models: $2, weights: ones, keepFraction: 0.3, lambda: 0.9) }
      ),
      (
        .dare(dropProbability: 0.4, lambda: 0.5, seed: 9),
        {
          taskArithmetic(base: $1, deltas: Self.dropped($0, $1, $2), weights: ones, lambda: 0.5)
        }
      ),
      (
        .dareTIES(dropProbability: 0.4, lambda: 1, seed: 9),
        { dareTIES(base: $1, dropped: Self.dropped($0, $1, $2), weights: ones, lambda: 1) }
      ),
    ]
    try withModels { folder, base, models in
      for (method, formula) in cases {
        let name = method.name.rawValue
        let summary = try merge(method, ["a", "b"], in: folder, to: name)
        let found = try weights(name, in: folder)
        #expect(firstDifference(found, base, models, formula) == nil, "\(name)")
        #expect(summary.weightsDigest == found.digest && summary.elements == base.count)
        #expect(summary.changed == zip(base.flat.values, found.flat.values).count { $0 != $1 })
      }
    }
  }

  private static func dropped(_ tensor: String, _ base: [Double], _ models: [[Double]]) -> [[Double]] {
    taskVectors(base: base, models: models).enumerated().map { model, delta in
      let mask = dareMask(0..<delta.count, tensor: tensor, model: model, dropProbability: 0.4, seed: 9)
      return Transformer.dropped(delta, kept: mask, dropProbability: 0.4)
    }
  }

  @Test func `update-selective merging keeps the largest changes of all tensors, or of each`() throws {
    try withModels { folder, base, models in
      let deltas = zip(models[0].flat.values, base.flat.values).map { Float(abs(Double($0) - Double($1))) }
      let keep = Int((0.1 * Double(deltas.count)).rounded(.up))
      let threshold = deltas.sorted(by: >)[keep - 1]
      let global = try merge(
        .updateSelective(keepFraction: 0.1, scale: 0.7, scope: .global), ["a"], in: folder, to: "global")
      let found = try weights("global", in: folder)
      let expected = base.flat.values.indices.map { i -> Float in
        let (old, new) = (Double(base.flat.values[i]), Double(models[0].flat.values[i]))
        return deltas[i] >= threshold ? Float(old + 0.7 * (new - old)) : Float(old)
      }
      let isExpected = found.flat.values == expected
      #expect(isExpected)
      #expect(global.changed == deltas.count { $0 >= threshold })

      _ = try merge(
        .updateSelective(keepFraction: 0.1, scale: 0.7, scope: .perTensor), ["a"], in: folder, to: "each")
      let each = try weights("each", in: folder)
      for entry in base.entries {
        // Norms begin at 1 everywhere, so that their changes are full of ties, which are all kept.
        let changes = zip(models[0][entry.name].values, base[entry.name].values).map { abs($0 - $1) }
        let threshold = changes.sorted(by: >)[Int((0.1 * Double(entry.count)).rounded(.up)) - 1]
        let changed = zip(each[entry.name].values, base[entry.name].values).count { $0 != $1 }
        #expect(changed == changes.count { $0 >= threshold && $0 > 0 }, "\(entry.name)")
      }
    }
  }

  @Test func `nothing added gives the base to the bit, and a model merged with itself is itself`() throws {
    try withModels { folder, base, models in
      let toBase: [(MergeMethod, [String])] = [
        (.taskArithmetic(lambda: 0), ["a", "b"]), (.ties(keepFraction: 0.5, lambda: 0), ["a", "b"]),
        (.ties(keepFraction: 0, lambda: 1), ["a", "b"]),
        (.dare(dropProbability: 0.5, lambda: 0, seed: 0), ["a"]),
        (.updateSelective(keepFraction: 0, scale: 1, scope: .global), ["a"]),
        (.average, ["base", "base", "base"]), (.ties(keepFraction: 0.4, lambda: 1), ["base", "base"]),
      ]
      let toModel: [(MergeMethod, [String])] = [
        (.ties(keepFraction: 1, lambda: 1), ["a", "a"]), (.average, ["a", "a"]),
        (.updateSelective(keepFraction: 1, scale: 1, scope: .global), ["a"]),
        (.dareTIES(dropProbability: 0, lambda: 1, seed: 0), ["a", "a"]),
      ]
      for (index, (method, names)) in (toBase + toModel).enumerated() {
        let found = try merge(method, names, in: folder, to: "\(index)").weightsDigest
        #expect(found == (index < toBase.count ? base : models[0]).digest, "\(method) of \(names)")
      }
    }
  }

  @Test func `the order of the models changes nothing`() throws {
    try withModels { folder, _, _ in
      let methods: [MergeMethod] = [
        .average, .taskArithmetic(lambda: 0.6), .ties(keepFraction: 0.4, lambda: 1),
      ]
      for (index, method) in methods.enumerated() {
        let one = try merge(method, ["a", "b"], in: folder, to: "one\(index)")
        let other = try merge(method, ["b", "a"], in: folder, to: "other\(index)")
        #expect(one.weightsDigest == other.weightsDigest, "\(method.name)")
      }
    }
  }

  @Test func `the directory is whole: configuration, tokenizer, provenance`() throws {
    try withModels { folder, _, _ in
      try Data("all rights".utf8).write(to: folder.appending(path: "base/LICENSE"))
      let summary = try merge(.ties(keepFraction: 0.5, lambda: 1), ["a", "b"], in: folder) {
        $0.models[1].weight = 0.25
        $0.precision = .bfloat16
        $0.tool = "apus test"
      }
      let output = folder.appending(path: "out")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: output.path).sorted() == [
          "LICENSE", "README.md", "config.json", "generation_config.json", "merge.json", "model.safetensors",
          "tokenizer.json",
        ])
      let (configuration, loaded) = try ModelDirectory.load(output.path)
      #expect(configuration == shape && loaded.digest == summary.weightsDigest)
      let file = try SafetensorsFile(path: output.appending(path: "model.safetensors").path)
      #expect(file.tensors.values.allSatisfy { $0.dtype == .bfloat16 })
      func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: output.appending(path: name)), as: UTF8.self)
      }
      #expect(try text("config.json").contains(#""torch_dtype" : "bfloat16""#))
      struct Record: Decodable {
        struct Model: Decodable { var weight: Double, weightsDigest: String }
        var method: String, parameters: [String: Double], models: [Model], writtenBy: String
        var weightsDigest: String
      }
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let record = try decoder.decode(Record.self, from: Data(text("merge.json").utf8))
      #expect(record.method == "ties" && record.models.map(\.weight) == [1, 0.25])
      #expect(record.parameters == ["keep_fraction": 0.5, "lambda": 1] && record.writtenBy == "apus test")
      #expect(record.weightsDigest == summary.weightsDigest)
      let digest = try weights("a", in: folder).digest
      #expect(record.models[0].weightsDigest == digest)
      #expect(try text("README.md").contains(digest))
    }
  }

  @Test func `shards and element types of the base are kept`() throws {
    try withTemporaryDirectory { folder in
      let base = try makeModel("base", in: folder, seed: 1)
      let model = try makeModel("a", in: folder, seed: 2, near: base)
      try shard(folder.appending(path: "base"), base)
      _ = try merge(.taskArithmetic(lambda: 1), ["a"], in: folder)
      let checkpoint = try HFCheckpoint.open(directory: folder.appending(path: "out"))
      #expect(Set(base.entries.map(\.name)) == Set(checkpoint.tensors.keys))
      for entry in base.entries {
        let file = try checkpoint.file(of: entry.name).path
        let isNorm = entry.shape.count == 1
        #expect(
          file.hasSuffix(isNorm ? "model-00002-of-00002.safetensors" : "model-00001-of-00002.safetensors"))
        #expect(checkpoint.tensors[entry.name]?.dtype == (isNorm ? .float16 : .float32))
        let limit: Float = isNorm ? 1e-3 : 1e-7
        let far = zip(try checkpoint.floats(entry.name), model[entry.name].values).contains {
          abs($0 - $1) > limit
        }
        #expect(!far, "\(entry.name)")
      }
    }
  }

  /// Splits a directory's weights: matrices in one file, vectors as F16 in another.
  private func shard(_ directory: URL, _ parameters: Parameters) throws {
    try FileManager.default.removeItem(at: directory.appending(path: "model.safetensors"))
    var map: [String: String] = [:]
    for (number, isNorm) in [(1, false), (2, true)] {
      let entries = parameters.entries.filter { ($0.shape.count == 1) == isNorm }
      let name = "model-0000\(number)-of-00002.safetensors"
      let stream = try SafetensorsStream(
        creating: directory.appending(path: name).path,
        entries.map { .init(name: $0.name, shape: $0.shape, type: isNorm ? .float16 : .float32) })
      for entry in entries { try stream.append(parameters[entry.name].values) }
      try stream.finish()
      for entry in entries { map[entry.name] = name }
    }
    let index = try JSONSerialization.data(withJSONObject: ["weight_map": map])
    try index.write(to: directory.appending(path: "model.safetensors.index.json"))
  }

  // MARK: Refusals

  /// The words of the error that a merge ends with.
  func refusal(
    _ method: MergeMethod, _ names: [String], in folder: URL, _ change: (inout ModelMerge) -> Void = { _ in }
  ) -> String {
    do {
      _ = try merge(method, names, in: folder, change)
      return "merged"
    } catch {
      let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return "\(error)" + (left.contains { $0.contains("out") } ? " and left something behind" : "")
    }
  }

  @Test
  func `models that do not fit together are refused by name, and merged as far as possible when forced`()
    throws
  {
    try withModels { folder, base, _ in
      try makeModel("words", in: folder, seed: 4, tokenizer: #"{"model": {"vocab": {"b": 0}}}"#)
      let words = refusal(.average, ["words"], in: folder)
      #expect(
        words.contains("tokenizers differ (model of tokenizer.json)") && words.hasSuffix("from the base"),
        "\(words)")
      // The same in another layout is the same.
      try makeModel("spaces", in: folder, seed: 4, tokenizer: #"{ "model":{"vocab":{"a":0}},"decoder":1 }"#)
      #expect(refusal(.average, ["spaces"], in: folder) == "merged")
      try FileManager.default.removeItem(at: folder.appending(path: "out"))
      // Saying which tokenizer to take is an answer, too.
      #expect(refusal(.average, ["words"], in: folder) { $0.tokenizer = $0.models[0].directory } == "merged")
      let copied = try Data(contentsOf: folder.appending(path: "out/tokenizer.json"))
      #expect(String(decoding: copied, as: UTF8.self).contains("\"b\""))
      try FileManager.default.removeItem(at: folder.appending(path: "out"))

      var wide = shape
      wide.vocabSize = 23
      wide.rope.theta = 5e5
      let other = Parameters(wide)
      other.initialize(wide, seed: 8)
      let directory = folder.appending(path: "wide")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try ModelDirectory.save(wide, other, to: directory.path)
      let shapes = refusal(.average, ["wide"], in: folder)
      #expect(
        shapes.contains("`vocab_size` is 23, in the base 21") && shapes.contains("`rope_theta`"), "\(shapes)")
      #expect(shapes.contains("has no tokenizer.json"), "\(shapes)")
      let summary = try merge(.average, ["wide"], in: folder) { $0.isForced = true }
      #expect(
        summary.notes.contains {
          $0.contains("`model.embed_tokens.weight` is [23, 10], in the base [21, 10]")
        })
      let found = try weights("out", in: folder)
      func isEqual(_ name: String, to source: Parameters) -> Bool {
        found[name].values == source[name].values
      }
      #expect(isEqual("model.embed_tokens.weight", to: base))
      #expect(isEqual("model.layers.1.mlp.up_proj.weight", to: other))
    }
  }

  @Test func `numbers outside their range, broken weights and an existing output are refused`() throws {
    try withModels { folder, base, _ in
      #expect(
        refusal(.ties(keepFraction: 1.5, lambda: 1), ["a"], in: folder).contains("`keep_fraction` is 1.5"))
      #expect(
        refusal(.dare(dropProbability: 1, lambda: 1, seed: 0), ["a"], in: folder).contains("below 1"))
      #expect(
        refusal(.updateSelective(keepFraction: 0.2, scale: 0.7, scope: .global), ["a", "b"], in: folder)
          .contains("one model besides the base, not 2"))
      #expect(
        refusal(.average, ["a", "b"], in: folder) { $0.models[1].weight = -1 }.contains("sum is not 0"))
      #expect(refusal(.average, [], in: folder).contains("--model"))
      #expect(refusal(.average, ["nowhere"], in: folder).contains("no such file"))

      let broken = Parameters(shape)
      broken.flat.assign(base.flat.values)
      broken["model.norm.weight"][0, 3] = .infinity
      try makeModel("broken", in: folder, seed: 1)
      try ModelDirectory.save(shape, broken, to: folder.appending(path: "broken").path)
      let words = refusal(.average, ["broken"], in: folder)
      #expect(
        words.contains("`model.norm.weight` holds NaN or infinite numbers") && !words.contains("behind"),
        "\(words)")

      _ = try merge(.average, ["a"], in: folder)
      let before = try weights("out", in: folder).digest
      #expect(refusal(.average, ["b"], in: folder).contains("already exists"))
      #expect(try weights("out", in: folder).digest == before)
    }
  }
}
