internal import Foundation

/// In what two configurations differ.
struct ConfigurationDifference {
  /// Where the numbers of one model mean something else in the other.
  var essential: [String] = []
  /// The rest: limits and ids; the base's are kept.
  var marginal: [String] = []

  init(_ base: ModelConfiguration, _ model: ModelConfiguration) {
    func compare<Value: Equatable>(_ key: String, _ field: KeyPath<ModelConfiguration, Value>) -> String? {
      base[keyPath: field] == model[keyPath: field]
        ? nil : "`\(key)` is \(model[keyPath: field]), in the base \(base[keyPath: field])"
    }
    essential = [
      compare("model_type", \.architecture.rawValue), compare("vocab_size", \.vocabSize),
      compare("hidden_size", \.hiddenSize), compare("intermediate_size", \.intermediateSize),
      compare("num_hidden_layers", \.numHiddenLayers), compare("num_attention_heads", \.numAttentionHeads),
      compare("num_key_value_heads", \.numKeyValueHeads), compare("head_dim", \.headDim),
      compare("rms_norm_eps", \.rmsNormEps), compare("tie_word_embeddings", \.tieWordEmbeddings),
      compare("rope_theta", \.rope.theta), compare("rope_scaling", \.rope.scaling),
      compare("attention_bias", \.attentionBias), compare("mlp_bias", \.mlpBias),
    ].compactMap(\.self)
    marginal = [
      compare("max_position_embeddings", \.maxPositionEmbeddings),
      compare("eos_token_id", \.eosTokenIDs),
    ].compactMap(\.self)
  }
}

/// What decides which ids a tokenizer gives to a text.
struct TokenizerIdentity {
  private let directory: String
  /// `tokenizer.json`, or what stands in its place.
  private let files: [String: Data]

  /// - Throws: ``MergeError`` where a tokenizer is required and there is none.
  init(_ directory: String, isRequired: Bool) throws {
    self.directory = directory
    var files: [String: Data] = [:]
    for name in ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model"] {
      files[name] = FileManager.default.contents(atPath: directory + "/" + name)
      // The others are older spellings of the same.
      if name == "tokenizer.json", files[name] != nil { break }
    }
    if isRequired, files.isEmpty {
      throw ModelError(path: directory + "/tokenizer.json", reason: .missingFile)
    }
    self.files = files
  }

  /// Texts for what differs; empty where both give the same ids, or where there is no tokenizer at all.
  func differences(from other: TokenizerIdentity) -> [String] {
    Set(files.keys).union(other.files.keys).sorted().compactMap { name in
      guard let ours = files[name] else { return "has \(name), which the base has not" }
      guard let theirs = other.files[name] else { return "has no \(name), which the base has" }
      if ours == theirs { return nil }
      guard name == "tokenizer.json" else { return "\(name) differs from the base's" }
      let parts = Self.differingParts(ours, theirs)
      return parts.isEmpty ? nil : "tokenizers differ (\(parts.joined(separator: ", ")) of tokenizer.json)"
    }
  }

  /// The members of two tokenizer.json that decide on ids and are not the same.
  private static func differingParts(_ ours: Data, _ theirs: Data) -> [String] {
    let tables = [ours, theirs].map { data in
      (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    }
    guard let first = tables[0], let second = tables[1] else { return ["not readable as JSON"] }
    return ["added_tokens", "model", "normalizer", "pre_tokenizer"].filter { key in
      let (a, b) = (first[key] as? NSObject ?? NSNull(), second[key] as? NSObject ?? NSNull())
      return !a.isEqual(b)
    }
  }
}
