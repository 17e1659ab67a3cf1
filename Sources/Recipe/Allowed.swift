/// The numbers a key takes.
struct Allowed: CustomStringConvertible {
  let low: Double
  let high: Double
  let description: String
  private let lowIsIncluded: Bool

  private init(_ low: Double, _ high: Double, lowIsIncluded: Bool = true, _ description: String) {
    self.low = low
    self.high = high
    self.lowIsIncluded = lowIsIncluded
    self.description = description
  }

  func contains(_ value: Double) -> Bool {
    (lowIsIncluded ? value >= low : value > low) && value <= high
  }

  static let positive = Allowed(0, .greatestFiniteMagnitude, lowIsIncluded: false, "above 0")
  /// Lower ones overflow in single precision, and are greedy in all but name.
  static let temperature = Allowed(0.001, .greatestFiniteMagnitude, "0.001 or above")
  static let notNegative = Allowed(0, .greatestFiniteMagnitude, "0 or above")
  static let share = Allowed(0, 1, "0 to 1")
  static func from(_ range: ClosedRange<Double>) -> Allowed {
    Allowed(
      range.lowerBound, range.upperBound,
      "\(YAMLText.number(range.lowerBound)) to \(YAMLText.number(range.upperBound))")
  }
  static let positiveShare = Allowed(0, 1, lowIsIncluded: false, "above 0, at most 1")
  static let any = Allowed(-.greatestFiniteMagnitude, .greatestFiniteMagnitude, "any number")

  static func above(_ low: Double) -> Allowed {
    Allowed(low, .greatestFiniteMagnitude, lowIsIncluded: false, "above \(YAMLText.number(low))")
  }

  static func seconds(from low: Double, to high: Double) -> Allowed {
    Allowed(low, high, "\(YAMLText.number(low)) to \(YAMLText.number(high)) seconds")
  }

  /// Up to a hundred days.
  static let deadline = seconds(from: 0.1, to: 8_640_000)

  /// Below 1: a decay of 1 never forgets.
  static let decay = Allowed(0, 1.0.nextDown, "0 or above, below 1")
}

/// The whole numbers a key takes. Counts end at two thousand million, so that products of two fit in 64 bits.
struct AllowedCount {
  let range: ClosedRange<Int>

  static let maximum = 2_000_000_000
  static let atLeastOne = AllowedCount(range: 1...maximum)
  static let atLeastZero = AllowedCount(range: 0...maximum)
  static let unlimited = AllowedCount(range: 1...Int.max)

  static func from(_ low: Int, to high: Int) -> AllowedCount { AllowedCount(range: low...high) }

  /// What to tell someone who asked for `value`.
  func inWords(insteadOf value: Int) -> String {
    if range.upperBound == Int.max || range.upperBound == Self.maximum, value < range.lowerBound {
      return "\(range.lowerBound) or above"
    }
    return "\(range.lowerBound) to \(range.upperBound)"
  }
}
