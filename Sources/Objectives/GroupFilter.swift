/// Why a group was left out of the update; raw values are the words of the ledger.
public enum FilterReason: String, Sendable, CaseIterable {
  /// Every answer that was judged is right: nothing to prefer.
  case allCorrect = "all_correct"
  /// Every answer that was judged is wrong.
  case allWrong = "all_wrong"
  /// All answers have one and the same partial credit.
  case zeroVariance = "zero_variance"
  /// The mean accuracy lies outside `keep_accuracy`.
  case outsideBand = "outside_band"
  /// No answer could be judged.
  case noVerdict = "no_verdict"
  /// Only one answer of several could be judged: nothing to compare it with.
  case tooFewVerdicts = "too_few_verdicts"
  /// More groups than the update is made of are inside the band, and others are more balanced.
  case balanced
}

/// What becomes of one group.
public enum GroupDecision: Sendable, Hashable {
  case keep
  case filtered(FilterReason)
  /// The update is full already; not examined.
  case surplus
}

/// Dynamic sampling: which groups an update trains on, and whether more have to be sampled. Decides; samples nothing.
///
/// A group is kept when its *raw* accuracies differ and their mean lies in the band, until there are `target` of
/// them; what arrives later is surplus. Shaped rewards must not come in here: with a length term an all-wrong group
/// has spread, and what would be trained is the length noise. A group that was asked for one answer has no spread
/// to ask for and is kept.
///
/// Without dynamic sampling (`rule` nil) every group with enough verdicts is kept and there is one batch. With an expansion every group
/// inside the band is kept until ``balance(_:)`` leaves the `target` most balanced of them, and a batch with one such group is enough.
///
///     var filter = GroupFilter(target: 4, rule: DynamicSampling())
///     while filter.progress.needsMore {
///       filter.beginBatch()
///       for group in sample() { decisions.append(filter.decide(correctness: group)) }
///     }
///
/// DAPO, arXiv:2503.14476, §3.2; the band: `keep_accuracy`, an open interval. Expansion: RLCS, arXiv:2507.01006.
public struct GroupFilter: Sendable {
  /// Groups that the update trains on.
  public let target: Int
  /// nil = keep all.
  public let rule: DynamicSampling?
  public private(set) var batchesUsed = 0
  public private(set) var kept = 0
  public private(set) var surplus = 0
  /// Groups left out, by reason.
  public private(set) var filtered: [FilterReason: Int] = [:]

  public init(target: Int, rule: DynamicSampling?) {
    self.target = target
    self.rule = rule
  }

  public enum Progress: Sendable, Hashable {
    /// There are `target` groups.
    case complete
    /// So many groups are missing, and another batch may be sampled.
    case missing(Int)
    /// So many groups are missing, and the limit of generation batches is reached.
    case exhausted(missing: Int)

    public var needsMore: Bool { if case .missing = self { true } else { false } }
  }

  public var progress: Progress {
    if kept >= target || rule?.expansion != nil && kept > 0 { return .complete }
    let limit = rule?.maxNumGenBatches ?? 1
    return batchesUsed < limit ? .missing(target - kept) : .exhausted(missing: target - kept)
  }

  /// To be called before the groups of each generation batch.
  public mutating func beginBatch() { batchesUsed += 1 }

  /// What becomes of the next group.
  ///
  /// - Parameter correctness: Raw correctness of each member, 0 to 1; nil = no verdict.
  /// - Returns: Whether the update trains on it, and if not, why.
  public mutating func decide(correctness: [Double?]) -> GroupDecision {
    guard kept < target || rule?.expansion != nil else {
      surplus += 1
      return .surplus
    }
    if let reason = reasonToFilter(correctness) {
      filtered[reason, default: 0] += 1
      return .filtered(reason)
    }
    kept += 1
    return .keep
  }

  /// Leaves an update that found more than `target` groups inside the band the most balanced of them.
  ///
  /// - Parameter candidates: Raw correctness of each member of the groups kept so far, oldest first.
  /// - Returns: Which of them stay.
  /// - Precondition: These are all that were kept.
  public mutating func balance(_ candidates: [[Double?]]) -> [Bool] {
    precondition(candidates.count == kept, "\(candidates.count) candidates, but \(kept) groups were kept")
    guard kept > target else { return candidates.map { _ in true } }
    var stays = candidates.map { _ in false }
    for index in mostBalanced(candidates, count: target) { stays[index] = true }
    filtered[.balanced, default: 0] += kept - target
    kept = target
    return stays
  }

  /// Of the groups that could be judged, the share that lay outside the band: what an expansion makes up for. nil = none could.
  public var notValidShare: Double? {
    let reasons: [FilterReason] = [.allCorrect, .allWrong, .zeroVariance, .outsideBand]
    let outside = reasons.reduce(0) { $0 + filtered[$1, default: 0] }
    let judged = kept + filtered[.balanced, default: 0] + outside
    return judged > 0 ? Double(outside) / Double(judged) : nil
  }

  /// All groups and what became of them: `9 groups = 4 trained + 3 filtered (2 all_correct, 1 all_wrong) + 2 surplus`.
  public var ledger: String {
    let left = filtered.values.reduce(0, +)
    let reasons = FilterReason.allCases.compactMap { reason in
      filtered[reason].map { "\($0) \(reason.rawValue)" }
    }
    let detail = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
    return
      "\(kept + left + surplus) groups = \(kept) trained + \(left) filtered\(detail) + \(surplus) surplus"
  }

  private func reasonToFilter(_ correctness: [Double?]) -> FilterReason? {
    let judged = correctness.compactMap { $0 }
    guard let first = judged.first else { return .noVerdict }
    guard correctness.count > 1 else { return nil }
    guard judged.count > 1 else { return .tooFewVerdicts }
    guard let rule else { return nil }
    guard judged.contains(where: { $0 != first }) else {
      return first >= 1 ? .allCorrect : first <= 0 ? .allWrong : .zeroVariance
    }
    let mean = judged.reduce(0, +) / Double(judged.count)
    return rule.keepAccuracy.contains(mean) ? nil : .outsideBand
  }
}

/// The groups whose mean correctness is nearest to one half, |p − ½| ascending; of equals the earlier ones.
///
/// - Parameters:
///   - groups: Correctness of each member, 0 to 1; nil = no verdict, which counts nowhere. A group without any comes last.
///   - count: How many.
/// - Returns: Their indices, ascending.
public func mostBalanced(_ groups: [[Double?]], count: Int) -> [Int] {
  let distances = groups.map { group -> Double in
    let judged = group.compactMap { $0 }
    guard !judged.isEmpty else { return .infinity }
    // |2 Σ − n| / n, twice the distance: 1 of 3 and 2 of 3 are as far from one half, and the numbers say so to the last bit.
    return abs(2 * judged.reduce(0, +) - Double(judged.count)) / Double(judged.count)
  }
  let order = groups.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
  return order.prefix(max(0, count)).sorted()
}
