public import Tensors

/// What a second implementation of the forward pass (generation) needs to lay the weights out its own way.
extension Parameters {
  /// Weight `[outputs, inputs]` and bias of neighbouring linear layers as one, named without `.weight`.
  public func linear(_ names: [String]) -> (weight: Tensor, bias: Tensor?) {
    let biases = names.map { $0 + ".bias" }
    return (stacked(names.map { $0 + ".weight" }), contains(biases[0]) ? stacked(biases) : nil)
  }

  /// The language-model head: the embedding where they are tied.
  public func headWeight(_ configuration: ModelConfiguration) -> Tensor {
    self[configuration.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"]
  }
}

/// Rotation by position, for one thread.
public struct RotaryTable: Sendable {
  private let embedding: RotaryEmbedding
  public var positions: Int { embedding.cosines.rows }

  public init(_ configuration: ModelConfiguration, positions: Int) {
    embedding = RotaryEmbedding(configuration.rope, headDim: configuration.headDim, positions: positions)
  }

  /// Rotates `heads` heads in each row of `x`, in place.
  public func apply(_ x: Tensor, heads: Int, positions: ArraySlice<Int32>, kernels: Kernels) {
    kernels.rotate(
      x, heads: heads, positions: positions, cosines: embedding.cosines, sines: embedding.sines,
      direction: 1)
  }
}
