internal import Objectives

/// Which numbers a preset brings.
enum PresetVariant: String, CaseIterable {
  /// What we recommend at the scale of this toolkit.
  case `default`
  /// What the paper used, model and data apart.
  case paper
}

/// The values that a method brings along: a layer under the recipe, so that whatever the recipe says wins.
enum Presets {
  static func layer(
    _ name: AlgorithmConfiguration.Preset, _ variant: PresetVariant
  ) throws(RecipeError) -> RecipeNode {
    let label = variant == .default ? name.rawValue : "\(name.rawValue) (paper)"
    let tree = try YAMLReading.tree(of: text(name, variant)) { _, _ in .preset(label) }
    guard let tree else { preconditionFailure("preset \(label) is empty") }
    return tree
  }

  private static func text(_ name: AlgorithmConfiguration.Preset, _ variant: PresetVariant) -> String {
    switch (name, variant) {
    case (.grpo, .default): grpo
    case (.grpo, .paper): deepSeekMath
    case (.dapo, .default): dapo
    case (.dapo, .paper): dapoPaper
    }
  }

  /// GRPO as tools run it today: no KL term (as in DAPO), sample standard deviation (as in verl and TRL).
  private static let grpo = """
    rollout: {num_generations: 8, temperature: 1.0, top_k: 0, top_p: 1.0}
    reward: {correct: 1.0, incorrect: 0.0}
    algorithm:
      epsilon: 0.2
      beta: 0.0
      loss_aggregation: seq-mean-token-mean
      scale_rewards: group
      std_ddof: 1
      num_iterations: 1
      num_minibatches: 1
    optimizer: {learning_rate: 1.0e-6}
    """

  /// "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models", arXiv:2402.03300, §4.2.
  private static let deepSeekMath = """
    rollout:
      num_prompts: 16              # 1,024 responses in groups of 64
      num_generations: 64
      max_completion_length: 1024
      temperature: 1.0
      top_k: 0
      top_p: 1.0
    reward: {correct: 1.0, incorrect: 0.0}
    algorithm:
      epsilon: 0.2                 # ours: the paper does not state it
      beta: 0.04
      loss_aggregation: seq-mean-token-mean
      scale_rewards: group
      std_ddof: 0                  # eq. 3 divides by the plain standard deviation
      num_iterations: 1            # one update per exploration
      num_minibatches: 1
    optimizer: {learning_rate: 1.0e-6}
    """

  /// "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", arXiv:2503.14476, with the released code's
  /// dual clip; batch sizes and lengths are the recipe's.
  private static let dapo = """
    rollout: {temperature: 1.0, top_k: 0, top_p: 1.0}
    reward:
      terms: [{name: correctness, weight: 1.0}, {name: soft_overlong, weight: 1.0}]
      correct: 1.0                 # §3.4
      incorrect: -1.0
    algorithm:
      epsilon: 0.2                 # §4.1
      epsilon_high: 0.28
      dual_clip: 10.0              # released code: clip_ratio_c
      beta: 0.0                    # §2.3
      loss_aggregation: token-mean # §3.3
      scale_rewards: group
      std_ddof: 1
      num_iterations: 1
      dynamic_sampling: {keep_accuracy: [0.0, 1.0], max_num_gen_batches: 10}
    optimizer:
      learning_rate: 1.0e-6        # §4.1
      weight_decay: 0.1            # released code
      max_grad_norm: 1.0
      schedule: {name: constant, warmup_steps: 20}
    """

  /// The same paper to the letter: its batch, its lengths, no dual clip, population standard deviation.
  private static let dapoPaper = """
    rollout:
      num_prompts: 512             # §4.1
      num_generations: 16
      max_completion_length: 20480 # 16,384 expected + 4,096 cache
      temperature: 1.0
      top_k: 0
      top_p: 1.0
    reward:
      terms: [{name: correctness, weight: 1.0}, {name: soft_overlong, cache: 4096, weight: 1.0}]
      correct: 1.0
      incorrect: -1.0
    algorithm:
      epsilon: 0.2
      epsilon_high: 0.28
      dual_clip: null
      beta: 0.0
      loss_aggregation: token-mean
      scale_rewards: group
      std_ddof: 0                  # eq. 9
      num_iterations: 1
      num_minibatches: 16          # 8,192 responses in mini-batches of 512
      dynamic_sampling: {keep_accuracy: [0.0, 1.0], max_num_gen_batches: 10}
    optimizer:
      learning_rate: 1.0e-6
      weight_decay: 0.1
      max_grad_norm: 1.0
      schedule: {name: constant, warmup_steps: 20}
    evaluation: {samples: 32, temperature: 1.0}
    """
}
