import Foundation
import Metrics
import Testing

@Suite struct `A run that chooses its tasks` {
  /// Rows of a file beside tasks made on the fly, more steps than the file has tasks, and a band.
  static let settings = [
    "data.train=[{path: rows.jsonl, weight: 3}, {task: arithmetic_chain, difficulty: [1, 3]}]",
    "data.held_out={task: arithmetic_chain, difficulty: [1, 2], count: 6}",
    "data.keep_accuracy={band: [0, 1], min_attempts: 8, recheck_after: 3}", "stages.rl.steps=14",
  ]

  private func program() throws -> Program {
    let program = try Program()
    try program.write(tinyRecipe, to: "tiny.yaml")
    let rows = try program.run(
      "tasks", "sample", "arithmetic_chain", "--difficulty", "1-2", "--count", "24", "--out", "rows.jsonl")
    #expect(rows.status == 0, "\(rows.all)")
    return program
  }

  private func arguments(_ name: String, _ more: [String]) -> [String] {
    ["train", "tiny.yaml", "--quiet", "--resume"]
      + (["output.dir=\(name)"] + Self.settings + more).flatMap { ["--set", $0] }
  }

  static let samplers: [(name: String, settings: [String])] = [
    ("prioritized", ["data.sampler={name: prioritized, uniform_share: 0.2}"]),
    (
      "retrospective",
      ["data.sampler=retrospective", "rollout.segment_length=7", "rollout.min_groups_per_step=2"]
    ),
    ("pools", ["data.sampler=pools"]),
  ]

  @Test(arguments: samplers)
  func `draws the same tasks after kill -9, and is the same when it is done again from its store`(
    name: String, settings: [String]
  ) throws {
    let program = try program()
    defer { program.clean() }
    let started = ContinuousClock.now
    let whole = try program.run(arguments("whole", settings))
    #expect(whole.status == 0, "\(whole.all)")
    let duration = started.duration(to: .now)
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    let expected = try outcome(program, "whole")
    for share in [0.5, 0.7] {
      let killed = "killed-\(share)"
      let process = try program.start(arguments(killed, settings), output: killed)
      Thread.sleep(forTimeInterval: seconds * share)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try program.run(arguments(killed, settings))
      #expect(resumed.status == 0, "\(share): \(resumed.all)")
      let found = try outcome(program, killed)
      #expect(found.digest == expected.digest, "weights after a kill at \(share)")
      #expect(found.records == expected.records, "metrics after a kill at \(share)")
      #expect(try report(program, killed) == report(program, "whole"))
      #expect(try program.run("replay", "audit", killed).status == 0)
    }
    let again = try program.run("replay", "train", "whole", "--quiet")
    #expect(again.status == 0, "\(again.all)")
    let records = expected.records.filter { $0["kind"] == "rl" }
    #expect(records.count == 14)
    #expect(records.allSatisfy { $0["sampler/draws"] != nil && $0["sampler/outside_band"] != nil })
    // Tasks that were tried come again: nothing is known before the first step, something before the last.
    #expect(records.first?["sampler/untried_share"]?.number == 1)
    #expect((records.last?["sampler/tried"]?.number ?? 0) > 3)
    #expect(records.contains { $0["sampler/p_mean"] != nil })
  }

  private func report(_ program: Program, _ run: String) throws -> NSDictionary {
    let stats = try program.run("replay", "stats", run, "--json")
    let object = try JSONSerialization.jsonObject(with: Data(stats.output.utf8)) as? [String: Any]
    return try #require(object?["difficulty"] as? NSDictionary)
  }

  @Test func `reports how its tasks have fared, and shows one of them`() throws {
    let program = try program()
    defer { program.clean() }
    // From random weights no answer is right: every task is always wrong.
    let run = try program.run(
      arguments("out", ["stages=[{kind: rl, steps: 12}]", "data.sampler=prioritized"]))
    #expect(run.status == 0, "\(run.all)")
    #expect(program.text("out/log.txt").contains("tasks taught nothing in any of their groups"))
    let stats = try program.run("replay", "stats", "out")
    #expect(stats.output.contains("never right") && stats.output.contains("always wrong"), "\(stats.all)")
    let level = "arithmetic_chain/difficulty-2"
    let shown = try program.run("replay", "show", "out", "--task", level, "--limit", "3")
    #expect(shown.status == 0 && shown.output.contains("\(level), as it had fared"), "\(shown.all)")
    #expect(shown.output.contains("rollouts of task \(level)"), "\(shown.all)")
    let row = try #require(
      try json(program.run("replay", "show", "out", "--task", level, "--json")) as? [String: Any])
    let history = try #require(row["history"] as? [[String: Any]])
    #expect(!history.isEmpty && history.allSatisfy { $0["accuracy"] as? Double == 0 })
    let missing = try program.run("replay", "show", "out", "--task", "nothing/1")
    #expect(missing.status != 0 && missing.errors.contains("of task `nothing/1`"), "\(missing.all)")
    let both = try program.run("replay", "show", "out", "--task", level, "--id", "1")
    #expect(both.status != 0 && both.errors.contains("--task"), "\(both.all)")
  }

  @Test func `that has no row left inside the band asks on, and says so once`() throws {
    let program = try program()
    defer { program.clean() }
    let run = try program.run(
      arguments(
        "out",
        [
          "stages=[{kind: rl, steps: 12}]", "data.train={path: rows.jsonl}",
          "data.keep_accuracy={min_attempts: 4, recheck_after: null}",
        ]))
    #expect(run.status == 0, "\(run.all)")
    let warnings = program.text("out/log.txt").split(separator: "\n").filter {
      $0.contains("`data.keep_accuracy`") && $0.contains("nothing is left")
    }
    #expect(warnings.count == 1, "\(warnings)")
  }

  private func json(_ run: Program.Result) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(run.output.utf8))
  }
}
