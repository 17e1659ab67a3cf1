import Foundation
import Metrics
import Testing

@Suite struct `A killed run` {
  @Test func `resumes to the same weights and metrics, wherever kill -9 met it`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let started = ContinuousClock.now
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=whole").status == 0)
    let duration = started.duration(to: .now)
    let whole = try outcome(program, "whole")

    // Moments spread over the run, as shares of its length: before the first checkpoint, in each stage, while
    // evaluating, while writing.
    for (index, share) in [0.02, 0.15, 0.31, 0.44, 0.52, 0.63, 0.71, 0.84, 0.93].enumerated() {
      let name = "killed-\(index)"
      let arguments = ["train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=\(name)"]
      let process = try program.start(arguments, output: name)
      Thread.sleep(
        forTimeInterval: Double(duration.components.attoseconds) * 1e-18 * share + Double(
          duration.components.seconds) * share)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try program.run(arguments)
      #expect(resumed.status == 0, "\(share): \(resumed.all)")
      let found = try outcome(program, name)
      #expect(found.digest == whole.digest, "weights after a kill at \(share)")
      #expect(found.records == whole.records, "metrics after a kill at \(share)")
    }
  }

  @Test func `killed again and again still arrives`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=whole").status == 0)
    let arguments = ["train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=often"]
    var lines = 0
    for attempt in 0..<6 {
      let process = try program.start(arguments, output: "attempt-\(attempt)")
      // Each attempt is let to write a few lines more than the last one had.
      let limit = ContinuousClock.now + .seconds(20)
      while process.isRunning, ContinuousClock.now < limit {
        let now = program.text("often/metrics.jsonl").count { $0 == "\n" }
        if now >= lines + 5 { break }
        Thread.sleep(forTimeInterval: 0.002)
      }
      lines = program.text("often/metrics.jsonl").count { $0 == "\n" }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(try program.run(arguments).status == 0)
    let (whole, often) = (try outcome(program, "whole"), try outcome(program, "often"))
    #expect(whole.digest == often.digest && whole.records == often.records)
  }

  @Test func `stopped by Ctrl-C finishes its step, keeps a checkpoint and says how to go on`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let settings = ["--set", "stages.sft.steps=4000", "--set", "output.dir=out"]
    let process = try program.start(["train", "tiny.yaml"] + settings, output: "first")
    let limit = ContinuousClock.now + .seconds(30)
    while program.text("out/metrics.jsonl").count(where: { $0 == "\n" }) < 3, ContinuousClock.now < limit {
      Thread.sleep(forTimeInterval: 0.005)
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(program.text("first.out").contains("--resume"))
    #expect(try program.object("out/summary.json")["status"] as? String == "interrupted")
    // The first line says that the stage begins.
    let steps = program.text("out/metrics.jsonl").count { $0 == "\n" } - 1
    #expect(program.exists("out/checkpoints/step-\(steps)/trainer_state.json"))
  }

  @Test
  func `is found without output.dir, refuses a changed recipe, and can be made longer when it is finished`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet").status == 0)
    #expect(program.exists("runs/tiny-3/summary.json"))
    let again = try program.run("train", "tiny.yaml", "--resume")
    #expect(again.status == 0 && again.output.contains("is finished"), "\(again.all)")
    let changed = try program.run("train", "tiny.yaml", "--resume", "--set", "rollout.temperature=0.7")
    #expect(changed.status != 0 && changed.errors.contains("rollout.temperature"), "\(changed.all)")
    let longer = try program.run("train", "tiny.yaml", "--quiet", "--resume", "--set", "stages.rl.steps=11")
    #expect(longer.status == 0, "\(longer.all)")
    let records = try MetricsFile.read(program.folder.path + "/runs/tiny-3/metrics.jsonl")
    #expect(records.filter { $0["kind"] == "rl" }.count == 11)
    #expect(try program.object("runs/tiny-3/summary.json")["steps"] as? Int == 30)
    // A second run of the same recipe takes another directory.
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "budget.max_tokens=1").status == 0)
    #expect(program.exists("runs/tiny-3-2/recipe.yaml"))
  }

  @Test func `does not go on with a stage that ended early`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    // Nothing is learned at this rate, so the second evaluation without gain ends the stage.
    let settings = [
      "--set", "evaluation.patience=2", "--set", "optimizer.learning_rate=1.0e-12", "--set",
      "stages.rl.steps=30",
      "--set", "stages.control.steps=400",
    ]
    let whole = try program.run(["train", "tiny.yaml", "--quiet", "--set", "output.dir=whole"] + settings)
    #expect(whole.status == 0, "\(whole.all)")
    #expect(try program.object("whole/summary.json")["steps"] as? Int == 14 + 6 + 400)
    let arguments = ["train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=killed"] + settings
    let process = try program.start(arguments, output: "first")
    let limit = ContinuousClock.now + .seconds(30)
    while !program.text("killed/metrics.jsonl").contains("\"control\""), process.isRunning,
      ContinuousClock.now < limit
    {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try program.run(arguments).status == 0)
    let (one, two) = (try outcome(program, "whole"), try outcome(program, "killed"))
    #expect(one.digest == two.digest && one.records == two.records)
  }

  @Test func `is resumed while it is being made longer`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=out").status == 0)
    let longer = [
      "train", "tiny.yaml", "--resume", "--set", "output.dir=out", "--set", "stages.rl.steps=200",
    ]
    let process = try program.start(longer, output: "first")
    let limit = ContinuousClock.now + .seconds(30)
    while program.text("first.out").components(separatedBy: "rl ").count < 4, process.isRunning,
      ContinuousClock.now < limit
    { Thread.sleep(forTimeInterval: 0.005) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let again = try program.run(longer)
    #expect(again.status == 0, "\(again.all)")
    #expect(!again.output.contains("is finished"))
    #expect(try program.object("out/summary.json")["steps"] as? Int == 14 + 200 + 5)
  }

  @Test func `a budget ends it with a measured model and exit 0`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--set", "output.dir=out", "--set", "budget.max_tokens=3000", "--set",
      "stages.sft.steps=1000")
    #expect(run.status == 0 && run.output.contains("raise the budget"), "\(run.all)")
    let summary = try program.object("out/summary.json")
    #expect((summary["status"] as? String)?.hasPrefix("budget: max_tokens") == true)
    #expect(summary["after"] is [String: Any] && program.exists("out/model/model.safetensors"))
  }

  @Test func `is told apart from a run of the same name with other settings`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let stop = ["--quiet", "--set", "budget.max_tokens=1"]
    #expect(try program.run(["train", "tiny.yaml"] + stop).status == 0)
    #expect(try program.run(["train", "tiny.yaml", "--set", "rollout.temperature=0.5"] + stop).status == 0)
    let first = try program.run("train", "tiny.yaml", "--resume")
    #expect(first.status == 0 && first.output.contains("resuming runs/tiny-3\n"), "\(first.all)")
    let second = try program.run("train", "tiny.yaml", "--set", "rollout.temperature=0.5", "--resume")
    #expect(second.status == 0 && second.output.contains("resuming runs/tiny-3-2\n"), "\(second.all)")
  }

  @Test
  func `passes over a checkpoint with a state that cannot be, and comes to the same end from the one before`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=whole").status == 0)
    let expected = try outcome(program, "whole")
    for (index, (key, value)) in [
      ("stage", "-1"), ("stage", "99"), ("step", "-9223372036854775808"), ("stageStep", "-5"),
    ].enumerated() {
      let run = "out-\(index)"
      let part = [
        "train", "tiny.yaml", "--quiet", "--set", "output.dir=\(run)", "--set", "budget.max_tokens=3000",
      ]
      #expect(try program.run(part).status == 0)
      let folder = program.folder.path + "/\(run)/checkpoints"
      let newest = try #require(
        FileManager.default.contentsOfDirectory(atPath: folder).max { $0.count < $1.count || $0 < $1 })
      let state = "\(run)/checkpoints/\(newest)/trainer_state.json"
      let whole = program.text(state)
      let broken = whole.replacing(try Regex("\"\(key)\" : [0-9]+"), with: "\"\(key)\" : \(value)")
      #expect(broken != whole)
      try program.write(broken, to: state)
      let resumed = try program.run("train", "tiny.yaml", "--resume", "--set", "output.dir=\(run)")
      #expect(
        resumed.status == 0 && resumed.all.contains("passed over") && resumed.all.contains(newest),
        "\(key) \(value): \(resumed.all)")
      let found = try outcome(program, run)
      #expect(found.digest == expected.digest && found.records == expected.records, "\(key) \(value)")
    }
  }

  /// Holds the database's write lock, as another program that writes to it would: in WAL mode that is a lock on byte 120
  /// of the shared-memory file (SQLite's "WAL-mode File Format", section 2.3.1). Closing the handle lets it go.
  func holdDatabase(_ program: Program, _ run: String) throws -> FileHandle {
    let path = program.folder.path + "/\(run)/replay.sqlite-shm"
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 120
    lock.l_len = 1
    try #require(fcntl(handle.fileDescriptor, F_SETLKW, &lock) == 0)
    return handle
  }

  func lines(_ program: Program, _ path: String, with words: String) -> Int {
    program.text(path).split(separator: "\n").count { $0.contains(words) }
  }

  /// Starts a run and comes back when it has written a few RL steps.
  func startedRL(_ program: Program, _ run: String, _ arguments: [String]) throws -> Process {
    let process = try program.start(
      ["train", "tiny.yaml", "--json", "--set", "output.dir=\(run)"] + arguments, output: run)
    let limit = ContinuousClock.now + .seconds(30)
    while lines(program, "\(run)/metrics.jsonl", with: "\"rl\"") < 3, process.isRunning,
      ContinuousClock.now < limit
    { Thread.sleep(forTimeInterval: 0.002) }
    try #require(process.isRunning)
    return process
  }

  @Test func `waits while its database is busy, as nothing is trained that is not stored, and goes on then`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let process = try startedRL(
      program, "out",
      [
        "--set", "stages.rl.steps=100000", "--set", "evaluation.every=0", "--set",
        "output.checkpoint_every=1000000",
      ])
    func told() -> Int { lines(program, "out.out", with: "\"event\": \"step\"") }
    let held = try holdDatabase(program, "out")
    // The step at hand may have had all its answers stored.
    Thread.sleep(forTimeInterval: 0.5)
    let before = told()
    Thread.sleep(forTimeInterval: 1)
    #expect(told() == before)
    try held.close()
    let limit = ContinuousClock.now + .seconds(10)
    while told() <= before + 3, ContinuousClock.now < limit { Thread.sleep(forTimeInterval: 0.01) }
    #expect(told() > before + 3)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130, "\(program.text("out.err"))")
    // Stopped by Ctrl-C, everything that was trained is written.
    let written = ["\"kind\": \"sft\"", "\"kind\": \"rl\""].map {
      lines(program, "out/metrics.jsonl", with: $0)
    }
    #expect(written.reduce(0, +) == told())
  }

  @Test func `has no checkpoint ahead of its database, and loses nothing when killed then`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let settings = ["--set", "stages.rl.steps=40", "--set", "output.checkpoint_every=2"]
    let whole = ["train", "tiny.yaml", "--quiet", "--set", "output.dir=whole"] + settings
    #expect(try program.run(whole).status == 0)
    let process = try startedRL(program, "busy", settings)
    let held = try holdDatabase(program, "busy")
    Thread.sleep(forTimeInterval: 0.2)  // whatever was already being written
    func checkpoints() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/busy/checkpoints").sorted()
    }
    let before = try checkpoints()
    Thread.sleep(forTimeInterval: 1)
    #expect(try checkpoints() == before)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try held.close()
    let resumed = try program.run(
      ["train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=busy"] + settings)
    #expect(resumed.status == 0, "\(resumed.all)")
    let (one, two) = (try outcome(program, "whole"), try outcome(program, "busy"))
    #expect(one.digest == two.digest && one.records == two.records)
  }

  @Test func `whose database cannot grow ends with its error at the next step, and resumes`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    // A limit on file size stands in for the disk: no checkpoint is due before the write-ahead log has met it.
    let settings =
      "--set output.dir=out --set stages.sft.steps=1 --set stages.sft.batch_size=1 --set stages.rl.steps=60 "
      + "--set evaluation.every=0 --set evaluation.keep_best=false --set output.checkpoint_every=1000"
    let run = try program.shell(
      "train tiny.yaml --quiet \(settings)", before: "trap '' XFSZ; ulimit -f 600; exec")
    #expect(run.status == 1 && run.errors.contains("out/replay.sqlite"), "\(run.all)")
    #expect(!program.exists("out/summary.json"))
    let lines = program.text("out/metrics.jsonl").count { $0 == "\n" }
    let resumed = try program.shell("train tiny.yaml --quiet --resume \(settings)")
    #expect(resumed.status == 0, "\(resumed.all)")
    #expect(program.text("out/metrics.jsonl").count { $0 == "\n" } > lines)
  }

  @Test func `keeps a second trainer out of its directory`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let process = try program.start(
      ["train", "tiny.yaml", "--set", "output.dir=out", "--set", "stages.sft.steps=100000"], output: "first")
    let limit = ContinuousClock.now + .seconds(30)
    while !program.exists("out/metrics.jsonl"), ContinuousClock.now < limit {
      Thread.sleep(forTimeInterval: 0.005)
    }
    let second = try program.run(
      "train", "tiny.yaml", "--resume", "--set", "output.dir=out", "--set", "stages.sft.steps=100000")
    #expect(second.status != 0 && second.errors.contains("\(process.processIdentifier)"), "\(second.all)")
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
