// Du et al. 2025, "UloRL: An Ultra-Long Output Reinforcement Learning Approach for Advancing Large Language Models'
// Reasoning Abilities", arXiv:2507.19766. No code was released.

extension Presets {
  /// Answers in four segments, each by the policy of its step; batch sizes and the limit are the recipe's.
  static let ulorl = """
    rollout:
      num_generations: 8                      # paper
      max_segments: 4                         # our choice, paper 8 at 131,072 tokens and 4 at 65,536
      min_groups_per_step: 1                  # our choice, a step trains what is complete
      max_segment_staleness: null             # paper, no limit
      temperature: 0.85                       # paper
      top_k: 0                                # paper, off
      top_p: 1.0                              # paper
    reward:
      terms:
        - {name: dler, limit: null, truncated_reward_factor: 0.0, weight: 1.0}   # paper, a truncated answer is worth 0
      correct: 1.0                            # paper
      incorrect: 0.0                          # paper
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: group                    # paper
      std_ddof: 1                             # code: verl, TRL
      surrogate: pois                         # paper
      loss_aggregation: token-mean            # paper
      beta: 0.0                               # paper
      mastered_tokens:
        mpt_threshold: 0.99                   # paper
        mpt_entropy_gate: 0.2                 # paper
      num_iterations: 1                       # paper
      num_minibatches: 1                      # paper
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper
        max_num_gen_batches: 10               # our choice, as DAPO's code
    optimizer:
      learning_rate: 1.0e-6                   # paper
      schedule: {name: constant}              # paper
    """

  /// To the letter: 128k tokens in segments of 16k, batches of 1,024.
  static let ulorlPaper = """
    rollout:
      num_prompts: 128                        # paper
      num_generations: 8                      # paper
      max_completion_length: 131072           # paper
      segment_length: 16384                   # paper, 8 segments
      min_groups_per_step: 1                  # our choice, not stated in the paper
      max_segment_staleness: null             # paper, no limit
      temperature: 0.85                       # paper
      top_k: 0                                # paper, off
      top_p: 1.0                              # paper
    reward:
      terms:
        - {name: dler, limit: null, truncated_reward_factor: 0.0, weight: 1.0}   # paper, a truncated answer is worth 0
      correct: 1.0                            # paper
      incorrect: 0.0                          # paper
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: group                    # paper
      std_ddof: 0                             # paper, the plain standard deviation
      surrogate: pois                         # paper
      loss_aggregation: token-mean            # paper
      beta: 0.0                               # paper
      mastered_tokens:
        mpt_threshold: 0.99                   # paper
        mpt_entropy_gate: 0.2                 # paper
      num_iterations: 1                       # paper
      num_minibatches: 1                      # paper
      dynamic_sampling:
        keep_accuracy: [0.0, 1.0]             # paper
        max_num_gen_batches: 10               # our choice, as DAPO's code
    optimizer:
      learning_rate: 1.0e-6                   # paper
      schedule: {name: constant}              # paper
    evaluation:
      samples: 32                             # paper
      temperature: 0.85                       # paper; its top_p 0.95 and top_k 20 are not here
    """
}
