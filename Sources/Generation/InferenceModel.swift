public import Tensors
public import Transformer

/// A decoder laid out for generation: packed weights, key-value caches, no gradients.
///
/// A row's logits are a function of the sequence's tokens and the weights only, bit for bit: every linear output is
/// one sum in the order of the inputs, and attention runs over the keys in fixed blocks from position 0. How many
/// rows are computed together, in which order they came, prompt or continuation, and how many threads: no difference.
/// He et al. 2025 of Thinking Machines Lab, "Defeating Nondeterminism in LLM Inference", describe why that matters.
public final class InferenceModel {
  public let configuration: ModelConfiguration
  private let source: Parameters
  private let kernels: Kernels
  private let layers: [Layer]
  private let head: PackedLinear
  private var rotary: RotaryTable

  struct Layer {
    let attentionNorm: Tensor
    let qkv: PackedLinear
    let queryNorm: Tensor?
    let keyNorm: Tensor?
    let output: PackedLinear
    let feedForwardNorm: Tensor
    let gateUp: PackedLinear
    let down: PackedLinear
  }

  /// Norms and embeddings are shared with `parameters`; linear weights are packed copies, see ``reload()``.
  public init(_ configuration: ModelConfiguration, parameters: Parameters, kernels: Kernels = Kernels()) {
    self.kernels = kernels
    self.configuration = configuration
    source = parameters
    layers = (0..<configuration.numHiddenLayers).map { Layer($0, configuration, parameters, kernels) }
    head = PackedLinear(weight: parameters.headWeight(configuration), bias: nil, kernels: kernels)
    rotary = RotaryTable(configuration, positions: 256)
  }

  /// Takes over the present numbers of the parameters, after an update.
  public func reload() {
    for (index, layer) in layers.enumerated() {
      for (linear, weights) in zip(
        [layer.qkv, layer.output, layer.gateUp, layer.down], Layer.weights(index, configuration, source))
      {
        linear.repack(weight: weights.weight, bias: weights.bias)
      }
    }
    head.repack(weight: source.headWeight(configuration), bias: nil)
  }

  func makeCache(capacity: Int) -> KeyValueCache {
    KeyValueCache(
      layers: configuration.numHiddenLayers, heads: configuration.numKeyValueHeads,
      headSize: configuration.headDim, capacity: capacity)
  }

  /// Makes room for positions below `count`. Not while ``forward(_:logitRows:arena:)`` runs.
  func prepare(positions count: Int) {
    if count > rotary.positions {
      rotary = RotaryTable(configuration, positions: max(count, 2 * rotary.positions))
    }
  }

  /// One token of one sequence.
  struct Row {
    var cache: KeyValueCache
    var token: Int32
    var position: Int
  }

  /// Runs the rows through all layers on the calling thread, storing their keys and values.
  ///
  /// Rows of one sequence come in the order of their positions, each after all earlier positions are in its cache or
  /// in this call.
  ///
  /// - Parameters:
  ///   - rows: What to run.
  ///   - logitRows: Rows whose logits are wanted.
  ///   - arena: Scratch memory of this thread.
  /// - Returns: `[logitRows.count, V]`, from `arena`.
  func forward(_ rows: [Row], logitRows: [Int], arena: Arena) -> Tensor {
    let c = configuration
    let epsilon = Float(c.rmsNormEps)
    let queryWidth = c.numAttentionHeads * c.headDim
    let keyWidth = c.numKeyValueHeads * c.headDim
    let scale = 1 / Float(c.headDim).squareRoot()
    let positions = rows.map { Int32($0.position) }
    let x = arena.tensor(rows: rows.count, columns: c.hiddenSize)
    let normed = arena.tensor(rows: rows.count, columns: c.hiddenSize)
    let branch = arena.tensor(rows: rows.count, columns: c.hiddenSize)
    let qkv = arena.tensor(rows: rows.count, columns: queryWidth + 2 * keyWidth)
    let attended = arena.tensor(rows: rows.count, columns: queryWidth)
    let gateUp = arena.tensor(rows: rows.count, columns: 2 * c.intermediateSize)
    let activated = arena.tensor(rows: rows.count, columns: c.intermediateSize)
    x.gatherRows(of: source["model.embed_tokens.weight"], at: rows.map { Int($0.token) })
    for (index, layer) in layers.enumerated() {
      kernels.rmsNorm(x, weight: layer.attentionNorm, epsilon: epsilon, into: normed, inverseRMS: nil)
      layer.qkv(normed, into: qkv)
      let query = qkv.columns(0..<queryWidth)
      let key = qkv.columns(queryWidth..<queryWidth + keyWidth)
      let value = qkv.columns(queryWidth + keyWidth..<qkv.columns)
      if let queryNorm = layer.queryNorm, let keyNorm = layer.keyNorm {
        kernels.rmsNorm(
          query, weight: queryNorm, heads: c.numAttentionHeads, epsilon: epsilon, into: query, inverseRMS: nil
        )
        kernels.rmsNorm(
          key, weight: keyNorm, heads: c.numKeyValueHeads, epsilon: epsilon, into: key, inverseRMS: nil)
      }
      rotary.apply(
        qkv.columns(0..<queryWidth + keyWidth), heads: c.numAttentionHeads + c.numKeyValueHeads,
        positions: positions, kernels: kernels)
      for (number, row) in rows.enumerated() {
        row.cache.write(
          layer: index, position: row.position, key: key.rows(number..<number + 1),
          value: value.rows(number..<number + 1))
      }
      for (number, row) in rows.enumerated() {
        row.cache.attend(
          layer: index, query: query.rows(number..<number + 1), queryHeads: c.numAttentionHeads,
          count: row.position + 1, scale: scale, into: attended.rows(number..<number + 1), kernels: kernels)
      }
      layer.output(attended, into: branch)
      kernels.axpy(1, branch, into: x)
      kernels.rmsNorm(x, weight: layer.feedForwardNorm, epsilon: epsilon, into: normed, inverseRMS: nil)
      layer.gateUp(normed, into: gateUp)
      kernels.siluMultiply(gateUp, into: activated)
      layer.down(activated, into: branch)
      kernels.axpy(1, branch, into: x)
    }
    let last = arena.tensor(rows: logitRows.count, columns: c.hiddenSize)
    last.gatherRows(of: x, at: logitRows)
    let lastNormed = arena.tensor(rows: logitRows.count, columns: c.hiddenSize)
    kernels.rmsNorm(
      last, weight: source["model.norm.weight"], epsilon: epsilon, into: lastNormed, inverseRMS: nil)
    let logits = arena.tensor(rows: logitRows.count, columns: c.vocabSize)
    head(lastNormed, into: logits)
    return logits
  }
}

extension InferenceModel.Layer {
  init(_ index: Int, _ c: ModelConfiguration, _ p: Parameters, _ kernels: Kernels) {
    let prefix = "model.layers.\(index)."
    let packed = Self.weights(index, c, p).map {
      PackedLinear(weight: $0.weight, bias: $0.bias, kernels: kernels)
    }
    attentionNorm = p[prefix + "input_layernorm.weight"]
    qkv = packed[0]
    queryNorm = c.hasQueryKeyNorm ? p[prefix + "self_attn.q_norm.weight"] : nil
    keyNorm = c.hasQueryKeyNorm ? p[prefix + "self_attn.k_norm.weight"] : nil
    output = packed[1]
    feedForwardNorm = p[prefix + "post_attention_layernorm.weight"]
    gateUp = packed[2]
    down = packed[3]
  }

  /// q·k·v, attention output, gate·up and down.
  static func weights(_ index: Int, _ c: ModelConfiguration, _ p: Parameters) -> [(
    weight: Tensor, bias: Tensor?
  )] {
    let prefix = "model.layers.\(index)."
    return [
      ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], ["self_attn.o_proj"],
      ["mlp.gate_proj", "mlp.up_proj"], ["mlp.down_proj"],
    ].map { names in p.linear(names.map { prefix + $0 }) }
  }
}
