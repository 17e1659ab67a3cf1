internal import Foundation
internal import HFFiles
internal import Tensors

/// A model as a Hugging Face directory: `config.json` and safetensors.
public enum ModelDirectory {
  /// Reads configuration and weights (fp32, bf16 or fp16; one file or shards with an index) into fp32.
  ///
  /// - Throws: ``ModelError`` or a file error, naming file and tensor.
  public static func load(_ directory: String) throws -> (
    configuration: ModelConfiguration, parameters: Parameters
  ) {
    let configuration = try ModelConfiguration(directory: directory)
    return (configuration, try loadWeights(directory, configuration))
  }

  /// The weights alone, for a configuration already read.
  public static func loadWeights(_ directory: String, _ configuration: ModelConfiguration) throws
    -> Parameters
  {
    let checkpoint = try HFCheckpoint.open(directory: URL(filePath: directory))
    let layout = Parameters.layout(configuration)
    try check(checkpoint, layout, directory)
    try checkExtra(checkpoint, layout, configuration, directory)
    let parameters = Parameters(configuration)
    for entry in layout {
      let values = try checkpoint.floats(entry.name)
      guard values.allSatisfy(\.isFinite) else {
        throw ModelError(path: directory, reason: .notFinite(tensor: entry.name))
      }
      parameters[entry.name].assign(values)
    }
    return parameters
  }

  /// Refuses weights that lack what config.json asks for, or have it in another shape.
  static func check(_ checkpoint: HFCheckpoint, _ layout: [Parameters.Entry], _ directory: String) throws {
    for entry in layout {
      guard let found = checkpoint.tensors[entry.name] else {
        let hint =
          entry.name == "lm_head.weight"
          ? "config.json says `tie_word_embeddings: false`; a tied model needs `true`"
          : "is the download complete, and does config.json belong to it?"
        throw ModelError(path: directory, reason: .missingTensor(entry.name, hint: hint))
      }
      guard found.shape == entry.shape else {
        throw ModelError(
          path: directory,
          reason: .wrongShape(
            tensor: entry.name, found: found.shape, expected: entry.shape, meaning: meaning(of: entry.name)))
      }
    }
  }

  private static func checkExtra(
    _ checkpoint: HFCheckpoint, _ layout: [Parameters.Entry], _ c: ModelConfiguration, _ directory: String
  ) throws {
    let known = Set(layout.map(\.name))
    // A tied model's file may repeat the embedding as lm_head; old exports hold rotary tables.
    let extra = checkpoint.tensors.keys.filter {
      !known.contains($0) && !($0 == "lm_head.weight" && c.tieWordEmbeddings)
        && !$0.hasSuffix("rotary_emb.inv_freq")
    }
    guard extra.isEmpty else { throw ModelError(path: directory, reason: .unexpectedTensors(extra.sorted())) }
  }

  private static func meaning(of name: String) -> String {
    let last = name.split(separator: ".").dropLast().last.map(String.init) ?? ""
    let meanings = [
      "embed_tokens": "vocab_size × hidden_size", "lm_head": "vocab_size × hidden_size",
      "q_proj": "num_attention_heads·head_dim × hidden_size",
      "k_proj": "num_key_value_heads·head_dim × hidden_size",
      "v_proj": "num_key_value_heads·head_dim × hidden_size",
      "o_proj": "hidden_size × num_attention_heads·head_dim",
      "gate_proj": "intermediate_size × hidden_size", "up_proj": "intermediate_size × hidden_size",
      "down_proj": "hidden_size × intermediate_size",
    ]
    guard let words = meanings[last], !name.hasSuffix("bias") else { return "" }
    return " (\(words))"
  }

  public enum Precision: String, Sendable, CaseIterable {
    case float32
    case bfloat16
  }

  /// Writes `config.json`, `generation_config.json` and `model.safetensors` into an existing directory.
  ///
  /// Not atomic by itself: callers write into a directory that is renamed into place when it is complete.
  public static func save(
    _ configuration: ModelConfiguration, _ parameters: Parameters, to directory: String,
    precision: Precision = .float32
  ) throws {
    try saveConfiguration(configuration, to: directory, precision: precision)
    let folder = URL(filePath: directory)
    try SafetensorsWriter.write(
      parameters.entries.sorted { $0.name < $1.name }.map { .init(name: $0.name, shape: $0.shape) },
      as: precision == .float32 ? .float32 : .bfloat16,
      to: folder.appending(path: "model.safetensors").path,
      floats: { parameters[$0].values })
  }

  /// The files of a model without its weights: `config.json` and `generation_config.json`.
  public static func saveConfiguration(
    _ configuration: ModelConfiguration, to directory: String, precision: Precision = .float32
  ) throws {
    let folder = URL(filePath: directory)
    try write(
      configuration.huggingFaceJSON(dtype: precision.rawValue), to: folder.appending(path: "config.json"))
    let generation: [String: Any] = [
      "bos_token_id": configuration.bosTokenID ?? NSNull(), "eos_token_id": configuration.eosJSON,
      "pad_token_id": configuration.padTokenID ?? NSNull(),
    ]
    try write(generation, to: folder.appending(path: "generation_config.json"))
  }

  private static func write(_ json: [String: Any], to file: URL) throws {
    var data = try JSONSerialization.data(withJSONObject: json, options: [.prettyPrinted, .sortedKeys])
    data.append(UInt8(ascii: "\n"))
    try AtomicFile.write(data, to: file)
  }
}
