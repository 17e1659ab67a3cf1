internal import Foundation
internal import Recipe
internal import Testing

/// For each row of the table a recipe that it applies to, and its neighbour that it does not apply to.
private let cases: [String: (applies: String, not: String)] = [
  "dr_grpo+scale_rewards": (
    "algorithm: {name: dr_grpo, scale_rewards: group}", "algorithm: {name: grpo, scale_rewards: group}"
  ),
  "leave_one_out+num_generations": (
    "rollout: {num_generations: 1}\nalgorithm: {name: rloo}",
    "rollout: {num_generations: 2}\nalgorithm: {name: rloo}"
  ),
  "leave_one_out+scale_rewards": (
    "algorithm: {name: rloo, scale_rewards: batch}", "algorithm: {name: rloo}"
  ),
  "scale_rewards+whiten_advantages": (
    "algorithm: {whiten_advantages: token}", "algorithm: {whiten_advantages: token, scale_rewards: none}"
  ),
  "whiten_advantages+num_prompts": (
    "rollout: {num_prompts: 7}\nalgorithm: {whiten_advantages: response, scale_rewards: none}",
    "rollout: {num_prompts: 8}\nalgorithm: {whiten_advantages: response, scale_rewards: none}"
  ),
  "scale_rewards+num_prompts": (
    "rollout: {num_prompts: 7}\nalgorithm: {scale_rewards: batch}",
    "rollout: {num_prompts: 7}\nalgorithm: {scale_rewards: group}"
  ),
  "advantage_baseline+whiten_advantages": (
    "algorithm: {advantage_baseline: none, scale_rewards: none}",
    "algorithm: {advantage_baseline: none, scale_rewards: none, whiten_advantages: token}"
  ),
  "normalize_then_sum+reward.terms": (
    "algorithm: {multi_objective_aggregation: normalize_then_sum}",
    "algorithm: {multi_objective_aggregation: normalize_then_sum, dynamic_sampling: true}\n" + twoTerms
  ),
  "normalize_then_sum+kl_in": (
    "algorithm: {multi_objective_aggregation: normalize_then_sum, kl_in: reward, beta: 0.1}\n" + twoTerms,
    "algorithm: {multi_objective_aggregation: normalize_then_sum, beta: 0.1}\n" + twoTerms
  ),
  "gmpo+token_masks": (
    "algorithm: {surrogate: gmpo, top_entropy_quantile: 0.2}",
    "algorithm: {surrogate: gmpo, rollout_correction: {level: geometric, ratio_max: 1.01}}"
  ),
  "kl_cov+updates": (
    "algorithm: {surrogate: kl_cov}", "algorithm: {surrogate: kl_cov, num_minibatches: 2}"
  ),
  "ratio+updates": ("algorithm: {surrogate: sapo}", "algorithm: {surrogate: sapo, num_minibatches: 2}"),
  "normalize_then_sum+scale_rewards": (
    "algorithm: {multi_objective_aggregation: normalize_then_sum, scale_rewards: none}\n" + twoTerms,
    "algorithm: {multi_objective_aggregation: normalize_then_sum, dynamic_sampling: true}\n" + twoTerms
  ),
  "group_filtering+num_generations": (
    "algorithm: {group_filtering: {keep: 8}}", "algorithm: {group_filtering: {keep: 7}}"
  ),
  "group_filtering+reward.terms": (
    "algorithm: {group_filtering: {keep: 4, metric: reward_per_token}}",
    "algorithm: {group_filtering: {keep: 4, metric: shortest}}"
  ),
  "dynamic_sampling+group_filtering": (
    "algorithm: {group_filtering: {keep: 4}, dynamic_sampling: true}", "algorithm: {dynamic_sampling: true}"
  ),
  "pois+epsilon_high": (
    "algorithm: {surrogate: pois, epsilon_high: 0.28}", "algorithm: {surrogate: pois}"
  ),
  "no_trust_region+updates": (
    "algorithm: {surrogate: cispo, num_minibatches: 2}", "algorithm: {surrogate: cispo}"
  ),
  "pois+rollout_logprobs": (
    "rollout: {logprobs: rollout}\nalgorithm: {surrogate: pois}",
    "rollout: {logprobs: rollout}\nalgorithm: {surrogate: ppo_clip}"
  ),
  "pois+rollout_correction": (
    "algorithm: {surrogate: pois, rollout_correction: true}", "algorithm: {rollout_correction: true}"
  ),
  "rollout_logprobs+epsilon_high": (
    "rollout: {logprobs: rollout}\nalgorithm: {epsilon_high: 0.28}",
    "rollout: {logprobs: rollout}\nalgorithm: {epsilon_high: 0.27}"
  ),
  "gspo+epsilon": (
    "algorithm: {surrogate: gspo}", "algorithm: {surrogate: gspo, epsilon: 3e-4, epsilon_high: 4e-4}"
  ),
  "ppo_clip+epsilon": ("algorithm: {epsilon: 3e-4}", "algorithm: {epsilon: 0.01}"),
  "delta+epsilon_high": (
    "algorithm: {delta: 1.2, epsilon_high: 0.2}", "algorithm: {delta: 1.5, epsilon_high: 0.2}"
  ),
  "sequence_ratio+loss_aggregation": (
    "algorithm: {name: gspo, loss_aggregation: token-mean}", "algorithm: {name: gspo}"
  ),
  "sapo+loss_aggregation": (
    "algorithm: {surrogate: sapo, loss_aggregation: token-mean}", "algorithm: {surrogate: sapo}"
  ),
  "sequence_ratio+kl_in": (
    "algorithm: {name: gspo, advantage_baseline: none, kl_in: reward, beta: 0.01}",
    "algorithm: {name: gspo, kl_in: reward, beta: 0.01}"
  ),
  "covariance+updates": ("algorithm: {surrogate: kl_cov}", "algorithm: {surrogate: ppo_clip}"),
  "gspo+updates": ("algorithm: {name: gspo, num_minibatches: 1}", "algorithm: {name: gspo}"),
  "k1+loss": (
    "algorithm: {beta: 0.1, kl_estimator: k1}", "algorithm: {beta: 0.1, kl_estimator: k1, kl_in: reward}"
  ),
  "kl_in+beta": ("algorithm: {kl_in: reward}", "algorithm: {kl_in: reward, beta: 0.1}"),
  "use_bias_correction_kl+kl_in": (
    "algorithm: {use_bias_correction_kl: true, beta: 0.1, kl_in: reward}",
    "algorithm: {use_bias_correction_kl: true, beta: 0.1}"
  ),
  "kl_in+advantage_baseline": (
    "algorithm: {kl_in: reward, beta: 0.1}",
    "algorithm: {kl_in: reward, beta: 0.1, advantage_baseline: none, scale_rewards: none, whiten_advantages: token}"
  ),
  "mastered_tokens+entropic": (
    "algorithm: {name: entropic, mastered_tokens: true}", "algorithm: {mastered_tokens: true}"
  ),
  "entropic+entropy_coef": (
    "algorithm: {name: entropic, entropy_coef: 0.01}",
    "algorithm: {entropic: {target_entropy: null}, entropy_coef: 0.01}"
  ),
  "entropic+top_entropy_quantile": (
    "algorithm: {name: entropic, top_entropy_quantile: 0.2}", "algorithm: {top_entropy_quantile: 0.2}"
  ),
  "mastered_tokens+top_entropy_quantile": (
    "algorithm: {mastered_tokens: true, top_entropy_quantile: 0.2}", "algorithm: {mastered_tokens: true}"
  ),
  "adaptive_entropy+entropy_coef_max": (
    "algorithm: {adaptive_entropy: {entropy_coef_max: 0}}", "algorithm: {adaptive_entropy: true}"
  ),
  "adaptive_entropy+entropy_coef": (
    "algorithm: {adaptive_entropy: true, entropy_coef: 2}",
    "algorithm: {adaptive_entropy: true, entropy_coef: 1}"
  ),
  "entropic+updates": (
    "algorithm: {name: entropic, num_minibatches: 2}",
    "algorithm: {name: entropic, num_minibatches: 2, entropic: {exact_entropy: true}}"
  ),
  "rollout_logprobs+rollout_correction": (
    "rollout: {logprobs: rollout}\nalgorithm: {rollout_correction: true}",
    "rollout: {logprobs: recompute}\nalgorithm: {rollout_correction: true}"
  ),
  "sequence+length": (
    "algorithm: {rollout_correction: {level: sequence, ratio_min: 0.5, weighting: mask}}",
    "algorithm: {rollout_correction: {level: token, geometric_min: 0.99}}"
  ),
  "geometric+ratio_max": (
    "algorithm: {rollout_correction: {level: geometric}}",
    "algorithm: {rollout_correction: {level: geometric, ratio_max: 1.01}}"
  ),
  "geometric_max+level": (
    "algorithm: {rollout_correction: {geometric_min: 0.5, geometric_max: 5}}",
    "algorithm: {rollout_correction: {geometric_max: 1.01}}"
  ),
  "weighting+ratio_max": (
    "algorithm: {rollout_correction: {ratio_max: null}}", "algorithm: {rollout_correction: {ratio_max: 3}}"
  ),
  "weighting+filters": (
    "algorithm: {rollout_correction: {weighting: none}}",
    "algorithm: {rollout_correction: {weighting: none, veto_min: 1e-4}}"
  ),
  "rollout_correction+rounding": (
    "algorithm: {rollout_correction: true}",
    "rollout: {kv_dtype: bf16}\nalgorithm: {rollout_correction: true}"
  ),
  "async+source": ("rollout: {mode: async}", "rollout: {mode: async, source: workers, workers: {spawn: 1}}"),
  "workers+listen": ("rollout: {source: workers}", "rollout: {source: workers, workers: {spawn: 1}}"),
  "listen+key": (
    "rollout: {source: workers, workers: {listen: 'tcp://*:5750', key: a.key}}",
    "rollout: {source: workers, workers: {listen: 'tcp://127.0.0.1:5750'}}"
  ),
  "key+authorized_keys": (
    "rollout: {source: workers, workers: {spawn: 1, key: a.key}}",
    "rollout: {source: workers, workers: {listen: 'tcp://*:5750', key: a.key, authorized_keys: those}}"
  ),
  "spawn+key": (
    "rollout: {source: workers, workers: {spawn: 1, key: a.key, authorized_keys: those}}",
    "rollout: {source: workers, workers: {listen: 'ipc:///tmp/a', key: a.key, authorized_keys: those}}"
  ),
  "missed_heartbeats+progress_deadline": (
    "rollout: {source: workers, workers: {spawn: 1, heartbeat_seconds: 5, missed_heartbeats: 4, progress_deadline: 20}}",
    "rollout: {source: workers, workers: {spawn: 1, heartbeat_seconds: 5, missed_heartbeats: 4, progress_deadline: 21}}"
  ),
  "publish_every+max_staleness": (
    async + "publish_every: 6, max_staleness: 4}", async + "publish_every: 5, max_staleness: 4}"
  ),
  "async+max_staleness": (async + "max_staleness: 9}", async + "max_staleness: 8}"),
  "async+max_staleness_0": (async + "max_staleness: 0}", async + "max_staleness: 1}"),
  "async+rollout_correction": (
    async + "}\nalgorithm: {rollout_correction: false}", async + "}\nalgorithm: {epsilon: 0.1}"
  ),
  "max_token_staleness+max_staleness": (
    async + "max_staleness: 2}\nalgorithm: {rollout_correction: {max_token_staleness: 2}}",
    async + "max_staleness: 2}\nalgorithm: {rollout_correction: {max_token_staleness: 1}}"
  ),
  "max_token_staleness+async": (
    async + "max_staleness: 2}\nalgorithm: {rollout_correction: {max_token_staleness: 1}}",
    "algorithm: {rollout_correction: {max_token_staleness: 1}}"
  ),
  "async+dynamic_sampling": (async + "}\nalgorithm: {name: dapo}", "algorithm: {name: dapo}"),
  "segment_length+max_completion_length": (
    "rollout: {segment_length: 256}\nalgorithm: {surrogate: pois}",
    "rollout: {segment_length: 255}\nalgorithm: {surrogate: pois}"
  ),
  "segment_length+rollout_correction": (
    "rollout: {segment_length: 64}", "rollout: {segment_length: 64, logprobs: rollout}"
  ),
  "min_groups_per_step+num_prompts": (
    "rollout: {max_segments: 4, num_prompts: 8, min_groups_per_step: 9}\nalgorithm: {surrogate: pois}",
    "rollout: {max_segments: 4, num_prompts: 8, min_groups_per_step: 8}\nalgorithm: {surrogate: pois}"
  ),
  // 256 tokens in segments of 64: the first is 3 versions old when the last is made.
  "segment_length+max_segment_staleness": (
    "rollout: {segment_length: 64, max_segment_staleness: 2}\nalgorithm: {surrogate: pois}",
    "rollout: {segment_length: 64, max_segment_staleness: 3}\nalgorithm: {surrogate: pois}"
  ),
  "segment_length+batch_statistics": (
    "rollout: {segment_length: 64, min_groups_per_step: 7}\nalgorithm: {surrogate: pois, scale_rewards: batch}",
    "rollout: {segment_length: 64, min_groups_per_step: 8}\nalgorithm: {surrogate: pois, scale_rewards: batch}"
  ),
  "segment_length+dynamic_sampling": ("algorithm: {name: ulorl}", "algorithm: {name: dapo}"),
  "async+expansion": (
    async + "}\nalgorithm: {dynamic_sampling: {expansion: true}}",
    async + "}\nalgorithm: {dynamic_sampling: {expansion: false}}"
  ),
  "segment_length+expansion": (
    "rollout: {segment_length: 64}\nalgorithm: {surrogate: pois, dynamic_sampling: {expansion: true}}",
    "rollout: {segment_length: 64}\nalgorithm: {surrogate: pois, dynamic_sampling: true}"
  ),
  "segment_length+async": (async + "segment_length: 64}", async + "}"),
  "dler+soft_overlong": (
    "reward: {terms: [{name: dler}, {name: soft_overlong}]}\nalgorithm: {dynamic_sampling: true}",
    "reward: {terms: [{name: dler}]}"
  ),
  "dler+da_dler": (
    "reward: {terms: [{name: dler}, {name: da_dler}]}", "reward: {terms: [{name: da_dler}]}"
  ),
  "dler+dynamic_sampling": ("algorithm: {name: dler}", "algorithm: {name: dler, dynamic_sampling: false}"),
  "lcpo+dynamic_sampling": (
    "reward: {terms: [{name: lcpo}]}\nalgorithm: {dynamic_sampling: true}", "reward: {terms: [{name: lcpo}]}"
  ),
  "lcpo+dler": (
    "reward: {terms: [{name: lcpo}, {name: dler}]}", "reward: {terms: [{name: correctness}, {name: dler}]}"
  ),
  "budgets+lcpo_mode": (
    lcpo + "reward: {terms: [{name: lcpo, mode: max}]}", lcpo + "reward: {terms: [{name: lcpo, mode: dual}]}"
  ),
  "budgets+lcpo_budget": (
    lcpo + "reward: {terms: [{name: lcpo, budget: 9}]}", "reward: {terms: [{name: lcpo, budget: 9}]}"
  ),
  "budgets+max_completion_length": (
    lcpo + "rollout: {max_completion_length: 3999}", lcpo + "rollout: {max_completion_length: 4000}"
  ),
  "budgets+dler": (
    lcpo + "reward: {terms: [{name: lcpo}, {name: dler, limit: 3999}]}",
    lcpo + "reward: {terms: [{name: lcpo}, {name: dler, limit: 4000}]}"
  ),
  "budgets+reward": (lcpo + "reward: {terms: [{name: correctness}]}", lcpo),
  "mask_truncated_completions+dler": (
    "algorithm: {name: dler, mask_truncated_completions: true}",
    "algorithm: {name: grpo, mask_truncated_completions: true}"
  ),
  "mask_truncated_completions+soft_overlong": (
    "algorithm: {name: dapo, mask_truncated_completions: true}", "algorithm: {name: dapo}"
  ),
  "length_term+scale_rewards": (
    "algorithm: {name: dapo, dynamic_sampling: false}", "algorithm: {name: dapo}"
  ),
  "sampler+async": (
    prioritized + async + "}", prioritized
  ),
  "keep_accuracy+dynamic_sampling": (
    banded + "algorithm: {dynamic_sampling: true}", banded
  ),
  "keep_accuracy+num_generations": (
    banded + "rollout: {num_generations: 16}", banded + "rollout: {num_generations: 15}"
  ),
]

private let lcpo = "model: {init: {max_position_embeddings: 8192}}\nalgorithm: {name: lcpo_exact}\n"
/// A recipe of these lines, which may have data of their own.
private func whole(_ lines: String) -> String {
  lines.hasPrefix("data:") ? lines + "\nstages: [{kind: rl, steps: 10}]\n" : minimalRecipe + lines
}

private let prioritized = "data: {train: {task: arithmetic_chain}, sampler: {name: prioritized}}\n"
private let banded = "data: {train: {task: arithmetic_chain}, keep_accuracy: [0.1, 0.9]}\n"

private let async = "rollout: {source: workers, workers: {spawn: 1}, mode: async, "
private let twoTerms = "reward: {terms: [{name: correctness}, {name: soft_overlong}]}"

@Suite struct `Compatibility` {
  @Test func `every row has a recipe it applies to and one it does not`() {
    #expect(Set(cases.keys) == Set(CompatibilityRule.all.map(\.id)))
    #expect(CompatibilityRule.all.map(\.id).count == Set(CompatibilityRule.all.map(\.id)).count)
  }

  @Test(arguments: CompatibilityRule.all.map(\.id))
  func `a row says its verdict where it applies, with its reason, and only there`(id: String) throws {
    let rule = try #require(CompatibilityRule.all.first { $0.id == id })
    let (applies, not) = try #require(cases[id])
    switch rule.verdict {
    case .error:
      let text = refusal(whole(applies))
      #expect(text.contains(rule.reason) && text.contains(rule.remedy), "\(text)")
      #expect(rule.keys.allSatisfy { text.contains("`\($0)` (") }, "\(text)")
      #expect(text.contains("`algorithm.force: [\(id)]`") == rule.canBeForced)
      #expect(!refusal(whole(not)).contains(rule.reason))
    case .warning:
      #expect(try load(whole(applies)).notes.contains { $0.contains(rule.reason) })
      #expect(try !load(whole(not)).notes.contains { $0.contains(rule.reason) })
    case .fine:
      let recipe = try load(whole(applies))
      #expect(recipe.remarks.contains { $0.contains(rule.reason) })
      #expect(!recipe.notes.contains { $0.contains(rule.reason) })
      #expect(try !load(whole(not)).remarks.contains { $0.contains(rule.reason) })
    }
  }

  @Test func `a message has both choices with their values, why, what to change, and its place`() {
    let text = refusal(minimalRecipe + "algorithm:\n  name: entropic\n  mastered_tokens: true\n")
    #expect(
      text.hasPrefix(
        "test.yaml:7:3: `algorithm.mastered_tokens` (on) and `algorithm.entropic` (on): both act on confident right "
          + "tokens: one takes their loss away, the other turns it up and down; take one of them; if you mean it, "
          + "`algorithm.force: [mastered_tokens+entropic]`"))
  }

  @Test func `who means it forces a rule, and is told so`() throws {
    let recipe = try load(
      minimalRecipe + "algorithm: {name: entropic, mastered_tokens: true, force: [mastered_tokens+entropic]}")
    #expect(recipe.notes.count == 1)
    #expect(recipe.notes.first?.hasPrefix("forced: `algorithm.mastered_tokens` (on)") ?? false)
    #expect(try recipe.entry("algorithm.force").value == "[\"mastered_tokens+entropic\"]")
    #expect(try load(recipe.yaml()).configuration == recipe.configuration)
  }

  @Test func `a forced warning is silent`() throws {
    let noisy = minimalRecipe + "algorithm: {surrogate: cispo, num_minibatches: 2}"
    #expect(try load(noisy).notes.count == 1)
    #expect(try load(noisy, "algorithm.force=[no_trust_region+updates]").notes.isEmpty)
  }

  @Test func `what cannot work cannot be forced, and what is no rule is refused`() {
    #expect(
      refusal(minimalRecipe + "algorithm: {force: [leave_one_out+num_generations]}").contains(
        "`algorithm.force` is `leave_one_out+num_generations`, allowed: rules of docs/recipes.md that"))
    #expect(
      refusal(minimalRecipe + "algorithm: {force: [mastered_token+entropic]}").contains(
        "did you mean `mastered_tokens+entropic`?"))
  }

  @Test(arguments: [
    ("surrogate: cispo, dual_clip: 3", "`algorithm.dual_clip` (3.0) does nothing here"),
    ("surrogate: cispo, epsilon: 0.1", "it is used by surrogates that clip"),
    ("delta: 2, surrogate: gspo, epsilon: 3e-4, epsilon_high: 4e-4", "`algorithm.delta` (2.0) does nothing"),
    ("is_weight_max: 2", "it is used by `surrogate: cispo`"),
    ("tau_negative: 2", "it is used by `surrogate: sapo`"),
    ("ratio_max: 2", "it is used by `surrogate: dppo_tv`, `surrogate: dppo_kl`"),
    ("cov_ratio: 0.1", "it is used by `surrogate: clip_cov`, `surrogate: kl_cov`"),
    ("surrogate: kl_cov, num_minibatches: 2, cov_max: 9", "it is used by `surrogate: clip_cov`"),
    ("gamma: 0.9", "it is used by `kl_in: reward` with `advantage_baseline: none`"),
    ("scale_rewards: none, std_ddof: 0", "it is used by `scale_rewards` and `whiten_advantages`"),
    ("kl_estimator: k2", "it is used by `beta` above 0"),
    ("beta: 0.1, kl_estimator: k2, kl_clamp: 10", "it is used by `beta` above 0 with `kl_estimator: k3`"),
  ])
  func `a key that nothing looks at is noted`(keys: String, note: String) throws {
    let notes = try load(minimalRecipe + "algorithm: {\(keys)}").notes
    #expect(notes.count == 1 && notes.first?.contains(note) ?? false, "\(notes)")
  }

  @Test(arguments: [
    ("min_groups_per_step: 2", "`rollout.min_groups_per_step` (2) does nothing here: it is used by"),
    ("max_segment_staleness: 2", "it is used by `rollout.segment_length` below the length limit"),
    (
      "max_staleness: 2", "`rollout.max_staleness` (2) does nothing here: it is used by `rollout.mode: async`"
    ),
    ("publish_every: 2", "it is used by `rollout.mode: async`"),
    ("switch: at_item", "`rollout.switch` (at_item) does nothing here"),
    ("workers: {spawn: 2}", "`rollout.workers.spawn` (2) does nothing here: it is used by `rollout.source"),
    ("workers: {listen: 'ipc:///tmp/a'}", "it is used by `rollout.source: workers`"),
    ("workers: {heartbeat_seconds: 1}", "it is used by `rollout.source: workers`"),
    ("workers: {missed_heartbeats: 1}", "it is used by `rollout.source: workers`"),
    ("workers: {join_deadline: 1}", "it is used by `rollout.source: workers`"),
    ("workers: {progress_deadline: 60}", "it is used by `rollout.source: workers`"),
    ("workers: {publish_deadline: 1}", "it is used by `rollout.source: workers`"),
    ("workers: {max_items_per_worker: 1}", "it is used by `rollout.source: workers`"),
    ("workers: {key: k}", "it is used by `rollout.source: workers`"),
    ("workers: {authorized_keys: k}", "`rollout.workers.authorized_keys` (k) does nothing here"),
  ])
  func `a key of the rollouts that nothing looks at is noted`(keys: String, note: String) throws {
    let notes = try load(minimalRecipe + "rollout: {\(keys)}").notes
    #expect(notes.count == 1 && notes.first?.contains(note) ?? false, "\(notes)")
  }

  @Test(arguments: ["min_groups_per_step: 2", "max_segment_staleness: 3"])
  func `a key of segments is noted in async mode, which has rules of its own`(key: String) throws {
    let notes = try load(minimalRecipe + async + "max_segments: 4, \(key)}").notes
    #expect(notes.count == 1 && notes.first?.contains("in sequential mode") ?? false, "\(notes)")
    let inStep = minimalRecipe + "algorithm: {surrogate: pois}\nrollout: {max_segments: 4, \(key)}"
    #expect(try load(inStep).notes.isEmpty)
  }

  @Test(arguments: ["max_segments: 4", "max_staleness: 3, publish_every: 1, switch: at_item"])
  func `and is not noted where something does`(keys: String) throws {
    let notes = try load(
      minimalRecipe + async + "\(keys)}"
    ).notes
    #expect(notes.isEmpty, "\(notes)")
  }

  @Test func `what a preset brings along and another choice leaves idle is no note`() throws {
    // DAPO brings a dual clip, which CISPO has no use for.
    #expect(try load(minimalRecipe + "algorithm: {name: dapo, surrogate: cispo}").notes.isEmpty)
  }

  @Test func `the page shows the table as it is`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/recipes.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let rows = CompatibilityRule.all.map { rule in
      "| `\(rule.id)` | \(rule.verdict.rawValue) | \(rule.reason)\(rule.remedy.isEmpty ? "" : "; \(rule.remedy)") |"
    }
    let missing = rows.filter { !text.contains($0 + "\n") }
    #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
    #expect(text.split(separator: "\n").count { $0.hasPrefix("| `") && $0.contains("+") } == rows.count)
  }
}
