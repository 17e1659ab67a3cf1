internal import Tensors

/// y = x Wᵀ + b.  W `[outputs, inputs]`, b `[1, outputs]` or nil.
struct Linear {
  let weight: Tensor
  let bias: Tensor?
  let dWeight: Tensor
  let dBias: Tensor?
  let matmul: MatmulType

  /// - Parameters:
  ///   - names: Weights that lie side by side and are applied as one.
  ///   - parameters: Where they are.
  ///   - gradients: Where their gradients go.
  ///   - matmul: What operands of products are rounded to.
  init(_ names: [String], in parameters: Parameters, gradients: Parameters, matmul: MatmulType) {
    let weights = names.map { $0 + ".weight" }
    let biases = names.map { $0 + ".bias" }
    weight = parameters.stacked(weights)
    dWeight = gradients.stacked(weights)
    let hasBias = parameters.contains(biases[0])
    bias = hasBias ? parameters.stacked(biases) : nil
    dBias = hasBias ? gradients.stacked(biases) : nil
    self.matmul = matmul
  }

  /// - Parameters:
  ///   - x: `[T, inputs]`.
  ///   - y: `[T, outputs]`, set or added to.
  ///   - accumulate: Whether it is added to.
  ///   - compute: Where the work is done.
  ///   - before: Makes rows of x, right before they are read.
  ///   - after: Reads rows of y, right after they are done.
  func forward(
    _ x: Tensor, into y: Tensor, accumulate: Bool = false, _ compute: Compute, before: RowWork? = nil,
    after: RowWork? = nil
  ) {
    var finish = after
    if let bias {
      finish = { rows, share in
        compute.meteredRows(.bias, numbers: 2 * rows.count * y.columns) {
          compute.kernels.addBias(bias, into: y.rows(rows))
        }
        after?(rows, share)
      }
    }
    compute.multiply(
      x, weight, transposeB: true, into: y, accumulate: accumulate, in: matmul, before: before, after: finish)
  }

  /// dx = dy W; `before` makes rows of dy, `after` reads rows of dx.
  func backward(
    _ dy: Tensor, into dx: Tensor, _ compute: Compute, before: RowWork? = nil, after: RowWork? = nil
  ) {
    compute.multiply(dy, weight, into: dx, in: matmul, before: before, after: after)
  }

  /// dW += dyᵀ x, db += Σ dy
  func accumulateGradients(_ dy: Tensor, x: Tensor, _ compute: Compute) {
    compute.multiply(dy, x, transposeA: true, into: dWeight, accumulate: true, in: matmul)
    if let dBias { compute.columnSums(dy, into: dBias) }
  }
}
