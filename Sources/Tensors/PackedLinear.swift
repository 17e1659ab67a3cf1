private import CKernels

/// How packed weights are stored; sums are fp32 with all of them, activations too unless asked otherwise.
public enum WeightFormat: String, Sendable, Hashable, CaseIterable {
  case fp32
  /// The upper half of fp32, rounded to nearest even: 8 bits of mantissa.
  case bf16
  /// Whole numbers from −127 to 127 with one scale per output, max |w| / 127.
  case int8

  /// Without scales.
  public var bytesPerWeight: Int {
    switch self {
    case .fp32: 4
    case .bf16: 2
    case .int8: 1
    }
  }

  var code: Int32 {
    switch self {
    case .fp32: Int32(CK_F32.rawValue)
    case .bf16: Int32(CK_BF16.rawValue)
    case .int8: Int32(CK_I8.rawValue)
    }
  }
}

/// What the inputs of linear layers are rounded to before they are multiplied.
public enum ActivationFormat: String, Sendable, Hashable, CaseIterable {
  case fp32
  /// To nearest even; with bf16 weights only. Twice the speed where the CPU multiplies pairs of bf16.
  case bf16
}

/// A linear layer y = x Wᵀ + b with its weights laid out for generation.
///
/// Every output is one sum over the inputs in their order, whatever the number of rows, so a row's result depends on
/// that row and the weights only (batch invariance). OpenBLAS does not promise that for small products.
public struct PackedLinear: Sendable {
  /// What becomes of the sums.
  public enum Shape: Sendable {
    case plain
    /// The weight is F gates above F ups, and the layer gives silu(gate) · up, `[rows, F]`.
    case gated
  }

  public let outputs: Int
  public let inputs: Int
  public let format: WeightFormat
  public let activations: ActivationFormat
  /// Panels of outputs, the unit in which threads share a product.
  public let panels: Int
  private let shape: Shape
  private let packed: Tensor  // of bytes
  private let scales: Tensor?
  private let bias: Tensor?
  private let kernels: Kernels

  /// Memory for a layer of this size; ``pack(weight:bias:compute:)`` fills it.
  public init(
    outputs: Int, inputs: Int, hasBias: Bool, format: WeightFormat = .fp32,
    activations: ActivationFormat = .fp32, shape: Shape = .plain, kernels: Kernels
  ) {
    precondition(shape == .plain || outputs % 2 == 0, "gates and ups come in pairs")
    precondition(activations == .fp32 || format == .bf16, "rounded activations go with bf16 weights")
    self.activations = activations
    self.outputs = outputs
    self.inputs = inputs
    self.format = format
    self.shape = shape
    self.kernels = kernels
    let paired: Int32 = shape == .gated ? 1 : 0
    panels = kernels.table.pointee.linear_panels(outputs, paired)
    let bytes = kernels.table.pointee.packed_bytes(outputs, inputs, Self.code(format, activations), paired)
    packed = Tensor(rows: 1, columns: (bytes + 3) / 4)
    scales = format == .int8 ? Tensor(rows: panels, columns: kernels.table.pointee.panel_width * 2) : nil
    bias = hasBias ? Tensor(rows: 1, columns: outputs) : nil
  }

  /// Takes over weights `[outputs, inputs]` and bias `[1, outputs]`, rounding them to the format.
  public func pack(weight: Tensor, bias: Tensor?, compute: Compute) {
    precondition(weight.isContiguous && weight.rows == outputs && weight.columns == inputs)
    precondition((bias == nil) == (self.bias == nil))
    compute.overRanges(panels, grain: max(1, 100_000 / max(1, inputs))) { range in
      kernels.table.pointee.pack_linear(
        weight.pointer, outputs, inputs, code, shape == .gated ? 1 : 0, packed.pointer,
        scales?.pointer, range.lowerBound, range.upperBound)
    }
    if let bias, let mine = self.bias { mine.copy(from: bias.reshaped(rows: 1, columns: outputs)) }
  }

  /// y `[rows, outputs]` = x `[rows, inputs]` Wᵀ + b, or y += …; only the outputs of some panels. Rounded activations
  /// need `scratch` for `rows · inputs` numbers, which nobody else uses meanwhile.
  public func callAsFunction(
    _ x: Tensor, into y: Tensor, accumulate: Bool = false, panels range: Range<Int>? = nil,
    scratch: Tensor? = nil
  ) {
    precondition(x.columns == inputs && x.rows == y.rows)
    precondition(y.columns == (shape == .gated ? outputs / 2 : outputs) && !(accumulate && shape == .gated))
    precondition(activations == .fp32 || scratch.map { $0.isContiguous && $0.count >= x.count } == true)
    let range = range ?? 0..<panels
    precondition(range.lowerBound >= 0 && range.upperBound <= panels)
    var layer = ck_linear(
      format: code, paired: shape == .gated ? 1 : 0, accumulate: accumulate ? 1 : 0,
      weights: UnsafeRawPointer(packed.pointer), scales: scales.map { UnsafePointer($0.pointer) },
      bias: bias.map { UnsafePointer($0.pointer) }, scratch: scratch?.pointer, outputs: outputs,
      inputs: inputs)
    kernels.table.pointee.linear(
      &layer, x.pointer, x.stride, y.pointer, y.stride, x.rows, range.lowerBound, range.upperBound)
  }

  private var code: Int32 { Self.code(format, activations) }

  private static func code(_ format: WeightFormat, _ activations: ActivationFormat) -> Int32 {
    activations == .bf16 ? Int32(CK_BF16_BOTH.rawValue) : format.code
  }

  /// Bytes held.
  public var byteCount: Int { 4 * (packed.count + (scales?.count ?? 0) + (bias?.count ?? 0)) }
}
