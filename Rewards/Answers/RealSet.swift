/// A set of real numbers: intervals apart from each other, from left to right.
struct RealSet {
  struct Interval {
    var lower: ExpressionID
    var upper: ExpressionID
    var includesLower: Bool
    var includesUpper: Bool
  }

  /// Intervals of one set.
  static let maximumIntervals = 64

  private(set) var intervals: [Interval] = []

  init() {}

  init(all algebra: inout Algebra) throws(AlgebraFailure) {
    intervals = [
      Interval(
        lower: try algebra.infinity(isNegative: true), upper: try algebra.infinity(isNegative: false),
        includesLower: false, includesUpper: false)
    ]
  }

  /// Nil where the ends cannot be ordered.
  init?(_ interval: Interval, _ algebra: inout Algebra) throws(AlgebraFailure) {
    guard let order = try algebra.order(interval.lower, interval.upper) else { return nil }
    var interval = interval
    // An infinite end is no member, whatever its bracket says.
    if algebra.infinitySign(interval.lower) != nil { interval.includesLower = false }
    if algebra.infinitySign(interval.upper) != nil { interval.includesUpper = false }
    if order > 0 || (order == 0 && !(interval.includesLower && interval.includesUpper)) { return }
    intervals = [interval]
  }

  var isEmpty: Bool { intervals.isEmpty }

  func union(_ other: RealSet, _ algebra: inout Algebra) throws(AlgebraFailure) -> RealSet? {
    var all = intervals
    for interval in other.intervals {
      guard let place = try place(of: interval, in: all, &algebra) else { return nil }
      all.insert(interval, at: place)
    }
    try Self.check(all.count)
    var result = RealSet()
    for interval in all {
      guard let last = result.intervals.last else {
        result.intervals.append(interval)
        continue
      }
      guard let gap = try algebra.order(last.upper, interval.lower) else { return nil }
      if gap < 0 || (gap == 0 && !last.includesUpper && !interval.includesLower) {
        result.intervals.append(interval)
        continue
      }
      guard let reach = try algebra.order(last.upper, interval.upper) else { return nil }
      var merged = last
      if reach < 0 { (merged.upper, merged.includesUpper) = (interval.upper, interval.includesUpper) }
      if reach == 0 { merged.includesUpper = last.includesUpper || interval.includesUpper }
      guard let start = try algebra.order(last.lower, interval.lower) else { return nil }
      if start == 0 { merged.includesLower = last.includesLower || interval.includesLower }
      result.intervals[result.intervals.count - 1] = merged
    }
    return result
  }

  private func place(
    of interval: Interval, in all: [Interval], _ algebra: inout Algebra
  ) throws(AlgebraFailure) -> Int? {
    for (index, other) in all.enumerated() {
      guard let order = try algebra.order(interval.lower, other.lower) else { return nil }
      if order < 0 { return index }
    }
    return all.count
  }

  func intersection(_ other: RealSet, _ algebra: inout Algebra) throws(AlgebraFailure) -> RealSet? {
    var result = RealSet()
    for left in intervals {
      for right in other.intervals {
        guard let low = try algebra.order(left.lower, right.lower),
          let high = try algebra.order(left.upper, right.upper)
        else { return nil }
        let overlap = Interval(
          lower: low < 0 ? right.lower : left.lower, upper: high < 0 ? left.upper : right.upper,
          includesLower: low == 0
            ? left.includesLower && right.includesLower : low < 0 ? right.includesLower : left.includesLower,
          includesUpper: high == 0
            ? left.includesUpper && right.includesUpper : high < 0 ? left.includesUpper : right.includesUpper)
        guard let part = try RealSet(overlap, &algebra) else { return nil }
        result.intervals += part.intervals
        try Self.check(result.intervals.count)
      }
    }
    return result
  }

  private static func check(_ count: Int) throws(AlgebraFailure) {
    if count > maximumIntervals { throw .limit("a set of more than \(maximumIntervals) intervals") }
  }

  /// All reals that are not in the set.
  func complement(_ algebra: inout Algebra) throws(AlgebraFailure) -> RealSet? {
    var result = try RealSet(all: &algebra)
    for interval in intervals {
      var rest = RealSet()
      let left = Interval(
        lower: try algebra.infinity(isNegative: true), upper: interval.lower, includesLower: false,
        includesUpper: !interval.includesLower)
      let right = Interval(
        lower: interval.upper, upper: try algebra.infinity(isNegative: false),
        includesLower: !interval.includesUpper,
        includesUpper: false)
      if algebra.infinitySign(interval.lower) == nil {
        guard let part = try RealSet(left, &algebra) else { return nil }
        rest.intervals += part.intervals
      }
      if algebra.infinitySign(interval.upper) == nil {
        guard let part = try RealSet(right, &algebra) else { return nil }
        rest.intervals += part.intervals
      }
      guard let both = try result.intersection(rest, &algebra) else { return nil }
      result = both
    }
    return result
  }

  func isSame(as other: RealSet, _ algebra: inout Algebra) throws(AlgebraFailure) -> Bool {
    guard intervals.count == other.intervals.count else { return false }
    for (left, right) in zip(intervals, other.intervals) {
      guard left.includesLower == right.includesLower, left.includesUpper == right.includesUpper,
        try algebra.order(left.lower, right.lower) == 0, try algebra.order(left.upper, right.upper) == 0
      else { return false }
    }
    return true
  }
}
