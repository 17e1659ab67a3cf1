/// How many rollouts per second keep a trainer busy that never waits for them.
///
///     Σμ ≥ κ · R / (κ · T_train − T_bcast)
///
/// Within κ steps the workers make κ · R rollouts and take in one set of weights.
///
/// From the overlap condition of "ECHO-2", arXiv:2602.02192.
public struct CapacityBound: Sendable, Hashable {
  /// κ, steps between two publications.
  public var publishEvery: Int
  /// R, rollouts that a step trains.
  public var rolloutsPerStep: Int
  /// T_train: a step of the trainer, without waiting.
  public var trainSeconds: Double
  /// T_bcast: from a publication until the workers have the weights.
  public var publishSeconds: Double

  public init(publishEvery: Int, rolloutsPerStep: Int, trainSeconds: Double, publishSeconds: Double) {
    self.publishEvery = publishEvery
    self.rolloutsPerStep = rolloutsPerStep
    self.trainSeconds = trainSeconds
    self.publishSeconds = publishSeconds
  }

  /// Rollouts per second; nil where weights take as long as the steps between them, so that no number is enough.
  public var rolloutsPerSecond: Double? {
    let rest = Double(publishEvery) * trainSeconds - publishSeconds
    guard rest > 0, rest.isFinite else { return nil }
    return Double(publishEvery) * Double(rolloutsPerStep) / rest
  }

  /// What the numbers ask for.
  public enum Hint: String, Sendable, Hashable, CaseIterable {
    /// The workers keep up: nothing is to be gained.
    case enough
    /// The workers are busy and make too little.
    case addWorkers
    /// The workers could make enough, and are held back: they wait for the trainer to use up what is there.
    case raiseMaxStaleness
    /// Weights are on their way all the time.
    case raisePublishEvery

    public var words: String {
      switch self {
      case .enough: "workers keep up"
      case .addWorkers: "add workers"
      case .raiseMaxStaleness: "raise `max_staleness`: workers wait for the trainer"
      case .raisePublishEvery: "raise `publish_every`: weights take longer than the steps between them"
      }
    }
  }

  /// - Parameters:
  ///   - measured: Σμ, rollouts per second that the workers made.
  ///   - trainerWaits: Share of its time that the trainer waited for rollouts, 0…1.
  ///   - workersWait: Share of their time that the workers had nothing to do, 0…1; nil where unknown.
  /// - Returns: What would help most.
  public func hint(measured: Double, trainerWaits: Double, workersWait: Double?) -> Hint {
    guard let needed = rolloutsPerSecond else { return .raisePublishEvery }
    guard measured < needed, trainerWaits > Self.noticeable else { return .enough }
    return (workersWait ?? 0) > Self.noticeable ? .raiseMaxStaleness : .addWorkers
  }

  /// Shares of waiting below this are not worth a change.
  private static let noticeable = 0.05
}
