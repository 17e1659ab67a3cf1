import Foundation
import Metrics
import Synchronization
import Testing

extension Faults {
  @Suite struct `Workers of unequal speed` {
    /// Stops and continues a worker so often that it has a quarter of its time, and never so long that it is missed.
    final class Brake: Sendable {
      private let isOn = Mutex(true)

      init(_ worker: @escaping @Sendable () -> Int32?) {
        Thread { [self] in
          while isOn.withLock({ $0 }) {
            guard let process = worker() else { return }
            kill(process, SIGSTOP)
            Thread.sleep(forTimeInterval: 0.03)
            kill(process, SIGCONT)
            Thread.sleep(forTimeInterval: 0.01)
          }
        }.start()
      }

      func release() { isOn.withLock { $0 = false } }
    }

    func run(_ story: Story, _ settings: [String]) throws -> StoryTrainer {
      let trainer = try story.trainer("unequal", settings)
      try trainer.wait(forWorkers: 2)
      guard let slow = trainer.workers.first else { throw StoryFailure("no worker") }
      let brake = Brake { Story.words(slow).isEmpty ? nil : slow }
      defer { brake.release() }
      try trainer.finish(300)
      return trainer
    }

    @Test func `in sequential mode make the same tokens and weights`() throws {
      try Story.tell("a slow and a fast worker") { story in
        let settings = ["stages.rl.steps=\(Faults.times(25, long: 120))"]
        _ = try run(story, settings)
        try story.expectUnharmed("unequal", as: settings)
      }
    }

    @Test func `in asynchronous mode both count, and nothing is older than it may be`() throws {
      try Story.tell("a slow and a fast worker, asynchronously") { story in
        let limit = 2
        let trainer = try run(
          story,
          [
            "rollout.mode=async", "rollout.segment_length=16", "rollout.max_staleness=\(limit)",
            "stages.rl.steps=\(Faults.times(25, long: 120))",
          ])
        let oldest = try trainer.largest("staleness/max")
        guard oldest <= Double(limit) else {
          throw StoryFailure("a token of \(oldest) versions ago was trained; `max_staleness` is \(limit)")
        }
        try story.expectRepeatable("unequal")
        let shares = try story.segments(of: "unequal")
        guard shares.count == 2, shares.values.allSatisfy({ $0 > 0 }) else {
          throw StoryFailure("segments by worker: \(shares)")
        }
      }
    }
  }
}
