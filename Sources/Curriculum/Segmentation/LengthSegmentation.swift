private import Foundation

/// Prompts parted by length at one threshold: short ones up to it, long ones beyond.
///
///     short = { i : length_i ≤ threshold }     long = { i : length_i > threshold }     all = both
///
/// FastCuRL, arXiv:2503.17287: at the mean in characters. A tie goes to the short side.
public struct LengthSegmentation: Sendable, Hashable {
  /// How many prompts there are in a slice, and how long they are on average.
  public struct Summary: Sendable, Hashable {
    public var count: Int
    /// nil for an empty slice.
    public var mean: Double?

    init(_ lengths: some Sequence<Int>) {
      var (count, sum) = (0, 0.0)  // exact up to 2⁵³
      for length in lengths { (count, sum) = (count + 1, sum + Double(length)) }
      self.count = count
      mean = count == 0 ? nil : sum / Double(count)
    }
  }

  /// In the unit of the lengths. Where it is a mean that falls on a whole length, it is exactly that: for sums below
  /// 2⁵³ the division rounds no tie away.
  public let threshold: Double
  private let summaries: [PromptSlice: Summary]

  /// - Parameters:
  ///   - lengths: Of all prompts, at least 0 each.
  ///   - threshold: Where to part them.
  ///
  /// Nil where there are no lengths.
  public init?(_ lengths: [Int], at threshold: SliceThreshold) {
    let all = Summary(lengths)
    guard let mean = all.mean else { return nil }
    let limit: Double
    switch threshold {
    case .mean: limit = mean
    case .median:
      let sorted = lengths.sorted()
      let middle = sorted.count / 2
      limit =
        sorted.count % 2 == 1
        ? Double(sorted[middle]) : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
    case .fixed(let value): limit = value
    }
    self.threshold = limit
    summaries = [
      .all: all, .short: Summary(lengths.lazy.filter { Double($0) <= limit }),
      .long: Summary(lengths.lazy.filter { Double($0) > limit }),
    ]
  }

  /// `short` or `long`.
  public func slice(of length: Int) -> PromptSlice { Double(length) <= threshold ? .short : .long }

  public func contains(_ length: Int, in slice: PromptSlice) -> Bool {
    slice == .all || slice == self.slice(of: length)
  }

  public subscript(slice: PromptSlice) -> Summary { summaries[slice] ?? Summary([]) }

  /// A line for people: `short: 24976 of 40315 prompts, up to 247.24 characters, mean 148.65`.
  public func line(_ slice: PromptSlice, measure: LengthMeasure) -> String {
    let mean = self[slice].mean.map { ", mean " + Self.rounded($0) } ?? ""
    let words =
      switch slice {
      case .short: ", up to \(Self.rounded(threshold)) \(measure.rawValue)"
      case .long: ", beyond \(Self.rounded(threshold)) \(measure.rawValue)"
      case .all: ""
      }
    return "\(slice.rawValue): \(self[slice].count) of \(self[.all].count) prompts\(words)\(mean)"
  }

  private static func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
}
