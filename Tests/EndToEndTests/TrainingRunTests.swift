import Foundation
import HFFiles
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
      firstSteps.append([
        try #require(records.first { $0["kind"] == "sft" }),
        try #require(records.first { $0["kind"] == "rl" }),
      ])
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

  /// A run of one RL step from random weights, where answers differ by their lengths at least.
  func oneStep(_ program: Program, _ name: String, _ settings: String...) throws -> (
    record: MetricRecord, gradient: [Float]
  ) {
    let common = [
      "output.dir=\(name)", "stages=[{kind: rl, steps: 1}]", "algorithm.num_minibatches=1",
      "reward.terms=[{name: correctness}, {name: soft_overlong, cache: 39}]",
    ]
    let run = try program.run(
      ["train", "tiny.yaml", "--quiet"] + (common + settings).flatMap { ["--set", $0] })
    try #require(run.status == 0, "\(run.all)")
    let folder = program.folder.path + "/" + name
    let record = try MetricsFile.read(folder + "/metrics.jsonl").first { $0["kind"] == "rl" }
    // After one step it is the gradient, times 1 − beta1.
    let moment = try SafetensorsFile(path: folder + "/checkpoints/step-1/optimizer.safetensors").floats(
      "first_moment")
    return (try #require(record), moment)
  }

  /// ‖a − b‖ / ‖b‖
  func distance(_ a: [Float], _ b: [Float]) -> Double {
    let difference = zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    return (difference / b.reduce(0) { $0 + Double($1) * Double($1) }).squareRoot()
  }

  @Test
  func `Point 4: any split into microbatches, with and without shared prompts, gives the same gradient`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let whole = try oneStep(
      program, "whole", "compute.max_tokens_per_microbatch=100000", "compute.share_prompts=false")
    #expect(whole.gradient.contains { $0 != 0 })
    var forwardTokens: [Int: Double] = [:]
    for tokens in [8, 130, 100_000] {
      let split = try oneStep(program, "shared-\(tokens)", "compute.max_tokens_per_microbatch=\(tokens)")
      #expect(distance(split.gradient, whole.gradient) < 1e-5, "\(tokens)")
      for name in ["loss", "grad_norm", "entropy"] {
        let (a, b) = (try #require(split.record[name]?.number), try #require(whole.record[name]?.number))
        #expect(abs(a - b) <= 1e-5 * max(abs(b), 1e-2), "\(name) of \(tokens): \(a) and \(b)")
      }
      forwardTokens[tokens] = split.record["train/forward_tokens"]?.number
    }
    // Both count the policy and the reference; 12 of 16 prompts are another answer's too, fewer where a group is split.
    let unshared = try #require(whole.record["train/forward_tokens"]?.number)
    #expect(forwardTokens[8] == unshared, "one answer a microbatch shares nothing")
    #expect((forwardTokens[130] ?? unshared) < unshared)
    #expect((forwardTokens[100_000] ?? unshared) < forwardTokens[130] ?? 0)
  }

  @Test func `logprobs of the rollout save the pass that recomputes them and change rounding only`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let several = [
      "algorithm.beta=0", "algorithm.reference_refresh_every=null", "algorithm.num_minibatches=2",
    ]
    let recomputed = try oneStep(program, "recompute", several[0], several[1], several[2]).record
    let recorded = try oneStep(
      program, "rollout", several[0], several[1], several[2], "rollout.logprobs=rollout"
    ).record
    for name in ["loss", "ratio/mean", "ratio/min", "ratio/max", "grad_norm"] {
      let (a, b) = (try #require(recorded[name]?.number), try #require(recomputed[name]?.number))
      #expect(abs(a - b) <= 1e-4 * max(abs(b), 1e-1), "\(name): \(a) and \(b)")
    }
    let passes = try #require(recomputed["train/forward_tokens"]?.number)
    #expect(recorded["train/forward_tokens"]?.number == passes / 2)
    // Measured before the weights change, in either way.
    #expect((recorded["sampling/logp_difference_max"]?.number ?? 1) < 1e-4)

    // One update: the ratio is exp(trainer − generator), which is 1 up to rounding but not by construction.
    let single = try oneStep(program, "single", several[0], several[1], "rollout.logprobs=rollout").record
    let (low, high) = (try #require(single["ratio/min"]?.number), try #require(single["ratio/max"]?.number))
    #expect(low < high && low > 1 - 1e-4 && high < 1 + 1e-4, "\(low)–\(high)")
    let gap = try #require(single["sampling/logp_difference_max"]?.number)
    #expect(max(abs(log(low)), abs(log(high))) <= gap * 1.01)
  }

  @Test func `Point 7: every step says where its time went`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=out").status == 0)
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "sft" || $0["kind"] == "rl"
    }
    for record in records {
      func seconds(_ name: String) -> Double { record[name]?.number ?? 0 }
      let parts = ["time/generate_seconds", "time/train_seconds", "time/idle_seconds"].map(seconds)
      #expect(parts.allSatisfy { $0 >= 0 } && parts[1] > 0)
      #expect(abs(parts.reduce(0, +) - seconds("step_time")) < 1e-9)
      #expect(abs(seconds("time/idle_share") * seconds("step_time") - parts[2]) < 1e-9)
    }
    #expect(records.contains { ($0["time/write_seconds"]?.number ?? 0) > 0 })
  }

  @Test func `answers that end in every way are scored while others go on`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    // Random weights at a low temperature repeat themselves, and seldom end by themselves.
    let run = try program.run(
      "train", "tiny.yaml", "--quiet", "--set", "output.dir=out", "--set", "stages=[{kind: rl, steps: 3}]",
      "--set",
      "rollout={temperature: 0.1, max_completion_length: 100, max_repeat: 2, stop: ['7', 'ab'], think_tokens: 90, "
        + "think_end: '#', num_prompts: 8}")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    func largest(_ name: String) -> Double { records.compactMap { $0[name]?.number }.max() ?? 0 }
    #expect(largest("completions/repetition_ratio") > 0 && largest("completions/forced_tokens") > 0)
    #expect(largest("completions/clipped_ratio") > 0)
    #expect(largest("completions/min_terminated_length") > 0, "some ended by a stop text")
    #expect(records.allSatisfy { $0["groups/no_verdict"] == 0 })
  }

  @Test func `a verdict is that of its own answer, whichever was over first`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    // Half-trained on worked solutions: some answers come to their last line, others do not.
    let run = try program.run(
      "train", "tiny.yaml", "--json", "--set", "output.dir=out", "--set", "output.sample_every=1", "--set",
      "stages.sft.steps=250", "--set", "stages.rl.steps=30", "--set", "stages.control.steps=1", "--set",
      "rollout.max_completion_length=24", "--set", "evaluation.every=0", "--set", "data.held_out.count=1")
    #expect(run.status == 0, "\(run.all)")
    let samples = try run.output.split(separator: "\n").map { try MetricRecord(json: String($0)) }.filter {
      $0["event"] == "sample"
    }
    var answered = 0
    for sample in samples {
      let lines = try #require(sample["completion"]).description.split(separator: "\n")
      // Within a line the marker counts before a number only.
      let hasAnswer = lines.contains { line in
        line.drop(while: \.isWhitespace).hasPrefix("####")
          || line.firstRange(of: "#### ").map { line[$0.upperBound...].first?.isNumber ?? false } ?? false
      }
      answered += hasAnswer ? 1 : 0
      #expect(sample["verdict"]?.description.contains("no `####` line") == !hasAnswer, "\(sample.json)")
    }
    #expect(samples.count == 30 && answered > 0 && answered < 30, "\(answered) answers")
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
