// Zheng et al. 2025, "Group Sequence Policy Optimization", arXiv:2507.18071;
// MiniMax 2025, "MiniMax-M1: Scaling Test-Time Compute Efficiently with Lightning Attention", arXiv:2506.13585.

extension Presets {
  /// GSPO. It is GRPO while a batch has one update, so it comes with the paper's four.
  static let gspo = """
    rollout:
      num_generations: 8                      # our choice
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: group_mean          # paper eq. 6
      scale_rewards: group                    # paper eq. 6
      std_ddof: 1                             # code: verl, TRL
      surrogate: gspo                         # paper eq. 5
      epsilon: 3.0e-4                         # paper §5.1
      epsilon_high: 4.0e-4                    # paper §5.1
      loss_aggregation: seq-mean-token-mean   # paper eq. 5
      beta: 0.0                               # paper §4.1
      num_iterations: 1                       # paper §5.1
      num_minibatches: 4                      # paper §5.1
    optimizer:
      learning_rate: 1.0e-6                   # our choice
    """

  static let gspoPaper = """
    rollout:
      num_generations: 16                     # our choice, not stated in the paper
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: group_mean          # paper eq. 6
      scale_rewards: group                    # paper eq. 6
      std_ddof: 0                             # paper eq. 6, the plain standard deviation
      surrogate: gspo                         # paper eq. 5
      epsilon: 3.0e-4                         # paper §5.1
      epsilon_high: 4.0e-4                    # paper §5.1
      loss_aggregation: seq-mean-token-mean   # paper eq. 5
      beta: 0.0                               # paper §4.1
      num_iterations: 1                       # paper §5.1
      num_minibatches: 4                      # paper §5.1
    optimizer:
      learning_rate: 1.0e-6                   # our choice, not stated in the paper
    """

  /// CISPO: the weight is bounded, and every token keeps its gradient.
  static let cispo = """
    rollout:
      num_generations: 8                      # our choice
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - {name: correctness, weight: 1.0}    # paper
        - {name: soft_overlong, weight: 1.0}  # our choice, DAPO's form of the paper's length penalty
      correct: 1.0                            # our choice, as DAPO
      incorrect: -1.0                         # our choice, as DAPO
    algorithm:
      advantage_baseline: group_mean          # paper §3.1
      scale_rewards: group                    # paper §3.1
      std_ddof: 1                             # code: verl, TRL
      surrogate: cispo                        # paper eq. 4
      is_weight_min: 0.0                      # paper §3.1, no lower bound
      is_weight_max: 5.0                      # code: ScaleRL, TRL; the paper's number is not stated
      loss_aggregation: token-mean            # paper eq. 4
      beta: 0.0                               # paper §3.1
      num_iterations: 1                       # our choice
      num_minibatches: 1                      # our choice
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper §3.1, as DAPO
        max_num_gen_batches: 10               # code: DAPO
    optimizer:
      learning_rate: 1.0e-6                   # our choice
    compute:
      matmul_dtype: fp32                      # paper §3.2, of the head at least
    """

  static let cispoPaper = """
    rollout:
      num_generations: 16                     # our choice, not stated in the paper
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - {name: correctness, weight: 1.0}    # paper
        - {name: soft_overlong, weight: 1.0}  # our choice, DAPO's form of the paper's length penalty
      correct: 1.0                            # our choice, as DAPO
      incorrect: -1.0                         # our choice, as DAPO
    algorithm:
      advantage_baseline: group_mean          # paper §3.1
      scale_rewards: group                    # paper §3.1
      std_ddof: 0                             # paper §3.1, the plain standard deviation
      surrogate: cispo                        # paper eq. 4
      is_weight_min: 0.0                      # paper §3.1, no lower bound
      is_weight_max: 5.0                      # code: ScaleRL, TRL; the paper's number is not stated
      loss_aggregation: token-mean            # paper eq. 4
      beta: 0.0                               # paper §3.1
      num_iterations: 1                       # our choice
      num_minibatches: 1                      # our choice
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper §3.1, as DAPO
        max_num_gen_batches: 10               # code: DAPO
    optimizer:
      learning_rate: 1.0e-6                   # our choice
    compute:
      matmul_dtype: fp32                      # paper §3.2, of the head at least
    """
}
