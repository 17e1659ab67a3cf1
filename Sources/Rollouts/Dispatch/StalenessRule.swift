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

  /// Chooses what a step trains: the oldest weights first, and of equally old ones the first to be ready.
  ///
  /// - Parameters:
  ///   - ready: Complete groups.
  ///   - count: Groups that the step wants; where fewer are fresh enough it gets none, and waits.
  ///   - version: Of the trainer.
  /// - Returns: What is trained now, and what never will be.
  public func select(from ready: [ReadyGroup], count: Int, at version: Int) -> Selection {
    var selection = Selection()
    var fresh: [(staleness: Int, group: ReadyGroup)] = []
    for group in ready {
      let staleness = Self.lag(of: group.oldestVersion, at: version)
      if keeps(staleness) {
        fresh.append((staleness, group))
      } else {
        selection.stale.append(StaleGroup(id: group.id, staleness: staleness))
      }
    }
    guard count > 0, fresh.count >= count else { return selection }
    fresh.sort { ($1.staleness, $0.group.readyOrder) < ($0.staleness, $1.group.readyOrder) }
    selection.trained = fresh.prefix(count).map(\.group.id)
    return selection
  }

  /// A complete group that waits to be trained.
  public struct ReadyGroup: Sendable, Hashable {
    public var id: GroupID
    /// Number of the oldest weights that any of its tokens is from.
    public var oldestVersion: Int
    /// Running number, given when it became complete.
    public var readyOrder: Int

    public init(id: GroupID, oldestVersion: Int, readyOrder: Int) {
      self.id = id
      self.oldestVersion = oldestVersion
      self.readyOrder = readyOrder
    }
  }

  /// A group that is too old, and by how many versions its oldest token is behind.
  public struct StaleGroup: Sendable, Hashable {
    public var id: GroupID
    public var staleness: Int

    public init(id: GroupID, staleness: Int) {
      self.id = id
      self.staleness = staleness
    }
  }

  public struct Selection: Sendable, Hashable {
    /// In order of consumption.
    public var trained: [GroupID] = []
    /// To be dropped, whatever else happens: they only get older.
    public var stale: [StaleGroup] = []

    public init() {}
  }
}
