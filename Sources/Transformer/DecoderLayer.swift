internal import Tensors

/// One pre-norm block: x += attention(norm(x)); x += feedForward(norm(x)).
struct DecoderLayer {
  let attentionNorm: RMSNorm
  let attention: Attention
  let feedForwardNorm: RMSNorm
  let feedForward: FeedForward

  init(
    _ index: Int, _ c: ModelConfiguration, in parameters: Parameters, gradients: Parameters,
    matmul: MatmulType
  ) {
    let prefix = "model.layers.\(index)."
    attentionNorm = RMSNorm(
      prefix + "input_layernorm", epsilon: c.rmsNormEps, in: parameters, gradients: gradients)
    attention = Attention(prefix + "self_attn.", c, in: parameters, gradients: gradients, matmul: matmul)
    feedForwardNorm = RMSNorm(
      prefix + "post_attention_layernorm", epsilon: c.rmsNormEps, in: parameters, gradients: gradients)
    feedForward = FeedForward(prefix + "mlp.", in: parameters, gradients: gradients, matmul: matmul)
  }

  /// What the backward pass needs beside the layer's input.
  struct Saved {
    /// Residual stream between the two halves, `[T, D]`.
    let middle: Tensor
    let attentionInput: Tensor
    let feedForwardInput: Tensor
    let attentionInverseRMS: Tensor
    let feedForwardInverseRMS: Tensor
    let attention: Attention.Saved
    let feedForward: FeedForward.Saved

    init(_ c: ModelConfiguration, shape: Compute.AttentionShape, tokens: Int, _ arena: Arena) {
      middle = arena.tensor(rows: tokens, columns: c.hiddenSize)
      attentionInput = arena.tensor(rows: tokens, columns: c.hiddenSize)
      feedForwardInput = arena.tensor(rows: tokens, columns: c.hiddenSize)
      attentionInverseRMS = arena.tensor(rows: tokens, columns: 1)
      feedForwardInverseRMS = arena.tensor(rows: tokens, columns: 1)
      attention = Attention.Saved(shape, tokens: tokens, arena)
      feedForward = FeedForward.Saved(width: c.intermediateSize, tokens: tokens, arena)
    }
  }

  /// The batch and what all layers share.
  struct Step {
    let batch: PackedBatch
    let rotary: RotaryEmbedding
    let compute: Compute
    let arena: Arena
  }

  /// From `input` to `output`; without an output, only what the backward pass needs is worked out.
  func forward(_ input: Tensor, saved: Saved, into output: Tensor?, _ step: Step) {
    let compute = step.compute
    attention.forward(
      saved.attentionInput, addingTo: saved.middle, saved: saved.attention, step,
      makeInput: { rows, _ in
        attentionNorm.forward(
          rows: rows, of: input, into: saved.attentionInput, inverseRMS: saved.attentionInverseRMS, compute)
      }, makeOutput: { rows, _ in saved.middle.rows(rows).copy(from: input.rows(rows)) })
    feedForward.forward(
      saved.feedForwardInput, addingTo: output, saved: saved.feedForward, compute,
      makeInput: { rows, _ in
        feedForwardNorm.forward(
          rows: rows, of: saved.middle, into: saved.feedForwardInput,
          inverseRMS: saved.feedForwardInverseRMS, compute)
      }, makeOutput: { rows, _ in output?.rows(rows).copy(from: saved.middle.rows(rows)) })
  }

  /// `dx` `[T, D]`: on entry the gradient of the output, on return that of the input.
  func backward(_ dx: Tensor, input: Tensor, saved: Saved, _ step: Step) {
    let (compute, arena) = (step.compute, step.arena)
    arena.scoped {
      let dNormed = arena.tensor(rows: dx.rows, columns: dx.columns)
      let partials = [feedForwardNorm, attentionNorm].map { $0.partialGradients(compute, arena) }
      feedForward.backward(
        dx, x: saved.feedForwardInput, into: dNormed, saved: saved.feedForward, compute, arena
      ) { rows, share in
        feedForwardNorm.backward(
          rows: rows, of: dNormed, x: saved.middle, inverseRMS: saved.feedForwardInverseRMS, into: dx,
          accumulate: true, partial: partials[0], share: share, compute)
      }
      attention.backward(dx, x: saved.attentionInput, into: dNormed, saved: saved.attention, step) {
        rows, share in
        attentionNorm.backward(
          rows: rows, of: dNormed, x: input, inverseRMS: saved.attentionInverseRMS, into: dx,
          accumulate: true, partial: partials[1], share: share, compute)
      }
      feedForwardNorm.collect(partials[0], compute)
      attentionNorm.collect(partials[1], compute)
    }
  }
}
