/// How often chains of a horizon would be right if their problems were solved independently: the line to hold measured
/// accuracy by horizon against. Below it, models lose track; above it, they correct themselves.
///
///     p(h) = p(1)^h
///
/// One right answer is then expected in 1/p(h) samples. h1: arXiv:2510.07312.
public struct IndependenceLine: Sendable, Hashable {
  /// Share of right answers on horizon 1.
  public let single: Double

  public init(single: Double) { self.single = single }

  /// The share on a horizon; 1 for a horizon below 1.
  public func accuracy(horizon: Int) -> Double {
    var product = 1.0  // `pow` differs between C libraries in the last digit
    for _ in 0..<max(0, horizon) { product *= single }
    return product
  }
}
