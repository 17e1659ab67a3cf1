import Foundation
import Metrics
import Testing

/// A model that is right now and then, made once for all tests of this file.
enum TaughtModel {
  static let recipe = """
    name: method
    seed: 5
    data:
      train: {task: modular_arithmetic, difficulty: [1, 1]}
      held_out: {count: 8}
      prompt_template: "{prompt}\\n"
    rollout: {num_prompts: 16, num_generations: 4, max_completion_length: 40}
    algorithm: {name: grpo}
    optimizer: {learning_rate: 1.0e-3}
    stages: [{kind: rl, steps: 2}]
    evaluation: {every: 0, samples: 0}
    output: {checkpoint_every: 1000, sample_every: 0}
    compute: {threads: 1}
    """

  /// The folder of the run that taught it, with `model/` in it.
  static let folder = Result { () throws -> String in
    let program = try Program()
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--quiet", "--set", "output.dir=taught", "--set",
      "stages=[{kind: sft, steps: 600, batch_size: 32, learning_rate: 4.0e-3}]", "--set",
      "data.teacher.slip_rate=0.1", "--set", "evaluation.every=0", "--set",
      "data.train={task: modular_arithmetic, difficulty: [1, 1]}")
    guard run.status == 0 else { throw Failure(run.all) }
    return program.folder.path + "/taught"
  }

  struct Failure: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// Two RL steps on it with these settings.
  static func train(
    _ program: Program, _ settings: [String], into run: String, recipe path: String = "method.yaml"
  ) throws -> Program.Result {
    let model = try folder.get() + "/model"
    try program.write(recipe, to: "method.yaml")
    return try program.run(
      ["train", path, "--quiet", "--set", "model.path=\(model)", "--set", "output.dir=\(run)"]
        + settings.flatMap { ["--set", $0] })
  }
}

@Suite struct `Every choice of an objective` {
  /// Settings, and metrics that have to be there with them.
  struct Choice: CustomTestStringConvertible, Sendable {
    var settings: [String]
    var metrics: [String] = []
    var testDescription: String { settings.joined(separator: " ") }

    init(_ settings: String..., logs metrics: [String] = []) {
      self.settings = settings.map { "algorithm.\($0)" }
      self.metrics = metrics
    }
  }

  static let twoUpdates = ["algorithm.num_minibatches=2"]

  static let choices = [
    Choice("advantage_baseline=leave_one_out", "scale_rewards=none"),
    Choice("advantage_baseline=length_weighted"), Choice("advantage_baseline=none"),
    Choice("scale_rewards=batch"), Choice("scale_rewards=none"), Choice("std_ddof=0"),
    Choice("whiten_advantages=token"), Choice("whiten_advantages=response"),
    Choice("surrogate=gspo", "epsilon=1.0e-4", "epsilon_high=1.0e-4"),
    Choice("surrogate=gspo_token", "epsilon=1.0e-4", "epsilon_high=1.0e-4"),
    Choice("surrogate=cispo", "is_weight_max=1.01", logs: ["clip_ratio/bounded_mean"]),
    Choice("surrogate=sapo"), Choice("surrogate=gmpo", "epsilon=0.01"),
    Choice(
      "surrogate=dppo_tv", "divergence_low=0.001", "divergence_high=0.001",
      logs: ["clip_ratio/bounded_mean", "clip_ratio/dual_mean"]),
    Choice("surrogate=dppo_kl", "divergence_low=1.0e-5", "divergence_high=1.0e-5"),
    Choice(
      "surrogate=clip_cov", "cov_ratio=0.5", "cov_min=0.01", "cov_max=5", logs: ["clip_ratio/bounded_mean"]),
    Choice("surrogate=kl_cov", "cov_ratio=0.5", logs: ["clip_ratio/bounded_mean"]),
    Choice("surrogate=reinforce"), Choice("epsilon=0.001"), Choice("epsilon_high=0.001"),
    Choice("delta=1.001"),
    Choice("epsilon=0.9", "dual_clip=1.001", logs: ["clip_ratio/dual_mean"]),
    Choice("loss_aggregation=token-mean"), Choice("loss_aggregation=seq-mean-token-sum"),
    Choice("loss_aggregation=seq-mean-token-sum-norm"),
    Choice("beta=0.5", logs: ["kl", "loss/kl"]), Choice("beta=0.5", "kl_estimator=k2"),
    Choice("beta=0.5", "use_bias_correction_kl=true"),
    Choice("beta=0.5", "kl_clamp=1.0e-6"),
    Choice("beta=0.5", "kl_in=reward", "reference_refresh_every=10"),
    Choice("entropy_coef=0.1", logs: ["entropy_coef", "loss/entropy"]),
    Choice(
      "adaptive_entropy={entropy_target: 5, entropy_coef_delta: 0.1}", logs: ["entropy_coef", "loss/entropy"]),
    Choice(
      "entropic={target_entropy: 0.4}",
      logs: ["entropic/alpha", "entropic/error", "entropic/integral", "entropic/saturated", "loss/entropic"]),
    Choice("entropic={target_entropy: 0.4, denominator: all_tokens, exact_entropy: true}"),
    Choice("mastered_tokens={mpt_threshold: 0.6, mpt_entropy_gate: 3}", logs: ["mask/mastered_share"]),
    Choice("top_entropy_quantile=0.3", logs: ["mask/low_entropy_share"]),
    Choice("off_policy_mask_threshold=1.0e-7", logs: ["mask/off_policy_responses"]),
    Choice("positive_nll_coef=0.5", logs: ["loss/positive_nll"]),
    Choice("dynamic_sampling={max_num_gen_batches: 40}", logs: ["groups/generation_batches"]),
    Choice(
      "dynamic_sampling={expansion: true}",
      logs: ["groups/expansion_ratio", "groups/asked", "groups/not_valid", "groups/shortfall"]),
    Choice("group_filtering={keep: 2}", logs: ["gfpo_dropped", "gfpo_dead_groups"]),
    Choice("mask_truncated_completions=true"), Choice("num_iterations=2"),
    Choice(
      "rollout_correction={ratio_max: 1.0000001}", logs: ["correction/weight_mean", "correction/weight_max"]),
    Choice(
      "rollout_correction={weighting: none, geometric_max: 1.0}",
      logs: ["correction/dropped_share", "correction/stale_tokens"]),
    Choice("advantage_baseline=length_weighted", "multi_objective_aggregation=normalize_then_sum"),
    Choice(
      "beta=0.5", "kl_in=reward", "advantage_baseline=none", "scale_rewards=none",
      "whiten_advantages=response"),
    Choice(
      "beta=0.5", "kl_in=reward", "advantage_baseline=none", "scale_rewards=none", "whiten_advantages=token",
      "gamma=0.5"),
  ]

  @Test(arguments: choices)
  func `changes what is trained and logs what it did`(_ choice: Choice) throws {
    let program = try Program()
    defer { program.clean() }
    let base = try TaughtModel.train(program, Self.twoUpdates, into: "base")
    #expect(base.status == 0, "\(base.all)")
    let run = try TaughtModel.train(program, Self.twoUpdates + choice.settings, into: "chosen")
    #expect(run.status == 0, "\(run.all)")
    let digests = try ["base", "chosen"].map {
      try program.object("\($0)/summary.json")["weights_digest"] as? String
    }
    #expect(digests[0] != nil && digests[0] != digests[1], "the setting changed nothing")
    let records = try MetricsFile.read(program.folder.path + "/chosen/metrics.jsonl")
    let names = Set(records.flatMap { $0.fields.map(\.name) })
    let missing = choice.metrics.filter { !names.contains($0) }
    #expect(missing.isEmpty, "not logged: \(missing)")
    let unknown = names.filter { MetricTable.metric($0) == nil }
    #expect(unknown.isEmpty, "metrics that the table does not define: \(unknown)")
  }
}

@Suite struct `An optimizer step` {
  /// What has to look at the whole step before its first backward pass, and what counts over it.
  static let methods: [[String]] = [
    ["algorithm.entropic={target_entropy: 0.4}"],
    ["algorithm.entropic={target_entropy: 0.4, denominator: all_tokens}"],
    ["algorithm.surrogate=kl_cov", "algorithm.cov_ratio=0.1"],
    ["algorithm.surrogate=clip_cov", "algorithm.cov_ratio=0.1", "algorithm.cov_min=0.01"],
    ["algorithm.top_entropy_quantile=0.4"], ["algorithm.surrogate=gmpo"], ["algorithm.surrogate=gspo"],
    ["algorithm.positive_nll_coef=0.3", "algorithm.loss_aggregation=token-mean"],
    ["algorithm.rollout_correction={normalize_weights: true}"],
    ["algorithm.mastered_tokens={mpt_threshold: 0.6, mpt_entropy_gate: 3}", "algorithm.entropy_coef=0.1"],
    [
      "algorithm.beta=0.2", "algorithm.kl_in=reward", "algorithm.advantage_baseline=none",
      "algorithm.scale_rewards=none", "algorithm.whiten_advantages=token",
    ],
  ]

  @Test(arguments: methods)
  func `has one loss and one gradient however it is split into micro-batches`(_ settings: [String]) throws {
    let program = try Program()
    defer { program.clean() }
    var found: [[Double]] = []
    for limit in [8192, 70] {
      let run = try TaughtModel.train(
        program, settings + ["compute.max_tokens_per_microbatch=\(limit)"], into: "by-\(limit)")
      #expect(run.status == 0, "\(run.all)")
      let first = try #require(
        MetricsFile.read(program.folder.path + "/by-\(limit)/metrics.jsonl").first { $0["kind"] == "rl" })
      found.append(["loss", "grad_norm"].map { first[$0]?.number ?? .nan })
    }
    for (whole, split) in zip(found[0], found[1]) {
      #expect(abs(whole - split) <= 1e-5 * max(1, abs(whole)), "\(whole) whole, \(split) split")
    }
    #expect(found[0][1] > 0)
  }
}

@Suite struct `A run under EntroPIC` {
  @Test func `that was killed and resumed goes on with the same integral`() throws {
    let program = try Program()
    defer { program.clean() }
    let settings = [
      "algorithm.entropic={target_entropy: 0.4, ki: 0.2}", "algorithm.num_minibatches=2",
      "stages=[{kind: rl, steps: 40}]", "output.checkpoint_every=3",
    ]
    #expect(try TaughtModel.train(program, settings, into: "whole").status == 0)
    let model = try TaughtModel.folder.get() + "/model"
    let arguments =
      [
        "train", "method.yaml", "--quiet", "--resume", "--set", "model.path=\(model)", "--set",
        "output.dir=killed",
      ]
      + settings.flatMap { ["--set", $0] }
    let process = try program.start(arguments, output: "first")
    let limit = ContinuousClock.now + .seconds(60)
    while program.text("killed/metrics.jsonl").count(where: { $0 == "\n" }) < 15, process.isRunning,
      ContinuousClock.now < limit
    { Thread.sleep(forTimeInterval: 0.002) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(try program.run(arguments).status == 0)
    let records = try ["whole", "killed"].map {
      try MetricsFile.read(program.folder.path + "/\($0)/metrics.jsonl").map(\.reproducible)
    }
    #expect(records[0] == records[1])
    let integrals = records[0].compactMap { $0["entropic/integral"]?.number }
    #expect(integrals.count == 40 && integrals.last != 0 && integrals.contains { $0 != integrals[0] })
  }

  @Test func `begins each stage with an integral of 0 where reset_on_stage says so`() throws {
    let program = try Program()
    defer { program.clean() }
    for (reset, isZero) in [("true", true), ("false", false)] {
      let run = try TaughtModel.train(
        program,
        [
          "algorithm.entropic={target_entropy: 0.4, ki: 0.2, reset_on_stage: \(reset)}",
          "stages=[{kind: rl, steps: 2}, {kind: rl, steps: 1, name: next}]",
        ], into: "reset-\(reset)")
      #expect(run.status == 0, "\(run.all)")
      let records = try MetricsFile.read(program.folder.path + "/reset-\(reset)/metrics.jsonl")
      let next = try #require(records.first { $0["stage"] == "next" && $0["kind"] == "rl" })
      #expect((next["entropic/integral"]?.number == 0) == isZero)
    }
  }
}
