import Foundation
import Testing

extension Faults {
  @Suite struct `A worker that stands still` {
    @Test func `longer than its lease has its items done by others, and comes back`() throws {
      try Story.tell("SIGSTOP a worker past its lease, then SIGCONT") { story in
        let stops = Faults.times(3, long: 20)
        let settings = ["stages.rl.steps=\(stops * 12 + 40)"]
        let trainer = try story.trainer("stalled", settings)
        try trainer.wait(forSteps: 2)
        for _ in 0..<stops { try stopOneThatHoldsItems(of: trainer, story) }
        try trainer.finish(300)
        let reissued = try trainer.largest("workers/reissued")
        guard reissued >= Double(stops) else {
          throw StoryFailure(
            "\(reissued) items were given to others after \(stops) stops\n" + trainer.log.suffix(1500))
        }
        try story.expectUnharmed("stalled", as: settings)
      }
    }

    /// Stops a worker while it holds items, until these are given to others.
    func stopOneThatHoldsItems(of trainer: StoryTrainer, _ story: Story) throws {
      let taken = /is silent; [1-9][0-9]* of its items/
      let before = trainer.log.matches(of: taken).count
      for _ in 0..<200 {
        try trainer.wait(forWorkers: 2)
        guard let victim = trainer.workers.randomElement(using: &story.random) else { continue }
        // It holds items while it generates; as to when in that, chance decides.
        try story.wait("a worker to compute", told: trainer.output) {
          Story.isComputing(victim) || Story.words(victim).isEmpty || !trainer.process.isRunning
        }
        story.pause(upTo: 0.01)
        kill(victim, SIGSTOP)
        defer { kill(victim, SIGCONT) }
        // A step that has items of a worker that stands still does not end without them being taken from it.
        let steps = trainer.steps
        try story.wait("the trainer to miss a worker, or to do without it", told: trainer.output) {
          trainer.log.matches(of: taken).count > before || trainer.steps >= steps + 3
            || !trainer.process.isRunning
        }
        guard trainer.process.isRunning else {
          throw StoryFailure("the run was over\n" + story.tail(of: trainer.output))
        }
        guard trainer.log.matches(of: taken).count > before else { continue }
        // Sometimes it comes back at once, sometimes when the trainer is steps ahead.
        if Bool.random(using: &story.random) { try trainer.wait(forSteps: trainer.steps + 2) }
        return
      }
      throw StoryFailure("no worker was ever stopped while it held items")
    }

    @Test(arguments: ["sequential", "async"])
    func `and reports that come twice, late and out of order, are taken once`(_ mode: String) throws {
      try Story.tell("reports twice and late, \(mode)") { story in
        let settings = [
          "stages.rl.steps=\(Faults.times(8, long: 60))", "rollout.mode=\(mode)",
          "rollout.segment_length=16",
        ]
        let port = try TCPSocket.freePort()
        let reports = Tally()
        let proxy = try MessageProxy(to: port) { direction, frames in
          guard direction == .toTrainer, WireKind(frames) == .segment else { return .pass }
          let number = reports.next()
          if number % 150 == 20 { return .delayed(seconds: 2 * Story.lease) }
          return number % 3 == 1 ? .twice : number % 3 == 2 ? .delayed(seconds: 0.02) : .pass
        }
        defer { proxy.close() }
        let trainer = try story.trainer("late", settings, crew: .listening("tcp://127.0.0.1:\(port)"))
        for name in ["one", "two"] {
          _ = try story.worker(name, connect: "tcp://127.0.0.1:\(proxy.port)")
        }
        try trainer.finish(300)
        guard try trainer.largest("workers/duplicates") > 0 else {
          throw StoryFailure("of \(reports.total) reports none was recognized as one that had come already")
        }
        if mode == "async" {
          try story.expectRepeatable("late")
        } else {
          try story.expectUnharmed("late", as: settings.filter { !$0.hasPrefix("rollout.mode") })
        }
      }
    }
  }

  @Suite struct `A trainer that stands still` {
    @Test func `longer than a lease hears its workers before it gives them up`() throws {
      try Story.tell("SIGSTOP the trainer past all leases, then SIGCONT") { story in
        let stops = Faults.times(2, long: 10)
        let settings = ["stages.rl.steps=\(stops * 10 + 20)"]
        let trainer = try story.trainer("stalled", settings)
        for stop in 0..<stops {
          try trainer.wait(forSteps: stop * 8 + Int.random(in: 1...8, using: &story.random))
          story.pause(upTo: 0.03)
          kill(trainer.pid, SIGSTOP)
          Thread.sleep(forTimeInterval: 1.5 * Story.lease)
          kill(trainer.pid, SIGCONT)
        }
        try trainer.finish()
        try story.expectUnharmed("stalled", as: settings)
      }
    }
  }
}
