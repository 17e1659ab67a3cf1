internal import CKernels

/// The C kernels on tensors, one thread, on one instruction set. Shapes and formulas: `ckernels.h`; each kernel has a
/// reference beside it.
public struct Kernels: @unchecked Sendable {
  // Sendable: the table is constant for the life of the process.
  let table: UnsafePointer<ck_table>
  public let level: Level

  /// - Precondition: The level is available on this CPU.
  public init(level: Level = .best) {
    guard let table = ck_table_of(level.rawValue) else { preconditionFailure("this CPU cannot run \(level)") }
    self.table = table
    self.level = level
  }

  /// Instruction sets with kernels of their own.
  public enum Level: Int32, Sendable, CaseIterable, CustomStringConvertible {
    case reference = 0
    case baseline = 1
    case avx2 = 2
    case avx512 = 3
    /// AVX-512 with products of bf16 pairs.
    case avx512bf16 = 4

    /// The best one of this CPU.
    public static var best: Level { Level(rawValue: ck_best_level()) ?? .baseline }

    public var description: String { String(cString: ck_level_name(rawValue)) }

    /// Whether this CPU can run it.
    public var isAvailable: Bool { ck_table_of(rawValue) != nil }
  }

  /// Keys per block of the key cache, on every level.
  public static let keyBlock = Int(CK_KEY_BLOCK)

  /// y = x · w / rms(x) for each of `heads` stretches of a row; `inverseRMS` `[rows, heads]`.
  public func rmsNorm(
    _ x: Tensor, weight: Tensor, heads: Int = 1, epsilon: Float, into y: Tensor, inverseRMS: Tensor?
  ) {
    precondition(x.rows == y.rows && x.columns == y.columns && weight.count * heads == x.columns)
    precondition(inverseRMS.map { $0.count == x.rows * heads } ?? true)
    table.pointee.rmsnorm_forward(
      x.pointer, x.stride, weight.pointer, x.rows, heads, weight.count, epsilon, y.pointer, y.stride,
      inverseRMS?.pointer)
  }

  /// Gradient of ``rmsNorm``; `dx` is set or added to, `dWeight` `[1, cols]` is added to.
  public func rmsNormBackward(
    _ dy: Tensor, x: Tensor, weight: Tensor, heads: Int = 1, inverseRMS: Tensor, into dx: Tensor,
    accumulate: Bool,
    dWeight: Tensor
  ) {
    precondition(dy.rows == x.rows && dx.rows == x.rows && weight.count * heads == x.columns)
    table.pointee.rmsnorm_backward(
      dy.pointer, dy.stride, x.pointer, x.stride, weight.pointer, inverseRMS.pointer, x.rows, heads,
      weight.count,
      dx.pointer, dx.stride, accumulate ? 1 : 0, dWeight.pointer)
  }

  /// Rotates each head's halves by the angle of its row's position. `direction` −1 undoes it.
  public func rotate(
    _ x: Tensor, heads: Int, positions: ArraySlice<Int32>, cosines: Tensor, sines: Tensor, direction: Float
  ) {
    precondition(
      positions.count == x.rows && x.columns % heads == 0 && cosines.columns * 2 * heads == x.columns)
    precondition(positions.allSatisfy { $0 >= 0 && $0 < cosines.rows }, "position outside the rotary table")
    positions.withUnsafeBufferPointer {
      table.pointee.rope(
        x.pointer, x.stride, $0.baseAddress, cosines.pointer, sines.pointer, x.rows, heads, x.columns / heads,
        direction)
    }
  }

  /// out = silu(gate) · up, with gate and up side by side in `gateUp` `[rows, 2F]`.
  public func siluMultiply(_ gateUp: Tensor, into out: Tensor) {
    precondition(gateUp.columns == 2 * out.columns && gateUp.rows == out.rows)
    precondition(gateUp.isContiguous && out.isContiguous)
    table.pointee.silu_mul_forward(gateUp.pointer, out.rows, out.columns, out.pointer)
  }

  public func siluMultiplyBackward(_ dOut: Tensor, gateUp: Tensor, into dGateUp: Tensor) {
    precondition(gateUp.columns == 2 * dOut.columns && gateUp.rows == dOut.rows && dGateUp.rows == dOut.rows)
    precondition(gateUp.isContiguous && dOut.isContiguous && dGateUp.isContiguous)
    table.pointee.silu_mul_backward(gateUp.pointer, dOut.pointer, dOut.rows, dOut.columns, dGateUp.pointer)
  }

  /// Per row of logits: logprob of the target and entropy of softmax(logits / temperature), nats.
  /// `out` is `[3, rows]`: logprobs, entropies, log-sum-exps.
  public func logprob(
    _ logits: Tensor, inverseTemperature: Float, targets: ArraySlice<Int32>, out: Tensor, at first: Int
  ) {
    check(logits, targets)
    targets.withUnsafeBufferPointer {
      table.pointee.logprob_forward(
        logits.pointer, logits.rows, logits.columns, inverseTemperature, $0.baseAddress, out.pointer + first,
        out.pointer + out.stride + first, out.pointer + 2 * out.stride + first)
    }
  }

  /// Turns logits into dL/dlogits. `gradients` is `[2, rows]`: dL/dlogprob, dL/dentropy.
  public func logprobBackward(
    _ logits: Tensor, inverseTemperature: Float, targets: ArraySlice<Int32>, forward: Tensor,
    gradients: Tensor,
    at first: Int
  ) {
    check(logits, targets)
    targets.withUnsafeBufferPointer {
      table.pointee.logprob_backward(
        logits.pointer, logits.rows, logits.columns, inverseTemperature, $0.baseAddress,
        forward.pointer + 2 * forward.stride + first, forward.pointer + forward.stride + first,
        gradients.pointer + first, gradients.pointer + gradients.stride + first)
    }
  }

  private func check(_ logits: Tensor, _ targets: ArraySlice<Int32>) {
    precondition(logits.isContiguous && targets.count == logits.rows)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
  }

  /// y += a · x
  public func axpy(_ a: Float, _ x: Tensor, into y: Tensor) {
    precondition(x.rows == y.rows && x.columns == y.columns)
    if x.isContiguous && y.isContiguous {
      table.pointee.axpy(a, x.pointer, y.pointer, x.count)
    } else {
      for row in 0..<x.rows {
        table.pointee.axpy(a, x.pointer + row * x.stride, y.pointer + row * y.stride, x.columns)
      }
    }
  }

  /// Adds `bias` to every row.
  public func addBias(_ bias: Tensor, into x: Tensor) {
    let flat = bias.reshaped(rows: 1, columns: bias.count)
    for row in 0..<x.rows { axpy(1, flat, into: x.rows(row..<row + 1)) }
  }

  /// out `[1, columns]` += sum of the rows.
  public func columnSums(_ x: Tensor, into out: Tensor) {
    precondition(out.count == x.columns)
    table.pointee.column_sums(x.pointer, x.stride, x.rows, x.columns, out.pointer)
  }

  /// Sum of squares in double.
  public func sumOfSquares(_ x: Tensor) -> Double {
    precondition(x.isContiguous)
    return table.pointee.sum_of_squares(x.pointer, x.count)
  }

  /// Probabilities of softmax(logits / temperature) for one row; returns the log-sum-exp of logits / temperature.
  @discardableResult
  public func softmax(_ logits: Tensor, inverseTemperature: Float, into probabilities: Tensor) -> Float {
    precondition(logits.rows == 1 && probabilities.count == logits.count)
    return table.pointee.softmax_row(
      logits.pointer, logits.columns, inverseTemperature, probabilities.pointer)
  }
}

/// Looking for a token in a row.
extension Kernels {
  /// The first index of the largest value.
  public static func indexOfMaximum(_ row: Tensor) -> Int {
    let values = UnsafeBufferPointer(start: row.pointer, count: row.count)
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
  }

  /// Draws from softmax(logits / temperature) by inverting the cumulative distribution at `uniform`, tokens in order.
  ///
  /// - Returns: The token, and the natural log of its probability.
  public func draw(
    _ logits: Tensor, inverseTemperature: Float, uniform: Float, scratch: Tensor
  ) -> (token: Int, logprob: Float) {
    precondition(logits.rows == 1 && scratch.count == logits.count)
    var logprob: Float = 0
    let token = table.pointee.draw_token(
      logits.pointer, logits.columns, inverseTemperature, uniform, scratch.pointer, &logprob)
    return (Int(token), logprob)
  }
}
