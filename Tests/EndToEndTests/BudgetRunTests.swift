import Foundation
import Metrics
import Testing

/// Budgets of tokens from the recipe to the prompt, the reward, the store and the evaluation.
@Suite struct `A run with length budgets` {
  static let recipe = """
    name: asked
    seed: 3
    model:
      init: {architecture: qwen3, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2,
        num_key_value_heads: 1, head_dim: 16, max_position_embeddings: 128}
    data:
      train: {task: arithmetic_chain, difficulty: [1, 2]}
      held_out: {count: 6}
      prompt_template: "{prompt}{budget}\\n"
      teacher: {style: mixed}
      budgets: {mode: dual, range: [5, 40], sft_noise: 0.25}
    rollout: {num_prompts: 4, num_generations: 4, max_completion_length: 40}
    reward: {terms: [{name: lcpo, mode: dual, alpha: 0.01, max_alpha: 0.02}]}
    algorithm: {name: lcpo_max}
    optimizer: {learning_rate: 1.0e-3}
    stages:
      - {kind: sft, steps: 14, batch_size: 8, learning_rate: 3.0e-3}
      - {kind: rl, steps: 6}
    evaluation: {every: 3, samples: 2, budgets: [8, 16]}
    output: {checkpoint_every: 2, keep_last: 2, sample_every: 2}
    compute: {threads: 1}
    """

  private func program() throws -> Program {
    let program = try Program()
    try program.write(Self.recipe, to: "asked.yaml")
    return program
  }

  private func train(_ program: Program, into run: String, _ more: String...) throws -> Program.Result {
    try program.run(["train", "asked.yaml", "--quiet", "--resume", "--set", "output.dir=\(run)"] + more)
  }

  /// Everything that the store has on rollouts of one kind.
  private func rollouts(_ program: Program, _ run: String, kind: String = "train") throws -> [[String: Any]] {
    let exported = try program.run("replay", "export", run, "--kind", kind)
    #expect(exported.status == 0, "\(exported.all)")
    return try exported.output.split(separator: "\n").map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  /// That the model was shown, paid by, and stored with one number.
  private func checkAgreement(_ rollout: [String: Any]) throws -> (mode: String, tokens: Int) {
    let mode = try #require(rollout["budget_mode"] as? String)
    let n = try #require(rollout["budget"] as? Int)
    let prompt = try #require(rollout["prompt"] as? String)
    let shown = try #require(rollout["prompt_tokens"] as? [Int])
    let words = mode == "exact" ? " Think for \(n) tokens." : " Think for maximum \(n) tokens."
    #expect(Self.text(shown) == prompt + words + "\n")
    // The reward by hand, from the stored number.
    let correctness = try #require(rollout["correctness"] as? Double)
    let length = try #require(rollout["completion_length"] as? Int)
    let left = Double(n - length)
    let expected =
      mode == "exact" ? correctness - 0.01 * abs(left) : correctness * min(1, max(0, 0.02 * left + 0.5))
    let reward = try #require(rollout["reward"] as? Double)
    #expect(abs(reward - expected) < 1e-9, "\(mode) \(n), \(length) tokens")
    return (mode, n)
  }

  /// The character tokenizer's ids: 3 is a line feed, 4 a tab, and from 5 on comes printable ASCII in its order.
  private static func text(_ tokens: [Int]) -> String {
    String(decoding: tokens.map { $0 == 3 ? 10 : UInt8(clamping: 0x20 + $0 - 5) }, as: UTF8.self)
  }

  @Test
  func `has one number in prompt, reward and store, shared by each group, and by held-out prompts as asked`()
    throws
  {
    let program = try program()
    defer { program.clean() }
    let run = try train(program, into: "out")
    #expect(run.status == 0, "\(run.all)")

    let trained = try rollouts(program, "out")
    #expect(trained.count == 6 * 16)
    var groups: [String: Set<String>] = [:]
    var kinds: Set<String> = []
    for rollout in trained {
      let (mode, n) = try checkAgreement(rollout)
      #expect((5...40).contains(n))
      kinds.insert(mode)
      groups["\(rollout["step"] ?? 0)/\(rollout["group"] ?? 0)", default: []].insert("\(mode) \(n)")
    }
    #expect(kinds == ["exact", "max"])
    #expect(groups.count == 24 && groups.values.allSatisfy { $0.count == 1 })
    #expect(Set(groups.values.compactMap(\.first)).count > 12)

    // Each of six held-out tasks once with each budget, by the second kind, at every evaluation.
    for kind in ["evaluation", "greedy_evaluation"] {
      let held = try rollouts(program, "out", kind: kind)
      #expect(try Set(held.map { try checkAgreement($0).mode }) == ["max"])
      let asked = Dictionary(grouping: held) { $0["task"] as? String ?? "" }
      #expect(asked.count == 6)
      #expect(asked.values.allSatisfy { Set($0.map { $0["budget"] as? Int }) == [8, 16] })
    }
  }

  @Test func `measures each budget by itself, in its metrics as from its store`() throws {
    let program = try program()
    defer { program.clean() }
    #expect(try train(program, into: "out").status == 0)
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    let unknown = Set(records.flatMap { $0.fields.map(\.name) }).filter { MetricTable.metric($0) == nil }
    #expect(unknown.isEmpty, "metrics that the table does not define: \(unknown)")

    let step = try #require(records.last { $0["kind"] == "rl" })
    let number = try #require(step["step"]?.number).rounded()
    let rollouts = try rollouts(program, "out").filter { ($0["step"] as? Int).map(Double.init) == number }
    let gaps = try rollouts.map { rollout in
      let n = try #require(rollout["budget"] as? Int)
      return Double(try #require(rollout["completion_length"] as? Int) - n) / Double(n)
    }
    let count = Double(gaps.count)
    #expect(abs(try #require(step["budget/signed_deviation"]?.number) - gaps.reduce(0, +) / count) < 1e-9)
    #expect(
      abs(try #require(step["budget/absolute_deviation"]?.number) - gaps.reduce(0) { $0 + abs($1) } / count)
        < 1e-9)
    #expect(
      abs(try #require(step["budget/violation_rate"]?.number) - Double(gaps.count { $0 > 0 }) / count) < 1e-9)

    let evaluation = try #require(records.last { $0["kind"] == "evaluation" })
    for name in [
      "accuracy", "mean_length", "signed_deviation", "absolute_deviation", "violation_rate", "truncated",
    ] {
      for place in ["eval/budget", "eval/budget_8", "eval/budget_16"] {
        #expect(evaluation["\(place)/\(name)"] != nil, "\(place)/\(name)")
      }
    }
    let bins = try [8, 16].map { try #require(evaluation["eval/budget_\($0)/mean_length"]?.number) }
    #expect(abs(try #require(evaluation["eval/budget/mean_length"]?.number) - (bins[0] + bins[1]) / 2) < 1e-9)

    // `apus eval` finds the same, and asks with other numbers where it is told to.
    let again = try program.run("eval", "out/model", "--json")
    #expect(again.status == 0, "\(again.all)")
    #expect(again.output.contains("\"budget\": 8, \"mode\": \"max\""))
    #expect(again.output.contains("\"mean_length\": \(bins[0])"), "\(again.output)")
    let other = try program.run(
      "eval", "out/model", "--budgets", "6,12,24", "--budget-mode", "exact", "--samples", "3")
    #expect(other.status == 0, "\(other.all)")
    #expect(other.output.contains("signed deviation") && other.output.contains("over budget"))
    let lines = other.output.split(separator: "\n").filter { line in
      ["6 ", "12 ", "24 ", "all "].contains { line.hasPrefix($0) }
    }
    #expect(
      lines.count == 4 && lines.first?.split(separator: " ").dropFirst().first == "18", "\(other.output)")
  }

  @Test func `resumes with the budgets it had, and workers are asked for the same`() throws {
    let program = try program()
    defer { program.clean() }
    #expect(try train(program, into: "whole").status == 0)
    // Between two checkpoints of the rl stage.
    #expect(try train(program, into: "parts", "--set", "stages.rl.steps=3").status == 0)
    #expect(try train(program, into: "parts").status == 0)
    let workers = try train(program, into: "workers", "--spawn-workers", "2")
    #expect(workers.status == 0, "\(workers.all)")

    let process = try program.start(
      ["train", "asked.yaml", "--quiet", "--resume", "--set", "output.dir=killed"], output: "killed")
    let limit = ContinuousClock.now + .seconds(60)
    while process.isRunning, ContinuousClock.now < limit,
      program.text("killed/metrics.jsonl").count(where: { $0 == "\n" }) < 18
    {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let resumed = try train(program, into: "killed")
    #expect(resumed.status == 0, "\(resumed.all)")

    func asked(_ run: String) throws -> [String] {
      try rollouts(program, run).map { rollout in
        "\(rollout["step"] ?? "") \(rollout["group"] ?? "") \(rollout["budget_mode"] ?? "") \(rollout["budget"] ?? "") "
          + "\(rollout["completion_length"] ?? "")"
      }
    }
    let digest = try program.object("whole/summary.json")["weights_digest"] as? String
    let whole = try asked("whole")
    for run in ["workers", "killed"] {
      #expect(try program.object("\(run)/summary.json")["weights_digest"] as? String == digest, "\(run)")
      #expect(try asked(run) == whole, "\(run)")
      let audit = try program.run("replay", "audit", run)
      #expect(audit.status == 0, "\(audit.all)")
    }
    // A stage that ends earlier leaves its place in the row of tasks as it is.
    #expect(try asked("parts").prefix(48) == whole.prefix(48))
    let shown = try program.run("replay", "show", "whole", "--step", "20", "--group", "0", "--sample", "0")
    #expect(
      shown.output.contains("budget     ") && shown.output.contains(" tokens: \" Think for "), "\(shown.all)")
  }

  @Test(arguments: [
    (["data.budgets=false"], "`data.budgets`"),
    (["data.budgets.range=[5, 41]"], "`rollout.max_completion_length`"),
    (["data.budgets.mode=max", "reward.terms=[{name: lcpo, mode: exact}]"], "pay for another"),
    (["data.budgets.mode=most"], "exact, max, dual"), (["data.budgets.range=[9, 5]"], "[lowest, highest]"),
    (["data.budgets.noise=1"], "unknown key `noise`"), (["data.budgets.sft=all"], "own_length, drawn, none"),
    (["evaluation.budgets=[8, 8]"], "different whole numbers"),
    (["evaluation.budgets=[]"], "a list of whole tokens"),
    (["evaluation.budgets=null", "evaluation.budget_mode=max"], "unknown key `budget_mode`"),
  ])
  func `is refused where prompt and reward could not mean one thing`(settings: [String], words: String) throws
  {
    let program = try program()
    defer { program.clean() }
    let run = try program.run(
      ["train", "asked.yaml", "--quiet", "--set", "output.dir=out"] + settings.flatMap { ["--set", $0] })
    #expect(run.status != 0 && run.errors.contains(words), "\(run.all)")
    #expect(!program.exists("out/metrics.jsonl"))
  }

  @Test(arguments: [
    (["--budgets", "8,soon"], "`soon`"), (["--budgets", "8,8"], "each named once"),
    (["--budgets", "0"], "`0`"),
    (["--budgets", "8,"], "``"), (["--budget-mode", "max"], "`--budgets`"),
    (["--budgets", "8", "--budget-mode", "most"], "neither `exact` nor `max`"),
  ])
  func `is measured by numbers that make sense only`(options: [String], words: String) throws {
    let program = try program()
    defer { program.clean() }
    // Said before a model is looked for.
    let run = try program.run(["eval", "nowhere", "--recipe", "asked.yaml"] + options)
    #expect(run.status != 0 && run.errors.contains(words), "\(run.all)")
  }
}
