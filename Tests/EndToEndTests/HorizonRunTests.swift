import Foundation
import Metrics
import Testing

private let chains = """
  name: chains
  seed: 2
  model:
    init: {architecture: qwen3, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2,
      num_key_value_heads: 1, head_dim: 16, max_position_embeddings: 512}
  data:
    train: {composer: executed, tasks: [modular_arithmetic], horizon: 1}
    held_out: {count: 8, horizon: [1, 2]}
    prompt_template: "{prompt}\\n"
  rollout: {num_prompts: 2, num_generations: 4, max_completion_length: 24}
  algorithm: {name: h1}
  reward: {terms: [{name: correctness}]}
  optimizer: {learning_rate: 1.0e-3}
  stages:
    - {kind: sft, steps: 4, batch_size: 8}
    - {kind: rl, name: one, steps: 2, handover: best}
    - {kind: rl, name: two, steps: 2, handover: best, data: {train: {horizon: 2}}}
  evaluation: {every: 1, samples: 1, chains_per_horizon: 6}
  output: {sample_every: 0}
  """

@Suite struct `A run over horizons` {
  @Test func `measures every horizon to three beyond its longest, beside the line of independence`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(chains, to: "c.yaml")
    let run = try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=out")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    let evaluations = records.filter { $0["kind"] == "evaluation" }
    #expect(!evaluations.isEmpty)
    for record in evaluations {
      let single = try #require(record["eval/horizon_1/accuracy"]?.number)
      for horizon in 1...5 {
        #expect(record["eval/horizon_\(horizon)/accuracy"]?.number != nil)
        let line = try #require(record["eval/horizon_\(horizon)/independence"]?.number)
        #expect(abs(line - pow(single, Double(horizon))) < 1e-12)
      }
      #expect(record["eval/horizon_6/accuracy"] == nil)
    }
    let begun = records.filter { $0["kind"] == "stage_begin" }
    #expect(begun.map { $0["stage/horizon"]?.number } == [1, 1, 2])
    // Each horizon has a row of chains of its own.
    #expect(begun.map { $0["stage/data_position"]?.number } == [0, 32, 0])
    let measured = try program.run("eval", "out/model", "--json")
    #expect(measured.status == 0 && measured.output.contains("\"horizon_5\""), "\(measured.all)")
    let none = try program.run(
      "train", "c.yaml", "--quiet", "--set", "output.dir=none", "--set", "evaluation.chains_per_horizon=0")
    #expect(none.status == 0 && !program.text("none/metrics.jsonl").contains("horizon_1"), "\(none.all)")
  }

  @Test(arguments: ["h1", "h1_released_reward"]) func `has the stages of the paper by the name of the method`(
    _ name: String
  ) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      "data: {train: {composer: executed, tasks: [modular_arithmetic], horizon: 1}}\nalgorithm: {name: \(name)}\n",
      to: "h1.yaml")
    let shown = try program.run("recipe", "show", "h1.yaml")
    for horizon in 1...5 { #expect(shown.output.contains("name: horizon-\(horizon)"), "\(shown.all)") }
    let dry = try program.run(
      "train", "h1.yaml", "--dry-run", "--set", "model.init.max_position_embeddings=1024")
    #expect(dry.status == 0 && dry.all.contains("stage horizon-5: 200 steps"), "\(dry.all)")
  }

  @Test func `is a recipe that runs to its end`() throws {
    let program = try Program()
    defer { program.clean() }
    let path = Program.sources.appending(path: "Recipes/methods/h1.yaml").path
    let settings = [
      "stages.sft.steps=2", "stages.sft.batch_size=4", "stages.horizon-1.steps=1", "stages.horizon-2.steps=1",
      "stages.horizon-3.steps=1", "stages.only-longest.steps=1", "stages.only-shortest.steps=1",
      "rollout.num_prompts=2", "rollout.num_generations=2", "rollout.max_completion_length=16",
      "evaluation.chains_per_horizon=2", "data.held_out.count=4", "output.dir=out",
    ]
    let run = try program.run(["train", path, "--quiet"] + settings.flatMap { ["--set", $0] })
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    #expect(records.count { $0["kind"] == "stage_end" } == 6)
    // Each control has a line of its own, and says where it began.
    let summary = program.text("out/summary.json")
    for control in ["only-longest", "only-shortest"] {
      #expect(summary.contains("\"\(control)\" : {"), "\(summary)")
      #expect(run.output.contains("\n\(control) "), "\(run.output)")
      #expect(run.output.contains("`\(control)` from the weights of `sft`"), "\(run.output)")
    }
  }

  @Test func `needs chains`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("data: {train: {task: modular_arithmetic}}\nalgorithm: {name: h1}\n", to: "h1.yaml")
    let run = try program.run("train", "h1.yaml", "--dry-run")
    #expect(
      run.status != 0 && run.errors.contains("horizon") && run.errors.contains("composer"), "\(run.all)")
  }
}
