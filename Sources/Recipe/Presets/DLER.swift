// Liu et al. 2025, "DLER: Doing Length pEnalty Right", arXiv:2510.15110.

extension Presets {
  /// DLER with the released code's dual clip; batch sizes and the limit are the recipe's.
  static let dler = usual(term: dlerTerm)

  /// To the letter: the paper's batch and limit, no dual clip.
  static let dlerPaper = toTheLetter(term: dlerTerm)

  /// DA-DLER: the same, with a tighter limit for questions that at least half of the group gets right.
  static let daDLER = usual(
    term:
      "{name: da_dler, weight: 1.0}   # paper, the tighter limit half of the other; our choice: inclusive at half"
  )

  static let daDLERPaper = toTheLetter(
    term: "{name: da_dler, limit: 4000, easy_limit: 2000, weight: 1.0}   # paper")

  private static let dlerTerm =
    "{name: dler, limit: null, truncated_reward_factor: 0.0, weight: 1.0}   # paper; the released code's factor is 0.1"

  private static func usual(term: String) -> String {
    """
    rollout:
      num_generations: 8                      # our choice, paper 16
      temperature: 1.0                        # paper
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - \(term)
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: none                     # paper
      std_ddof: 1                             # code
      whiten_advantages: token                # code
      surrogate: ppo_clip                     # paper
      epsilon: 0.2                            # paper
      epsilon_high: 0.28                      # paper
      dual_clip: 10.0                         # code
      loss_aggregation: token-mean            # paper
      beta: 5.0e-4                            # paper
      kl_estimator: k2                        # paper; the released code's is k3
      kl_in: loss                             # paper
      num_iterations: 1                       # paper
      num_minibatches: 1                      # our choice, paper 8 of a batch of 8,192
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper
        max_num_gen_batches: 10               # code
    optimizer:
      learning_rate: 1.0e-6                   # paper
      weight_decay: 0.01                      # code
      max_grad_norm: 1.0                      # code
    """
  }

  private static func toTheLetter(term: String) -> String {
    """
    rollout:
      num_prompts: 512                        # paper
      num_generations: 16                     # paper
      max_completion_length: 4000             # paper
      max_prompt_length: 1024                 # paper
      temperature: 1.0                        # paper
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - \(term)
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: none                     # paper
      std_ddof: 0                             # paper, the plain standard deviation
      whiten_advantages: token                # code, the paper does not say what counts
      surrogate: ppo_clip                     # paper
      epsilon: 0.2                            # paper
      epsilon_high: 0.28                      # paper
      dual_clip: null                         # paper
      loss_aggregation: token-mean            # paper
      beta: 5.0e-4                            # paper
      kl_estimator: k2                        # paper; the released code's is k3
      kl_in: loss                             # paper
      num_iterations: 1                       # paper
      num_minibatches: 8                      # paper, 512 prompts in mini-batches of 64
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper
        max_num_gen_batches: 10               # code
    optimizer:
      learning_rate: 1.0e-6                   # paper
      weight_decay: 0.01                      # code
      max_grad_norm: 1.0                      # code
    evaluation:
      samples: 16                             # paper
      temperature: 0.6                        # paper
    """
  }
}
