internal import Tensors

/// y = w · x / √(mean(x²) + ε), over the width or over each head.
///
/// Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", arXiv:1910.07467.
struct RMSNorm {
  let weight: Tensor
  let dWeight: Tensor
  let heads: Int
  let epsilon: Float

  init(_ name: String, heads: Int = 1, epsilon: Double, in parameters: Parameters, gradients: Parameters) {
    weight = parameters[name + ".weight"]
    dWeight = gradients[name + ".weight"]
    self.heads = heads
    self.epsilon = Float(epsilon)
  }

  /// `inverseRMS` `[T, heads]` is kept for the backward pass.
  func forward(_ x: Tensor, into y: Tensor, inverseRMS: Tensor, _ compute: Compute) {
    compute.rmsNorm(x, weight: weight, heads: heads, epsilon: epsilon, into: y, inverseRMS: inverseRMS)
  }

  func backward(
    _ dy: Tensor, x: Tensor, inverseRMS: Tensor, into dx: Tensor, accumulate: Bool, _ compute: Compute
  ) {
    compute.rmsNormBackward(
      dy, x: x, weight: weight, heads: heads, inverseRMS: inverseRMS, into: dx, accumulate: accumulate,
      dWeight: dWeight)
  }

  /// The same for some rows, on the calling thread.
  func forward(rows: Range<Int>, of x: Tensor, into y: Tensor, inverseRMS: Tensor, _ compute: Compute) {
    compute.meteredRows(.rmsNorm, numbers: 2 * rows.count * x.columns) {
      compute.kernels.rmsNorm(
        x.rows(rows), weight: weight, heads: heads, epsilon: epsilon, into: y.rows(rows),
        inverseRMS: inverseRMS.rows(rows))
    }
  }

  /// The same for some rows, on the calling thread; the weight's gradient goes to the share's row of `partial`, see
  /// ``partialGradients(_:_:)``.
  func backward(
    rows: Range<Int>, of dy: Tensor, x: Tensor, inverseRMS: Tensor, into dx: Tensor, accumulate: Bool,
    partial: Tensor, share: Int, _ compute: Compute
  ) {
    compute.meteredRows(.rmsNormBackward, numbers: (accumulate ? 4 : 3) * rows.count * x.columns) {
      compute.kernels.rmsNormBackward(
        dy.rows(rows), x: x.rows(rows), weight: weight, heads: heads, inverseRMS: inverseRMS.rows(rows),
        into: dx.rows(rows), accumulate: accumulate, dWeight: partial.rows(share..<share + 1))
    }
  }

  /// Zeros, a row for each share of the work.
  func partialGradients(_ compute: Compute, _ arena: Arena) -> Tensor {
    let partial = arena.tensor(rows: compute.threads, columns: weight.count)
    partial.fill(0)
    return partial
  }

  /// Adds up what the shares found, in order.
  func collect(_ partial: Tensor, _ compute: Compute) {
    compute.kernels.columnSums(partial, into: dWeight)
  }
}
