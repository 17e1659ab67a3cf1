import Foundation
import Testing

extension Faults {
  /// What is left on the disk when a run was stopped at a bad moment, or somebody touched it since.
  @Suite struct `A run's directory` {
    static let settings = ["stages.rl.steps=24"]

    /// A run that was killed after a few checkpoints.
    func killedRun(_ story: Story) throws {
      let trainer = try story.trainer("damaged", Self.settings)
      // Two checkpoints are kept, so there is one before the newest.
      try trainer.wait(forSteps: 13)
      trainer.kill()
    }

    func checkpoints(_ story: Story) throws -> [Int] {
      try FileManager.default.contentsOfDirectory(atPath: story.program.folder.path + "/damaged/checkpoints")
        .compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5)) : nil }.sorted()
    }

    /// Goes on to the end, which must be the undisturbed one.
    ///
    /// - Returns: What was said of it.
    func goOn(_ story: Story) throws -> String {
      let trainer = try story.trainer("damaged", Self.settings, resume: true)
      try trainer.finish()
      try story.expectUnharmed("damaged", as: Self.settings)
      return trainer.log + story.program.text(trainer.output + ".err")
    }

    @Test func `with a checkpoint that the store does not know goes on from the one before`() throws {
      try Story.tell("killed between a checkpoint's name and its record") { story in
        try killedRun(story)
        let newest = try #require(try checkpoints(story).last)
        let folder = story.program.folder.path + "/damaged/checkpoints/step-"
        try FileManager.default.copyItem(atPath: folder + "\(newest)", toPath: folder + "\(newest + 1)")
        let said = try goOn(story)
        guard said.contains("no record"), said.contains("resumed from"), said.contains("step-\(newest)\n")
        else {
          throw StoryFailure("not a word of the checkpoint that was ignored:\n" + said.suffix(1500))
        }
      }
    }

    @Test(arguments: ["model.safetensors", "optimizer.safetensors", "trainer_state.json"])
    func `with a damaged checkpoint goes on from the one before`(_ file: String) throws {
      try Story.tell("a flipped byte in a checkpoint's \(file)") { story in
        try killedRun(story)
        let steps = try checkpoints(story)
        let newest = try #require(steps.last)
        let path = story.program.folder.appending(path: "damaged/checkpoints/step-\(newest)/\(file)")
        var bytes = try Data(contentsOf: path)
        bytes[Int.random(in: 0..<bytes.count, using: &story.random)] ^= 4
        try bytes.write(to: path)
        let said = try goOn(story)
        guard said.contains("passed over"),
          steps.count < 2 || said.contains("step-\(steps[steps.count - 2])\n")
        else {
          throw StoryFailure("not a word of the damaged checkpoint:\n" + said.suffix(1500))
        }
      }
    }

    @Test(arguments: [["replay.sqlite"], ["replay.sqlite", "replay.sqlite-wal", "replay.sqlite-shm"]])
    func `without its store begins again, and says so`(_ files: [String]) throws {
      try Story.tell("deleted \(files.joined(separator: ", "))") { story in
        try killedRun(story)
        for file in files {
          try? FileManager.default.removeItem(at: story.program.folder.appending(path: "damaged/" + file))
        }
        let said = try goOn(story)
        guard said.contains("no record") else {
          throw StoryFailure("not a word of the checkpoints without a record:\n" + said.suffix(1500))
        }
      }
    }

    @Test func `with half a checkpoint and half a line of metrics goes on`() throws {
      try Story.tell("half-written files") { story in
        try killedRun(story)
        let folder = story.program.folder.path + "/damaged/"
        let newest = try #require(try checkpoints(story).last)
        let metrics = try #require(FileHandle(forWritingAtPath: folder + "metrics.jsonl"))
        try metrics.seekToEnd()
        try metrics.write(contentsOf: Data("{\"step\": 1".utf8))
        try metrics.close()
        // As `forget` leaves it when it is killed after its first line.
        try FileManager.default.copyItem(
          atPath: folder + "checkpoints/step-\(newest)", toPath: folder + "checkpoints/step-\(newest + 4)")
        try FileManager.default.removeItem(
          atPath: folder + "checkpoints/step-\(newest + 4)/trainer_state.json")
        _ = try goOn(story)
      }
    }
  }
}
