// Shao et al. 2024, "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models",
// arXiv:2402.03300; Liu et al. 2025, "Understanding R1-Zero-Like Training", arXiv:2503.20783.

extension Presets {
  /// GRPO as tools run it today: no KL term (as in DAPO), sample standard deviation (as in verl and TRL).
  static let grpo = """
    rollout:
      num_generations: 8                      # our choice, paper 64
      temperature: 1.0                        # our choice, as in DeepSeek-R1
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # paper §4
      incorrect: 0.0                          # paper §4
    algorithm:
      advantage_baseline: group_mean          # paper §4.1.2
      scale_rewards: group                    # paper §4.1.2
      std_ddof: 1                             # code: verl, TRL
      surrogate: ppo_clip                     # paper eq. 3
      epsilon: 0.2                            # our choice, not stated in the paper
      loss_aggregation: seq-mean-token-mean   # paper eq. 3
      beta: 0.0                               # our choice, as in DAPO; paper 0.04
      kl_estimator: k3                        # paper eq. 4
      kl_in: loss                             # paper eq. 3
      num_iterations: 1                       # paper §4.2
      num_minibatches: 1                      # paper §4.2
    optimizer:
      learning_rate: 1.0e-6                   # paper §4.2
    """

  /// §4.2 to the letter.
  static let grpoPaper = """
    rollout:
      num_prompts: 16                         # paper §4.2, 1,024 responses in groups of 64
      num_generations: 64                     # paper §4.2
      max_completion_length: 1024             # paper §4.2
      temperature: 1.0                        # our choice, as in DeepSeek-R1
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # paper §4
      incorrect: 0.0                          # paper §4
    algorithm:
      advantage_baseline: group_mean          # paper §4.1.2
      scale_rewards: group                    # paper §4.1.2
      std_ddof: 0                             # paper §4.1.2, the plain standard deviation
      surrogate: ppo_clip                     # paper eq. 3
      epsilon: 0.2                            # our choice, not stated in the paper
      loss_aggregation: seq-mean-token-mean   # paper eq. 3
      beta: 0.04                              # paper §4.2
      kl_estimator: k3                        # paper eq. 4
      kl_in: loss                             # paper eq. 3
      num_iterations: 1                       # paper §4.2, one update per exploration
      num_minibatches: 1                      # paper §4.2
    optimizer:
      learning_rate: 1.0e-6                   # paper §4.2
    """

  /// Dr. GRPO: neither the group's spread nor a response's own length divides.
  static let drGRPO = """
    rollout:
      num_generations: 8                      # code
      temperature: 1.0                        # code
      top_k: 0                                # code
      top_p: 1.0                              # code
    reward:
      terms:
        - {name: dler, limit: null, truncated_reward_factor: 0.0, weight: 1.0}   # code, a truncated answer is worth 0
    algorithm:
      advantage_baseline: group_mean          # paper §3
      scale_rewards: none                     # paper §3.2
      surrogate: ppo_clip                     # paper §3
      epsilon: 0.2                            # code
      loss_aggregation: seq-mean-token-sum-norm   # paper §3.2
      loss_aggregation_constant: null         # code, the generation limit
      beta: 0.0                               # paper §3
      num_iterations: 1                       # code
      num_minibatches: 1                      # code
    optimizer:
      learning_rate: 1.0e-6                   # code
      schedule: {name: constant}              # code
    """

  static let drGRPOPaper = """
    rollout:
      num_prompts: 16                         # code, 128 responses per step
      num_generations: 8                      # code
      max_completion_length: 3000             # code
      temperature: 1.0                        # code
      top_k: 0                                # code
      top_p: 1.0                              # code
    reward:
      terms:
        - {name: dler, limit: null, truncated_reward_factor: 0.0, weight: 1.0}   # code, a truncated answer is worth 0
    algorithm:
      advantage_baseline: group_mean          # paper §3
      scale_rewards: none                     # paper §3.2
      surrogate: ppo_clip                     # paper §3
      epsilon: 0.2                            # code
      loss_aggregation: seq-mean-token-sum-norm   # paper §3.2
      loss_aggregation_constant: 3000         # code, the generation limit
      beta: 0.0                               # paper §3
      num_iterations: 1                       # code
      num_minibatches: 1                      # code
    optimizer:
      learning_rate: 1.0e-6                   # code
      schedule: {name: constant}              # code
    """
}
