public import Tensors

/// All weights of a decoder in one stretch of memory, under their Hugging Face names.
///
/// One stretch makes the optimizer, the gradient norm and copies single passes; the order puts q, k, v (and gate, up)
/// side by side, so that each group is one matrix product.
public final class Parameters: Sendable {
  /// One named weight: a matrix `[rows, columns]`, or a vector as `[1, columns]`.
  public struct Entry: Sendable, Hashable {
    public var name: String
    /// As in the file: `[rows, columns]` or `[count]`.
    public var shape: [Int]
    public var offset: Int

    public var count: Int { shape.reduce(1, *) }
    var rows: Int { shape.count == 2 ? shape[0] : 1 }
    var columns: Int { shape.last ?? 0 }
    /// Weight decay is for matrices; norms and biases are left alone.
    public var decays: Bool { shape.count == 2 }
  }

  public let entries: [Entry]
  /// `[1, count]`.
  public let flat: Tensor
  private let index: [String: Int]

  public var count: Int { flat.count }

  /// Zeros in the shape of `configuration`.
  public init(_ configuration: ModelConfiguration) {
    entries = Self.layout(configuration)
    flat = Tensor(rows: 1, columns: entries.reduce(0) { $0 + $1.count })
    index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The weight of that name, sharing its numbers.
  public subscript(name: String) -> Tensor {
    guard let entry = index[name].map({ entries[$0] }) else { preconditionFailure("no parameter `\(name)`") }
    return flat.part(from: entry.offset, rows: entry.rows, columns: entry.columns)
  }

  public func contains(_ name: String) -> Bool { index[name] != nil }

  /// Neighbouring weights of equal width as one matrix (or vector).
  func stacked(_ names: [String]) -> Tensor {
    let parts = names.map { name -> Entry in
      guard let position = index[name] else { preconditionFailure("no parameter `\(name)`") }
      return entries[position]
    }
    for (left, right) in zip(parts, parts.dropFirst()) {
      precondition(
        left.offset + left.count == right.offset, "`\(left.name)` and `\(right.name)` are not neighbours")
    }
    let isMatrix = parts[0].shape.count == 2
    let columns = isMatrix ? parts[0].columns : parts.reduce(0) { $0 + $1.count }
    return flat.part(
      from: parts[0].offset, rows: isMatrix ? parts.reduce(0) { $0 + $1.rows } : 1, columns: columns)
  }

  /// How many numbers a model of this shape has.
  public static func count(_ configuration: ModelConfiguration) -> Int {
    layout(configuration).reduce(0) { $0 + $1.count }
  }

  /// Names and shapes in order of memory.
  public static func layout(_ c: ModelConfiguration) -> [Entry] {
    var entries: [Entry] = []
    var offset = 0
    func add(_ name: String, _ shape: Int...) {
      entries.append(Entry(name: name, shape: shape, offset: offset))
      offset += shape.reduce(1, *)
    }
    let queryWidth = c.numAttentionHeads * c.headDim
    let keyWidth = c.numKeyValueHeads * c.headDim
    add("model.embed_tokens.weight", c.vocabSize, c.hiddenSize)
    for layer in 0..<c.numHiddenLayers {
      let prefix = "model.layers.\(layer)."
      add(prefix + "input_layernorm.weight", c.hiddenSize)
      add(prefix + "self_attn.q_proj.weight", queryWidth, c.hiddenSize)
      add(prefix + "self_attn.k_proj.weight", keyWidth, c.hiddenSize)
      add(prefix + "self_attn.v_proj.weight", keyWidth, c.hiddenSize)
      if c.attentionBias {
        add(prefix + "self_attn.q_proj.bias", queryWidth)
        add(prefix + "self_attn.k_proj.bias", keyWidth)
        add(prefix + "self_attn.v_proj.bias", keyWidth)
      }
      if c.hasQueryKeyNorm {
        add(prefix + "self_attn.q_norm.weight", c.headDim)
        add(prefix + "self_attn.k_norm.weight", c.headDim)
      }
      add(prefix + "self_attn.o_proj.weight", c.hiddenSize, queryWidth)
      if c.attentionOutputBias { add(prefix + "self_attn.o_proj.bias", c.hiddenSize) }
      add(prefix + "post_attention_layernorm.weight", c.hiddenSize)
      add(prefix + "mlp.gate_proj.weight", c.intermediateSize, c.hiddenSize)
      add(prefix + "mlp.up_proj.weight", c.intermediateSize, c.hiddenSize)
      if c.mlpBias {
        add(prefix + "mlp.gate_proj.bias", c.intermediateSize)
        add(prefix + "mlp.up_proj.bias", c.intermediateSize)
      }
      add(prefix + "mlp.down_proj.weight", c.hiddenSize, c.intermediateSize)
      if c.mlpBias { add(prefix + "mlp.down_proj.bias", c.hiddenSize) }
    }
    add("model.norm.weight", c.hiddenSize)
    if !c.tieWordEmbeddings { add("lm_head.weight", c.vocabSize, c.hiddenSize) }
    return entries
  }
}
