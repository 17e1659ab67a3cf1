internal import Dispatch
internal import Evaluation
internal import Experience
internal import Rewards
internal import Synchronization

/// Scores rollouts on a thread of its own, while others are still generated.
///
/// A verdict depends on its rollout and on nothing else, so it does not matter when it is made; verdicts are kept by index. What
/// takes the whole group is added at the end.
final class RolloutScorer: Sendable {
  private let reward: RewardConfiguration
  private let maximumLength: Int
  private let queue = DispatchQueue(label: "apus.scorer")
  private let done = Mutex(Done())

  private struct Done {
    var judged: [Int: JudgedCompletion] = [:]
    var seconds = 0.0
  }

  /// - Parameters:
  ///   - reward: How answers are judged.
  ///   - maximumLength: Cap on generated tokens.
  init(_ reward: RewardConfiguration, maximumLength: Int) {
    self.reward = reward
    self.maximumLength = maximumLength
  }

  /// Takes one rollout; returns at once. Its logprobs are not needed.
  func add(_ index: Int, _ rollout: Rollout) {
    queue.async { [self] in
      let start = ContinuousClock.now
      let verdict = reward.judge(rollout, maximumLength: maximumLength)
      done.withLock {
        $0.judged[index] = verdict
        $0.seconds += start.duration(to: .now).inSeconds
      }
    }
  }

  /// Waits for the verdicts that are still to come.
  ///
  /// - Parameters:
  ///   - rollouts: All of them, the members of a group next to each other.
  ///   - groupSize: Members of each group.
  /// - Returns: The groups with their rewards, and the seconds that scoring took.
  /// - Throws: ``RewardError`` where the data lack what a term reads.
  func finish(_ rollouts: [Rollout], groupSize: Int) throws -> (groups: [[ScoredRollout]], seconds: Double) {
    queue.sync {}
    let start = ContinuousClock.now
    let (judged, seconds) = done.withLock { ($0.judged, $0.seconds) }
    let groups = try stride(from: 0, to: rollouts.count, by: groupSize).map { first in
      let members = try (first..<first + groupSize).map { index in
        guard let member = judged[index] else {
          preconditionFailure("rollout \(index) was never said to be finished")
        }
        if let problem = member.problem { throw problem }
        return member
      }
      return zip(rollouts[first...], reward.breakdowns(of: members)).map {
        ScoredRollout(rollout: $0, reward: $1)
      }
    }
    return (groups, seconds + start.duration(to: .now).inSeconds)
  }
}
