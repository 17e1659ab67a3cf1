/// Finds the k-th largest magnitude of more numbers than fit into memory, exactly, in two passes over them.
///
/// The bits of a float that is not negative grow with its value. The first pass counts by the upper 16 bits, the second
/// counts the numbers of the one bin that holds the k-th by their lower 16.
struct MagnitudeRanking {
  private let keep: Int
  /// Counts by the upper, then by the lower half of the bits.
  private var counts = [Int](repeating: 0, count: 1 << 16)
  /// After the first pass: the upper half of the k-th number, and how many are larger than its bin.
  private var bin: (upper: UInt32, above: Int)?

  /// - Parameter keep: k, how many to keep.
  init(keep: Int) {
    self.keep = keep
  }

  /// Numbers of the running pass; each pass has to see the same ones.
  mutating func observe(_ magnitudes: [Float]) {
    if let bin {
      for magnitude in magnitudes where magnitude.bitPattern >> 16 == bin.upper {
        counts[Int(magnitude.bitPattern & 0xFFFF)] += 1
      }
    } else {
      for magnitude in magnitudes { counts[Int(magnitude.bitPattern >> 16)] += 1 }
    }
  }

  /// Ends the first pass.
  mutating func beginSecondPass() {
    let (index, above) = place(above: 0)
    bin = (UInt32(index), above)
    counts = [Int](repeating: 0, count: 1 << 16)
  }

  /// Ends the second pass.
  func finish(ties: LargestMagnitudes.Ties) -> LargestMagnitudes {
    guard let bin, keep > 0 else { return .none }
    let (index, above) = place(above: bin.above)
    return LargestMagnitudes(
      threshold: Float(bitPattern: bin.upper << 16 | UInt32(index)),
      tiesLeft: ties == .all ? .max : keep - above)
  }

  /// The bin that holds the k-th largest number, and how many numbers are larger than those in it.
  private func place(above: Int) -> (index: Int, above: Int) {
    var above = above
    for index in counts.indices.reversed() where counts[index] > 0 {
      if above + counts[index] >= keep { return (index, above) }
      above += counts[index]
    }
    return (0, above)  // fewer numbers than k: everything is kept
  }
}

/// The k largest of a stream of magnitudes, told one after another in the order of their index.
///
/// Magnitudes are compared as fp32 numbers, as mergekit does: two that agree in 24 bits are equal, whatever the rounding of
/// a subtraction left behind them.
public struct LargestMagnitudes: Sendable {
  /// What happens to numbers as large as the k-th.
  public enum Ties: Sendable {
    /// All are kept, so that more than k may be.
    case all
    /// The first ones are kept, until there are k.
    case byIndex
  }

  static let none = LargestMagnitudes(threshold: .infinity, tiesLeft: 0)
  static let all = LargestMagnitudes(threshold: 0, tiesLeft: .max)

  fileprivate let threshold: Float
  /// How many more numbers equal to the threshold are taken.
  fileprivate var tiesLeft: Int

  /// The k largest of an array.
  public init(of values: [Double], keep: Int, ties: Ties) {
    let magnitudes = values.map { Float(abs($0)) }
    var ranking = MagnitudeRanking(keep: keep)
    ranking.observe(magnitudes)
    ranking.beginSecondPass()
    ranking.observe(magnitudes)
    self = ranking.finish(ties: ties)
  }

  fileprivate init(threshold: Float, tiesLeft: Int) {
    self.threshold = threshold
    self.tiesLeft = tiesLeft
  }

  /// Whether the next number is one of them.
  public mutating func takes(_ value: Double) -> Bool {
    let magnitude = Float(abs(value))
    if magnitude > threshold { return true }
    guard magnitude == threshold, tiesLeft > 0 else { return false }
    if tiesLeft != .max { tiesLeft -= 1 }
    return true
  }
}
