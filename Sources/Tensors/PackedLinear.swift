private import CKernels

/// A linear layer y = x Wᵀ + b with its weights laid out for generation.
///
/// Every output is one sum over the inputs in their order, whatever the number of rows, so a row's result depends on
/// that row and the weights only (batch invariance). OpenBLAS does not promise that for small products.
public struct PackedLinear: Sendable {
  public let outputs: Int
  public let inputs: Int
  private let packed: Tensor
  private let bias: Tensor?
  private let panels: Int
  private let kernels: Kernels

  /// - Parameters:
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[1, outputs]`, or nil.
  ///   - kernels: The layout is that of their instruction set.
  public init(weight: Tensor, bias: Tensor?, kernels: Kernels) {
    precondition(weight.isContiguous && bias.map { $0.count == weight.rows } ?? true)
    self.kernels = kernels
    let width = kernels.table.pointee.panel_width
    outputs = weight.rows
    inputs = weight.columns
    panels = (outputs + width - 1) / width
    packed = Tensor(rows: panels, columns: width * inputs)
    self.bias = bias.map { Tensor($0.values, columns: $0.count) }
    repack(weight: weight, bias: bias)
  }

  /// Takes over new weights of the same shape.
  public func repack(weight: Tensor, bias: Tensor?) {
    precondition(weight.isContiguous && weight.rows == outputs && weight.columns == inputs)
    kernels.table.pointee.pack_weights(weight.pointer, outputs, inputs, packed.pointer)
    if let bias, let mine = self.bias { mine.copy(from: bias.reshaped(rows: 1, columns: outputs)) }
  }

  /// y `[rows, outputs]` = x `[rows, inputs]` Wᵀ + b
  public func callAsFunction(_ x: Tensor, into y: Tensor) {
    precondition(x.columns == inputs && y.columns == outputs && x.rows == y.rows)
    kernels.table.pointee.linear_packed(
      x.pointer, x.stride, packed.pointer, bias?.pointer, y.pointer, y.stride, x.rows, outputs, inputs, 0,
      panels)
  }
}
