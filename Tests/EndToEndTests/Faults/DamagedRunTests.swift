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

    @Test
    func `with only its first checkpoint, and that without its record, begins again as often as it takes`()
      throws
    {
      try Story.tell("killed between the first checkpoint's name and its record, and again") { story in
        try killBetweenNameAndRecord(story)
        let again = try story.trainer("damaged", Self.settings, resume: true)
        try story.wait("the lines of metrics to be taken back", told: again.output) {
          again.steps < 4 || !again.process.isRunning
        }
        try again.wait(forSteps: 2)
        guard story.program.text(again.output + ".err").contains("no record") else {
          throw StoryFailure("not a word of the checkpoint without a record\n" + story.tail(of: again.output))
        }
        again.kill()
        _ = try goOn(story)
      }
    }

    /// Kills a trainer when its first checkpoint has its name, and holds the store's lock so that it cannot have its record.
    func killBetweenNameAndRecord(_ story: Story) throws {
      let run = story.program.folder.path + "/damaged"
      for _ in 0..<20 {
        let trainer = try story.trainer("damaged", Self.settings)
        while trainer.process.isRunning,
          (try? FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints"))?.isEmpty != false
        {}
        // It writes the checkpoint beside its name now.
        kill(trainer.pid, SIGSTOP)
        let file = try #require(FileHandle(forUpdatingAtPath: run + "/replay.sqlite-shm"))
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        // SQLite's lock of whoever writes to a WAL database ("WAL-mode File Format", section 2.3.1).
        lock.l_start = 120
        lock.l_len = 1
        let isHeld = fcntl(file.fileDescriptor, F_SETLK, &lock) == 0
        kill(trainer.pid, SIGCONT)
        if isHeld {
          try story.wait("the checkpoint to get its name", told: trainer.output) {
            FileManager.default.fileExists(atPath: run + "/checkpoints/step-4/trainer_state.json")
          }
          Thread.sleep(forTimeInterval: 0.05)
        }
        let steps = trainer.steps
        trainer.kill()
        try file.close()
        if isHeld, steps == 4 { return }
        try FileManager.default.removeItem(atPath: run)
      }
      throw StoryFailure("no trainer was ever stopped while it wrote its first checkpoint")
    }

    @Test(arguments: [["replay.sqlite"], ["replay.sqlite", "replay.sqlite-wal", "replay.sqlite-shm"]])
    func `without its store is left alone until somebody decides`(_ files: [String]) throws {
      try Story.tell("deleted \(files.joined(separator: ", "))") { story in
        try killedRun(story)
        let folder = story.program.folder.path + "/damaged/"
        let before = try checkpoints(story)
        for file in files { try? FileManager.default.removeItem(atPath: folder + file) }
        let refused = try story.trainer("damaged", Self.settings, resume: true)
        try story.wait("the refusal", told: refused.output) { !refused.process.isRunning }
        let said = story.result(refused.process, refused.output)
        guard said.status == 1, said.errors.contains("no record of any"), try checkpoints(story) == before
        else {
          throw StoryFailure(
            "exit code \(said.status), checkpoints \(try checkpoints(story)):\n" + said.errors)
        }
        // As the message says.
        try FileManager.default.removeItem(atPath: folder + "checkpoints")
        _ = try goOn(story)
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
