public import Transport

/// Tokens that came from a worker under a live lease and agree with the trainer's own reading of them: to be judged,
/// committed, and then confirmed with ``WorkerExchange/committed(_:finished:)``.
public struct ArrivedSegment: Sendable {
  public var lease: LeaseID
  public var purpose: String
  public var outcome: SegmentOutcome
  /// Whether the exchange goes on with the item by itself once these tokens are committed: always in async mode while
  /// a rollout is not finished; in sequential mode where a worker that left gave back a segment that is not full yet.
  public var continues: Bool

  public init(lease: LeaseID, purpose: String, outcome: SegmentOutcome, continues: Bool) {
    self.lease = lease
    self.purpose = purpose
    self.outcome = outcome
    self.continues = continues
  }
}
