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
  ///
  /// - Parameters:
  ///   - x: `[T, D]` (normed).
  ///   - y: `[T, D]`.
  ///   - saved: What the backward pass needs.
  ///   - compute: Where the work is done.
  ///   - makeInput: Makes rows of x.
  ///   - makeOutput: Makes what rows of y hold before.
  func forward(
    _ x: Tensor, addingTo y: Tensor?, saved: Saved, _ compute: Compute, makeInput: @escaping RowWork,
    makeOutput: @escaping RowWork
  ) {
    gateUp.forward(
      x, into: saved.gateUp, compute, before: makeInput,
      after: { rows, _ in
        compute.meteredRows(.siluMultiply, numbers: 3 * rows.count * saved.activated.columns) {
          compute.kernels.siluMultiply(saved.gateUp.rows(rows), into: saved.activated.rows(rows))
        }
      })
    if let y { down.forward(saved.activated, into: y, accumulate: true, compute, before: makeOutput) }
  }

  /// dy `[T, D]` to dx `[T, D]` (overwritten), whose rows go to `useInput` when all of dy has been read.
  func backward(
    _ dy: Tensor, x: Tensor, into dx: Tensor, saved: Saved, _ compute: Compute, _ arena: Arena,
    useInput: @escaping RowWork
  ) {
    arena.scoped {
      let dActivated = arena.tensor(rows: dy.rows, columns: saved.activated.columns)
      let dGateUp = arena.tensor(rows: dy.rows, columns: saved.gateUp.columns)
      down.accumulateGradients(dy, x: saved.activated, compute)
      down.backward(
        dy, into: dActivated, compute,
        after: { rows, _ in
          compute.meteredRows(.siluMultiplyBackward, numbers: 5 * rows.count * dActivated.columns) {
            compute.kernels.siluMultiplyBackward(
              dActivated.rows(rows), gateUp: saved.gateUp.rows(rows), into: dGateUp.rows(rows))
          }
        })
      gateUp.accumulateGradients(dGateUp, x: x, compute)
      gateUp.backward(dGateUp, into: dx, compute, after: useInput)
    }
  }
}
