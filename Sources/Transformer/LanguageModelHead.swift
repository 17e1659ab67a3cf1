internal import Tensors

/// Logprob and entropy of taken tokens under softmax(h Wᵀ / temperature), in blocks of rows.
///
/// Neither pass holds more than a block of logits (about a million numbers): the backward pass computes each block
/// anew and turns it into its own gradient in place.
///
///     logprob = z_target − lse(z),  entropy = lse(z) − Σ_v p_v z_v,  z = h Wᵀ / temperature
///     dz_v = dlogprob (1[v = target] − p_v) − dentropy · p_v (log p_v + entropy)
struct LanguageModelHead {
  let weight: Tensor
  let dWeight: Tensor
  let matmul: MatmulType

  init(
    _ c: ModelConfiguration, in parameters: Parameters, gradients: Parameters, matmul: MatmulType
  ) {
    let name = c.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"
    weight = parameters[name]
    dWeight = gradients[name]
    self.matmul = matmul
  }

  /// Rows of logits held at a time: some 4 MB of them, but enough rows to be worth a pass over the weights.
  static func blockRows(vocabSize: Int, rows: Int) -> Int {
    max(1, min(rows, max(256, (1 << 20) / vocabSize)))
  }

  /// - Parameters:
  ///   - hidden: `[N, D]`, normed.
  ///   - targets: `[N]`.
  ///   - temperature: Divides the logits.
  ///   - out: `[3, N]`: logprobs, entropies, log-sum-exps.
  ///   - compute: Where the work is done.
  ///   - arena: Scratch memory.
  func forward(
    _ hidden: Tensor, targets: [Int32], temperature: Float, out: Tensor, _ compute: Compute, _ arena: Arena
  ) {
    forEachBlock(of: hidden, compute, arena) { rows, logits in
      compute.logprob(
        logits, inverseTemperature: 1 / temperature, targets: targets, out: out, at: rows.lowerBound)
    }
  }

  /// - Parameters:
  ///   - hidden: As in the forward pass.
  ///   - targets: As in the forward pass.
  ///   - temperature: As in the forward pass.
  ///   - forward: What the forward pass put out.
  ///   - gradients: `[2, N]`: dL/dlogprob, dL/dentropy.
  ///   - dHidden: `[N, D]`, overwritten.
  ///   - compute: Where the work is done.
  ///   - arena: Scratch memory.
  func backward(
    _ hidden: Tensor, targets: [Int32], temperature: Float, forward: Tensor, gradients: Tensor,
    into dHidden: Tensor, _ compute: Compute, _ arena: Arena
  ) {
    arena.scoped {
      let right = compute.operand(weight, transposed: false, in: matmul, arena)
      forEachBlock(of: hidden, compute, arena) { rows, logits in
        compute.logprobBackward(
          logits, inverseTemperature: 1 / temperature, targets: targets, forward: forward,
          gradients: gradients,
          at: rows.lowerBound)
        compute.multiply(logits, right, into: dHidden.rows(rows))
        compute.multiply(
          logits, hidden.rows(rows), transposeA: true, into: dWeight, accumulate: true, in: matmul)
      }
    }
  }

  /// All logits, `[N, V]`; for comparisons, not for training.
  func logits(_ hidden: Tensor, _ compute: Compute) -> Tensor {
    let out = Tensor(rows: hidden.rows, columns: weight.rows)
    compute.multiply(hidden, weight, transposeB: true, into: out)
    return out
  }

  private func forEachBlock(
    of hidden: Tensor, _ compute: Compute, _ arena: Arena, _ body: (Range<Int>, Tensor) -> Void
  ) {
    let block = Self.blockRows(vocabSize: weight.rows, rows: hidden.rows)
    arena.scoped {
      let buffer = arena.tensor(rows: block, columns: weight.rows)
      let right = compute.operand(weight, transposed: true, in: matmul, arena)
      for start in stride(from: 0, to: hidden.rows, by: block) {
        let rows = start..<min(start + block, hidden.rows)
        let logits = buffer.rows(0..<rows.count)
        compute.multiply(hidden.rows(rows), right, into: logits)
        body(rows, logits)
      }
    }
  }
}
