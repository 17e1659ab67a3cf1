internal import Dispatch
internal import Evaluation
internal import Experience
internal import Replay
internal import Rewards
internal import Rollouts
internal import Synchronization

/// Takes segments as sources make them: judges what is finished, commits it, and only then tells the trainer.
///
///     source ──add──▶ judge ──▶ store (one transaction) ──▶ acknowledge ──▶ trainer
///
/// Each of these is one queue in order of arrival, so the order in the store is the order in which the trainer learns of them. A verdict
/// depends on its rollout and on nothing else, so it does not matter when it is made; what takes the whole group comes later.
final class RolloutIngest: Sendable {
  /// A segment that is committed.
  struct Arrival: Sendable {
    var outcome: SegmentOutcome
    /// nil while the rollout goes on.
    var judged: JudgedCompletion?
    /// The step whose reward it was judged by.
    var step: Int
  }

  private let writer: RunWriter
  private let queue = DispatchQueue(label: "apus.judge")
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  private struct State {
    /// Rollouts under way, with the segments that have come.
    var open: [WorkItem: Rollout] = [:]
    var judge: Judge?
    var step = 0
    var arrived: [Arrival] = []
    var seconds = 0.0
  }

  /// By what finished answers are judged.
  struct Judge: Sendable {
    var reward: RewardConfiguration
    /// Cap on generated tokens.
    var maximumLength: Int
    /// Made ahead.
    var verifiers: PreparedVerifiers
  }

  init(writer: RunWriter) {
    self.writer = writer
  }

  /// From here on segments belong to this step, and answers are judged so.
  func begin(step: Int, judge: Judge) {
    state.withLock { ($0.step, $0.judge) = (step, judge) }
  }

  /// Names rollouts whose segments may come.
  func expect(_ rollouts: [Rollout]) {
    state.withLock { state in
      for rollout in rollouts { state.open[rollout.item] = rollout }
    }
  }

  /// Forgets rollouts that are no longer wanted; segments of theirs that still come are dropped.
  func forget(_ items: [WorkItem]) {
    state.withLock { state in
      for item in items { state.open[item] = nil }
    }
  }

  /// Takes a segment; returns at once.
  ///
  /// - Parameters:
  ///   - outcome: The segment. One of a rollout that is not expected is dropped.
  ///   - isStored: Whether it comes from the store, where a run before this one has put it.
  ///   - onCommitted: Told when it is safe.
  func add(
    _ outcome: SegmentOutcome, isStored: Bool = false, onCommitted: (@Sendable () -> Void)? = nil
  ) {
    queue.async { [self] in
      let start = ContinuousClock.now
      guard let (rollout, judge, step) = extend(outcome) else { return }
      let judged =
        outcome.finish == nil
        ? nil
        : judge.reward.judge(rollout, maximumLength: judge.maximumLength, verifiers: judge.verifiers)
      let breakdown = judged.map(judge.reward.breakdown(alone:))
      let seconds = start.duration(to: .now).inSeconds
      writer.commit { [self] store, run in
        if !isStored {
          _ = try store.append(run, SegmentEntry(outcome, reward: breakdown), step: step)
        }
        onCommitted?()
        let isFirst = state.withLock { state in
          defer { state.arrived.append(Arrival(outcome: outcome, judged: judged, step: step)) }
          state.seconds += seconds
          return state.arrived.isEmpty
        }
        if isFirst { bell.signal() }
      }
    }
  }

  /// The rollout with these segments at its end; nil where nobody waits for them.
  private func extend(_ outcome: SegmentOutcome) -> (Rollout, Judge, Int)? {
    state.withLock { state in
      // Nothing is expected before the first step begins, and with it comes the judge.
      guard let judge = state.judge, var rollout = state.open[outcome.item],
        rollout.completionLength == outcome.start
      else { return nil }
      rollout.segments += outcome.segments
      if let finish = outcome.finish {
        rollout.finishReason = finish
        rollout.text = outcome.text ?? ""
        state.open[outcome.item] = nil
      } else {
        state.open[outcome.item] = rollout
      }
      return (rollout, judge, state.step)
    }
  }

  /// What has been committed since the last call, in order of arrival.
  ///
  /// - Parameter seconds: Waits so long for something to come where there is nothing yet.
  /// - Returns: Arrivals; none where nothing came in time.
  func take(waitingUpTo seconds: Double) -> [Arrival] {
    if seconds > 0 { _ = bell.wait(timeout: .now() + seconds) }
    return state.withLock { state in
      defer { state.arrived = [] }
      return state.arrived
    }
  }

  /// Seconds spent on judging since the last call of this.
  func takeSeconds() -> Double {
    state.withLock { state in
      defer { state.seconds = 0 }
      return state.seconds
    }
  }
}
