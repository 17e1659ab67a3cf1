internal import Foundation
internal import Replay
internal import Rollouts
internal import Transport

extension WorkerSupply {
  /// How fast rollouts come, against how fast they are used.
  struct Pace {
    var status: ExchangeStatus
    /// Σμ: rollouts finished per second since the last step.
    var rate: Double
    /// What would keep the trainer busy; nil where no number would, and in sequential mode.
    var neededRate: Double?
  }

  /// Looks at the step that was just made, and tells the user what would make it faster, once it has changed.
  ///
  /// - Parameters:
  ///   - wait: Seconds that the trainer waited for rollouts.
  ///   - train: Seconds that the update took.
  /// - Returns: For the metrics of the step.
  func pace(wait: Double, train: Double) -> Pace {
    let rollout = context.configuration.rollout
    let status = self.status
    let now = ContinuousClock.now
    let seconds = lastPace.map { $0.time.duration(to: now).inSeconds } ?? wait + train
    let finished = finishedRollouts - (lastPace?.finished ?? 0)
    lastPace = (now, finishedRollouts)
    var pace = Pace(status: status, rate: seconds > 0 ? Double(finished) / seconds : 0)
    guard rollout.mode == .async else { return pace }
    let bound = CapacityBound(
      publishEvery: rollout.publishInterval,
      rolloutsPerStep: rollout.numPrompts * rollout.numGenerations, trainSeconds: train,
      publishSeconds: status.publications.last { !$0.seconds.isEmpty }?.seconds.values.max() ?? 0)
    pace.neededRate = bound.rolloutsPerSecond
    waits.append((pace.rate, wait, train))
    if waits.count > Self.steadySteps { waits.removeFirst() }
    guard waits.count == Self.steadySteps else { return pace }
    // Rollouts come in bursts; what is said is about the last steps together.
    let (rate, wait, train) = waits.reduce((0, 0, 0)) { ($0.0 + $1.rate, $0.1 + $1.wait, $0.2 + $1.train) }
    let mean = rate / Double(Self.steadySteps)
    let hint = bound.hint(
      measured: mean, trainerWaits: wait / max(wait + train, 1e-9), workersWait: status.idleShare)
    if hint != lastHint {
      lastHint = hint
      let needed =
        hint == .enough
        ? "" : pace.neededRate.map { ", \(rounded($0)) would keep the trainer busy" } ?? ""
      context.emit(
        .note(
          "step \(context.state.step + 1): \(rounded(mean)) rollouts a second over \(Self.steadySteps) steps\(needed): "
            + hint.words))
    }
    return pace
  }

  /// Steps that a hint looks back on.
  private static let steadySteps = 10

  /// The workers that are there, for the store.
  var rows: [WorkerRow] {
    let now = Date().timeIntervalSince1970
    return status.dispatch.workers.map { worker in
      let name = worker.worker.name
      let first = firstSeen[name] ?? now
      firstSeen[name] = first
      if worker.isHere { lastSeen[name] = now }
      return WorkerRow(
        name: name, host: worker.hello.host, processor: worker.hello.processor,
        kernels: worker.hello.kernels, threads: worker.hello.threads, segments: worker.counts.segments,
        tokens: worker.counts.tokens, duplicates: worker.counts.duplicates + worker.counts.late,
        reissued: worker.counts.reissued, refused: worker.counts.refused, firstSeen: first,
        lastSeen: worker.isHere ? now : lastSeen[name] ?? now)
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
