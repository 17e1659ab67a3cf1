public import Experience

/// Which groups are too old to be trained.
///
///     s = v_trainer − min(version of its segments),  of a group: the largest of its members
///
/// in versions, which are completed steps of the trainer, never in seconds. A group is trained while s ≤ `limit`.
///
/// Bounded staleness as in "AReaL", arXiv:2505.24298, and "ECHO-2", arXiv:2602.02192; counted from the oldest token.
public struct StalenessRule: Sendable, Hashable {
  /// S, versions; nil = nothing is too old.
  public var limit: Int?

  public init(limit: Int?) {
    self.limit = limit.map { max(0, $0) }
  }

  /// Versions that weights are behind, 0 for those that are not; the largest number where the difference has none.
  public static func lag(of version: Int, at newest: Int) -> Int {
    let (lag, overflow) = newest.subtractingReportingOverflow(version)
    return overflow ? (newest > version ? .max : 0) : max(0, lag)
  }

  /// Staleness of a rollout, versions; 0 without segments.
  public static func staleness(of segments: some Sequence<Segment>, at version: Int) -> Int {
    segments.map(\.version.number).min().map { lag(of: $0, at: version) } ?? 0
  }

  /// Staleness of a group: that of its oldest token.
  public static func staleness(of group: PooledGroup, at version: Int) -> Int {
    group.oldestVersion.map { lag(of: $0, at: version) } ?? 0
  }

  public func keeps(_ staleness: Int) -> Bool { limit.map { staleness <= $0 } ?? true }
}
