import Foundation
import Metrics
import Testing

@Suite struct `Every method` {
  /// What keeps a run to seconds.
  static let short = [
    "data.train={task: modular_arithmetic, difficulty: [1, 1]}", "data.held_out.count=8",
    "stages=[{kind: rl, steps: 2}]", "evaluation.every=0", "evaluation.samples=0", "compute.threads=1",
  ]

  /// Within an answer of 40 tokens.
  static let shortBudgets = "data.budgets.range=[8, 40]"

  static let recipes: [String] = {
    let folder = Program.sources.appending(path: "Recipes/methods").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  @Test func `has a recipe`() {
    let names = [
      "cispo", "da-dler", "dapo", "dler", "dr-grpo", "echo-async", "echo-sequential", "entropic", "fastcurl",
      "grpo", "gspo", "h1", "lcpo-exact", "lcpo-max", "reinforce-pp", "reinforce-pp-baseline", "rloo",
      "ulorl",
    ]
    #expect(Set(Self.recipes) == Set(names.map { $0 + ".yaml" }))
  }

  /// Without those that need chains or slices: `HorizonRunTests` trains the first, a test below the second.
  static let ofAnyTask = recipes.filter { !["h1.yaml", "fastcurl.yaml"].contains($0) }

  @Test(arguments: ofAnyTask) func `recipe passes its check and trains two steps`(
    _ name: String
  ) throws {
    let program = try Program()
    defer { program.clean() }
    let path = Program.sources.appending(path: "Recipes/methods/\(name)").path
    let check = try program.run("recipe", "check", path)
    #expect(check.status == 0 && check.output.contains("fine"), "\(check.all)")
    let run = try TaughtModel.train(
      program,
      Self.short + ["model.init=null", "rollout.max_completion_length=40"]
        + (name.hasPrefix("lcpo") ? [Self.shortBudgets] : []), into: "out", recipe: path)
    #expect(run.status == 0, "\(run.all)")
    try expectTwoUpdates(program)
  }

  @Test func `recipe of FastCuRL is trained to its end, each stage with its window and its slice`() throws {
    let program = try Program()
    defer { program.clean() }
    let path = Program.sources.appending(path: "Recipes/methods/fastcurl.yaml").path
    let data = Program.sources.appending(path: "Recipes/data/arithmetic-chains.jsonl").path
    let rl = ["short", "all", "long", "all-again"]
    let settings =
      (["reckon", "doubt"] + rl + ["largest-window"]).map { "stages.\($0).steps=1" }
      + ["reckon", "doubt"].map { "stages.\($0).batch_size=4" }
      + rl.map { "stages.\($0).rollout.num_prompts=2" }
      + rl.map { "stages.\($0).rollout.num_generations=2" }
      + [
        "stages.largest-window.rollout.num_prompts=2", "rollout.num_generations=2", "data.held_out.count=4",
        "data.train.path=\(data)", "output.dir=out",
      ]
    let check = try program.run("recipe", "check", path, "--set", "data.train.path=\(data)")
    #expect(check.status == 0 && !check.all.contains("note"), "\(check.all)")
    let run = try program.run(["train", path, "--quiet"] + settings.flatMap { ["--set", $0] })
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    #expect(records.count { $0["kind"] == "stage_end" } == 7)
    let longest = records.filter { $0["kind"] == "rl" }.compactMap { $0["completions/max_length"]?.number }
    let windows = [64.0, 128, 192, 128, 192]
    #expect(longest.count == windows.count && zip(longest, windows).allSatisfy(<=), "\(longest)")
  }

  @Test(
    arguments: [
      "grpo", "dapo", "dr_grpo", "gspo", "cispo", "rloo", "reinforce++", "reinforce++_baseline", "dler",
      "da_dler", "lcpo_exact", "lcpo_max", "entropic", "ulorl",
    ], ["default", "paper"])
  func `preset trains by its name alone`(_ name: String, _ variant: String) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      """
      model: {init: {architecture: qwen3, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2,
        num_attention_heads: 2, num_key_value_heads: 1, head_dim: 16, max_position_embeddings: 163840}}
      data: {train: {task: modular_arithmetic, difficulty: [1, 1]}, prompt_template: "{prompt}\\n"}
      algorithm: {name: \(name), variant: \(variant)}
      stages: [{kind: rl, steps: 2}]
      """, to: "alone.yaml")
    let shown = try program.run("recipe", "show", "alone.yaml")
    #expect(shown.status == 0, "\(shown.all)")
    let brought = shown.output.split(separator: "\n").filter { $0.contains("# preset \(name)") }
    #expect(brought.count > 10)
    let untold = brought.filter { line in
      !["paper", "code", "our choice"].contains { line.contains(": \($0)") }
    }
    #expect(untold.isEmpty, "values without an origin: \(untold)")
    // The paper's batches and lengths are for other machines.
    let small =
      Self.short + [
        "rollout.num_prompts=16", "rollout.num_generations=4", "rollout.max_completion_length=40",
        "rollout.max_prompt_length=null",
      ]
      + (name == "dapo" && variant == "paper"
        ? ["reward.terms=[{name: correctness}, {name: soft_overlong}]"] : [])
      + (name.hasPrefix("lcpo") ? [Self.shortBudgets] : [])
    let run = try TaughtModel.train(program, small + ["model.init=null"], into: "out", recipe: "alone.yaml")
    #expect(run.status == 0, "\(run.all)")
    try expectTwoUpdates(program)
  }

  private func expectTwoUpdates(_ program: Program) throws {
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    #expect(records.count == 2)
    #expect(records.contains { ($0["grad_norm"]?.number ?? 0) > 0 }, "nothing was trained")
    let unknown = Set(records.flatMap { $0.fields.map(\.name) }).filter { MetricTable.metric($0) == nil }
    #expect(unknown.isEmpty, "metrics that the table does not define: \(unknown)")
  }
}

@Suite struct `A step that dynamic sampling gives up on` {
  @Test func `ends the run with every group and its reason in the store`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try TaughtModel.train(
      program, ["algorithm.dynamic_sampling={keep_accuracy: [0.98, 0.99], max_num_gen_batches: 2}"],
      into: "out")
    #expect(run.status != 0 && run.errors.contains("dynamic sampling found 0 of 16 groups"), "\(run.all)")
    let stats = try program.run("replay", "stats", "out")
    #expect(stats.status == 0 && stats.output.contains("outside_band"), "\(stats.all)")
    let shown = try program.run("replay", "show", "out", "--limit", "1000", "--json")
    #expect(shown.output.components(separatedBy: "filtered(").count == 2 * 16 * 4 + 1)
  }
}

@Suite struct `Every reward term` {
  static let terms = [
    "{name: dler, limit: 36}", "{name: dler, truncated_reward_factor: 0.1}",
    "{name: da_dler, limit: 38, easy_limit: 30, easy_at: 0.25}", "{name: lcpo, mode: exact, budget: 20}",
    "{name: lcpo, mode: max, budget: 20}", "{name: cosine}", "{name: shorter_better, beta: 0.01}",
    "{name: laser, target: 20}",
    "{name: laser, targets: {easy: 10, medium: 20, hard: 30}, adapt_grid: 8, explores: true}",
    "{name: hbpo, budgets: [10, 30], limit: 40}",
    "{name: hbpo, budgets: [10, 30], limit: 40, intra: centered}",
    "{name: correctness}, {name: kimi, weight: 0.4, start_step: 1}",
    "{name: o1_pruner, reference_length: 20, reference_accuracy: 0.2}",
    "{name: correctness}, {name: kimi, weight: 0.4}", "{name: correctness}, {name: soft_overlong, cache: 20}",
    "{name: correctness}, {name: repetition, ngram: 2, max_penalty: -1}",
    "{name: product, of: [{name: correctness}, {name: cosine}]}",
    "{name: clip, low: -0.5, high: 0.5, of: [{name: correctness}, {name: kimi}]}",
    "{name: gate, when: correctness, then: [{name: cosine}], else: [{name: repetition, ngram: 2, max_penalty: -1}]}",
    "{name: min, of: [{name: correctness}, {name: cosine}]}",
    "{name: max, of: [{name: correctness}, {name: cosine, label: other}]}",
  ]

  @Test(arguments: terms) func `trains, and its breakdown is in the store`(_ term: String) throws {
    let program = try Program()
    defer { program.clean() }
    let settings = ["algorithm.scale_rewards=none", "reward.terms=[\(term)]", "evaluation.samples=4"]
    let run = try TaughtModel.train(program, settings, into: "out")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    #expect(records.contains { ($0["grad_norm"]?.number ?? 0) > 0 }, "nothing was trained")
    let unknown = Set(records.flatMap { $0.fields.map(\.name) }).filter { MetricTable.metric($0) == nil }
    #expect(unknown.isEmpty, "metrics that the table does not define: \(unknown)")

    let shown = try program.run("replay", "show", "out", "--step", "2", "--limit", "100000", "--json")
    #expect(shown.status == 0, "\(shown.all)")
    let name = try #require(term.firstMatch(of: /name: ([a-z0-9_]+)/)?.1)
    #expect(shown.output.contains("\"\(name)\""), "no component \(name) in what is shown")
  }

  @Test func `counts from its start_step on`() throws {
    let program = try Program()
    defer { program.clean() }
    var digests: [String?] = []
    for start in [0, 1, 2] {
      let terms = "reward.terms=[{name: correctness}, {name: kimi, start_step: \(start)}]"
      let run = try TaughtModel.train(program, [terms], into: "from-\(start)")
      #expect(run.status == 0, "\(run.all)")
      digests.append(try program.object("from-\(start)/summary.json")["weights_digest"] as? String)
    }
    let without = try TaughtModel.train(program, ["reward.terms=[{name: correctness}]"], into: "never")
    #expect(without.status == 0, "\(without.all)")
    digests.append(try program.object("never/summary.json")["weights_digest"] as? String)
    // After two steps of training a start at step 2 is none at all.
    #expect(digests[2] == digests[3] && Set(digests).count == 3)
  }

  @Test func `of repetition in its dense form changes the advantages of the tokens that repeat`() throws {
    let program = try Program()
    defer { program.clean() }
    var digests: Set<String?> = []
    for dense in ["null", "-0.5"] {
      let terms =
        "reward.terms=[{name: correctness}, {name: repetition, ngram: 1, max_penalty: 0, dense_penalty: \(dense)}]"
      let run = try TaughtModel.train(program, [terms], into: "dense\(dense)")
      #expect(run.status == 0, "\(run.all)")
      digests.insert(try program.object("dense\(dense)/summary.json")["weights_digest"] as? String)
    }
    #expect(digests.count == 2)
  }

  @Test func `of HBPO adds the comparison of each budget to the advantages`() throws {
    let program = try Program()
    defer { program.clean() }
    var digests: Set<String?> = []
    for intra in ["none", "paper", "centered"] {
      let run = try TaughtModel.train(
        program, ["reward.terms=[{name: hbpo, budgets: [10, 30], limit: 40, intra: \(intra)}]"], into: intra)
      #expect(run.status == 0, "\(run.all)")
      digests.insert(try program.object("\(intra)/summary.json")["weights_digest"] as? String)
    }
    #expect(digests.count == 3)
  }

  @Test func `that reads a column the data lack is refused before anything is generated`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try TaughtModel.train(program, ["reward.terms=[{name: lcpo, mode: exact}]"], into: "out")
    #expect(run.status != 0 && run.errors.contains("budget"), "\(run.all)")
    #expect(!program.exists("out/metrics.jsonl"))
  }
}
