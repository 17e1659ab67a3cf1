internal import Dispatch
internal import Evaluation
internal import Experience
internal import Rewards
internal import Synchronization

/// Scores rollouts on a thread of its own, while others are still generated.
///
/// A verdict depends on its rollout and on nothing else, so it does not matter when it is made; verdicts are kept by index.
final class RolloutScorer: Sendable {
  private let reward: RewardConfiguration
  private let maximumLength: Int
  private let queue = DispatchQueue(label: "apus.scorer")
  private let done = Mutex(Done())

  private struct Done {
    var rewards: [Int: RewardBreakdown] = [:]
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
      let verdict = reward.score(rollout, maximumLength: maximumLength)
      done.withLock {
        $0.rewards[index] = verdict
        $0.seconds += start.duration(to: .now).inSeconds
      }
    }
  }

  /// Waits for the verdicts that are still to come.
  ///
  /// - Returns: Each rollout with its reward, and the seconds that scoring took on its thread.
  func finish(_ rollouts: [Rollout]) -> (scored: [ScoredRollout], seconds: Double) {
    queue.sync {}
    return done.withLock { done in
      let scored = rollouts.enumerated().map { index, rollout in
        guard let reward = done.rewards[index] else {
          preconditionFailure("rollout \(index) was never said to be finished")
        }
        return ScoredRollout(rollout: rollout, reward: reward)
      }
      return (scored, done.seconds)
    }
  }
}
