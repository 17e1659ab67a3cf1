internal import Tensors

/// One pre-norm block: x += attention(norm(x)); x += feedForward(norm(x)).
struct DecoderLayer {
  let attentionNorm: RMSNorm
  let attention: Attention
  let feedForwardNorm: RMSNorm
  let feedForward: FeedForward

  init(_ index: Int, _ c: ModelConfiguration, in parameters: Parameters, gradients: Parameters) {
    let prefix = "model.layers.\(index)."
    attentionNorm = RMSNorm(
      prefix + "input_layernorm", epsilon: c.rmsNormEps, in: parameters, gradients: gradients)
    attention = Attention(prefix + "self_attn.", c, in: parameters, gradients: gradients)
    feedForwardNorm = RMSNorm(
      prefix + "post_attention_layernorm", epsilon: c.rmsNormEps, in: parameters, gradients: gradients)
    feedForward = FeedForward(prefix + "mlp.", in: parameters, gradients: gradients)
  }

  struct Saved {
    /// Residual stream on entry and between the two halves, `[T, D]`.
    let input: Tensor
    let middle: Tensor
    let attentionInput: Tensor
    let feedForwardInput: Tensor
    let attentionInverseRMS: Tensor
    let feedForwardInverseRMS: Tensor
    let attention: Attention.Saved
    let feedForward: FeedForward.Saved

    init(_ c: ModelConfiguration, shape: Compute.AttentionShape, tokens: Int, _ arena: Arena) {
      input = arena.tensor(rows: tokens, columns: c.hiddenSize)
      middle = arena.tensor(rows: tokens, columns: c.hiddenSize)
      attentionInput = arena.tensor(rows: tokens, columns: c.hiddenSize)
      feedForwardInput = arena.tensor(rows: tokens, columns: c.hiddenSize)
      attentionInverseRMS = arena.tensor(rows: tokens, columns: 1)
      feedForwardInverseRMS = arena.tensor(rows: tokens, columns: 1)
      attention = Attention.Saved(shape, tokens: tokens, arena)
      feedForward = FeedForward.Saved(width: c.intermediateSize, tokens: tokens, arena)
    }
  }

  /// From `saved.input` to `output`.
  func forward(
    saved: Saved, into output: Tensor, batch: PackedBatch, rotary: RotaryEmbedding, _ compute: Compute
  ) {
    attentionNorm.forward(
      saved.input, into: saved.attentionInput, inverseRMS: saved.attentionInverseRMS, compute)
    saved.middle.copy(from: saved.input)
    attention.forward(
      saved.attentionInput, into: saved.middle, accumulate: true, saved: saved.attention, batch: batch,
      rotary: rotary, compute)
    feedForwardNorm.forward(
      saved.middle, into: saved.feedForwardInput, inverseRMS: saved.feedForwardInverseRMS, compute)
    output.copy(from: saved.middle)
    feedForward.forward(
      saved.feedForwardInput, into: output, accumulate: true, saved: saved.feedForward, compute)
  }

  /// `dx` `[T, D]`: on entry the gradient of the output, on return that of the input.
  func backward(
    _ dx: Tensor, saved: Saved, batch: PackedBatch, rotary: RotaryEmbedding, _ compute: Compute,
    _ arena: Arena
  ) {
    arena.scoped {
      let dNormed = arena.tensor(rows: dx.rows, columns: dx.columns)
      feedForward.backward(
        dx, x: saved.feedForwardInput, into: dNormed, saved: saved.feedForward, compute, arena)
      feedForwardNorm.backward(
        dNormed, x: saved.middle, inverseRMS: saved.feedForwardInverseRMS, into: dx, accumulate: true, compute
      )
      attention.backward(
        dx, x: saved.attentionInput, into: dNormed, saved: saved.attention, batch: batch, rotary: rotary,
        compute,
        arena)
      attentionNorm.backward(
        dNormed, x: saved.input, inverseRMS: saved.attentionInverseRMS, into: dx, accumulate: true, compute)
    }
  }
}
