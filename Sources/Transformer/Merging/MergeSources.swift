internal import Foundation
internal import HFFiles

/// A tensor of the result.
struct MergedTensor: Sendable {
  var name: String
  var shape: [Int]
  /// As it will be stored.
  var type: ElementType
  /// The file it will lie in, as in the base.
  var shard: String
  /// False where not every model has it in this shape: then it is the base's.
  var isMerged = true

  var count: Int { shape.reduce(1, *) }

  /// The tensor's indices in pieces that are read one at a time.
  var pieces: [Range<Int>] {
    stride(from: 0, to: count, by: ModelMerge.pieceCount).map {
      $0..<min($0 + ModelMerge.pieceCount, count)
    }
  }
}

/// The models of a merge, opened and found to fit together.
struct MergeSources {
  let base: MergeReader
  let models: [MergeReader]
  /// By name, bytewise.
  let tensors: [MergedTensor]
  /// What does not fit and was overlooked.
  let notes: [String]
  private let tokenizer: String

  /// - Throws: ``MergeError`` naming all that differs, unless the merge is forced.
  init(_ merge: ModelMerge) throws {
    base = try MergeReader(merge.base)
    models = try merge.models.map { try MergeReader($0.directory) }
    for model in [base] + models {
      try ModelDirectory.check(model.checkpoint, Parameters.layout(model.configuration), model.directory)
    }
    tokenizer = merge.tokenizer ?? merge.base
    if let own = merge.tokenizer { _ = try TokenizerIdentity(own, isRequired: true) }
    var notes: [String] = []
    var unmerged: Set<String> = []
    let identity = try TokenizerIdentity(merge.base, isRequired: false)
    for model in models {
      var found = ConfigurationDifference(base.configuration, model.configuration)
      let tokens = identity.differences(from: try TokenizerIdentity(model.directory, isRequired: false))
      if merge.tokenizer == nil { found.essential += tokens } else { found.marginal += tokens }
      let tensors = Self.differences(base.checkpoint, model.checkpoint)
      found.essential += tensors.map(\.words)
      guard found.essential.isEmpty || merge.isForced else {
        throw MergeError(
          path: model.directory, reason: .differs(from: base.directory, what: found.essential))
      }
      unmerged.formUnion(tensors.map(\.name))
      notes += (found.essential + found.marginal).map { "\(model.directory): \($0)" }
    }
    self.notes = notes
    let type: ElementType? = merge.precision.map { $0 == .float32 ? .float32 : .bfloat16 }
    let checkpoint = base.checkpoint
    tensors = try checkpoint.tensors.map { name, info in
      MergedTensor(
        name: name, shape: info.shape, type: type ?? info.dtype,
        shard: URL(filePath: try checkpoint.file(of: name).path).lastPathComponent,
        isMerged: !unmerged.contains(name))
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func differences(_ base: HFCheckpoint, _ model: HFCheckpoint) -> [(
    name: String, words: String
  )] {
    Set(base.tensors.keys).union(model.tensors.keys).sorted().compactMap { name in
      switch (base.tensors[name], model.tensors[name]) {
      case (.some, nil): return (name, "tensor `\(name)` is only in the base")
      case (nil, _): return (name, "tensor `\(name)` is not in the base")
      case (.some(let ours), .some(let theirs)):
        return ours.shape == theirs.shape
          ? nil : (name, "`\(name)` is \(theirs.shape), in the base \(ours.shape)")
      }
    }
  }

  // MARK: What is not weights

  /// Copies configuration and licenses of the base, and the files of the tokenizer.
  func copyFiles(to folder: URL, precision: ModelDirectory.Precision?) throws {
    for (directory, wanted) in [(base.directory, false), (tokenizer, true)] {
      let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      for name in names where Self.isCopied(name) && Self.belongsToTokenizer(name) == wanted {
        // Read and not copied: in a Hugging Face cache these are links.
        guard var data = FileManager.default.contents(atPath: directory + "/" + name) else { continue }
        if name == "config.json", let precision { data = try Self.renamed(data, to: precision) }
        try AtomicFile.write(data, to: folder.appending(path: name))
      }
    }
  }

  private static func isCopied(_ name: String) -> Bool {
    let weights = [".safetensors", ".bin", ".pt", ".pth", ".gguf", ".onnx", ".h5", ".msgpack", ".index.json"]
    return !name.hasPrefix(".") && !["README.md", "merge.json", "trainer_state.json"].contains(name)
      && !weights.contains { name.hasSuffix($0) }
  }

  private static func belongsToTokenizer(_ name: String) -> Bool {
    ["tokenizer", "vocab", "merges", "special_tokens", "added_tokens", "chat_template"].contains {
      name.hasPrefix($0)
    }
      || name.hasSuffix(".model")
  }

  /// `config.json` with another element type.
  private static func renamed(_ data: Data, to precision: ModelDirectory.Precision) throws -> Data {
    guard var json = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { return data }
    if json["dtype"] != nil { json["dtype"] = precision.rawValue }
    if json["torch_dtype"] != nil || json["dtype"] == nil { json["torch_dtype"] = precision.rawValue }
    return try JSONSerialization.data(
      withJSONObject: json, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }
}
