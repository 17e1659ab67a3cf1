import Foundation
import Metrics
import Testing

@Suite struct `A training run` {
  @Test
  func `leaves recipe, metrics, rollouts, checkpoints, model and summary, and eval reproduces its numbers`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run("train", "tiny.yaml", "--set", "output.dir=out")
    #expect(run.status == 0, "\(run.all)")
    #expect(run.output.contains("self-check: logprobs of trainer and generator differ"))
    #expect(
      run.output.contains("before RL") && run.output.contains("after RL") && run.output.contains("control"))

    let summary = try program.object("out/summary.json")
    for key in ["before", "after", "control"] {
      let result = try #require(summary[key] as? [String: Any], "\(key)")
      for name in ["greedy", "pass@1", "pass@2", "mean_length"] {
        #expect(result[name] is Double || result[name] is Int)
      }
    }
    #expect(summary["steps"] as? Int == 27 && summary["status"] as? String == "finished")
    let digest = try #require(summary["weights_digest"] as? String)
    #expect(digest.hasPrefix("sha256:") && digest.count == 71)

    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl")
    #expect(
      records.filter { $0["kind"] == "sft" }.count == 19 && records.filter { $0["kind"] == "rl" }.count == 8)
    let unknown = Set(records.flatMap { $0.fields.map(\.name) }).filter { MetricTable.metric($0) == nil }
    #expect(unknown.isEmpty, "metrics that the table does not define: \(unknown)")
    let first = try #require(records.first { $0["kind"] == "rl" })
    // Two minibatches: the second update already sees a ratio other than 1.
    #expect((first["sampling/logp_difference_mean"]?.number ?? 1) < 0.05)

    for path in [
      "recipe.yaml", "replay.sqlite", "log.txt", "model/model.safetensors", "model/config.json",
      "model/tokenizer.json", "best/model.safetensors", "checkpoints/step-27/trainer_state.json",
    ] { #expect(program.exists("out/" + path), "\(path)") }
    // The newest two, and the end of the last stage that counts.
    let kept = try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/out/checkpoints")
    #expect(Set(kept) == ["step-22", "step-26", "step-27"])

    let measured = try program.run("eval", "out/model", "--json")
    #expect(measured.status == 0, "\(measured.all)")
    let found = try #require(
      try JSONSerialization.jsonObject(with: Data(measured.output.utf8)) as? [String: Any])
    let after = try #require(summary["after"] as? [String: Any])
    for name in ["greedy", "pass@1", "pass@2", "mean_length"] {
      #expect(found[name] as? Double == after[name] as? Double, "\(name)")
    }
    #expect(found["weights_digest"] as? String == digest)

    let generated = try program.run(
      "generate", "out/model", "--prompt", "2+3=", "--max-new-tokens", "8", "--temperature", "0")
    #expect(generated.status == 0 && !generated.output.isEmpty, "\(generated.all)")
  }

  @Test func `does not depend on how a step is split into microbatches, up to rounding`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    var firstSteps: [[MetricRecord]] = []
    for tokens in [40, 200, 100_000] {
      let run = try program.run(
        "train", "tiny.yaml", "--quiet", "--set", "output.dir=m\(tokens)", "--set",
        "compute.max_tokens_per_microbatch=\(tokens)",
        "--set", "algorithm.num_minibatches=1", "--set", "stages.sft.steps=2", "--set", "stages.rl.steps=1",
        "--set", "stages.control.steps=1")
      #expect(run.status == 0, "\(run.all)")
      let records = try MetricsFile.read(program.folder.path + "/m\(tokens)/metrics.jsonl")
      firstSteps.append([try #require(records.first), try #require(records.first { $0["kind"] == "rl" })])
    }
    for other in firstSteps.dropFirst() {
      for (whole, split) in zip(firstSteps[0], other) {
        for name in ["loss", "grad_norm"] {
          let a = try #require(whole[name]?.number)
          let b = try #require(split[name]?.number)
          #expect(abs(a - b) <= 1e-5 * max(abs(a), 1e-2), "\(name): \(a) and \(b)")
        }
      }
    }
    // With one update per batch the ratio is exactly 1 and nothing is clipped.
    let rl = firstSteps[0][1]
    #expect(rl["ratio/min"]?.number == 1 && rl["ratio/max"]?.number == 1)
    #expect((rl["sampling/logp_difference_max"]?.number ?? 1) < 1e-4)
    #expect(rl["kl"]?.number == 0)
  }

  @Test func `DAPO filters groups and every group has a fate`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--set", "output.dir=dapo", "--set",
      "algorithm={name: dapo, dynamic_sampling: {max_num_gen_batches: 50}}",
      "--set", "optimizer.learning_rate=1.0e-4", "--set", "stages.sft.steps=800", "--set",
      "stages.sft.learning_rate=5.0e-3", "--set",
      "stages.sft.batch_size=32",
      "--set", "stages.rl.steps=2", "--set", "stages.control.steps=1", "--set", "data.train.difficulty=[1,1]",
      "--set", "reward.terms=[{name: correctness}, {name: soft_overlong, cache: 10}]")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/dapo/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    for record in records {
      #expect(record["groups/kept"] == 4)
      #expect(record["rewards/soft_overlong/mean"] != nil)
      #expect(record["frac_reward_zero_std"]?.number == 0 || (record["accuracy"]?.number ?? 0) > 0)
    }
  }

  @Test func `trains a Hugging Face directory on a JSON Lines file and says when nothing can be learned`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let rows = (1...40).map {
      "{\"question\": \"What is \($0) plus 2?\", \"answer\": \"\($0) + 2 = <<\($0)+2=\($0 + 2)>>\($0 + 2)\\n#### \($0 + 2)\"}"
    }
    try program.write(rows.joined(separator: "\n"), to: "rows.jsonl")
    let run = try program.run(
      "train", Program.sources.appending(path: "Recipes/models/from-files.yaml").path, "--set",
      "output.dir=files",
      "--set", "model.path=\(Program.fixture("TransformerTests/Fixtures/hf-parity/qwen3-untied"))", "--set",
      "data.train.path=rows.jsonl", "--set",
      "rollout={num_prompts: 2, num_generations: 2, max_completion_length: 16}",
      "--set", "data.held_out.count=3", "--set", "evaluation.samples=2", "--set", "stages.rl.steps=2")
    #expect(run.status == 0, "\(run.all)")
    #expect(run.all.contains("zero reward variance"))
    #expect(run.output.contains("gsm8k") && run.output.contains("####"))
  }
}
