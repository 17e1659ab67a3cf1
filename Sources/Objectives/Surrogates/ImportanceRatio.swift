private import Foundation

/// Over what the ratio of the new to the old probability is taken.
public enum RatioLevel: Sendable, Hashable, CaseIterable {
  /// Each token has its own.
  case token
  /// The tokens of a response share exp(mean log ratio); each moves it by 1/T (GSPO).
  case sequence
  /// The shared ratio as a number, the gradient of each token's own logprob (GSPO-token).
  case sequenceToken
}

/// Where log ratios are cut before the exponential. A ratio that was cut has no gradient.
public enum LogRatioLimits {
  /// e^20 ≈ 4.9e8 either way; verl's for losses by token.
  public static let token = -20.0...20.0
  /// verl's for sequence ratios, which are only cut above.
  public static let sequence = -Double.infinity...10.0
  /// TRL cuts nowhere.
  public static let none = -Double.infinity...Double.infinity
}

/// The ratios π_θ / π_old of a batch, for trained tokens; 0 and unread elsewhere.
struct ImportanceRatios {
  let level: RatioLevel
  /// Of the level, `[T]`; no unit.
  var values: [Double]
  /// Whether the ratio follows the logprobs, `[T]`: false where a limit cut it.
  var isLive: [Bool]
  /// Of each token by itself, `[T]`, nats; for metrics. Cut at the limits only where the ratio is by token.
  var tokenLogRatios: [Double]

  /// - Parameters:
  ///   - batch: Logprobs under both policies, and which tokens count.
  ///   - level: Token or sequence.
  ///   - limits: Where the log ratio of that level is cut, nats.
  init(_ batch: TokenBatch, level: RatioLevel, limits: ClosedRange<Double>) {
    self.level = level
    let tokenCount = batch.logprobs.count
    values = Array(repeating: 0, count: tokenCount)
    tokenLogRatios = values
    isLive = Array(repeating: false, count: tokenCount)

    for response in 0..<batch.responseCount {
      let tokens = batch.tokens(of: response)
      var sum = 0.0
      var count = 0
      for t in tokens where batch.mask[t] {
        tokenLogRatios[t] = batch.logprobs[t] - batch.oldLogprobs[t]
        sum += tokenLogRatios[t]
        count += 1
      }
      for t in tokens where batch.mask[t] {
        let logRatio = level == .token ? tokenLogRatios[t] : sum / Double(count)
        // Comparisons, not min and max, so that a NaN stays one.
        let cut =
          logRatio > limits.upperBound
          ? limits.upperBound : logRatio < limits.lowerBound ? limits.lowerBound : logRatio
        isLive[t] = cut == logRatio || logRatio.isNaN
        values[t] = exp(cut)
        if level == .token { tokenLogRatios[t] = cut }
      }
    }
  }
}
