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

  func forward(_ x: Tensor, into y: Tensor, accumulate: Bool = false, _ compute: Compute) {
    compute.multiply(x, weight, transposeB: true, into: y, accumulate: accumulate, in: matmul)
    if let bias { compute.addBias(bias, into: y) }
  }

  /// dx = dy W, dW += dyᵀ x, db += Σ dy
  func backward(_ dy: Tensor, x: Tensor, into dx: Tensor, _ compute: Compute) {
    compute.multiply(dy, weight, into: dx, in: matmul)
    compute.multiply(dy, x, transposeA: true, into: dWeight, accumulate: true, in: matmul)
    if let dBias { compute.columnSums(dy, into: dBias) }
  }
}
