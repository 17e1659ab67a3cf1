internal import Tensors

/// y = W_down (silu(W_gate x) ∘ W_up x).  Shazeer 2020, "GLU Variants Improve Transformer", arXiv:2002.05202.
struct FeedForward {
  let gateUp: Linear
  let down: Linear

  init(_ prefix: String, in parameters: Parameters, gradients: Parameters, matmul: MatmulType) {
    gateUp = Linear(
      [prefix + "gate_proj", prefix + "up_proj"], in: parameters, gradients: gradients, matmul: matmul)
    down = Linear([prefix + "down_proj"], in: parameters, gradients: gradients, matmul: matmul)
  }

  struct Saved {
    /// Gate and up side by side, `[T, 2F]`.
    let gateUp: Tensor
    /// silu(gate) · up, `[T, F]`.
    let activated: Tensor

    init(width: Int, tokens: Int, _ arena: Arena) {
      gateUp = arena.tensor(rows: tokens, columns: 2 * width)
      activated = arena.tensor(rows: tokens, columns: width)
    }
  }

  /// Adds the result to y; without y, only what the backward pass needs is worked out.
  func forward(_ x: Tensor, addingTo y: Tensor?, saved: Saved, _ compute: Compute) {
    gateUp.forward(x, into: saved.gateUp, compute)
    compute.siluMultiply(saved.gateUp, into: saved.activated)
    if let y { down.forward(saved.activated, into: y, accumulate: true, compute) }
  }

  func backward(_ dy: Tensor, x: Tensor, into dx: Tensor, saved: Saved, _ compute: Compute, _ arena: Arena) {
    arena.scoped {
      let dActivated = arena.tensor(rows: dy.rows, columns: saved.activated.columns)
      down.backward(dy, x: saved.activated, into: dActivated, compute)
      let dGateUp = arena.tensor(rows: dy.rows, columns: saved.gateUp.columns)
      compute.siluMultiplyBackward(dActivated, gateUp: saved.gateUp, into: dGateUp)
      gateUp.backward(dGateUp, x: x, into: dx, compute)
    }
  }
}
