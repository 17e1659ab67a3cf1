/// Scratch memory handed out in order and taken back all at once: the steady state of training allocates nothing.
///
/// Tensors from an arena are not zeroed, and are overwritten after the next ``reset()``.
public final class Arena {
  private var block: Tensor.Storage
  private var used = 0
  /// Blocks that did not fit, and how many numbers they hold; merged into one at the next reset.
  private var overflow: [Tensor.Storage] = []
  private var overflowCount = 0
  /// The most that was ever in use at once.
  private var peak = 0

  public init() {
    block = Tensor.Storage(count: 0, zeroed: false)
  }

  /// `rows × columns` numbers of unspecified value.
  public func tensor(rows: Int, columns: Int) -> Tensor {
    // Rounded up to whole cache lines, so that threads never share one.
    let count = (rows * columns + 15) / 16 * 16
    peak = max(peak, used + overflowCount + count)
    if used + count <= block.count {
      defer { used += count }
      return Tensor(storage: block, offset: used, rows: rows, columns: columns, stride: columns)
    }
    let extra = Tensor.Storage(count: count, zeroed: false)
    overflow.append(extra)
    overflowCount += count
    return Tensor(storage: extra, offset: 0, rows: rows, columns: columns, stride: columns)
  }

  /// Everything handed out may be handed out again.
  ///
  /// - Parameter count: Numbers that will be needed, where that is known: then there is one stretch for all of them, and
  ///   none beside it.
  public func reset(toHold count: Int = 0) {
    overflow = []
    overflowCount = 0
    used = 0
    peak = max(peak, count)
    guard peak > block.count else { return }
    // The old block goes before the new one comes, unless tensors still hold it.
    block = Tensor.Storage(count: 0, zeroed: false)
    block = Tensor.Storage(count: peak, zeroed: false)
  }

  /// Runs `body`, and takes back what it took.
  public func scoped<Result>(_ body: () throws -> Result) rethrows -> Result {
    let mark = (used: used, overflow: overflow.count, overflowCount: overflowCount)
    defer {
      used = mark.used
      overflow.removeSubrange(mark.overflow...)
      overflowCount = mark.overflowCount
    }
    return try body()
  }

  /// Bytes held.
  public var byteCount: Int { (block.count + overflowCount) * MemoryLayout<Float>.size }
}
