import Synchronization

/// Where the time of a computation goes: seconds, arithmetic and memory traffic of each kind of kernel.
///
/// Traffic counts every array once: what a kernel has to read and write at least.
public final class KernelMeter: Sendable {
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

  private let found = Mutex<[Kernel: Use]>([:])

  public var uses: [Kernel: Use] { found.withLock { $0 } }

  public init() {}

  func add(_ kernel: Kernel, seconds: Double, flops: Double, bytes: Double) {
    found.withLock { uses in
      var use = uses[kernel] ?? Use()
      use.calls += 1
      use.seconds += seconds
      use.flops += flops
      use.bytes += bytes
      uses[kernel] = use
    }
  }

  /// Takes seconds back from a kernel that others ran within.
  func subtract(_ seconds: Double, from kernel: Kernel) {
    found.withLock { $0[kernel, default: Use()].seconds -= seconds }
  }
}

extension Compute {
  /// Runs `body`, one thread's work on some rows within a product, and counts it apart from the product.
  public func meteredRows(_ kernel: KernelMeter.Kernel, numbers: Int, _ body: () -> Void) {
    guard let meter else { return body() }
    let start = ContinuousClock.now
    body()
    let time = start.duration(to: .now).components
    let share = (Double(time.seconds) + Double(time.attoseconds) * 1e-18) / Double(threads)
    meter.add(kernel, seconds: share, flops: 0, bytes: Double(numbers * MemoryLayout<Float>.size))
    meter.subtract(share, from: .product)
  }

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
