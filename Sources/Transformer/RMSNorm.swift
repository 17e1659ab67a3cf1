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
}
