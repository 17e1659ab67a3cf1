/// How much work may be on its way: more than the trainer can use while it is fresh would only be thrown away.
public struct BackPressure: Sendable, Hashable {
  /// B, groups that a step trains.
  public var groupsPerStep: Int
  /// S, versions.
  public var maxStaleness: Int

  public init(groupsPerStep: Int, maxStaleness: Int) {
    precondition(groupsPerStep > 0 && maxStaleness >= 0)
    self.groupsPerStep = groupsPerStep
    self.maxStaleness = maxStaleness
  }

  /// (1 + S) · B groups, under way, ready and taken by the step at hand together.
  public var limit: Int { saturatingProduct(saturatingSum(maxStaleness, 1), groupsPerStep) }

  /// Groups that may be issued now: as many as can still be fresh when their turn comes.
  ///
  /// What is issued now is sampled from the newest *published* weights, and is trained after all that was issued before it, a
  /// step for every B groups. So each version that the published weights are behind takes B from the limit, but never below B: a step
  /// has to come to its groups.
  ///
  /// - Parameters:
  ///   - underWay: Groups in flight and ready.
  ///   - taken: Groups that the step at hand has taken already.
  ///   - versionsBehind: Trainer's version − newest published version.
  /// - Returns: A number of groups, at least 0.
  public func admission(underWay: Int, taken: Int = 0, versionsBehind: Int = 0) -> Int {
    let steps = max(1, saturatingSum(maxStaleness, 1) - max(0, versionsBehind))
    let limit = saturatingProduct(steps, groupsPerStep)
    return max(0, limit - saturatingSum(max(0, underWay), max(0, taken)))
  }
}

/// Sum of two counts, at most the largest number.
private func saturatingSum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? .max : sum
}

/// Product of two counts, at most the largest number.
private func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
