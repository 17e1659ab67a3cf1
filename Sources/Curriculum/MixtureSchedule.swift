/// Which source each place of a mixture belongs to: as even an interleaving as whole tasks allow.
///
/// Weights become whole numbers of tasks per period (0.7 and 0.3: 7 and 3 of 10; see ``counts(of:)``). Within a
/// period, the j-th task of a source with n of N tasks stands somewhere in ⌊jN/n⌋ ..< ⌈(j+1)N/n⌉: of all sources whose
/// next window has begun, the one whose window ends first is next. Such windows can always be met (Baruah et al. 1996,
/// "Proportionate progress: a notion of fairness in resource allocation"), and from them follows, for each source:
///
/// - among the first m tasks, ⌊mn/N⌋ or ⌈mn/N⌉ are its own, for every m;
/// - any window of tasks is less than 2 away from its exact share, and a window of a whole number of periods is exact.
///
/// There is no chance in it: every batch has the mixture in it, and a place's source is a table look-up.
package struct MixtureSchedule: Sendable {
  /// The longest period, tasks. A weight below 1/10,000 of the sum counts as that.
  static let longestPeriod = 10_000

  /// Tasks of each source in one period.
  package let counts: [Int]
  /// For each place of a period: the source, and how many of its tasks stand before.
  private let slots: [(source: UInt16, rank: UInt16)]

  package var period: Int { slots.count }

  /// - Parameter weights: Positive and finite; 1 to 1,000 of them.
  package init(weights: [Double]) {
    let counts = Self.counts(of: weights)
    let period = counts.reduce(0, +)
    var given = [Int](repeating: 0, count: counts.count)
    var slots: [(source: UInt16, rank: UInt16)] = []
    slots.reserveCapacity(period)
    for place in 0..<period {
      var next = 0
      var earliest = Int.max
      for (source, count) in counts.enumerated() where given[source] * period < (place + 1) * count {
        let end = ((given[source] + 1) * period + count - 1) / count
        if end < earliest { (next, earliest) = (source, end) }
      }
      slots.append((UInt16(next), UInt16(given[next])))
      given[next] += 1
    }
    self.counts = counts
    self.slots = slots
  }

  /// - Returns: The source of a place, and how many tasks of that source stand before it.
  package subscript(index: UInt64) -> (source: Int, place: UInt64) {
    let (cycle, place) = index.quotientAndRemainder(dividingBy: UInt64(slots.count))
    let slot = slots[Int(place)]
    return (Int(slot.source), cycle * UInt64(counts[Int(slot.source)]) + UInt64(slot.rank))
  }

  /// Whole numbers in the weights' proportions: with the smallest sum up to 10,000 that has them exactly (to a
  /// millionth of a task), else with sum 10,000, rounded by largest remainders, at least 1 each.
  private static func counts(of weights: [Double]) -> [Int] {
    let largest = weights.max() ?? 1
    let scaled = weights.map { $0 / largest }  // no sum of finite numbers overflows
    let sum = scaled.reduce(0, +)
    for period in weights.count...longestPeriod {
      let exact = scaled.map { $0 / sum * Double(period) }
      let counts = exact.map { $0.rounded() }
      if zip(exact, counts).allSatisfy({ $1 >= 1 && abs($0 - $1) < 1e-6 }) { return counts.map { Int($0) } }
    }
    let exact = scaled.map { $0 / sum * Double(longestPeriod) }
    var counts = exact.map { max(1, Int($0)) }
    // Largest remainder first; where small weights were raised to 1, the largest source gives.
    let order = exact.indices.sorted {
      (exact[$1] - exact[$1].rounded(.down), $0) < (exact[$0] - exact[$0].rounded(.down), $1)
    }
    var missing = longestPeriod - counts.reduce(0, +)
    for source in order where missing > 0 && exact[source] >= 1 {
      counts[source] += 1
      missing -= 1
    }
    if let giver = exact.indices.max(by: { exact[$0] < exact[$1] }) { counts[giver] += missing }
    return counts
  }
}
