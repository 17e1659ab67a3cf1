/// One metric: its name in `metrics.jsonl`, its unit, and what the number is.
public struct Metric: Sendable, Hashable {
  /// As logged. A part in braces stands for a name from the recipe (`rewards/{term}/mean`) or a number
  /// (`eval/pass@{k}`).
  public let name: String
  /// Empty for pure numbers and texts.
  public let unit: String
  /// Formula or plain words.
  public let meaning: String
  /// Whether a run that was killed and resumed logs the same value as one that was not.
  public let isReproducible: Bool

  /// Whether `name` is this metric; a part in braces matches one or more characters other than `/`, `{k}`
  /// only digits.
  public func matches(_ name: String) -> Bool {
    guard let open = self.name.firstIndex(of: "{"), let close = self.name.firstIndex(of: "}") else {
      return self.name == name
    }
    let (head, tail) = (self.name[..<open], self.name[self.name.index(after: close)...])
    guard name.hasPrefix(head), name.hasSuffix(tail), name.count > head.count + tail.count else {
      return false
    }
    let middle = name.dropFirst(head.count).dropLast(tail.count)
    let isNumber = self.name[open...close] == "{k}"
    return middle.allSatisfy { isNumber ? $0.isASCII && $0.isNumber : $0 != "/" }
  }
}

/// Every metric the trainer logs, once. Names follow TRL's GRPO trainer where it has one.
///
/// Means over rollouts are over those with a verdict; a metric that does not apply to a line is left out of
/// it.
public enum MetricTable {
  public static let all: [Metric] =
    position + objective + reward + completions + policy + correction + control + groups + staleness
    + segments
    + sampler + evaluation + horizons + budgets + stages + cost + generation + workers

  /// The metric that a logged name belongs to; nil for a name the table does not know.
  public static func metric(_ name: String) -> Metric? {
    byName[name] ?? patterns.first { $0.matches(name) }
  }

  /// False for times, throughput and memory. A name that the table does not know counts as reproducible, so
  /// that a comparison of two runs never leaves it out unseen.
  public static func isReproducible(_ name: String) -> Bool {
    metric(name)?.isReproducible ?? true
  }

  /// The table as it stands in the docs.
  public static func markdown() -> String {
    let rows = all.map { metric in
      "| `\(metric.name)` | \(metric.unit) | \(metric.meaning) | \(metric.isReproducible ? "yes" : "no") |\n"
    }
    return "| metric | unit | what it is | same after a resume |\n|---|---|---|---|\n" + rows.joined()
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let patterns = all.filter { $0.name.contains("{") }

  static func same(_ name: String, _ unit: String, _ meaning: String) -> Metric {
    Metric(name: name, unit: unit, meaning: meaning, isReproducible: true)
  }

  static func varying(_ name: String, _ unit: String, _ meaning: String) -> Metric {
    Metric(name: name, unit: unit, meaning: meaning, isReproducible: false)
  }

  private static let position = [
    same(
      "kind", "",
      "what the line is about: `sft` or `rl` (a training step), `evaluation`, `stage_begin` or `stage_end`"),
    same("stage", "", "name of the stage in the recipe"),
    same("step", "steps", "training steps finished in the whole run, counted from 1 and through all stages"),
    same("num_tokens", "tokens", "prompt and completion tokens trained on or generated since the run began"),
  ]

  private static let objective = [
    same(
      "loss", "nats or reward",
      "SFT: mean negative logprob of the solution's tokens; RL: the aggregated policy loss and all other terms, mean over the "
        + "updates"),
    same("loss/policy", "reward", "of it, the surrogate"),
    same("loss/kl", "nats", "of it, `beta` times the KL to the reference (`kl_in: loss`)"),
    same("loss/entropy", "nats", "of it, the entropy bonus: never above 0"),
    same("loss/entropic", "reward", "of it, EntroPIC's term"),
    same("loss/positive_nll", "nats", "of it, the likelihood of right answers"),
    same("grad_norm", "", "L2 norm over all gradients before clipping"),
    same("learning_rate", "", "learning rate of the step's last update"),
    same(
      "skipped_steps", "updates",
      "updates left out because of a NaN or infinite loss or gradient, since the run began"),
  ]

  private static let reward = [
    same("reward", "reward", "mean of the weighted sum of all reward terms"),
    same("reward_std", "reward", "mean over groups of the standard deviation inside the group"),
    same("frac_reward_zero_std", "share", "groups whose rewards are all equal, which teach nothing"),
    same("accuracy", "share", "mean raw correctness, before any shaping"),
    same("rewards/{term}/mean", "reward", "mean of one reward term, before its weight"),
    same("rewards/{term}/std", "reward", "standard deviation of one reward term over the batch"),
    same(
      "rewards/{term}/reference_mean", "tokens",
      "what a group term measured its groups by (`da_dler`: the limit in force, `shorter_better`, `laser`: the target), mean over "
        + "rollouts"),
    same("advantages/mean", "reward", "mean advantage over trained tokens"),
    same("advantages/std", "reward", "standard deviation of the advantage over trained tokens"),
  ]

  private static let completions = [
    same("completions/mean_length", "tokens", "mean generated tokens, end token included"),
    same("completions/min_length", "tokens", "shortest completion"),
    same("completions/max_length", "tokens", "longest completion"),
    same("completions/mean_terminated_length", "tokens", "mean over completions that ended by an end token"),
    same("completions/min_terminated_length", "tokens", "shortest of those"),
    same("completions/max_terminated_length", "tokens", "longest of those"),
    same(
      "completions/sampled_mean_length", "tokens",
      "mean length of the completions that were finished in this step, whatever became of them"),
    same(
      "completions/trained_mean_length", "tokens",
      "mean length of those that the update was made of; segments and staleness pick short ones first"),
    same("completions/clipped_ratio", "share", "truncated completions: ended by the length limit"),
    same(
      "completions/repetition_ratio", "share",
      "completions ended early for repeating themselves (`max_repeat`)"),
    same(
      "completions/forced_tokens", "tokens",
      "tokens per completion that were put in, not sampled (`think_tokens`); they are not trained on"),
  ]

  private static let policy = [
    same(
      "entropy", "nats",
      "entropy of the next-token distribution at the sampling temperature, mean over sampled tokens"),
    same(
      "kl", "nats",
      "estimate of KL(policy ‖ reference) by `kl_estimator`, mean over trained tokens; only with a reference"),
    same("ratio/mean", "", "mean of exp(logprob − old logprob) over trained tokens of all updates"),
    same("ratio/min", "", "smallest such ratio"),
    same("ratio/max", "", "largest such ratio"),
    same(
      "ratio/kl", "nats", "k3 estimate of KL(old policy ‖ policy), mean over trained tokens of all updates"),
    same("clip_ratio/low_mean", "share", "tokens clipped at the lower bound (negative advantage)"),
    same("clip_ratio/high_mean", "share", "tokens clipped at the upper bound (positive advantage)"),
    same("clip_ratio/region_mean", "share", "tokens clipped at either bound"),
    same(
      "clip_ratio/dual_mean", "share", "tokens at the dual clip; DPPO: whose ratio was cut at `ratio_max`"),
    same(
      "clip_ratio/bounded_mean", "share",
      "CISPO: tokens whose weight was bounded; DPPO: that were stopped; Clip-Cov, KL-Cov: that were chosen"),
    same(
      "sampling/logp_difference_mean", "nats",
      "mean distance between a token's logprob in the trainer and in the generator, for the same weights"),
    same(
      "sampling/logp_difference_max", "nats",
      "largest such difference; rounding level unless something is wrong"),
    same(
      "train/forward_tokens", "tokens",
      "tokens that went forward in the update: those of the reference and of recomputed logprobs too, a prompt that "
        + "answers of a micro-batch share once"),
    same(
      "staleness", "versions", "mean over trained tokens of trainer version − version that sampled the token"),
  ]

  private static let correction = [
    same("sampling/ratio_min", "", "smallest old probability by sampler's probability over trained tokens"),
    same("sampling/ratio_p01", "", "its 1 % quantile"),
    same("sampling/ratio_p50", "", "its median"),
    same("sampling/ratio_p99", "", "its 99 % quantile"),
    same("sampling/ratio_max", "", "the largest"),
    same("sampling/kl", "nats", "k1 estimate of KL(sampler ‖ old policy), mean over trained tokens"),
    same("sampling/k3_kl", "nats", "k3 estimate of the same, never negative"),
    same("sampling/chi2_token", "", "mean squared token ratio − 1"),
    same("sampling/chi2_sequence", "", "mean squared ratio of whole responses − 1"),
    same(
      "sampling/effective_sample_share", "share",
      "(mean weight)² / mean weight² over trained tokens; 1 = nothing is lost to weighting"),
    same(
      "sampling/longest_quartile_share", "share",
      "share of the sum of abs(weight · advantage) that the longest quarter of the responses carries"),
    same("correction/weight_mean", "", "mean weight of the rollout correction over trained tokens"),
    same("correction/weight_min", "", "smallest weight"),
    same("correction/weight_max", "", "largest weight"),
    same(
      "correction/dropped_share", "share",
      "trained tokens whose policy loss the rollout correction takes away"),
    same("correction/stale_tokens", "tokens", "tokens left out by `max_token_staleness`"),
    same("mask/low_entropy_share", "share", "tokens without policy loss by `top_entropy_quantile`"),
    same(
      "mask/off_policy_responses", "share", "responses without policy loss by `off_policy_mask_threshold`"),
    same("mask/mastered_share", "share", "well-mastered positive tokens, which have no policy loss"),
    same("mask/gated_responses", "share", "responses under the entropy gate of the mastered tokens"),
  ]

  private static let control = [
    same("entropy_coef", "", "weight of the entropy bonus in force at the last update"),
    same("entropic/entropy", "nats", "entropy that the controller saw at the last update"),
    same("entropic/error", "nats", "that entropy − `target_entropy`"),
    same("entropic/proportional", "", "`kp` · error"),
    same("entropic/integral", "", "`ki` · sum of the errors before"),
    same("entropic/alpha", "", "α, the sum of both, clipped to ±1"),
    same("entropic/saturated", "0 or 1", "whether it was clipped"),
    same("entropic/confident_share", "share", "trained tokens above `high_prob_threshold`"),
    same(
      "entropic/confident_negative_share", "share",
      "of all trained tokens, those with a negative advantage too"),
  ]

  private static let groups = [
    same("groups/kept", "groups", "groups that the update was made of"),
    same("groups/all_correct", "groups", "groups in which every rollout was right"),
    same("groups/all_wrong", "groups", "groups in which every rollout was wrong"),
    same("groups/filtered", "groups", "groups left out by a rule (dynamic sampling)"),
    same("groups/generation_batches", "batches", "batches sampled until the step had its groups"),
    same(
      "groups/expansion_ratio", "",
      "groups that the step asked for per group that it trains on (`dynamic_sampling.expansion`)"),
    same("groups/asked", "groups", "groups that an expanded step asked for, all of its requests"),
    same(
      "groups/not_valid", "share",
      "of the groups that could be judged, those outside the band; the next steps' ratio follows it"),
    same("groups/shortfall", "groups", "by how many fewer than `num_prompts` an expanded step trained on"),
    same("gfpo_dropped", "rollouts", "members of kept groups that GFPO left out"),
    same("gfpo_dead_groups", "groups", "groups whose rewards differed before GFPO and not after"),
    same("groups/surplus", "groups", "groups sampled beyond what the step needed"),
    same(
      "groups/no_verdict", "rollouts", "rollouts that the verifier could not judge; they count nowhere else"),
  ]

  private static let evaluation = [
    same("eval/greedy", "share", "held-out tasks solved by the most probable answer"),
    same("eval/pass@1", "share", "mean correctness of sampled answers to held-out tasks"),
    same("eval/pass@{k}", "share", "held-out tasks solved by at least one of k sampled answers"),
    same("eval/mean_length", "tokens", "mean length of the greedy answers"),
    same("eval/truncated", "share", "greedy answers that ended by the length limit"),
  ]

  private static let cost = [
    varying("step_time", "s", "wall time of the step"),
    varying("time/generate_seconds", "s", "of it, sampling"),
    varying("time/train_seconds", "s", "of it, forward, backward and update"),
    varying("time/idle_seconds", "s", "of it, the rest: the trainer neither sampled nor trained"),
    varying("time/idle_share", "share", "`time/idle_seconds` by `step_time`"),
    varying("time/reward_seconds", "s", "scoring, beside the sampling of other answers"),
    varying(
      "time/write_seconds", "s",
      "writing rollouts, metrics and log since the step before, beside sampling and training"),
    varying("tokens_per_second/generate", "tokens/s", "generated tokens by `time/generate_seconds`"),
    varying(
      "tokens_per_second/train", "tokens/s",
      "tokens trained on, each answer with its prompt, by `time/train_seconds`"),
    varying(
      "time/wait_seconds", "s",
      "async mode, in place of `time/generate_seconds`: the trainer had nothing to do but to wait for rollouts"
    ),
    varying("memory/peak_mib", "MiB", "largest resident memory of the process so far"),
  ]

  private static let generation = [
    varying("generation/passes", "", "forward passes of the generator"),
    varying(
      "generation/rows", "tokens", "tokens it ran: prompts, new tokens, guesses, and what was run again"),
    varying("generation/shared_tokens", "tokens", "prompt tokens that another member of the group had run"),
    varying(
      "generation/preemptions", "",
      "answers that gave up their keys and values for want of memory (`kv_memory`) and were run again"),
    varying("generation/drafted_tokens", "tokens", "tokens guessed ahead (`speculation`)"),
    varying("generation/accepted_tokens", "tokens", "of those, the ones that the sampler drew too"),
    varying("generation/peak_kv_mib", "MiB", "largest memory of keys and values so far"),
  ]
}
