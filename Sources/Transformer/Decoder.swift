public import Tensors

/// A decoder-only transformer (Llama, Qwen2, Qwen3) with its gradients.
///
/// It knows nothing of reinforcement learning: forward gives the logprob and entropy of chosen tokens, backward takes
/// the gradients of a loss with respect to those.
public final class Decoder {
  public let configuration: ModelConfiguration
  public let parameters: Parameters
  /// Same layout as ``parameters``; backward passes add to it.
  public let gradients: Parameters
  private let layers: [DecoderLayer]
  private let finalNorm: RMSNorm
  private let head: LanguageModelHead
  private var rotary: RotaryEmbedding
  private let compute: Compute
  private let isTrainable: Bool
  private let matmul: MatmulType
  private let keepsLayers: Bool
  /// Scratch memory; decoders that never need theirs at the same time may share it.
  public let scratch: Arena

  /// - Parameters:
  ///   - configuration: Its shape.
  ///   - parameters: Its weights, shared and not copied.
  ///   - compute: Where the work is done.
  ///   - trainable: Without gradients a decoder can only go forward (a reference policy).
  ///   - matmul: What the operands of matrix products are rounded to.
  ///   - gradientCheckpointing: Keep only what goes into each layer, and work out the rest again on the way back: about a
  ///     third more time for a fraction of the memory; the same bits. Chen et al. 2016, "Training Deep Nets with Sublinear
  ///     Memory Cost", arXiv:1604.06174.
  ///   - scratch: Memory for passes; a pass is void after the next one in the same scratch memory.
  public init(
    _ configuration: ModelConfiguration, parameters: Parameters, compute: Compute, trainable: Bool = true,
    matmul: MatmulType = .fp32, gradientCheckpointing: Bool = false, scratch: Arena = Arena()
  ) {
    self.configuration = configuration
    self.parameters = parameters
    self.compute = compute
    self.scratch = scratch
    // A reference policy never goes backward; its views of the gradients point at the weights and stay unread.
    gradients = trainable ? Parameters(configuration) : parameters
    isTrainable = trainable
    self.matmul = matmul
    keepsLayers = trainable && !gradientCheckpointing
    layers = (0..<configuration.numHiddenLayers).map { [gradients] in
      DecoderLayer($0, configuration, in: parameters, gradients: gradients, matmul: matmul)
    }
    finalNorm = RMSNorm("model.norm", epsilon: configuration.rmsNormEps, in: parameters, gradients: gradients)
    head = LanguageModelHead(configuration, in: parameters, gradients: gradients, matmul: matmul)
    rotary = RotaryEmbedding(configuration.rope, headDim: configuration.headDim, positions: 256)
  }

  /// What a forward pass leaves behind for ``backward(_:dLogprobs:dEntropies:)``. Void after the next forward pass.
  public struct Pass {
    let batch: PackedBatch
    let temperature: Float
    /// Residual stream into each layer, `[T, D]`.
    let inputs: [Tensor]
    /// What each layer keeps; one that all layers use in turn, where they are worked out again.
    let saved: [DecoderLayer.Saved]
    /// Residual stream after the last layer, at the predicting rows, `[N, D]`, and its norm.
    let last: Tensor
    let normed: Tensor
    let inverseRMS: Tensor
    let scores: Tensor

    /// Natural log of each scored token's probability at the temperature, `[N]`.
    public var logprobs: [Float] { scores.rows(0..<1).values }
    /// Entropy of each scored token's distribution at the temperature, nats, `[N]`.
    public var entropies: [Float] { scores.rows(1..<2).values }
  }

  /// Logprobs and entropies of the batch's targets under softmax(logits / temperature).
  public func forward(_ batch: PackedBatch, temperature: Float) -> Pass {
    let count = batch.targets.count
    let shape = PassShape(
      tokens: batch.tokenCount, scored: count, matmul: matmul,
      gradientCheckpointing: isTrainable && !keepsLayers,
      isTraining: isTrainable)
    scratch.reset(toHold: Self.scratchBytes(configuration, shape) / MemoryLayout<Float>.size)
    let (inputs, saved, output) = runLayers(batch)
    let last = scratch.tensor(rows: count, columns: configuration.hiddenSize)
    last.gatherRows(of: output, at: batch.predictingRows)
    let normed = scratch.tensor(rows: count, columns: configuration.hiddenSize)
    let inverseRMS = scratch.tensor(rows: count, columns: 1)
    let scores = scratch.tensor(rows: 3, columns: count)
    finalNorm.forward(last, into: normed, inverseRMS: inverseRMS, compute)
    head.forward(normed, targets: batch.targets, temperature: temperature, out: scores, compute, scratch)
    return Pass(
      batch: batch, temperature: temperature, inputs: inputs, saved: saved, last: last, normed: normed,
      inverseRMS: inverseRMS, scores: scores)
  }

  /// Adds the gradients of a loss to ``gradients``.
  ///
  /// - Parameters:
  ///   - pass: The newest forward pass.
  ///   - dLogprobs: dL/dlogprob of each scored token, `[N]`.
  ///   - dEntropies: dL/dentropy of each, `[N]`; nil = zero.
  public func backward(_ pass: Pass, dLogprobs: [Float], dEntropies: [Float]? = nil) {
    precondition(isTrainable, "backward through a frozen model")
    let count = pass.batch.targets.count
    precondition(dLogprobs.count == count && (dEntropies?.count ?? count) == count)
    let width = configuration.hiddenSize
    scratch.scoped {
      let upstream = scratch.tensor(rows: 2, columns: count)
      upstream.rows(0..<1).assign(dLogprobs)
      upstream.rows(1..<2).assign(dEntropies ?? Array(repeating: 0, count: count))
      let dNormed = scratch.tensor(rows: count, columns: width)
      head.backward(
        pass.normed, targets: pass.batch.targets, temperature: pass.temperature, forward: pass.scores,
        gradients: upstream, into: dNormed, compute, scratch)
      let dLast = scratch.tensor(rows: count, columns: width)
      finalNorm.backward(
        dNormed, x: pass.last, inverseRMS: pass.inverseRMS, into: dLast, accumulate: false, compute)
      let dx = scratch.tensor(rows: pass.batch.tokenCount, columns: width)
      dx.fill(0)
      compute.addRows(of: dLast, at: pass.batch.predictingRows, into: dx)
      let step = DecoderLayer.Step(batch: pass.batch, rotary: rotary, compute: compute, arena: scratch)
      for index in layers.indices.reversed() {
        let saved = pass.saved[keepsLayers ? index : 0]
        // The last layer's are still there.
        if !keepsLayers && index < layers.count - 1 {
          layers[index].forward(pass.inputs[index], saved: saved, into: nil, step)
        }
        layers[index].backward(dx, input: pass.inputs[index], saved: saved, step)
      }
      compute.addRows(
        of: dx, at: pass.batch.tokens.map { Int($0) }, into: gradients["model.embed_tokens.weight"])
    }
  }

  /// Logits of every row, `[T, V]`, at temperature 1; for comparisons with other software.
  public func logits(_ batch: PackedBatch) -> Tensor {
    scratch.reset()
    let output = runLayers(batch).output
    let normed = scratch.tensor(rows: output.rows, columns: output.columns)
    let inverseRMS = scratch.tensor(rows: output.rows, columns: 1)
    finalNorm.forward(output, into: normed, inverseRMS: inverseRMS, compute)
    return head.logits(normed, compute)
  }

  /// Bytes of scratch memory held.
  public var scratchByteCount: Int { scratch.byteCount }

  private func runLayers(
    _ batch: PackedBatch
  ) -> (inputs: [Tensor], saved: [DecoderLayer.Saved], output: Tensor) {
    growRotary(to: Int(batch.positions.max() ?? 0) + 1)
    precondition(
      batch.tokens.allSatisfy { $0 >= 0 && $0 < configuration.vocabSize }, "token outside the vocabulary")
    let tokens = batch.tokenCount
    let saved = layers.prefix(keepsLayers ? layers.count : 1).map {
      DecoderLayer.Saved(configuration, shape: $0.attention.shape, tokens: tokens, scratch)
    }
    // Without a way back, two residual streams take turns.
    let streams = (0..<(isTrainable ? layers.count + 1 : min(2, layers.count + 1))).map { _ in
      scratch.tensor(rows: tokens, columns: configuration.hiddenSize)
    }
    let inputs = layers.indices.map { streams[$0 % streams.count] }
    let output = streams[layers.count % streams.count]
    (inputs.first ?? output).gatherRows(
      of: parameters["model.embed_tokens.weight"], at: batch.tokens.map { Int($0) })
    let step = DecoderLayer.Step(batch: batch, rotary: rotary, compute: compute, arena: scratch)
    for (index, layer) in layers.enumerated() {
      layer.forward(
        inputs[index], saved: saved[keepsLayers ? index : 0],
        into: index + 1 < layers.count ? inputs[index + 1] : output, step)
    }
    return (inputs, saved, output)
  }

  private func growRotary(to positions: Int) {
    guard positions > rotary.cosines.rows else { return }
    rotary = RotaryEmbedding(
      configuration.rope, headDim: configuration.headDim, positions: max(positions, 2 * rotary.cosines.rows))
  }
}
