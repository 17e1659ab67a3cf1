import Foundation
import Testing

extension Faults {
  @Suite struct `Workers that come and go` {
    @Test(arguments: ["sequential", "async"])
    func `are used at once and leave nothing behind on SIGTERM`(_ mode: String) throws {
      try Story.tell("workers join and leave, \(mode)") { story in
        let changes = Faults.times(3, long: 25)
        let settings = [
          "rollout.mode=\(mode)", "rollout.segment_length=16", "stages.rl.steps=\(changes * 15 + 30)",
        ]
        let address = "tcp://127.0.0.1:\(try TCPSocket.freePort())"
        let trainer = try story.trainer("changing", settings, crew: .listening(address))
        var here = try (0...1).map { try story.worker("worker-\($0)", connect: address) }
        for change in 0..<changes {
          try trainer.wait(forSteps: change * 10 + Int.random(in: 1...10, using: &story.random))
          here.append(try story.worker("worker-\(change + 2)", connect: address))
          try story.wait("worker-\(change + 2) to join", told: trainer.output) {
            trainer.log.contains("worker worker-\(change + 2) joined") || !trainer.process.isRunning
          }
          story.pause(upTo: 0.05)
          let leaving = here.removeFirst()
          leaving.terminate()
          try story.wait("a worker to leave on SIGTERM", 20, told: "worker-\(change)-1") {
            !leaving.isRunning
          }
          guard leaving.terminationReason == .exit, leaving.terminationStatus == 0 else {
            throw StoryFailure("a worker left with code \(leaving.terminationStatus) on SIGTERM")
          }
          guard trainer.process.isRunning else {
            throw StoryFailure("the run was over after \(change) changes\n" + story.tail(of: trainer.output))
          }
        }
        try trainer.finish(300)
        if mode == "async" {
          try story.expectRepeatable("changing")
        } else {
          let undisturbed = try story.undisturbed(settings.filter { !$0.hasPrefix("rollout.mode") })
          if let difference = try story.outcome("changing").difference(from: undisturbed) {
            throw StoryFailure("the run came out otherwise: \(difference)")
          }
          try story.audit("changing")
        }
      }
    }

    @Test func `for good end the run by a deadline that names them, and it goes on with others`() throws {
      try Story.tell("nobody is left") { story in
        let settings = ["stages.rl.steps=40", "rollout.workers.join_deadline=1.5"]
        let address = "tcp://127.0.0.1:\(try TCPSocket.freePort())"
        let trainer = try story.trainer("deserted", settings, crew: .listening(address))
        let last = try story.worker("the-last", connect: address)
        try trainer.wait(forSteps: 6)
        kill(last.processIdentifier, SIGKILL)
        try story.wait("the run to give up", 30, told: trainer.output) { !trainer.process.isRunning }
        let ended = story.result(trainer.process, trainer.output)
        guard ended.status == 1, ["the-last", address, "--resume"].allSatisfy(ended.errors.contains) else {
          throw StoryFailure("exit code \(ended.status):\n" + ended.errors.suffix(1500))
        }
        try story.audit("deserted")
        _ = try story.worker("another", connect: address)
        try story.trainer("deserted", settings, crew: .listening(address), resume: true).finish()
        try story.expectUnharmed("deserted", as: settings.filter { !$0.hasPrefix("rollout.workers") })
      }
    }
  }
}
