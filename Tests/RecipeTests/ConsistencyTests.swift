internal import Recipe
internal import Testing

@Suite struct `Consistency` {
  @Test(arguments: [
    (
      "rollout: {num_generations: 1}",
      "`rollout.num_generations` is 1, but `algorithm.scale_rewards: group` needs"
    ),
    (
      "rollout: {num_generations: 1}\nalgorithm: {scale_rewards: none, dynamic_sampling: true}",
      "but `algorithm.dynamic_sampling` needs groups of at least 2"
    ),
    // 3 × 8 = 24 responses in 5 parts
    (
      "rollout: {num_prompts: 3, num_generations: 8}\nalgorithm: {num_minibatches: 5}",
      "= 3 × 8 = 24 responses cannot be cut into `algorithm.num_minibatches` = 5 equal parts"
    ),
    (
      "rollout: {max_completion_length: 32}\nreward: {terms: [{name: correctness}, {name: soft_overlong, cache: 32}]}",
      "`cache` of `soft_overlong` is 32, but must be below `rollout.max_completion_length` (32)"
    ),
    (
      "rollout: {max_completion_length: 32, think_tokens: 32}",
      "`rollout.think_tokens` is 32, but must be below `rollout.max_completion_length` (32)"
    ),
    (
      "rollout: {activation_dtype: bf16}", "goes with `rollout.weight_dtype: bf16`, which is fp32"
    ),
    (
      "rollout: {logprobs: rollout, top_p: 0.9}",
      "test.yaml:5:11: `rollout.logprobs: rollout` divides by logprobs under the distribution that `rollout.top_k` (0) "
        + "and `rollout.top_p` (0.9) leave"
    ), ("rollout: {logprobs: rollout, top_k: 4}", "or take `logprobs: recompute`"),
    ("rollout: {think_tokens: 8, think_end: \"\"}", "`rollout.think_end` is empty"),
    ("rollout: {stop: [a, '']}", "`rollout.stop` has an empty text"),
    ("rollout: {max_completion_length: 1024}", "(1024) leaves no room for a prompt in"),
    (
      "rollout: {max_completion_length: 1000, max_prompt_length: 25}",
      "1000 is more than `model.init.max_position"
    ),
    (
      "model: {init: {hidden_size: 130}}",
      "`model.init.hidden_size` (130) cannot be cut into `num_attention_heads` (4)"
    ),
    ("model: {init: {hidden_size: 12}}", "`model.init.head_dim` is 3, but rotary"),
    ("model: {init: {head_dim: 31}}", "`model.init.head_dim` is 31, but rotary"),
    (
      "model: {init: {num_attention_heads: 4, num_key_value_heads: 3}}",
      "(4) must be a multiple of `num_key_value_heads` (3)"
    ),
    ("model: {path: a, init: {hidden_size: 64}}", "`model` names both `path` and `init`: keep one"),
    ("reward: {terms: [{name: soft_overlong, cache: 4}]}", "has no `correctness`"),
    ("reward: {terms: [{name: correctness}, {name: gsm8k}]}", "has two terms `correctness`"),
    (
      "reward: {terms: [{name: gsm8k, verifier: math}]}", "a term `gsm8k` is `correctness` with that verifier"
    ),
    ("evaluation: {every: 0, patience: 3}", "`evaluation.patience` is looked at when the model is evaluated"),
  ])
  func `values that contradict each other are refused with both`(lines: String, message: String) {
    let text = refusal(minimalRecipe + lines)
    #expect(text.contains(message))
  }

  @Test func `the place of a contradiction is the line of one of its values`() {
    #expect(
      refusal(minimalRecipe + "rollout: {num_prompts: 3}\nalgorithm: {num_minibatches: 5}")
        .hasPrefix("test.yaml:6:13: `rollout.num_prompts`"))
  }

  @Test(arguments: [
    ("[{kind: rl, steps: 1, name: a}, {kind: rl, steps: 1, name: a}]", "two stages are called `a`"),
    (
      "[{kind: rl, steps: 1, from: sft}, {kind: sft, steps: 1}]",
      "stage `rl` begins from `sft`, which is no earlier stage"
    ),
    ("[{kind: sft, steps: 1}, {kind: rl, steps: 1, from: stf}]", "did you mean `sft`?"),
    ("[{kind: rl, steps: 1, control: true}]", "every stage is a control"),
    ("[{kind: rl, steps: 1, batch_size: 4}]", "`batch_size` is for `sft` stages only"),
    ("[{kind: sft, steps: 1, until: {accuracy: 0.5}}]", "`until` is for `rl` stages only"),
    ("[{kind: rl, steps: 1, name: 7}]", "no bare number"),
  ])
  func `stages must make a plan`(stages: String, message: String) {
    #expect(refusal("data: {train: {task: ordering}}\nstages: \(stages)\n").contains(message))
  }

  @Test func `a template must show the prompt`() {
    #expect(
      refusal("data: {train: {task: ordering}, prompt_template: hello}\nstages: [{kind: rl, steps: 1}]")
        .contains("`data.prompt_template` has no `{prompt}`"))
    #expect(
      refusal("data: {train: {task: ordering, path: a}}\nstages: [{kind: rl, steps: 1}]")
        .contains("`data.train` names both `task` and `path`"))
  }

  @Test func `a run without RL may have any groups`() throws {
    let sft =
      "data: {train: {task: ordering}}\nstages: [{kind: sft, steps: 1}]\n"
    #expect(try load(sft + "rollout: {num_generations: 1, top_p: 0.5, logprobs: rollout}").notes.isEmpty)
  }

  @Test(arguments: [
    ("rollout: {top_p: 0.9}", "rollout logprobs are under the truncated distribution"),
    ("rollout: {top_k: 50}", "rollout logprobs are under the truncated distribution"),
    ("rollout: {num_generations: 1}\nalgorithm: {scale_rewards: none}", "`rollout.num_generations` is 1"),
    ("rollout: {logprobs: rollout, kv_dtype: bf16}", "the ratio has the gap between them in it"),
    (
      "rollout: {logprobs: rollout}\ncompute: {matmul_dtype: bf16}",
      "the ratio has the gap between them in it"
    ),
    ("algorithm: {loss_aggregation_constant: 5}", "used by `loss_aggregation: seq-mean-token-sum-norm`"),
    ("algorithm: {reference_refresh_every: 5}", "does nothing here: it is used by `beta` above 0"),
    ("optimizer: {schedule: {min_ratio: 0.1}}", "does nothing under a constant schedule"),
    (
      "rollout: {max_completion_length: 128}\nevaluation: {budgets: [64, 256]}",
      "answers end after 128 tokens in evaluations"
    ),
  ])
  func `what is allowed but odd is noted`(lines: String, note: String) throws {
    let notes = try load(minimalRecipe + lines).notes
    #expect(notes.count == 1)
    #expect(notes.first?.contains(note) ?? false)
  }

  @Test(arguments: [
    (#"data: {train: {path: rows.jsonl}, teacher: {slip_rate: 0.3, style: mixed}}"#, ["sft"], 2),
    (#"data: {train: {path: rows.jsonl}, teacher: {slip_rate: 0.3}}"#, ["sft", "rl"], 1),
    (#"data: {train: {path: rows.jsonl}, teacher: {slip_rate: 0.3, style: mixed}}"#, ["task", "rl"], 0),
    (#"data: {train: {path: rows.jsonl}}"#, ["sft"], 0),
  ])
  func `a teacher is noted as idle where every stage that has it reads solutions from files`(
    data: String, kinds: [String], count: Int
  ) throws {
    let stages = kinds.map { kind in
      switch kind {
      case "task": "{kind: sft, steps: 1, data: {train: {task: ordering}}}"
      default: "{kind: \(kind), steps: 1}"
      }
    }
    let notes = try load(data + "\nstages: [\(stages.joined(separator: ", "))]\n").notes
    #expect(notes.count { $0.contains("the worked solutions come from a file") } == count, "\(notes)")
  }
}
