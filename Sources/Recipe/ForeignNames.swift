// The names that people bring from verl, TRL and their relatives. They are read as ours, with a note.

/// One foreign key and the one it stands for.
private struct ForeignName {
  /// Where it may stand: section and key, as people would write it here.
  var from: String
  var to: String
  /// Who calls it so.
  var tool: String
  /// Values that are called differently as well, `key: value` where ours stands under another key of the section;
  /// nil = values mean the same.
  var values: [String: String]?

  init(_ from: String, _ to: String, _ tool: String, values: [String: String]? = nil) {
    self.from = from
    self.to = to
    self.tool = tool
    self.values = values
  }
}

private let foreignNames: [ForeignName] = [
  ForeignName("model.model_name_or_path", "model.path", "TRL"),
  ForeignName("rollout.n", "rollout.num_generations", "verl"),
  ForeignName("rollout.group_size", "rollout.num_generations", "prime-rl"),
  ForeignName("rollout.n_samples", "rollout.num_generations", "AReaL"),
  ForeignName("rollout.response_length", "rollout.max_completion_length", "verl"),
  ForeignName("rollout.max_response_length", "rollout.max_completion_length", "verl"),
  ForeignName("data.max_response_length", "rollout.max_completion_length", "verl"),
  ForeignName("rollout.max_new_tokens", "rollout.max_completion_length", "AReaL"),
  ForeignName("rollout.max_completion_tokens", "rollout.max_completion_length", "prime-rl"),
  ForeignName("rollout.partial_rollout_max_split", "rollout.max_segments", "MindSpeed-RL"),
  ForeignName("rollout.max_off_policy_threshold", "rollout.max_staleness", "verl"),
  ForeignName("rollout.max_head_offpolicyness", "rollout.max_staleness", "AReaL"),
  ForeignName("rollout.max_off_policy_steps", "rollout.max_staleness", "prime-rl"),
  ForeignName("rollout.max_staleness_steps", "rollout.max_staleness", "SkyRL"),
  ForeignName("rollout.max_trajectory_age_steps", "rollout.max_staleness", "NeMo-RL"),
  ForeignName("rollout.trigger_parameter_sync_step", "rollout.publish_every", "verl"),
  ForeignName("rollout.update_weights_interval", "rollout.publish_every", "slime"),
  ForeignName("data.max_prompt_length", "rollout.max_prompt_length", "verl"),
  ForeignName("data.train_batch_size", "rollout.num_prompts", "verl"),
  ForeignName(
    "algorithm.adv_estimator", "algorithm.name", "verl",
    values: [
      "grpo": "grpo", "rloo": "rloo", "rloo_vectorized": "rloo", "reinforce_plus_plus": "reinforce++",
      "reinforce_plus_plus_baseline": "reinforce++_baseline", "opo": "advantage_baseline: length_weighted",
      "gdpo": "multi_objective_aggregation: normalize_then_sum",
    ]),
  ForeignName(
    "algorithm.policy_loss.loss_mode", "algorithm.surrogate", "verl",
    values: [
      "vanilla": "ppo_clip", "gspo": "gspo", "cispo": "cispo", "sapo": "sapo", "geo_mean": "gmpo",
      "clip_cov": "clip_cov", "kl_cov": "kl_cov", "dppo_tv": "dppo_tv", "dppo_kl": "dppo_kl",
    ]),
  ForeignName("algorithm.policy_loss.clip_cov_ratio", "algorithm.cov_ratio", "verl"),
  ForeignName("algorithm.policy_loss.clip_cov_lb", "algorithm.cov_min", "verl"),
  ForeignName("algorithm.policy_loss.clip_cov_ub", "algorithm.cov_max", "verl"),
  ForeignName("algorithm.policy_loss.kl_cov_ratio", "algorithm.cov_ratio", "verl"),
  ForeignName("algorithm.policy_loss.ppo_kl_coef", "algorithm.kl_cov_coef", "verl"),
  ForeignName("algorithm.tau_pos", "algorithm.tau_positive", "verl"),
  ForeignName("algorithm.tau_neg", "algorithm.tau_negative", "verl"),
  ForeignName("algorithm.sapo_temperature_pos", "algorithm.tau_positive", "TRL"),
  ForeignName("algorithm.sapo_temperature_neg", "algorithm.tau_negative", "TRL"),
  ForeignName(
    "algorithm.importance_sampling_level", "algorithm.surrogate", "TRL",
    values: ["token": "ppo_clip", "sequence": "gspo"]),
  ForeignName("algorithm.clip_ratio", "algorithm.epsilon", "verl"),
  ForeignName("algorithm.clip_ratio_low", "algorithm.epsilon", "verl"),
  ForeignName("algorithm.clip_ratio_high", "algorithm.epsilon_high", "verl"),
  ForeignName("algorithm.clip_ratio_c", "algorithm.dual_clip", "verl"),
  ForeignName("algorithm.eps_clip", "algorithm.epsilon", "slime, AReaL"),
  ForeignName("algorithm.eps_clip_high", "algorithm.epsilon_high", "slime"),
  ForeignName("algorithm.eps_clip_higher", "algorithm.epsilon_high", "AReaL"),
  ForeignName("algorithm.kl_loss_coef", "algorithm.beta", "verl"),
  ForeignName(
    "algorithm.kl_loss_type", "algorithm.kl_estimator", "verl",
    values: ["kl": "k1", "k1": "k1", "mse": "k2", "k2": "k2", "low_var_kl": "k3", "k3": "k3"]),
  ForeignName(
    "algorithm.kl_penalty", "algorithm.kl_estimator", "verl",
    values: ["kl": "k1", "k1": "k1", "mse": "k2", "k2": "k2", "low_var_kl": "k3", "k3": "k3"]),
  ForeignName(
    "algorithm.use_kl_in_reward", "algorithm.kl_in", "verl", values: ["true": "reward", "false": "loss"]),
  ForeignName("algorithm.kl_ctrl.kl_coef", "algorithm.beta", "verl"),
  ForeignName("algorithm.entropy_coeff", "algorithm.entropy_coef", "verl"),
  ForeignName("algorithm.filter_groups.enable", "algorithm.dynamic_sampling", "verl"),
  ForeignName(
    "algorithm.rollout_correction.rollout_is", "algorithm.rollout_correction.level", "verl",
    values: ["token": "token", "sequence": "sequence"]),
  ForeignName(
    "algorithm.rollout_correction.rollout_is_threshold", "algorithm.rollout_correction.ratio_max", "verl"),
  ForeignName(
    "algorithm.rollout_correction.rollout_is_batch_normalize",
    "algorithm.rollout_correction.normalize_weights",
    "verl"),
  ForeignName(
    "algorithm.rollout_correction.rollout_token_veto_threshold", "algorithm.rollout_correction.veto_min",
    "verl"),
  ForeignName("algorithm.tis_imp_ratio_cap", "algorithm.rollout_correction.ratio_max", "verl"),
  ForeignName("algorithm.vllm_importance_sampling_cap", "algorithm.rollout_correction.ratio_max", "TRL"),
  ForeignName("algorithm.loss_agg_mode", "algorithm.loss_aggregation", "verl"),
  ForeignName(
    "algorithm.loss_type", "algorithm.loss_aggregation", "TRL",
    values: [
      "grpo": "seq-mean-token-mean", "dapo": "token-mean", "bnpo": "token-mean",
      "dr_grpo": "seq-mean-token-sum-norm", "cispo": "surrogate: cispo", "sapo": "surrogate: sapo",
    ]),
  ForeignName(
    "algorithm.norm_adv_by_std_in_grpo", "algorithm.scale_rewards", "verl",
    values: ["true": "group", "false": "none"]),
  ForeignName("algorithm.ppo_epochs", "algorithm.num_iterations", "verl"),
  ForeignName("algorithm.overlong_filtering", "algorithm.mask_truncated_completions", "NeMo-RL"),
  ForeignName("optimizer.lr", "optimizer.learning_rate", "verl"),
  ForeignName("optimizer.adam_beta1", "optimizer.beta1", "TRL"),
  ForeignName("optimizer.adam_beta2", "optimizer.beta2", "TRL"),
  ForeignName("optimizer.clip_grad", "optimizer.max_grad_norm", "verl"),
  ForeignName("optimizer.grad_clip", "optimizer.max_grad_norm", "verl"),
  ForeignName("optimizer.warmup_steps", "optimizer.schedule.warmup_steps", "TRL"),
  ForeignName("optimizer.lr_warmup_steps", "optimizer.schedule.warmup_steps", "verl"),
  ForeignName(
    "optimizer.lr_scheduler_type", "optimizer.schedule.name", "TRL",
    values: [
      "constant": "constant", "constant_with_warmup": "constant", "linear": "linear", "cosine": "cosine",
    ]),
  ForeignName("evaluation.eval_steps", "evaluation.every", "TRL"),
  ForeignName("evaluation.test_freq", "evaluation.every", "verl"),
  ForeignName("model.enable_gradient_checkpointing", "compute.gradient_checkpointing", "verl"),
  ForeignName("compute.ppo_max_token_len_per_gpu", "compute.max_tokens_per_microbatch", "verl"),
  ForeignName("output.output_dir", "output.dir", "TRL"),
  ForeignName("output.save_steps", "output.checkpoint_every", "TRL"),
  ForeignName("output.save_freq", "output.checkpoint_every", "verl"),
  ForeignName("output.save_total_limit", "output.keep_last", "TRL"),
]

extension RecipeNode {
  /// Gives our names to what stands under foreign ones, and says so in `notes`.
  mutating func adoptForeignNames(notes: inout [String]) throws(RecipeError) {
    try adoptForeignNamesOfStages(notes: &notes)
    for name in foreignNames {
      let from = name.from.split(separator: ".").map(String.init)
      guard var pair = removePair(from) else { continue }
      let ours = try pair.value.translated(name)
      let to = ours.split(separator: ".").map(String.init)
      if pairs(at: to.dropLast())?.contains(where: { $0.key == to.last }) ?? false {
        throw RecipeError(.sameSetting(foreign: name.from, as: ours), at: pair.keyPlace)
      }
      insert(pair.value, at: to, keyPlace: pair.keyPlace)
      notes.append("`\(name.from)` (\(name.tool)) is read as `\(ours)`")
    }
    // verl writes "all tokens" as -1.
    if self["rollout"]?["top_k"]?.plainText == "-1", var pair = removePair(["rollout", "top_k"]) {
      pair.value.content = .scalar(text: "0", isPlain: true)
      insert(pair.value, at: ["rollout", "top_k"], keyPlace: pair.keyPlace)
      notes.append("`rollout.top_k: -1` (verl) is read as 0, all tokens")
    }
  }

  /// Stages have sections of their own.
  private mutating func adoptForeignNamesOfStages(notes: inout [String]) throws(RecipeError) {
    guard case .mapping(var pairs) = content, let index = pairs.firstIndex(where: { $0.key == "stages" }),
      case .sequence(var stages) = pairs[index].value.content
    else { return }
    for stage in stages.indices where stages[stage].pairs != nil {
      // Stages of stages are reported as what they are: an unknown key.
      guard stages[stage]["stages"] == nil else { continue }
      try stages[stage].adoptForeignNames(notes: &notes)
    }
    pairs[index].value.content = .sequence(stages)
    content = .mapping(pairs)
  }

  /// Turns the value into ours.
  ///
  /// - Returns: The key it stands under.
  private mutating func translated(_ name: ForeignName) throws(RecipeError) -> String {
    guard let values = name.values else { return name.to }
    guard let text, let ours = values[text.lowercased()] else {
      throw RecipeError(
        .notAllowed(key: name.from, value: kindInWords, allowed: values.keys.sorted().inWords), at: place,
        advice: "or use `\(name.to)`")
    }
    guard let colon = ours.firstRange(of: ": ") else {
      content = .scalar(text: ours, isPlain: true)
      return name.to
    }
    content = .scalar(text: String(ours[colon.upperBound...]), isPlain: true)
    let section = name.to.split(separator: ".").dropLast().joined(separator: ".")
    return "\(section).\(ours[..<colon.lowerBound])"
  }

  private func pairs(at path: ArraySlice<String>) -> [Pair]? {
    guard let key = path.first else { return pairs }
    return self[key]?.pairs(at: path.dropFirst())
  }

  private mutating func removePair(_ path: [String]) -> Pair? {
    guard case .mapping(var pairs) = content, let index = pairs.firstIndex(where: { $0.key == path[0] })
    else {
      return nil
    }
    defer { content = .mapping(pairs) }
    if path.count == 1 { return pairs.remove(at: index) }
    let removed = pairs[index].value.removePair(Array(path.dropFirst()))
    // A mapping of theirs that has nothing left is no key of ours.
    if removed != nil, pairs[index].value.pairs?.isEmpty ?? false { pairs.remove(at: index) }
    return removed
  }

  /// Puts a value under a path of keys, with mappings on the way where there are none.
  mutating func insert(_ value: RecipeNode, at path: [String], keyPlace: Place) {
    guard let key = path.first else {
      self = value
      return
    }
    var pairs = self.pairs ?? []
    let rest = Array(path.dropFirst())
    if let index = pairs.firstIndex(where: { $0.key == key }) {
      pairs[index].value.insert(value, at: rest, keyPlace: keyPlace)
    } else {
      var child = RecipeNode(content: .mapping([]), place: value.place)
      child.insert(value, at: rest, keyPlace: keyPlace)
      pairs.append(Pair(key: key, keyPlace: keyPlace, value: child))
    }
    content = .mapping(pairs)
  }
}
