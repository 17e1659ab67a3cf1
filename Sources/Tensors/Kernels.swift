internal import CKernels

/// The C kernels on tensors, one thread. Shapes and formulas: `ckernels.h`; each kernel has a reference beside it.
public enum Kernels {
  /// Instruction sets with kernels of their own.
  public enum Level: Int32, Sendable, CaseIterable, CustomStringConvertible {
    case reference = 0
    case baseline = 1
    case avx2 = 2
    case avx512 = 3

    public var description: String { String(cString: ck_level_name(rawValue)) }

    /// Whether this CPU can run it.
    public var isAvailable: Bool { ck_table_of(rawValue) != nil }
  }

  /// The level in use: the CPU's best. Settable for tests; packed weights made before are void then.
  public static var level: Level {
    get { Level(rawValue: ck_level()) ?? .baseline }
    set { precondition(ck_set_level(newValue.rawValue) == 0, "this CPU cannot run \(newValue)") }
  }

  /// Keys per block of a ``KeyCache`` block, on every level.
  public static let keyBlock = Int(CK_KEY_BLOCK)

  static var table: ck_table { ck().pointee }

  /// y = x · w / rms(x) for each of `heads` stretches of a row; `inverseRMS` `[rows, heads]`.
  public static func rmsNorm(
    _ x: Tensor, weight: Tensor, heads: Int = 1, epsilon: Float, into y: Tensor, inverseRMS: Tensor?
  ) {
    precondition(x.rows == y.rows && x.columns == y.columns && weight.count * heads == x.columns)
    precondition(inverseRMS.map { $0.count == x.rows * heads } ?? true)
    table.rmsnorm_forward(
      x.pointer, x.stride, weight.pointer, x.rows, heads, weight.count, epsilon, y.pointer, y.stride,
      inverseRMS?.pointer)
  }

  /// Gradient of ``rmsNorm``; `dx` is set or added to, `dWeight` `[1, cols]` is added to.
  public static func rmsNormBackward(
    _ dy: Tensor, x: Tensor, weight: Tensor, heads: Int = 1, inverseRMS: Tensor, into dx: Tensor, accumulate: Bool,
    dWeight: Tensor
  ) {
    precondition(dy.rows == x.rows && dx.rows == x.rows && weight.count * heads == x.columns)
    table.rmsnorm_backward(
      dy.pointer, dy.stride, x.pointer, x.stride, weight.pointer, inverseRMS.pointer, x.rows, heads, weight.count,
      dx.pointer, dx.stride, accumulate ? 1 : 0, dWeight.pointer)
  }

  /// Rotates each head's halves by the angle of its row's position. `direction` −1 undoes it.
  public static func rotate(
    _ x: Tensor, heads: Int, positions: ArraySlice<Int32>, cosines: Tensor, sines: Tensor, direction: Float
  ) {
    precondition(positions.count == x.rows && x.columns % heads == 0 && cosines.columns * 2 * heads == x.columns)
    precondition(positions.allSatisfy { $0 >= 0 && $0 < cosines.rows }, "position outside the rotary table")
    positions.withUnsafeBufferPointer {
      table.rope(
        x.pointer, x.stride, $0.baseAddress, cosines.pointer, sines.pointer, x.rows, heads, x.columns / heads,
        direction)
    }
  }

  /// out = silu(gate) · up, with gate and up side by side in `gateUp` `[rows, 2F]`.
  public static func siluMultiply(_ gateUp: Tensor, into out: Tensor) {
    precondition(gateUp.columns == 2 * out.columns && gateUp.rows == out.rows)
    precondition(gateUp.isContiguous && out.isContiguous)
    table.silu_mul_forward(gateUp.pointer, out.rows, out.columns, out.pointer)
  }

  public static func siluMultiplyBackward(_ dOut: Tensor, gateUp: Tensor, into dGateUp: Tensor) {
    precondition(gateUp.columns == 2 * dOut.columns && gateUp.rows == dOut.rows && dGateUp.rows == dOut.rows)
    precondition(gateUp.isContiguous && dOut.isContiguous && dGateUp.isContiguous)
    table.silu_mul_backward(gateUp.pointer, dOut.pointer, dOut.rows, dOut.columns, dGateUp.pointer)
  }

  /// Per row of logits: logprob of the target and entropy of softmax(logits / temperature), nats.
  /// `out` is `[3, rows]`: logprobs, entropies, log-sum-exps.
  public static func logprob(
    _ logits: Tensor, inverseTemperature: Float, targets: ArraySlice<Int32>, out: Tensor, at first: Int
  ) {
    check(logits, targets)
    targets.withUnsafeBufferPointer {
      table.logprob_forward(
        logits.pointer, logits.rows, logits.columns, inverseTemperature, $0.baseAddress, out.pointer + first,
        out.pointer + out.stride + first, out.pointer + 2 * out.stride + first)
    }
  }

  /// Turns logits into dL/dlogits. `gradients` is `[2, rows]`: dL/dlogprob, dL/dentropy.
  public static func logprobBackward(
    _ logits: Tensor, inverseTemperature: Float, targets: ArraySlice<Int32>, forward: Tensor, gradients: Tensor,
    at first: Int
  ) {
    check(logits, targets)
    targets.withUnsafeBufferPointer {
      table.logprob_backward(
        logits.pointer, logits.rows, logits.columns, inverseTemperature, $0.baseAddress,
        forward.pointer + 2 * forward.stride + first, forward.pointer + forward.stride + first,
        gradients.pointer + first, gradients.pointer + gradients.stride + first)
    }
  }

  private static func check(_ logits: Tensor, _ targets: ArraySlice<Int32>) {
    precondition(logits.isContiguous && targets.count == logits.rows)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
  }

  /// y += a · x
  public static func axpy(_ a: Float, _ x: Tensor, into y: Tensor) {
    precondition(x.rows == y.rows && x.columns == y.columns)
    if x.isContiguous && y.isContiguous {
      table.axpy(a, x.pointer, y.pointer, x.count)
    } else {
      for row in 0..<x.rows { table.axpy(a, x.pointer + row * x.stride, y.pointer + row * y.stride, x.columns) }
    }
  }

  /// out `[1, columns]` += sum of the rows.
  public static func columnSums(_ x: Tensor, into out: Tensor) {
    precondition(out.count == x.columns)
    table.column_sums(x.pointer, x.stride, x.rows, x.columns, out.pointer)
  }

  /// Sum of squares in double.
  public static func sumOfSquares(_ x: Tensor) -> Double {
    precondition(x.isContiguous)
    return table.sum_of_squares(x.pointer, x.count)
  }

  /// Probabilities of softmax(logits / temperature) for one row; returns the log-sum-exp of logits / temperature.
  @discardableResult
  public static func softmax(_ logits: Tensor, inverseTemperature: Float, into probabilities: Tensor) -> Float {
    precondition(logits.rows == 1 && probabilities.count == logits.count)
    return table.softmax_row(logits.pointer, logits.columns, inverseTemperature, probabilities.pointer)
  }
}
