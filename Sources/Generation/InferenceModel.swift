public import Experience
public import Tensors
public import Transformer

/// A decoder laid out for generation: packed weights, keys and values in blocks, no gradients.
///
/// A row's logits are a function of the sequence's tokens and the weights only, bit for bit: every linear output is
/// one sum in the order of the inputs, and attention runs over the keys in fixed blocks from position 0. How many
/// rows are computed together, in which order they came, prompt or continuation, in which blocks, and how many threads:
/// no difference. He et al. 2025 of Thinking Machines Lab, "Defeating Nondeterminism in LLM Inference", describe why
/// that matters.
public final class InferenceModel {
  public let configuration: ModelConfiguration
  /// How the linear weights are stored; norms, embeddings and activations are fp32.
  public let weightFormat: WeightFormat
  public let activationFormat: ActivationFormat
  /// Which weights these are, as told by whoever loaded them.
  public var version: PolicyVersion?
  /// How often weights were taken over.
  private(set) var loadCount = 0
  let compute: Compute
  /// Bytes of the packed weights, all of which a step reads.
  public let weightBytes: Int
  /// Multiply-adds per row of all linear layers.
  let weightCount: Int
  private let source: Parameters
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

  /// Norms and embeddings are shared with `parameters`; linear weights are packed copies, see ``reload(version:)``.
  public init(
    _ configuration: ModelConfiguration, parameters: Parameters, weightFormat: WeightFormat = .fp32,
    activationFormat: ActivationFormat = .fp32, version: PolicyVersion? = nil, compute: Compute
  ) {
    self.configuration = configuration
    self.weightFormat = weightFormat
    self.activationFormat = activationFormat
    self.compute = compute
    source = parameters
    let kernels = compute.kernels
    layers = (0..<configuration.numHiddenLayers).map {
      Layer($0, configuration, parameters, weightFormat, activationFormat, kernels)
    }
    let headWeight = parameters.headWeight(configuration)
    head = PackedLinear(
      outputs: headWeight.rows, inputs: headWeight.columns, hasBias: false, format: weightFormat,
      activations: activationFormat, kernels: kernels)
    let linears = layers.flatMap { [$0.qkv, $0.output, $0.gateUp, $0.down] } + [head]
    weightBytes = linears.reduce(0) { $0 + $1.byteCount }
    weightCount = linears.reduce(0) { $0 + $1.outputs * $1.inputs }
    rotary = RotaryTable(configuration, positions: 256)
    reload(version: version)
  }

  /// Takes over the present numbers of the parameters, after an update. Not while ``forward(_:_:_:member:)`` runs.
  public func reload(version: PolicyVersion?) {
    for (index, layer) in layers.enumerated() {
      for (linear, weights) in zip(
        [layer.qkv, layer.output, layer.gateUp, layer.down], Layer.weights(index, configuration, source))
      {
        linear.pack(weight: weights.weight, bias: weights.bias, compute: compute)
      }
    }
    head.pack(weight: source.headWeight(configuration), bias: nil, compute: compute)
    self.version = version
    loadCount += 1
  }

  func makeBlocks(_ format: KeyValueFormat, capacity: Int) -> KeyValueBlocks? {
    KeyValueBlocks(
      layers: configuration.numHiddenLayers, heads: configuration.numKeyValueHeads,
      headSize: configuration.headDim, format: format, capacity: capacity)
  }

  /// Bytes of keys and values per block of 64 positions.
  public static func bytesPerBlock(_ configuration: ModelConfiguration, _ format: KeyValueFormat) -> Int {
    KeyValueBlocks.bytesPerBlock(
      layers: configuration.numHiddenLayers, heads: configuration.numKeyValueHeads,
      headSize: configuration.headDim, format: format)
  }

  /// Makes room for positions below `count`. Not while ``forward(_:_:_:member:)`` runs.
  func prepare(positions count: Int) {
    if count > rotary.positions {
      rotary = RotaryTable(configuration, positions: max(count, 2 * rotary.positions))
    }
  }

  /// Runs the rows through all layers, storing their keys and values; every member of a team calls it.
  ///
  /// Rows of one sequence come in the order of their positions, each after all earlier positions are in its blocks or
  /// in this call. Within a layer the members share out the outputs of each product and the rows of attention.
  ///
  /// - Parameters:
  ///   - rows: What to run.
  ///   - memory: Of this call, see ``StepMemory``; logits are in it afterwards.
  ///   - blocks: Keys and values.
  ///   - member: Of the team.
  func forward(_ rows: StepRows, _ memory: StepMemory, _ blocks: KeyValueBlocks, member: TeamMember) {
    let c = configuration
    let kernels = compute.kernels
    let epsilon = Float(c.rmsNormEps)
    let queryWidth = c.numAttentionHeads * c.headDim
    let keyWidth = c.numKeyValueHeads * c.headDim
    let scale = 1 / Float(c.headDim).squareRoot()
    let mine = member.share(of: rows.count)
    let myHeads = rows.attentionShare(member, heads: c.numKeyValueHeads)
    let normed = memory.normed[member.index]
    let rounded = memory.rounded[member.index]
    let query = memory.qkv.columns(0..<queryWidth)
    let key = memory.qkv.columns(queryWidth..<queryWidth + keyWidth)
    let value = memory.qkv.columns(queryWidth + keyWidth..<memory.qkv.columns)
    let turned = memory.qkv.columns(0..<queryWidth + keyWidth).rows(mine)
    let (myQuery, myKey) = (query.rows(mine), key.rows(mine))
    let myPositions = rows.positions[mine]

    memory.x.rows(mine).gatherRows(of: source["model.embed_tokens.weight"], at: rows.tokens[mine])
    member.meet()
    for (index, layer) in layers.enumerated() {
      // Norms of all rows are cheaper to compute by every member than to wait for.
      kernels.rmsNorm(memory.x, weight: layer.attentionNorm, epsilon: epsilon, into: normed, inverseRMS: nil)
      layer.qkv(
        normed, into: memory.qkv, panels: member.share(of: layer.qkv.panels), scratch: rounded)
      member.meet()
      if let queryNorm = layer.queryNorm, let keyNorm = layer.keyNorm {
        kernels.rmsNorm(
          myQuery, weight: queryNorm, heads: c.numAttentionHeads, epsilon: epsilon, into: myQuery,
          inverseRMS: nil)
        kernels.rmsNorm(
          myKey, weight: keyNorm, heads: c.numKeyValueHeads, epsilon: epsilon, into: myKey, inverseRMS: nil)
      }
      rotary.apply(
        turned, heads: c.numAttentionHeads + c.numKeyValueHeads, positions: myPositions, kernels: kernels)
      blocks.store(
        layer: index, keys: key, values: value, at: rows.places, tables: rows.tables, rows: mine,
        kernels: kernels)
      member.meet()
      blocks.attend(
        layer: index, queries: query, places: rows.places, tables: rows.tables, items: myHeads, scale: scale,
        into: memory.attended, kernels: kernels)
      member.meet()
      layer.output(
        memory.attended, into: memory.x, accumulate: true, panels: member.share(of: layer.output.panels),
        scratch: rounded)
      member.meet()
      kernels.rmsNorm(
        memory.x, weight: layer.feedForwardNorm, epsilon: epsilon, into: normed, inverseRMS: nil)
      layer.gateUp(
        normed, into: memory.activated, panels: member.share(of: layer.gateUp.panels), scratch: rounded)
      member.meet()
      layer.down(
        memory.activated, into: memory.x, accumulate: true, panels: member.share(of: layer.down.panels),
        scratch: rounded)
      member.meet()
    }
    guard !rows.logitRows.isEmpty else { return }
    let last = memory.last[member.index]
    last.gatherRows(of: memory.x, at: rows.logitRows[...])
    kernels.rmsNorm(
      last, weight: source["model.norm.weight"], epsilon: epsilon, into: last, inverseRMS: nil)
    head(last, into: memory.logits, panels: member.share(of: head.panels), scratch: rounded)
    member.meet()
  }
}

extension InferenceModel.Layer {
  init(
    _ index: Int, _ c: ModelConfiguration, _ p: Parameters, _ format: WeightFormat,
    _ activations: ActivationFormat, _ kernels: Kernels
  ) {
    let prefix = "model.layers.\(index)."
    let packed = Self.weights(index, c, p).map {
      PackedLinear(
        outputs: $0.weight.rows, inputs: $0.weight.columns, hasBias: $0.bias != nil, format: format,
        activations: activations, shape: $0.isGated ? .gated : .plain, kernels: kernels)
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
    weight: Tensor, bias: Tensor?, isGated: Bool
  )] {
    let prefix = "model.layers.\(index)."
    return [
      ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], ["self_attn.o_proj"],
      ["mlp.gate_proj", "mlp.up_proj"], ["mlp.down_proj"],
    ].map { names in
      let linear = p.linear(names.map { prefix + $0 })
      return (linear.weight, linear.bias, names.count == 2)
    }
  }
}
