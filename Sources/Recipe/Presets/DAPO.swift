// Yu et al. 2025, "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", arXiv:2503.14476.

extension Presets {
  /// With the released code's dual clip; batch sizes and lengths are the recipe's.
  static let dapo = """
    rollout:
      temperature: 1.0                        # paper §4.1
      top_k: 0                                # paper §4.1
      top_p: 1.0                              # paper §4.1
    reward:
      terms:
        - {name: correctness, weight: 1.0}    # paper §2.4
        - {name: soft_overlong, weight: 1.0}  # paper §3.4, the cache a fifth of the limit as in §4.1
      correct: 1.0                            # paper §2.4
      incorrect: -1.0                         # paper §2.4
    algorithm:
      advantage_baseline: group_mean          # paper eq. 9
      scale_rewards: group                    # paper eq. 9
      std_ddof: 1                             # code: verl, TRL
      surrogate: ppo_clip                     # paper eq. 8
      epsilon: 0.2                            # paper §4.1
      epsilon_high: 0.28                      # paper §4.1
      dual_clip: 10.0                         # code: clip_ratio_c
      loss_aggregation: token-mean            # paper §3.3
      beta: 0.0                               # paper §2.3
      num_iterations: 1                       # paper §4.1
      num_minibatches: 1                      # our choice, paper 16 of a batch of 8,192
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper §3.2
        max_num_gen_batches: 10               # code
    optimizer:
      learning_rate: 1.0e-6                   # paper §4.1
      weight_decay: 0.1                       # code
      max_grad_norm: 1.0                      # code
      schedule: {name: constant, warmup_steps: 20}   # paper §4.1
    """

  /// To the letter: the paper's batch and lengths, no dual clip, population standard deviation.
  static let dapoPaper = """
    rollout:
      num_prompts: 512                        # paper §4.1
      num_generations: 16                     # paper §4.1
      max_completion_length: 20480            # paper §4.1, 16,384 expected + 4,096 cache
      temperature: 1.0                        # paper §4.1
      top_k: 0                                # paper §4.1
      top_p: 1.0                              # paper §4.1
    reward:
      terms:
        - {name: correctness, weight: 1.0}    # paper §2.4
        - {name: soft_overlong, cache: 4096, weight: 1.0}   # paper §4.1
      correct: 1.0                            # paper §2.4
      incorrect: -1.0                         # paper §2.4
    algorithm:
      advantage_baseline: group_mean          # paper eq. 9
      scale_rewards: group                    # paper eq. 9
      std_ddof: 0                             # paper eq. 9, the plain standard deviation
      surrogate: ppo_clip                     # paper eq. 8
      epsilon: 0.2                            # paper §4.1
      epsilon_high: 0.28                      # paper §4.1
      dual_clip: null                         # paper eq. 8
      loss_aggregation: token-mean            # paper §3.3
      beta: 0.0                               # paper §2.3
      num_iterations: 1                       # paper §4.1
      num_minibatches: 16                     # paper §4.1, 8,192 responses in mini-batches of 512
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper §3.2
        max_num_gen_batches: 10               # code
    optimizer:
      learning_rate: 1.0e-6                   # paper §4.1
      weight_decay: 0.1                       # code
      max_grad_norm: 1.0                      # code
      schedule: {name: constant, warmup_steps: 20}   # paper §4.1
    evaluation:
      samples: 32                             # paper §4.1
      temperature: 1.0                        # paper §4.1
    """
}
