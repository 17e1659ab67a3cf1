/// How many more groups a step asks for than it trains on, to make up for those outside the band (RLCS).
///
/// GLM-4.1V-Thinking and GLM-4.5V: Towards Versatile Multimodal Reasoning with Scalable Reinforcement Learning, arXiv:2507.01006. Ours: the
/// bound, the decay of the mean (the paper gives none), and that a group outside `keep_accuracy` counts as one that is all right or all
/// wrong does.
public struct BatchExpansion: Sendable, Hashable {
  /// Most groups asked for per group trained; 1 or above.
  public var maxRatio: Double = 4
  /// Weight of the mean so far against the newest ratio; 0 or above, below 1.
  public var smoothing: Double = 0.9

  public init() {}

  /// Groups to ask for, so that about `count` are inside the band: ⌈count · clip(ratio, 1, `max_ratio`)⌉.
  public func groups(for count: Int, ratio: Double) -> Int {
    // What rounding adds to a product asks for no group.
    let wanted = (Double(count) * bounded(ratio) - 1e-6).rounded(.up)
    return wanted < Double(Int.max) ? max(count, Int(wanted)) : .max
  }

  /// Most groups that a step asks for at a time.
  public func mostGroups(for count: Int) -> Int { groups(for: count, ratio: maxRatio) }

  /// 1 / (1 − n), at most `max_ratio`, which is also what n = 1 gives.
  ///
  /// - Parameter notValid: n, share of the groups that were outside the band.
  /// - Returns: How many groups one inside the band took.
  public func ratio(notValid: Double) -> Double {
    notValid < 1 ? bounded(1 / (1 - notValid)) : bounded(maxRatio)
  }

  fileprivate func bounded(_ ratio: Double) -> Double { max(1, min(ratio, maxRatio)) }
}

/// The moving mean of the ratios that past steps would have needed.
///
///     r_k = clip(1 / (1 − n_k); 1, max_ratio)        R_1 = r_1        R_k = smoothing · R_{k−1} + (1 − smoothing) · r_k
///
/// A value, as ``EntropicController``: one number of state, stored in checkpoints.
///
/// arXiv:2507.01006; see ``BatchExpansion``.
public struct BatchExpansionController: Sendable, Codable, Hashable {
  /// R; nil before the first step that says something.
  public private(set) var mean: Double?

  public init() {}

  /// What the next step asks for per group that it trains on; 1 before the first.
  public func ratio(_ settings: BatchExpansion) -> Double { settings.bounded(mean ?? 1) }

  /// Takes in what a step has shown.
  ///
  /// - Parameters:
  ///   - notValid: n, share of its groups that were outside the band; nil = none could be judged, and nothing moves.
  ///   - settings: Bound and decay.
  public mutating func observe(notValid: Double?, _ settings: BatchExpansion) {
    guard let notValid, notValid.isFinite else { return }
    let ratio = settings.ratio(notValid: notValid)
    mean = mean.map { settings.smoothing * $0 + (1 - settings.smoothing) * ratio } ?? ratio
  }
}
