internal import Foundation

extension ModelConfiguration {
  /// Reads `config.json` in both spellings that exist: `rope_theta` + `rope_scaling` (most published checkpoints) and
  /// `rope_parameters` (transformers 5). End tokens of `generation_config.json` are added where that file exists.
  ///
  /// - Throws: ``ModelError`` naming file and key.
  public init(directory: String) throws {
    let file = try ConfigurationFile(path: directory + "/config.json")
    guard let type = try file.string("model_type") else {
      throw ModelError(path: file.path, reason: .missingKey("model_type"))
    }
    let known = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
    guard let architecture = Architecture(rawValue: type) else {
      throw ModelError(
        path: file.path, reason: .unsupported(key: "model_type", found: "\"\(type)\"", supported: known))
    }
    let limit = 1...(1 << 24)
    let hiddenSize = try file.int("hidden_size", in: limit)
    let heads = try file.int("num_attention_heads", in: 1...65_536)
    let vocabSize = try file.int("vocab_size", in: 2...(1 << 24))
    let bias = try file.bool("attention_bias", default: architecture == .qwen2)
    self.init(
      architecture: architecture, vocabSize: vocabSize, hiddenSize: hiddenSize,
      intermediateSize: try file.int("intermediate_size", in: limit),
      numHiddenLayers: try file.int("num_hidden_layers", in: 1...4096), numAttentionHeads: heads,
      numKeyValueHeads: try file.int("num_key_value_heads", default: heads, in: 1...65_536),
      headDim: try file.int("head_dim", default: max(1, hiddenSize / heads), in: 2...65_536),
      maxPositionEmbeddings: try file.int("max_position_embeddings", default: 2048, in: 1...(1 << 30)),
      rmsNormEps: try file.double("rms_norm_eps", default: 1e-6),
      tieWordEmbeddings: try file.bool("tie_word_embeddings", default: false),
      rope: try Self.rope(file), attentionBias: architecture == .qwen2 || bias,
      attentionOutputBias: architecture != .qwen2 && bias,
      mlpBias: architecture == .llama ? try file.bool("mlp_bias", default: false) : false,
      bosTokenID: try file.tokenIDs("bos_token_id", vocabSize: vocabSize).first,
      eosTokenIDs: try file.tokenIDs("eos_token_id", vocabSize: vocabSize),
      padTokenID: try file.tokenIDs("pad_token_id", vocabSize: vocabSize).first,
      initializerRange: try file.double("initializer_range", default: 0.02))
    try refuseUnsupported(file)
    let generation = directory + "/generation_config.json"
    if FileManager.default.fileExists(atPath: generation) {
      let more = try ConfigurationFile(path: generation).tokenIDs("eos_token_id", vocabSize: vocabSize)
      eosTokenIDs += more.filter { !eosTokenIDs.contains($0) }
    }
  }

  private static func rope(_ file: ConfigurationFile) throws -> RotaryConfiguration {
    // transformers 5 moves theta and scaling into one object; older files have them side by side.
    let merged = try file.object("rope_parameters")
    let theta = try (merged ?? file).double("rope_theta", default: file.double("rope_theta", default: 10_000))
    guard let scaling = try merged ?? file.object("rope_scaling") else {
      return RotaryConfiguration(theta: theta)
    }
    if scaling.has("full_attention") || scaling.has("sliding_attention") {
      throw ModelError(
        path: file.path,
        reason: .unsupported(
          key: "rope_parameters", found: "given per layer type", supported: "one set for all layers"))
    }
    let kind = try scaling.string("rope_type") ?? scaling.string("type") ?? "default"
    switch kind {
    case "default":
      return RotaryConfiguration(theta: theta)
    case "linear":
      return RotaryConfiguration(theta: theta, scaling: .linear(factor: try scaling.double("factor")))
    case "llama3":
      let scaled = RotaryConfiguration.Scaling.llama3(
        factor: try scaling.double("factor"), lowFreqFactor: try scaling.double("low_freq_factor"),
        highFreqFactor: try scaling.double("high_freq_factor"),
        originalMaxPositionEmbeddings: try scaling.int("original_max_position_embeddings", in: 1...(1 << 30)))
      guard case .llama3(_, let low, let high, _) = scaled, low < high else {
        throw ModelError(
          path: file.path,
          reason: .outOfRange(
            key: scaling.prefix + "low_freq_factor", found: "not below high_freq_factor", allowed: "below it")
        )
      }
      return RotaryConfiguration(theta: theta, scaling: scaled)
    default:
      throw ModelError(
        path: file.path,
        reason: .unsupported(
          key: scaling.prefix + "rope_type", found: "\"\(kind)\"", supported: "default, linear, llama3"))
    }
  }

  private func refuseUnsupported(_ file: ConfigurationFile) throws {
    func refuse(_ key: String, _ found: String, _ supported: String) -> ModelError {
      ModelError(path: file.path, reason: .unsupported(key: key, found: found, supported: supported))
    }
    let activation = try file.string("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else {
      throw refuse("hidden_act", "\"\(activation)\"", "silu")
    }
    if try file.bool("use_sliding_window", default: false) {
      throw refuse("use_sliding_window", "true", "false (full attention)")
    }
    guard numAttentionHeads % numKeyValueHeads == 0 else {
      throw ModelError(
        path: file.path,
        reason: .outOfRange(
          key: "num_key_value_heads", found: "\(numKeyValueHeads)",
          allowed: "a divisor of num_attention_heads (\(numAttentionHeads))"))
    }
    guard headDim % 2 == 0 else {
      throw ModelError(
        path: file.path, reason: .outOfRange(key: "head_dim", found: "\(headDim)", allowed: "even"))
    }
    if architecture == .qwen2, case .bool(false)? = file["attention_bias"] {
      throw refuse("attention_bias", "false", "true for qwen2, which always has it")
    }
    // Sizes whose product no machine holds come from a broken file, and must not overflow later.
    guard approximateParameterCount < 1e12 else {
      throw ModelError(
        path: file.path,
        reason: .outOfRange(
          key: "hidden_size", found: "\(hiddenSize)",
          allowed: "such that the model has fewer than 10^12 parameters"))
    }
  }

  /// `config.json` in the spelling that transformers 4 and 5 both read.
  func huggingFaceJSON(dtype: String) -> [String: Any] {
    var json: [String: Any] = [
      "architectures": [architecture.className], "model_type": architecture.rawValue, "hidden_act": "silu",
      "vocab_size": vocabSize, "hidden_size": hiddenSize, "intermediate_size": intermediateSize,
      "num_hidden_layers": numHiddenLayers, "num_attention_heads": numAttentionHeads,
      "num_key_value_heads": numKeyValueHeads, "head_dim": headDim,
      "max_position_embeddings": maxPositionEmbeddings, "rms_norm_eps": rmsNormEps,
      "tie_word_embeddings": tieWordEmbeddings, "rope_theta": rope.theta, "attention_dropout": 0.0,
      "initializer_range": initializerRange, "torch_dtype": dtype, "use_cache": true,
    ]
    if architecture != .qwen2 { json["attention_bias"] = attentionBias }
    if architecture == .llama { json["mlp_bias"] = mlpBias }
    if architecture != .llama { json["use_sliding_window"] = false }
    switch rope.scaling {
    case .none:
      json["rope_scaling"] = NSNull()
    case .linear(let factor):
      json["rope_scaling"] = ["rope_type": "linear", "factor": factor]
    case .llama3(let factor, let low, let high, let original):
      json["rope_scaling"] =
        [
          "rope_type": "llama3", "factor": factor, "low_freq_factor": low, "high_freq_factor": high,
          "original_max_position_embeddings": original,
        ] as [String: Any]
    }
    json["bos_token_id"] = bosTokenID ?? NSNull()
    json["eos_token_id"] = eosJSON
    json["pad_token_id"] = padTokenID ?? NSNull()
    return json
  }

  /// One id, a list of them, or null.
  var eosJSON: Any {
    switch eosTokenIDs.count {
    case 0: NSNull()
    case 1: eosTokenIDs[0]
    default: eosTokenIDs
    }
  }
}

extension ModelConfiguration.Architecture {
  /// The class in `transformers`.
  var className: String {
    switch self {
    case .llama: "LlamaForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    }
  }
}
