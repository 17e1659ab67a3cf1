private import Foundation

/// log ρ = log(π_old / π_b) of each token, and what correction and filters need of each response.
///
/// Logs are clamped to ±limit before they are exponentiated; products over a response are clamped as a whole.
/// Comparisons rather than `min` and `max`, so that a NaN stays one and reaches the loss.
struct LogRatios {
  /// One response; means and sums are over its trained tokens.
  struct Response {
    var tokens: Range<Int>
    var trainedCount = 0
    /// Σ log ρ, not clamped.
    var sum = 0.0
    /// Σ of the clamped logs.
    var clampedSum = 0.0
    /// Σ ½(log ρ)² and Σ (ρ − 1 − log ρ), of clamped logs.
    var k2Sum = 0.0
    var k3Sum = 0.0
    /// Largest ρ − 1 − log ρ; 0 without trained tokens.
    var k3Max = 0.0
    /// Smallest log ρ, not clamped; infinite without trained tokens.
    var smallest = Double.infinity

    /// A sum as the mean over trained tokens; 0 if there are none.
    func mean(_ sum: Double) -> Double { sum / Double(max(1, trainedCount)) }
  }

  /// log ρ, `[T]`, not clamped.
  let raw: [Double]
  let limit: Double
  let mask: [Bool]
  let responses: [Response]

  init(old: [Double], behavior: [Double], offsets: [Int], mask: [Bool], limit: Double = 20) {
    precondition(
      old.count == mask.count && behavior.count == mask.count && offsets.last == mask.count,
      "arrays of \(old.count), \(behavior.count) and \(mask.count) tokens, offsets \(offsets)")
    let raw = zip(old, behavior).map { $0 - $1 }
    responses = zip(offsets, offsets.dropFirst()).map { begin, end in
      var response = Response(tokens: begin..<end)
      for t in begin..<end where mask[t] {
        let log = clamped(raw[t], limit)
        let k3 = expm1(log) - log
        response.trainedCount += 1
        response.sum += raw[t]
        response.clampedSum += log
        response.k2Sum += log * log / 2
        response.k3Sum += k3
        if k3 > response.k3Max || k3.isNaN { response.k3Max = k3 }
        if raw[t] < response.smallest || raw[t].isNaN { response.smallest = raw[t] }
      }
      return response
    }
    self.raw = raw
    self.limit = limit
    self.mask = mask
  }

  /// The ratio that a level's weight is made of, for token `t` of a response.
  func ratio(_ level: RolloutCorrection.Level, _ t: Int, of response: Response) -> Double {
    switch level {
    case .token: exp(clamped(raw[t], limit))
    case .sequence: exp(clamped(response.sum, limit))
    case .geometric: exp(response.mean(response.clampedSum))
    }
  }
}

/// `value` between −limit and limit; NaN stays NaN.
func clamped(_ value: Double, _ limit: Double) -> Double {
  value > limit ? limit : value < -limit ? -limit : value
}

/// Optional bounds, both inclusive. What is no number lies outside of none, so that it goes on into the loss.
struct Bounds {
  var low: Double?
  var high: Double?

  init(_ low: Double?, _ high: Double?) {
    self.low = low
    self.high = high
  }

  /// Bounds of a ratio as bounds of its logarithm.
  init(ofLog low: Double?, _ high: Double?) {
    self.low = low.map { log($0) }
    self.high = high.map { log($0) }
  }

  func excludes(_ value: Double) -> Bool {
    low.map { value < $0 } ?? false || high.map { value > $0 } ?? false
  }

  func clamp(_ value: Double) -> Double {
    if let low, value < low { return low }
    if let high, value > high { return high }
    return value
  }
}
