/// Where the time of a computation goes: seconds, arithmetic and memory traffic of each kind of kernel.
///
/// Traffic counts every array once: what a kernel has to read and write at least.
public final class KernelMeter: @unchecked Sendable {
  // Sendable: only the thread that calls `Compute` writes, and it reads after it is done.

  /// A kind of work that is told apart.
  public enum Kernel: String, Sendable, Hashable, CaseIterable {
    case product = "matrix products"
    case attention = "attention"
    case attentionBackward = "attention, backward"
    case rmsNorm = "RMSNorm"
    case rmsNormBackward = "RMSNorm, backward"
    case rotary = "rotary embedding"
    case siluMultiply = "SiLU·up"
    case siluMultiplyBackward = "SiLU·up, backward"
    case logprob = "softmax and logprob"
    case logprobBackward = "softmax and logprob, backward"
    case rows = "copying and adding rows"
    case bias = "bias"
    case adamW = "AdamW"
    case sumOfSquares = "gradient norm"
  }

  public struct Use: Sendable, Hashable {
    public var calls = 0
    public var seconds = 0.0
    /// Floating-point operations.
    public var flops = 0.0
    /// Bytes read and written.
    public var bytes = 0.0
  }

  public private(set) var uses: [Kernel: Use] = [:]

  public init() {}

  func add(_ kernel: Kernel, seconds: Double, flops: Double, bytes: Double) {
    var use = uses[kernel] ?? Use()
    use.calls += 1
    use.seconds += seconds
    use.flops += flops
    use.bytes += bytes
    uses[kernel] = use
  }
}

extension Compute {
  /// Runs `body`, and adds what it took to the meter where there is one.
  func metered<Result>(
    _ kernel: KernelMeter.Kernel, flops: @autoclosure () -> Double = 0, numbers: @autoclosure () -> Int,
    _ body: () throws -> Result
  ) rethrows -> Result {
    guard let meter else { return try body() }
    let start = ContinuousClock.now
    let result = try body()
    let time = start.duration(to: .now).components
    meter.add(
      kernel, seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18, flops: flops(),
      bytes: Double(numbers() * MemoryLayout<Float>.size))
    return result
  }
}
