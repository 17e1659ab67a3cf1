/// How hard a problem looks by what its group makes of it.
public enum DifficultyBand: String, Sendable, Hashable, Codable, CaseIterable {
  case easy
  case medium
  case hard

  /// By the share right: at least 2/3 easy, at least 1/3 medium, else hard (none at all: hard).
  ///
  /// - Parameter members: The group's judged members.
  public init(_ members: [GroupMember]) {
    let right = members.reduce(0) { $0 + $1.correctness }
    // Multiplied out: 2/3 itself is not a binary fraction.
    if members.isEmpty {
      self = .hard
    } else if right * 3 >= Double(2 * members.count) {
      self = .easy
    } else {
      self = right * 3 >= Double(members.count) ? .medium : .hard
    }
  }
}

/// LASER-D's target lengths and how they follow the policy: a value, to be kept in checkpoints by whoever
/// trains.
///
/// "Learn to Reason Efficiently with Adaptive Length-based Reward Shaping", arXiv:2505.15612.
public struct LASERTargets: Sendable, Hashable, Codable {
  /// Tokens.
  public var easy: Int
  public var medium: Int
  public var hard: Int

  public init(easy: Int, medium: Int, hard: Int) {
    self.easy = easy
    self.medium = medium
    self.hard = hard
  }

  public subscript(band: DifficultyBand) -> Int {
    get {
      switch band {
      case .easy: easy
      case .medium: medium
      case .hard: hard
      }
    }
    set {
      switch band {
      case .easy: easy = newValue
      case .medium: medium = newValue
      case .hard: hard = newValue
      }
    }
  }

  /// The targets for a policy that answers the monitor problems like this (published: every 20 steps, 500
  /// problems, 8 answers each).
  ///
  ///     coverage(l) = share of the band's right answers with T ≤ l
  ///     target      = smallest l of lower, lower + 1024, … with ⌊coverage(l) · n⌋ ≥ 1
  ///     n           = ⌊G·2/3⌋ easy, ⌊G/3⌋ medium, 1 hard          (G = 8: 5, 2, 1, so 20 %, 50 %, 100 %)
  ///
  /// - Parameters:
  ///   - groups: The judged answers, by problem.
  ///   - lower: The smallest target, tokens.
  ///   - upper: The largest, tokens: the generation cap.
  ///   - step: Width of the grid, tokens.
  /// - Returns: The new targets. A band without right answers keeps its target.
  public func reestimated(
    from groups: [[GroupMember]], lower: Int, upper: Int, step: Int = 1024
  ) -> LASERTargets {
    precondition(step >= 1 && lower >= 1, "LASERTargets: grid from \(lower) by \(step)")
    var targets = self
    for band in DifficultyBand.allCases {
      let inBand = groups.filter { !$0.isEmpty && DifficultyBand($0) == band }
      let lengths = inBand.joined().filter(\.isRight).map(\.length)
      guard !lengths.isEmpty, let size = inBand.map(\.count).max() else { continue }
      let expected =
        switch band {
        case .easy: max(1, size * 2 / 3)
        case .medium: max(1, size / 3)
        case .hard: 1
        }
      let grid = stride(from: lower, to: max(lower, upper), by: step)
      let covering = grid.first { target in
        // ⌊coverage · n⌋ ≥ 1, in whole numbers.
        lengths.count { $0 <= target } * expected >= lengths.count
      }
      targets[band] = covering ?? max(lower, upper)
    }
    return targets
  }
}
