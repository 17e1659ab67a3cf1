import Foundation
import HFFiles
import Tensors
import Testing
import Transformer

/// Every fault gives one error that says which file, which key or tensor, what was found and what would be right.
@Suite struct `A model directory with a fault in it` {
  static let shape = ModelConfiguration(
    architecture: .qwen3, vocabSize: 21, hiddenSize: 10, intermediateSize: 14, numHiddenLayers: 2,
    numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 8, eosTokenIDs: [2])

  /// Saves a good model, spoils it and loads it; the words of the error, with the directory's own path cut off.
  func refusal(_ spoil: (URL) throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    try withTemporaryDirectory { directory in
      let parameters = Parameters(Self.shape)
      parameters.initialize(Self.shape, seed: 1)
      try ModelDirectory.save(Self.shape, parameters, to: directory.path)
      _ = try ModelDirectory.load(directory.path)
      try spoil(directory)
      do {
        _ = try ModelDirectory.load(directory.path)
      } catch {
        let words = "\(error)"
        #expect(words.hasPrefix(directory.path), "\(words)", sourceLocation: sourceLocation)
        return words.replacingOccurrences(of: directory.path, with: "DIR")
      }
      Issue.record("loaded all the same", sourceLocation: sourceLocation)
      return ""
    }
  }

  /// Replaces or removes (nil) one key of config.json.
  func config(_ key: String, _ value: Any?) throws -> String {
    try refusal { directory in
      let file = directory.appending(path: "config.json")
      var json = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      json[key] = value
      try JSONSerialization.data(withJSONObject: json).write(to: file)
    }
  }

  /// Writes the weights anew, with other names, shapes or numbers.
  func weights(
    _ change: @escaping (inout [(name: String, shape: [Int], values: [Float])]) -> Void
  ) throws -> String {
    try refusal { directory in
      let parameters = try ModelDirectory.load(directory.path).parameters
      var tensors = parameters.entries.map {
        (name: $0.name, shape: $0.shape, values: parameters[$0.name].values)
      }
      change(&tensors)
      let values = Dictionary(uniqueKeysWithValues: tensors.map { ($0.0, $0.2) })
      try SafetensorsWriter.write(
        tensors.map { .init(name: $0.0, shape: $0.1) }, as: .float32,
        to: directory.appending(path: "model.safetensors").path
      ) { values[$0] ?? [] }
    }
  }

  @Test func `files that are not there`() throws {
    #expect(
      try refusal { try FileManager.default.removeItem(at: $0.appending(path: "config.json")) }
        == "DIR/config.json: no such file — a model directory holds config.json and model.safetensors (or shards with an index)"
    )
    #expect(
      try refusal { try FileManager.default.removeItem(at: $0.appending(path: "model.safetensors")) }
        == "DIR: has neither `model.safetensors` nor `model.safetensors.index.json` — give a Hugging Face directory with safetensors weights"
    )
  }

  @Test(arguments: ["", "{", "{\"vocab_size\": 21", "[1, 2]", "\u{0}\u{1}", "nul"])
  func `a config.json that is no JSON object`(text: String) throws {
    let words = try refusal { try Data(text.utf8).write(to: $0.appending(path: "config.json")) }
    #expect(words.hasPrefix("DIR/config.json: not valid JSON ("))
  }

  @Test func `keys that are missing`() throws {
    for key in [
      "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
      "num_attention_heads",
    ] {
      #expect(try config(key, nil) == "DIR/config.json: `\(key)` is missing")
      #expect(try config(key, NSNull()) == "DIR/config.json: `\(key)` is missing")
    }
  }

  @Test func `values of the wrong type`() throws {
    #expect(
      try config("hidden_size", "10")
        == "DIR/config.json: `hidden_size` is \"10\", but must be a whole number")
    #expect(
      try config("hidden_size", 10.5) == "DIR/config.json: `hidden_size` is 10.5, but must be a whole number")
    #expect(
      try config("vocab_size", [21]) == "DIR/config.json: `vocab_size` is a list, but must be a whole number")
    #expect(try config("model_type", 3) == "DIR/config.json: `model_type` is 3, but must be text")
    #expect(
      try config("tie_word_embeddings", 1)
        == "DIR/config.json: `tie_word_embeddings` is 1, but must be true or false")
    #expect(
      try config("rms_norm_eps", "small")
        == "DIR/config.json: `rms_norm_eps` is \"small\", but must be a number")
    #expect(
      try config("rope_scaling", "linear")
        == "DIR/config.json: `rope_scaling` is \"linear\", but must be an object")
    #expect(
      try config("eos_token_id", ["</s>"])
        == "DIR/config.json: `eos_token_id` is a list, but must be a token id or a list of token ids")
  }

  @Test func `values out of range`() throws {
    #expect(
      try config("num_hidden_layers", 0) == "DIR/config.json: `num_hidden_layers` is 0, but must be 1 … 4096")
    #expect(
      try config("hidden_size", -10) == "DIR/config.json: `hidden_size` is -10, but must be 1 … 16777216")
    #expect(
      try config("rms_norm_eps", 0) == "DIR/config.json: `rms_norm_eps` is 0, but must be greater than 0")
    #expect(try config("rope_theta", -1) == "DIR/config.json: `rope_theta` is -1, but must be greater than 0")
    #expect(try config("head_dim", 7) == "DIR/config.json: `head_dim` is 7, but must be even")
    #expect(try config("eos_token_id", 21) == "DIR/config.json: `eos_token_id` is 21, but must be 0 … 20")
    #expect(
      try config("num_key_value_heads", 2)
        == "DIR/config.json: `num_key_value_heads` is 2, but must be a divisor of num_attention_heads (3)")
    let huge = try config("hidden_size", 1 << 24)
    #expect(huge.hasPrefix("DIR"))
  }

  @Test func `things that are not supported`() throws {
    #expect(
      try config("model_type", "mamba")
        == "DIR/config.json: `model_type` is \"mamba\", which is not supported; supported: llama, qwen2, qwen3"
    )
    #expect(
      try config("rope_scaling", ["rope_type": "yarn", "factor": 4.0])
        == "DIR/config.json: `rope_scaling.rope_type` is \"yarn\", which is not supported; supported: default, linear, llama3"
    )
    #expect(
      try config("hidden_act", "gelu")
        == "DIR/config.json: `hidden_act` is \"gelu\", which is not supported; supported: silu")
    #expect(
      try config("use_sliding_window", true)
        == "DIR/config.json: `use_sliding_window` is true, which is not supported; supported: false (full attention)"
    )
    #expect(
      try config("rope_parameters", ["full_attention": ["rope_theta": 1e4]]).hasPrefix(
        "DIR/config.json: `rope_parameters` is given per layer type, which is not supported"))
  }

  @Test func `a rope scaling without its numbers`() throws {
    #expect(
      try config("rope_scaling", ["rope_type": "linear"])
        == "DIR/config.json: `rope_scaling.factor` is missing")
    #expect(
      try config("rope_scaling", ["type": "linear", "factor": 0])
        == "DIR/config.json: `rope_scaling.factor` is 0, but must be greater than 0")
    #expect(
      try config("rope_scaling", ["rope_type": "llama3", "factor": 8, "low_freq_factor": 1])
        == "DIR/config.json: `rope_scaling.high_freq_factor` is missing")
    #expect(
      try config(
        "rope_scaling",
        [
          "rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4,
          "original_max_position_embeddings": 8192,
        ])
        == "DIR/config.json: `rope_scaling.low_freq_factor` is not below high_freq_factor, but must be below it"
    )
  }

  @Test func `weights of another shape`() throws {
    let shape = "— are both files from the same checkpoint?"
    #expect(
      try config("vocab_size", 22)
        == "DIR: `model.embed_tokens.weight` is [21, 10], but config.json asks for [22, 10] (vocab_size × hidden_size) \(shape)"
    )
    #expect(
      try weights { $0[1].shape = [2, 5] }
        == "DIR: `model.layers.0.input_layernorm.weight` is [2, 5], but config.json asks for [10] \(shape)")
  }

  @Test func `weights that are missing or too many`() throws {
    #expect(
      try config("tie_word_embeddings", false)
        == "DIR: tensor `lm_head.weight` is missing — config.json says `tie_word_embeddings: false`; a tied model needs `true`"
    )
    #expect(
      try weights { $0.removeAll { $0.name == "model.norm.weight" } }
        == "DIR: tensor `model.norm.weight` is missing — is the download complete, and does config.json belong to it?"
    )
    #expect(
      try config("model_type", "llama").hasPrefix(
        "DIR: tensors that this architecture does not have: `model.layers.0.self_attn.k_norm.weight`, `model.layers.0.self_attn.q_norm.weight`, `model.layers.1.self_attn.k_norm.weight` and 1 more"
      ))
    #expect(
      try weights { $0.append(("model.extra.weight", [1], [0])) }
        == "DIR: tensors that this architecture does not have: `model.extra.weight` — does config.json belong to these weights?"
    )
  }

  @Test(arguments: [Float.nan, .infinity])
  func `weights that are no numbers`(bad: Float) throws {
    #expect(
      try weights { $0[5].values[3] = bad }
        == "DIR: `\(Parameters.layout(Self.shape)[5].name)` holds NaN or infinite numbers")
  }

  @Test(arguments: [0, 5, 9, 100, 2000, -1])
  func `a safetensors file that is cut off`(length: Int) throws {
    let words = try refusal { directory in
      let file = directory.appending(path: "model.safetensors")
      let data = try Data(contentsOf: file)
      try data.prefix(length < 0 ? data.count + length : length).write(to: file)
    }
    #expect(words.hasPrefix("DIR/model.safetensors: "))
    #expect(words.contains("cut off") || words.contains("interrupted"), "\(words)")
  }
}
