import Foundation
import Metrics
import Testing

/// Windows that grow and shrink, data that changes and comes back, a rule that ends a stage, and weights handed over.
private let curriculum = """
  name: curriculum
  seed: 5
  model:
    init: {architecture: qwen3, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2,
      num_key_value_heads: 1, head_dim: 16, max_position_embeddings: 128}
  data:
    train: {task: arithmetic_chain, difficulty: [1, 2]}
    held_out: {count: 8}
    prompt_template: "{prompt}\\n"
  rollout: {num_prompts: 4, num_generations: 4, max_completion_length: 24}
  algorithm: {name: grpo, beta: 0.01}
  optimizer: {learning_rate: 1.0e-3}
  stages:
    - {kind: sft, steps: 10, batch_size: 8, learning_rate: 3.0e-3}
    - {kind: rl, name: narrow, steps: 9, until: {clipped_ratio: 1, window: 4}}
    - kind: rl
      name: wide
      steps: 5
      handover: best
      rollout: {max_completion_length: 40, num_prompts: 2}
      data: {train: {difficulty: [2, 3]}}
      algorithm: {beta: 0}
    - {kind: rl, name: back, steps: 4, reset_optimizer: false}
  evaluation: {every: 2, samples: 1}
  output: {checkpoint_every: 3, keep_last: 2, sample_every: 0}
  """

@Suite struct `A run of stages` {
  @Test func `changes window, prompts and data, and says so in metrics and store`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(curriculum, to: "c.yaml")
    let run = try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=out")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    let begun = records.filter { $0["kind"] == "stage_begin" }
    #expect(begun.map { $0["stage"]?.description } == ["sft", "narrow", "wide", "back"])
    #expect(begun.map { $0["stage/max_completion_length"]?.number } == [nil, 24, 40, 24])
    #expect(begun.map { $0["stage/num_prompts"]?.number } == [8, 4, 2, 4])
    #expect(begun.map { $0["stage/optimizer_reset"]?.number } == [1, 1, 1, 0])
    // `narrow` ended after four steps of its nine; `back` draws on from where it left the first row of tasks.
    #expect(begun.map { $0["stage/data_position"]?.number } == [0, 80, 0, 96])
    let ended = records.filter { $0["kind"] == "stage_end" }
    #expect(ended.map { $0["stage/steps"]?.number } == [10, 4, 5, 4])
    #expect(
      ended.map { $0["stage/end_reason"]?.description ?? "" }.map { $0.contains("clipped_ratio") } == [
        false, true, false, false,
      ])
    for record in records where record["kind"] == "rl" {
      let limit = record["stage"] == "wide" ? 40.0 : 24
      #expect(record["completions/max_length"]?.number ?? 1000 <= limit)
    }
    let stats = try program.run("replay", "stats", "out")
    #expect(stats.output.contains("wide") && stats.output.contains("ended by"), "\(stats.all)")
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0, "\(audit.all)")
  }

  @Test func `killed in any stage arrives at the same metrics and weights`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(curriculum, to: "c.yaml")
    #expect(try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=whole").status == 0)
    let whole = try outcome(program, "whole")
    for lines in [3, 12, 15, 19, 23, 27, 31] {
      let name = "killed-\(lines)"
      let arguments = ["train", "c.yaml", "--quiet", "--resume", "--set", "output.dir=\(name)"]
      let process = try program.start(arguments, output: name)
      let limit = ContinuousClock.now + .seconds(60)
      while process.isRunning, ContinuousClock.now < limit,
        program.text("\(name)/metrics.jsonl").count(where: { $0 == "\n" }) < lines
      { Thread.sleep(forTimeInterval: 0.001) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try program.run(arguments)
      #expect(resumed.status == 0, "\(lines): \(resumed.all)")
      let found = try outcome(program, name)
      #expect(found.digest == whole.digest, "weights after a kill at line \(lines)")
      #expect(found.records == whole.records, "metrics after a kill at line \(lines)")
    }
  }

  @Test func `is done again from its store to the same weights`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(curriculum, to: "c.yaml")
    #expect(try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=out").status == 0)
    let again = try program.run("replay", "train", "out")
    #expect(again.status == 0 && again.all.contains("the same weights again"), "\(again.all)")
  }

  @Test func `hands over the best weights of a stage, not its last`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(curriculum, to: "c.yaml")
    // A rate that spoils a policy that is right now and then: its best weights are those before.
    let run = try program.run(
      "train", "c.yaml", "--quiet", "--set", "output.dir=out", "--set", "stages.sft.steps=150", "--set",
      "stages.sft.batch_size=32", "--set", "stages.wide.learning_rate=0.1", "--set",
      "stages.wide.evaluation.every=1", "--set", "data.train={task: modular_arithmetic, difficulty: null}",
      "--set", "stages.wide.data.train.difficulty=null", "--set", "data.held_out.count=24", "--set",
      "rollout.max_completion_length=40")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    let end = try #require(records.first { $0["kind"] == "stage_end" && $0["stage"] == "wide" })
    let (last, from) = (end["step"]?.number ?? 0, end["stage/handover_step"]?.number ?? 0)
    #expect(from < last, "the best was not the last")
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0, "\(audit.all)")
    #expect(program.text("out/log.txt").contains("stage wide hands over its weights of step \(Int(from))"))
    let again = try program.run("replay", "train", "out")
    #expect(again.status == 0, "\(again.all)")
  }

  @Test func `with workers lets them come anew where a stage asks for something else`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(curriculum, to: "c.yaml")
    #expect(try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=alone").status == 0)
    let run = try program.run("train", "c.yaml", "--quiet", "--set", "output.dir=out", "--spawn-workers", "1")
    #expect(run.status == 0, "\(run.all)")
    #expect(try outcome(program, "out").digest == outcome(program, "alone").digest)
  }
}
