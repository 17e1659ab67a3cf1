/// A set of Unicode scalars, as `[a-z\d]`, `\w` or `.` name one.
struct ScalarSet: Sendable, Hashable {
  /// The sets that have a letter of their own.
  enum Named: Sendable, Hashable {
    /// `0`…`9` and no other digits: a look-alike digit is not what a pattern for digits means.
    case digit
    /// Letters, digits and `_`, of every script.
    case word
    /// Unicode's White_Space.
    case blank

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .digit: scalar.value >= 0x30 && scalar.value <= 0x39
      case .word: isWordScalar(scalar)
      case .blank: scalar.properties.isWhitespace
      }
    }
  }

  /// Sorted and apart from each other.
  private let ranges: [ClosedRange<UInt32>]
  private let named: [Named]
  private let excluded: [Named]
  private let isNegated: Bool
  private let ignoresCase: Bool
  /// The answers for ASCII, bit by bit: most text never gets further.
  let low: UInt64
  let high: UInt64

  /// - Parameters:
  ///   - ranges: In any order, overlapping or not.
  ///   - named: Sets whose members belong to this one.
  ///   - excluded: Sets whose complements belong to this one (`\D`).
  ///   - isNegated: Everything else instead.
  ///   - ignoresCase: A scalar belongs if its small or its capital form does.
  init(
    ranges: [ClosedRange<UInt32>] = [], named: [Named] = [], excluded: [Named] = [], isNegated: Bool = false,
    ignoresCase: Bool = false
  ) {
    self.ranges = Self.merged(ranges)
    self.named = named
    self.excluded = excluded
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
    var bits: (UInt64, UInt64) = (0, 0)
    for value in UInt8(0)..<128 {
      let isMember = Self.isMember(
        Unicode.Scalar(value), self.ranges, named, excluded, ignoresCase: ignoresCase)
      guard isMember != isNegated else { continue }
      if value < 64 { bits.0 |= 1 << UInt64(value) } else { bits.1 |= 1 << UInt64(value - 64) }
    }
    (low, high) = bits
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 64 { return low >> UInt64(value) & 1 == 1 }
    if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
    return Self.isMember(scalar, ranges, named, excluded, ignoresCase: ignoresCase) != isNegated
  }

  private static func isMember(
    _ scalar: Unicode.Scalar, _ ranges: [ClosedRange<UInt32>], _ named: [Named], _ excluded: [Named],
    ignoresCase: Bool
  ) -> Bool {
    if named.contains(where: { $0.contains(scalar) }) || excluded.contains(where: { !$0.contains(scalar) }) {
      return true
    }
    if covers(ranges, scalar.value) { return true }
    return ignoresCase && scalar.otherCases.contains { covers(ranges, $0.value) }
  }

  private static func covers(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Its small and its capital form, where each is one scalar.
  var otherCases: [Unicode.Scalar] {
    [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { form in
      let scalars = form.unicodeScalars
      return scalars.count == 1 ? scalars.first : nil
    }
  }
}

/// A letter, a digit or `_`, of every script.
func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
  let value = scalar.value
  if value < 128 {
    return (value | 0x20) >= 0x61 && (value | 0x20) <= 0x7A || value >= 0x30 && value <= 0x39 || value == 0x5F
  }
  if scalar.properties.isAlphabetic { return true }
  switch scalar.properties.generalCategory {
  case .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark: return true
  default: return false
  }
}
