internal import Tokenizers
internal import Training
internal import Transformer

extension RecipeReader {
  /// `model`: `path` of a Hugging Face directory, or the shape to draw fresh weights in under `init`.
  func readModel(
    _ section: Section, into model: inout ModelSource, tokenizer: inout TokenizerChoice
  ) {
    defer { section.close() }
    section.read("tokenizer", into: &tokenizer)
    let path = section.node("path")
    let shape = section.node("init")
    let hasPath = path.map { !$0.isNull } ?? false
    let hasShape = shape.map { !$0.isNull } ?? false
    if hasPath, hasShape {
      report(.twoSources(section: "model", "path", "init"), at: section.path + "init")
    }
    if hasPath {
      var directory = ""
      section.read("path", into: &directory)
      model = .path(directory)
    } else if path != nil, !hasShape {
      // `path: null` and no shape: the recipe is for whoever brings a model.
      need(section.path + "path")
      section.record("path", "null")
    } else {
      section.record("path", "null")
      model = .initialize(readShape(section.section("init")))
    }
  }

  /// The shape under the names of Hugging Face's `config.json`.
  private func readShape(_ section: Section) -> ModelConfiguration {
    defer { section.close() }
    var shape = ModelConfiguration.nano
    section.read("architecture", into: &shape.architecture)
    section.read("hidden_size", into: &shape.hiddenSize, in: .from(1, to: 1 << 20))
    // The proportions of ``ModelConfiguration/nano``, where the recipe says nothing.
    shape.intermediateSize = 3 * shape.hiddenSize
    section.read("intermediate_size", into: &shape.intermediateSize, in: .from(1, to: 1 << 22))
    section.read("num_hidden_layers", into: &shape.numHiddenLayers, in: .from(1, to: 4096))
    section.read("num_attention_heads", into: &shape.numAttentionHeads, in: .from(1, to: 1 << 16))
    let heads = shape.numAttentionHeads
    shape.numKeyValueHeads = heads.isMultiple(of: 2) ? heads / 2 : heads
    section.read("num_key_value_heads", into: &shape.numKeyValueHeads, in: .from(1, to: 1 << 16))
    let divides = shape.hiddenSize.isMultiple(of: heads)
    if section.node("head_dim") == nil, !divides {
      report(
        .headDimension(hiddenSize: shape.hiddenSize, heads: heads), at: section.path + "num_attention_heads")
    }
    shape.headDim = max(1, shape.hiddenSize / heads)
    section.read("head_dim", into: &shape.headDim, in: .from(1, to: 1 << 16))
    if divides || section.node("head_dim") != nil, !shape.headDim.isMultiple(of: 2) {
      report(.oddHeadDimension(shape.headDim), at: section.path + "head_dim")
    }
    if !heads.isMultiple(of: shape.numKeyValueHeads) {
      report(
        .keyValueHeads(heads: heads, keyValueHeads: shape.numKeyValueHeads),
        at: section.path + "num_key_value_heads")
    }
    section.read("max_position_embeddings", into: &shape.maxPositionEmbeddings)
    section.read("rms_norm_eps", into: &shape.rmsNormEps, in: .positive)
    section.read("tie_word_embeddings", into: &shape.tieWordEmbeddings)
    section.read("rope_theta", into: &shape.rope.theta, in: .positive)
    readScaling(section, into: &shape.rope.scaling)
    shape.attentionBias = shape.architecture == .qwen2
    section.read("attention_bias", into: &shape.attentionBias)
    // The one flag covers the output projection too, as in Hugging Face's Llama and Qwen3; Qwen2 has none there.
    shape.attentionOutputBias = shape.architecture != .qwen2 && shape.attentionBias
    section.read("mlp_bias", into: &shape.mlpBias)
    if shape.mlpBias, shape.architecture != .llama {
      report(.biasWithoutPlace(architecture: shape.architecture.rawValue), at: section.path + "mlp_bias")
    }
    section.read("initializer_range", into: &shape.initializerRange, in: .notNegative)
    return shape
  }

  /// `rope_scaling`: null, or a mapping with Hugging Face's `rope_type`.
  private func readScaling(_ shape: Section, into scaling: inout RotaryConfiguration.Scaling) {
    guard let node = shape.node("rope_scaling"), !node.isNull else {
      shape.record("rope_scaling", "null")
      return
    }
    let section = shape.section("rope_scaling")
    defer { section.close() }
    var type = RotaryName.linear
    if node.pairs != nil, section.node("rope_type") == nil {
      report(
        .missing(key: "rope_type", section: "\(section.path)", example: "rope_type: linear"), at: node.place)
    }
    section.read("rope_type", into: &type)
    var factor = 1.0
    section.read("factor", into: &factor, in: .positive)
    switch type {
    case .linear:
      scaling = .linear(factor: factor)
    case .llama3:
      // Llama 3.1's published values.
      var low = 1.0
      var high = 4.0
      var original = 8192
      section.read("low_freq_factor", into: &low, in: .positive)
      section.read("high_freq_factor", into: &high, in: .above(low))
      section.read("original_max_position_embeddings", into: &original)
      scaling = .llama3(
        factor: factor, lowFreqFactor: low, highFreqFactor: high, originalMaxPositionEmbeddings: original)
    }
  }
}

private enum RotaryName: String, CaseIterable { case linear, llama3 }
