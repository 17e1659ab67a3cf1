import Foundation
import Testing

extension Faults {
  @Suite struct `A trainer that is killed` {
    static let stride = 4

    /// Kills the trainer again and again, and lets it go on each time; the last time to the end.
    func killAgainAndAgain(_ story: Story, _ settings: [String], kills: Int) throws {
      var last = 0
      for index in 0..<kills {
        let trainer = try story.trainer("killed", settings, resume: true)
        if Int.random(in: 0..<4, using: &story.random) == 0 {
          // While it starts, reads the store and takes back what came after its checkpoint.
          story.pause(upTo: 0.5)
        } else {
          try trainer.wait(forSteps: last + Int.random(in: 1...Self.stride, using: &story.random))
          story.pause(upTo: 0.03)
        }
        last = max(last, trainer.steps)
        guard trainer.process.isRunning else {
          throw StoryFailure("the run was over after \(index) kills\n" + story.tail(of: trainer.output))
        }
        trainer.kill()
        try story.wait("the workers of the killed trainer to leave", 20) {
          story.strayWorkers(of: trainer.pid).isEmpty
        }
      }
      try story.trainer("killed", settings, resume: true).finish(300)
    }

    func steps(_ kills: Int) -> String { "stages.rl.steps=\(kills * (Self.stride + 6) + 20)" }

    @Test(arguments: [["evaluation.every=7", "evaluation.samples=1"], ["rollout.segment_length=16"]])
    func `at random moments goes on each time and arrives at the same weights`(_ more: [String]) throws {
      try Story.tell("kill -9 the trainer, \(more[0])") { story in
        let kills = Faults.times(4, long: 20)
        let settings = more + [steps(kills)]
        try killAgainAndAgain(story, settings, kills: kills)
        try story.expectUnharmed("killed", as: settings)
      }
    }

    @Test func `in asynchronous mode leaves a store that adds up and can be done again`() throws {
      try Story.tell("kill -9 the trainer, asynchronously") { story in
        let kills = Faults.times(4, long: 20)
        let settings = ["rollout.mode=async", "rollout.segment_length=16", steps(kills)]
        try killAgainAndAgain(story, settings, kills: kills)
        try story.expectRepeatable("killed")
      }
    }

    @Test func `finds its own workers again, which waited for it`() throws {
      try Story.tell("kill -9 the trainer, not its workers") { story in
        let kills = Faults.times(2, long: 10)
        let settings = [steps(kills)]
        let address = "tcp://127.0.0.1:\(try TCPSocket.freePort())"
        let workers = try (1...2).map { try story.worker("patient-\($0)", connect: address) }
        var last = 0
        for _ in 0..<kills {
          let trainer = try story.trainer("killed", settings, crew: .listening(address), resume: true)
          try trainer.wait(forSteps: last + Int.random(in: 1...Self.stride, using: &story.random))
          story.pause(upTo: 0.03)
          last = max(last, trainer.steps)
          trainer.kill()
        }
        try story.trainer("killed", settings, crew: .listening(address), resume: true).finish(300)
        for worker in workers {
          try story.wait("a worker to leave after the run", 20) { !worker.isRunning }
          guard worker.terminationStatus == 0 else {
            throw StoryFailure("a worker left with exit code \(worker.terminationStatus)")
          }
        }
        try story.expectUnharmed("killed", as: settings)
      }
    }
  }
}
