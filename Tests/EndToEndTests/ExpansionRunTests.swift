import Foundation
import Metrics
import Testing

/// RLCS: one request larger than the step, of which the most balanced groups are trained.
@Suite struct `A run that expands its batches` {
  static let expansion = "algorithm.dynamic_sampling={expansion: {max_ratio: 8, smoothing: 0.5}}"
  static let settings = [expansion, "rollout.num_prompts=8", "stages=[{kind: rl, steps: 12}]"]

  private func records(_ program: Program, _ run: String) throws -> [MetricRecord] {
    try MetricsFile.read(program.folder.path + "/\(run)/metrics.jsonl").filter { $0["kind"] == "rl" }
  }

  private func rows(_ program: Program, _ arguments: String...) throws -> Any {
    let shown = try program.run(["replay"] + arguments + ["--json"])
    #expect(shown.status == 0, "\(shown.all)")
    return try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
  }

  @Test func `asks by what steps before have shown, trains the most balanced, and its ledger adds up`() throws
  {
    let program = try Program()
    defer { program.clean() }
    let run = try TaughtModel.train(program, Self.settings, into: "out")
    #expect(run.status == 0, "\(run.all)")
    let records = try records(program, "out")
    #expect(records.count == 12)
    var mean: Double?
    for record in records {
      func value(_ name: String) throws -> Double { try #require(record[name]?.number, "\(name)") }
      let ratio = try value("groups/expansion_ratio")
      #expect(abs(ratio - (mean ?? 1)) < 1e-12)
      let asked = try value("groups/asked")
      #expect(asked == (8 * ratio - 1e-6).rounded(.up) * (try value("groups/generation_batches")))
      #expect(try value("groups/kept") + value("groups/filtered") == asked)
      #expect(try value("groups/surplus") == 0 && value("groups/kept") >= 1)
      #expect(try value("groups/shortfall") == 8 - value("groups/kept"))
      let outside = try value("groups/all_correct") + value("groups/all_wrong")
      #expect(abs(try value("groups/not_valid") - outside / asked) < 1e-12)
      let now = min(8, 1 / (1 - outside / asked))
      mean = mean.map { 0.5 * $0 + 0.5 * now } ?? now
    }
    #expect(records.contains { $0["groups/shortfall"]?.number ?? 0 > 0 }, "no step was short")
    #expect(program.text("out/log.txt").contains("such step so far (`groups/shortfall`)"))

    let stats = try #require(try rows(program, "stats", "out") as? [String: Any])
    #expect(stats["adds_up"] as? Bool == true)
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0, "\(audit.all)")
    try expectBalance(program, records)

    // Whatever became of a group, its task was tried once.
    let task = try #require(
      try rows(program, "show", "out", "--task", "modular_arithmetic/difficulty-1") as? [String: Any])
    let history = try #require(task["history"] as? [[String: Any]])
    let asked = records.reduce(0) { $0 + Int($1["groups/asked"]?.number ?? 0) }
    #expect(history.last?["groups"] as? Int == asked)

    let again = try program.run("replay", "train", "out", "--quiet")
    #expect(again.status == 0, "\(again.all)")
  }

  /// Of each step, no group that was balanced away is nearer to one half than one that was trained.
  private func expectBalance(_ program: Program, _ records: [MetricRecord]) throws {
    var balanced = 0
    for record in records {
      let step = try #require(record["step"]?.number)
      let shown = try #require(
        try rows(program, "show", "out", "--step", "\(Int(step))", "--limit", "0") as? [[String: Any]])
      let groups = Dictionary(grouping: shown) { $0["group"] as? Int ?? -1 }.mapValues { members in
        (
          fate: members[0]["fate"] as? String ?? "",
          right: members.count { $0["correctness"] as? Double == 1 }
        )
      }
      func distances(_ fate: String) -> [Int] {
        groups.values.filter { $0.fate == fate }.map { abs(2 * $0.right - 4) }
      }
      let (kept, left) = (distances("trained"), distances("filtered(balanced)"))
      #expect(kept.count == Int(record["groups/kept"]?.number ?? -1))
      #expect(left.isEmpty || kept.count == 8)
      #expect(left.allSatisfy { $0 >= kept.max() ?? 0 })
      balanced += left.count
    }
    #expect(balanced > 0, "no step had more groups than it trains")
  }

  @Test func `goes on after kill -9 with the same ratio, and comes to the same metrics and weights`() throws {
    let program = try Program()
    defer { program.clean() }
    let settings = Self.settings.dropLast() + ["stages=[{kind: rl, steps: 24}]", "output.checkpoint_every=3"]
    #expect(try TaughtModel.train(program, Array(settings), into: "whole").status == 0)
    let model = try TaughtModel.folder.get() + "/model"
    let arguments =
      ["train", "method.yaml", "--quiet", "--resume"]
      + (["model.path=\(model)", "output.dir=killed"] + settings).flatMap { ["--set", $0] }
    let process = try program.start(arguments, output: "first")
    let limit = ContinuousClock.now + .seconds(60)
    while program.text("killed/metrics.jsonl").count(where: { $0 == "\n" }) < 12, process.isRunning,
      ContinuousClock.now < limit
    { Thread.sleep(forTimeInterval: 0.002) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    let resumed = try program.run(arguments)
    #expect(resumed.status == 0, "\(resumed.all)")
    let (whole, killed) = (try outcome(program, "whole"), try outcome(program, "killed"))
    #expect(killed.digest == whole.digest)
    #expect(killed.records == whole.records)
    #expect(whole.records.contains { ($0["groups/expansion_ratio"]?.number ?? 1) > 1 })
    #expect(try program.run("replay", "audit", "killed").status == 0)
    #expect(try program.run("replay", "train", "killed", "--quiet").status == 0)
  }

  @Test func `is the same with workers, and begins each stage without an expansion`() throws {
    let program = try Program()
    defer { program.clean() }
    let settings = [
      Self.expansion, "rollout.num_prompts=8", "data.sampler=pools",
      "data.train={task: modular_arithmetic, difficulty: [1, 2]}",
      "stages=[{kind: rl, steps: 4}, {kind: rl, steps: 3, name: next}]",
    ]
    let alone = try TaughtModel.train(program, settings, into: "alone")
    #expect(alone.status == 0, "\(alone.all)")
    let workers = ["rollout.source=workers", "rollout.workers.spawn=2"]
    let shared = try TaughtModel.train(program, settings + workers, into: "shared")
    #expect(shared.status == 0, "\(shared.all)")
    #expect(try outcome(program, "shared").digest == outcome(program, "alone").digest)
    let names = ["expansion_ratio", "asked", "not_valid", "shortfall", "kept", "filtered"].map {
      "groups/" + $0
    }
    let found = try ["alone", "shared"].map { run in
      try records(program, run).map { record in names.map { record[$0]?.number } }
    }
    #expect(found[0] == found[1] && found[0].count == 7)
    #expect((found[0][3][0] ?? 0) > 1, "the first stage had no need of an expansion")
    #expect(found[0][4][0] == 1)
  }

  @Test func `gives up where no group is inside the band, however often it asks`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try TaughtModel.train(
      program,
      ["algorithm.dynamic_sampling={keep_accuracy: [0.98, 0.99], max_num_gen_batches: 2, expansion: true}"],
      into: "out")
    #expect(
      run.status != 0 && run.errors.contains("dynamic sampling found 0 of 16 groups in 2 generation rounds"),
      "\(run.all)")
    let shown = try program.run("replay", "show", "out", "--limit", "1000", "--json")
    #expect(shown.output.components(separatedBy: "filtered(").count == 2 * 16 * 4 + 1)
  }

  @Test func `is described before it starts, as the page's recipe is`() throws {
    let program = try Program()
    defer { program.clean() }
    let page = Program.sources.appending(path: "docs/curriculum.md")
    let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```yaml\n")
      .dropFirst()
    let recipe = try #require(
      blocks.compactMap { $0.components(separatedBy: "```").first }.first { $0.contains("expansion:") })
    try program.write(recipe, to: "rlcs.yaml")
    let plan = try program.run("train", "rlcs.yaml", "--dry-run")
    #expect(
      plan.status == 0
        && plan.output.contains(
          "50 steps × 16 prompts × 8 answers = 6400 answers, the most balanced of up to 25600"),
      "\(plan.all)")
    let refused = try program.run(
      "recipe", "check", "rlcs.yaml", "--set", "rollout.segment_length=16")
    #expect(refused.status != 0 && refused.errors.contains("`expansion: false`"), "\(refused.all)")
  }
}
