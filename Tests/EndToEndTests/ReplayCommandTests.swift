import Foundation
import Testing

@Suite struct `apus replay` {
  @Test func `shows the rollouts of a run, one of them whole, and what became of all`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let terms = "reward.terms=[{name: correctness}, {name: soft_overlong, cache: 8, weight: 0.5}]"
    let trained = try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=out", "--set", terms)
    #expect(trained.status == 0, "\(trained.all)")

    // The last step by itself; another by name; the file as well as its directory.
    let last = try program.run("replay", "show", "out")
    #expect(last.status == 0 && last.output.contains("step 22"), "\(last.all)")
    let list = try program.run("replay", "show", "out/replay.sqlite", "--step", "15", "--limit", "3")
    #expect(list.output.split(separator: "\n").count == 6, "\(list.all)")
    #expect(list.output.contains("correctness=") && list.output.contains("soft_overlong="))
    #expect(list.output.contains("×0.5") && list.output.contains("… and 13 more"))

    let one = try program.run("replay", "show", "out", "--step", "15", "--group", "1", "--sample", "2")
    for words in [
      "group 1, sample 2", "arithmetic_chain/", "prompt", "answer", "verdict", "value × weight",
      "soft_overlong",
      "total", "version", "sha256:", "advantage", "fate",
    ] {
      #expect(one.output.contains(words), "\(words): \(one.all)")
    }
    #expect(!one.output.contains("off by"))

    let rows = try json(program.run("replay", "show", "out", "--step", "15", "--limit", "0", "--json"))
    let rollouts = try #require(rows as? [[String: Any]])
    #expect(rollouts.count == 16)
    for rollout in rollouts { try check(rollout) }
    let id = try #require(rollouts.last?["id"] as? Int)
    let whole = try #require(
      try json(program.run("replay", "show", "out", "--id", "\(id)", "--json")) as? [String: Any])
    #expect(whole["step"] as? Int == 15 && whole["sample"] as? Int == 3)
    let segments = try #require(whole["segments"] as? [[String: Any]])
    let tokens = segments.flatMap { $0["tokens"] as? [Int] ?? [] }
    #expect(tokens.count == whole["completion_length"] as? Int)

    let stats = try program.run("replay", "stats", "out")
    #expect(
      stats.status == 0 && stats.output.contains("128 rollouts = 128 trained + 0 filtered + 0 surplus"),
      "\(stats.all)")
    let sums = try #require(try json(program.run("replay", "stats", "out", "--json")) as? [String: Any])
    #expect(sums["adds_up"] as? Bool == true && (sums["steps"] as? [Any])?.count == 8)
    let measured = try program.run("replay", "stats", "out", "--kind", "evaluation")
    #expect(measured.output.contains("evaluation"), "\(measured.all)")

    for (arguments, words) in [
      (["--step", "99"], "no `train` rollout at step 99 — there is `--kind train` at steps 15…22"),
      (["--id", "100000"], "no rollout 100000"), (["--id", "1", "--step", "3"], "`--id`"),
      (["--kind", "greedy"], "`greedy_evaluation`"), (["--limit", "-1"], "limit"),
    ] {
      let run = try program.run(["replay", "show", "out"] + arguments)
      #expect(run.status != 0 && run.errors.contains(words), "\(arguments): \(run.all)")
    }
    try audit(program)
    try export(program)
    try vacuum(program)
  }

  private func audit(_ program: Program) throws {
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0 && !audit.output.contains("FAILED"), "\(audit.all)")
    #expect(!audit.output.contains("not recorded"), "\(audit.all)")
    #expect(audit.output.contains("nothing is trained twice: 128 trained"), "\(audit.all)")
    let checks = try #require(try json(program.run("replay", "audit", "out", "--json")) as? [String: Any])
    #expect(checks["passes"] as? Bool == true && (checks["checks"] as? [Any] ?? []).count >= 14)
  }

  private func export(_ program: Program) throws {
    let first = try program.run(
      "replay", "export", "out", "--step", "15", "--fate", "trained", "--out", "step.jsonl")
    #expect(first.status == 0 && first.errors.contains("16 rollouts in step.jsonl"), "\(first.all)")
    let text = try String(contentsOf: program.folder.appending(path: "step.jsonl"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 16)
    for line in lines {
      let rollout = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let segment = (rollout?["segments"] as? [[String: Any]])?.first
      #expect(segment?["digest"] as? String != nil && (segment?["tokens"] as? [Int])?.isEmpty == false)
    }
    let piped = try program.run("replay", "export", "out", "--step", "15")
    #expect(piped.output == text)
    for (arguments, words) in [
      (["--out", "step.jsonl"], "step.jsonl: is there already"),
      (["--fate", "lost"], "`lost` is not one of"),
      (["--fate", "trained(x)"], "`trained(x)` is not one of"),
    ] {
      let run = try program.run(["replay", "export", "out"] + arguments)
      #expect(run.status != 0 && run.errors.contains(words), "\(run.all)")
    }
    #expect(try program.run("replay", "export", "out", "--fate", "stale").output.isEmpty)
  }

  private func vacuum(_ program: Program) throws {
    for (arguments, words) in [
      (["--drop", "tokens"], "name one with `--before STEP`"),
      (["--drop", "untrained", "--before", "1000"], "at most `--before"), (["--before", "3"], "`--drop`"),
      (["--drop", "all"], "`all` is not one of"),
    ] {
      let run = try program.run(["replay", "vacuum", "out"] + arguments)
      #expect(run.status != 0 && run.errors.contains(words), "\(arguments): \(run.all)")
    }
    let dropped = try program.run("replay", "vacuum", "out", "--drop", "evaluations")
    #expect(dropped.status == 0 && dropped.output.contains("freed"), "\(dropped.all)")
    #expect(try program.run("replay", "stats", "out", "--kind", "evaluation").status != 0)
    #expect(try program.run("replay", "audit", "out").status == 0)
  }

  @Test func `says what is no store of rollouts`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      "not a database, but long enough to have the header of one, if it were one; it is not", to: "text")
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "empty"), withIntermediateDirectories: true)
    for (run, words) in [
      ("nowhere", "nowhere: there is no such run directory"), ("empty", "empty holds no replay.sqlite"),
      ("text", "text: not an SQLite database"),
    ] {
      for command in ["show", "stats"] {
        let result = try program.run("replay", command, run)
        #expect(result.status != 0 && result.errors.contains(words), "\(result.all)")
      }
    }
    #expect(!program.exists("empty/replay.sqlite"))
  }

  /// The total is the weighted sum of the outermost terms.
  private func check(_ rollout: [String: Any]) throws {
    let components = try #require(rollout["components"] as? [[String: Any]])
    let sum = components.reduce(0.0) { sum, term in
      (term["name"] as? String)?.contains("/") == true
        ? sum : sum + (term["value"] as? Double ?? 0) * (term["weight"] as? Double ?? 0)
    }
    #expect(abs(sum - (rollout["reward"] as? Double ?? .nan)) < 1e-9)
    #expect(rollout["fate"] as? String == "trained")
  }

  private func json(_ run: Program.Result) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(run.output.utf8))
  }
}
