import Foundation
import Testing

extension Faults {
  @Suite struct `Workers that are killed` {
    @Test func `at random moments, again and again, change neither metrics nor weights`() throws {
      try Story.tell("kill -9 a worker") { story in
        let kills = Faults.times(6, long: 50)
        // A worker is back within some tenths of a second, and a step takes some hundredths.
        let stride = 8
        let settings = ["stages.rl.steps=\(kills * (stride + 4) + 20)"]
        let trainer = try story.trainer("killed", settings)
        var last = 0
        for index in 0..<kills {
          try trainer.wait(forSteps: last + Int.random(in: 1...stride, using: &story.random))
          try trainer.wait(forWorkers: 1)
          story.pause(upTo: 0.03)
          last = trainer.steps
          guard let victim = trainer.workers.randomElement(using: &story.random) else { continue }
          kill(victim, SIGKILL)
          guard trainer.process.isRunning else { throw StoryFailure("the run was over after \(index) kills") }
        }
        try trainer.finish(300)
        guard trainer.log.components(separatedBy: "ended (signal 9)").count > kills / 2 else {
          throw StoryFailure("the log does not tell of the kills\n" + trainer.log.suffix(1500))
        }
        try story.expectUnharmed("killed", as: settings)
      }
    }

    @Test func `all at once, are replaced`() throws {
      try Story.tell("kill -9 all workers at once") { story in
        let kills = Faults.times(2, long: 10)
        let settings = ["stages.rl.steps=\(kills * 8 + 20)", "rollout.segment_length=16"]
        let trainer = try story.trainer("killed", settings)
        for index in 0..<kills {
          try trainer.wait(forSteps: index * 6 + 2)
          try trainer.wait(forWorkers: 2)
          story.pause(upTo: 0.03)
          for worker in trainer.workers { kill(worker, SIGKILL) }
        }
        try trainer.finish(300)
        try story.expectUnharmed("killed", as: settings)
      }
    }

    @Test func `while they are ahead of the trainer, lose nothing that was committed`() throws {
      try Story.tell("kill -9 a worker, asynchronously") { story in
        let kills = Faults.times(3, long: 20)
        let settings = [
          "rollout.mode=async", "rollout.segment_length=16", "stages.rl.steps=\(kills * 8 + 20)",
        ]
        let trainer = try story.trainer("killed", settings)
        for index in 0..<kills {
          try trainer.wait(forSteps: index * 6 + Int.random(in: 1...6, using: &story.random))
          try trainer.wait(forWorkers: 1)
          if let victim = trainer.workers.randomElement(using: &story.random) { kill(victim, SIGKILL) }
        }
        try trainer.finish(300)
        try story.expectRepeatable("killed")
      }
    }
  }
}
