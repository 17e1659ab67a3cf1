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

  /// (1 + S) · B groups, in flight and ready together.
  public var limit: Int { saturatingProduct(saturatingSum(maxStaleness, 1), groupsPerStep) }

  /// Groups that may be issued now.
  public func admission(inFlight: Int, ready: Int) -> Int {
    max(0, limit - saturatingSum(max(0, inFlight), max(0, ready)))
  }

  /// The sharper bound of AReaL, in which what has been trained counts too:
  ///
  ///     min(concurrent − running, (η + v + 1) · B − (accepted + running))
  ///
  /// At most 0 means that nothing may be issued. After a restart at version v, `accepted` is v · B: with 0 the queue would burst.
  ///
  /// - Parameters:
  ///   - concurrent: Groups that may run at once; nil = any number.
  ///   - running: Groups in flight.
  ///   - accepted: Groups that were completed and not dropped, since the start.
  ///   - version: v, of the trainer.
  /// - Returns: Groups that may be issued.
  ///
  /// Fu et al., "AReaL", arXiv:2505.24298, §5.1 (there: ⌊(N − 1)/B⌋ ≤ v + η).
  public func capacity(concurrent: Int? = nil, running: Int, accepted: Int, version: Int) -> Int {
    let allowed = saturatingProduct(saturatingSum(saturatingSum(maxStaleness, version), 1), groupsPerStep)
    let fresh = allowed - saturatingSum(accepted, running)
    return min((concurrent ?? .max) - running, fresh)
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
