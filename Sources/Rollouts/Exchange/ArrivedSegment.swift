public import Transport

/// Tokens that came from a worker under a live lease and agree with the trainer's own reading of them: to be judged,
/// committed, and then confirmed with ``WorkerExchange/committed(_:finished:)``.
public struct ArrivedSegment: Sendable {
  public var lease: LeaseID
  public var purpose: String
  public var outcome: SegmentOutcome

  public init(lease: LeaseID, purpose: String, outcome: SegmentOutcome) {
    self.lease = lease
    self.purpose = purpose
    self.outcome = outcome
  }
}
